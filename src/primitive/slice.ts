/**
 * Cutting out and putting into a larger frame: slice, pad, reverse.
 *
 * `slice` and `pad` are transposes of each other: a strided slice forgets elements, and its transpose puts zeros where
 * they were. Source: jax.lax.
 */
import { type NdArray, scalarArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { canonicalAxes, range, sameShape, stridesOf, withAxis } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { attr } from '../ir/lowering.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { linear, mapCotangent } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { like } from './arithmetic.js';
import { select } from './compare.js';
import { reduceSum } from './reduce.js';
import { padKernel, sliceKernel } from './slice-kernel.js';
import { broadcastBatch, broadcastInDim, full, moveAxis, remap, remapOr, zeros } from './structure.js';

export interface SliceParams {
  readonly startIndices: readonly number[];
  readonly limitIndices: readonly number[];
  /** Null for steps of one. */
  readonly strides: readonly number[] | null;
}

/** Elements `start, start + stride, ...` below `limit` of each axis (`lax.slice`). */
export const sliceP = definePrimitive<SliceParams>((self) => ({
  name: 'slice',
  flops: () => 0,
  type: ([x], { startIndices, limitIndices, strides }) => {
    const steps = strides ?? x.shape.map(() => 1);
    const fits =
      [startIndices, limitIndices, steps].every((list) => list.length === x.ndim) &&
      x.shape.every(
        (n, axis) =>
          startIndices[axis] >= 0 &&
          startIndices[axis] <= limitIndices[axis] &&
          limitIndices[axis] <= n &&
          steps[axis] > 0,
      );
    if (!fits) {
      throw new ShapeMismatch({
        op: 'slice',
        argument: 'operand',
        expected:
          `0 <= startIndices <= limitIndices <= shape and strides > 0 are needed for each axis: startIndices ` +
          `[${startIndices.join(', ')}], limitIndices [${limitIndices.join(', ')}], strides [${steps.join(', ')}]`,
        actual: x.shape,
      });
    }
    return [x.withShape(steps.map((step, axis) => Math.ceil((limitIndices[axis] - startIndices[axis]) / step)))];
  },
  evaluate: ([x], params) => {
    const [out] = self().type([shaped(x.shape, x.dtype)], params);
    const memory = stridesOf(x.shape);
    const offset = params.startIndices.reduce((sum, start, axis) => sum + start * memory[axis], 0);
    const steps = memory.map((s, axis) => s * (params.strides?.[axis] ?? 1));
    return [remap(x, out.shape, (index) => index.reduce((sum, k, axis) => sum + k * steps[axis], offset))];
  },
  derivative: linear(self, ([ct], [x], { startIndices, limitIndices, strides }) => [
    mapCotangent(ct, x.aval, (c) =>
      pad(
        c,
        like(c, 0),
        x.aval.shape.map((n, axis): PaddingConfig => {
          const start = startIndices[axis];
          if (strides === null) return [start, n - limitIndices[axis], 0];
          const covered = c.shape[axis] === 0 ? 0 : 1 + (c.shape[axis] - 1) * strides[axis];
          return [start, n - start - covered, strides[axis] - 1];
        }),
      ),
    ),
  ]),
  batch: ([x], [dim], { startIndices, limitIndices, strides }, axis) => {
    const d = dim as number;
    const outputs = [
      slice(
        x,
        withAxis(startIndices, d, 0),
        withAxis(limitIndices, d, axis.size),
        strides === null ? null : withAxis(strides, d, 1),
      ),
    ];
    return { outputs, dims: [d] };
  },
  lower: (e, [x], { startIndices, limitIndices, strides }, [out]) => [
    e.op('slice', [x], out, {
      start_indices: attr.i64s(startIndices),
      limit_indices: attr.i64s(limitIndices),
      strides: attr.i64s(strides ?? startIndices.map(() => 1)),
    }),
  ],
  kernel: (k, [x], { startIndices, limitIndices, strides }) => [sliceKernel(k, x, startIndices, limitIndices, strides)],
}));
export const slice = (
  x: NdArray,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  strides: readonly number[] | null = null,
): NdArray => {
  const steps = strides?.every((s) => s === 1) ? null : strides;
  const whole = steps === null && startIndices.every((s) => s === 0) && sameShape(limitIndices, x.shape);
  return whole ? x : bindOne(sliceP, [x], { startIndices, limitIndices, strides: steps });
};

/** Elements `start, start + stride, ...` below `limit` of one axis, all of the others. */
export const sliceInDim = (x: NdArray, start: number, limit: number, stride: number, axis: number): NdArray =>
  slice(
    x,
    x.shape.map((_, k) => (k === axis ? start : 0)),
    x.shape.map((n, k) => (k === axis ? limit : n)),
    stride === 1 ? null : x.shape.map((_, k) => (k === axis ? stride : 1)),
  );

/** Padding of one axis: before, after (negative cuts off), and between neighbours. */
export type PaddingConfig = readonly [low: number, high: number, interior: number];

export interface PadParams {
  readonly paddingConfig: readonly PaddingConfig[];
}

const paddedSize = (n: number, [low, high, interior]: PaddingConfig): number =>
  low + high + n + Math.max(0, n - 1) * interior;

/** The operand in a frame of `paddingValue`, also between its elements (`lax.pad`). */
export const padP = definePrimitive<PadParams>((self) => ({
  name: 'pad',
  flops: () => 0,
  type: ([x, value], { paddingConfig }) => {
    if (value.ndim !== 0) {
      throw new ShapeMismatch({
        op: 'pad',
        argument: 'paddingValue',
        expected: 'a scalar is needed',
        actual: value.shape,
      });
    }
    if (value.dtype !== x.dtype) {
      throw new DTypeMismatch({
        op: 'pad',
        argument: 'paddingValue',
        expected: `the operand has dtype ${x.dtype}`,
        actual: value.dtype,
      });
    }
    const shape = paddingConfig.map((config, axis) => paddedSize(x.shape[axis], config));
    if (paddingConfig.length !== x.ndim || paddingConfig.some((c) => c[2] < 0) || shape.some((n) => n < 0)) {
      throw new InvalidArgument({
        op: 'pad',
        argument: 'paddingConfig',
        expected: `one [low, high, interior >= 0] for each axis of [${x.shape.join(', ')}] that leaves no negative size`,
        actual: JSON.stringify(paddingConfig),
      });
    }
    return [shaped(shape, x.dtype, x.weakType && value.weakType)];
  },
  evaluate: ([x, value], { paddingConfig }) => {
    const shape = paddingConfig.map((config, axis) => paddedSize(x.shape[axis], config));
    const memory = stridesOf(x.shape);
    return [
      remapOr(x, value, shape, (index) => {
        let position = 0;
        for (let axis = 0; axis < index.length; axis++) {
          const [low, , interior] = paddingConfig[axis];
          const at = (index[axis] - low) / (interior + 1);
          if (at < 0 || at >= x.shape[axis] || !Number.isInteger(at)) return -1;
          position += at * memory[axis];
        }
        return position;
      }),
    ];
  },
  derivative: linear(self, ([ct], [x, value], { paddingConfig }) => {
    if (isZero(ct)) return [new Zero(x.aval), new Zero(value.aval)];
    return [
      isLinear(x) ? unpad(ct, paddingConfig) : null,
      isLinear(value)
        ? reduceSum(select(frame(x.aval.shape, paddingConfig), ct, zeros(ct.aval)), range(ct.ndim))
        : null,
    ];
  }),
  batch: ([x, value], [dx, dv], { paddingConfig }, axis) => {
    if (dx !== null && dv === null) {
      const outputs = [pad(x, value, [...paddingConfig.slice(0, dx), [0, 0, 0], ...paddingConfig.slice(dx)])];
      return { outputs, dims: [dx] };
    }
    const operand = dx === null ? broadcastBatch(x, axis.size) : moveAxis(x, dx, 0);
    const config: PaddingConfig[] = [[0, 0, 0], ...paddingConfig];
    const inside = pad(operand, like(x, 0), config);
    const around = broadcastInDim(value, inside.shape, [0]);
    return { outputs: [select(frame(operand.shape, config), around, inside)], dims: [0] };
  },
  lower: (e, [x, value], { paddingConfig }, [out]) => [
    e.op('pad', [x, value], out, {
      edge_padding_low: attr.i64s(paddingConfig.map((c) => c[0])),
      edge_padding_high: attr.i64s(paddingConfig.map((c) => c[1])),
      interior_padding: attr.i64s(paddingConfig.map((c) => c[2])),
    }),
  ],
  kernel: (k, [x, value], { paddingConfig }) => {
    const filling = k.filledWith(value) ?? k.decline('the padding value is not known');
    return [padKernel(k, x, paddingConfig, filling)];
  },
}));
export const pad = (x: NdArray, paddingValue: NdArray, paddingConfig: readonly PaddingConfig[]): NdArray =>
  paddingConfig.every(([low, high, interior]) => low === 0 && high === 0 && interior === 0) &&
  paddingConfig.length === x.ndim
    ? x
    : bindOne(padP, [x, paddingValue], { paddingConfig });

/** The transpose of padding: what lies at the places of the operand; zero for elements that were cut off. */
function unpad(ct: NdArray, paddingConfig: readonly PaddingConfig[]): NdArray {
  const cut = pad(
    ct,
    like(ct, 0),
    paddingConfig.map(([low, high]): PaddingConfig => [-low, -high, 0]),
  );
  return slice(
    cut,
    cut.shape.map(() => 0),
    cut.shape,
    paddingConfig.map((c) => c[2] + 1),
  );
}

/** True where the padded array holds the padding value. */
const frame = (shape: readonly number[], paddingConfig: readonly PaddingConfig[]): NdArray =>
  pad(full(shaped(shape, 'bool'), 0), scalarArray(true, 'bool', false), paddingConfig);

/** Axes in reverse order (`lax.rev`). */
export const revP = definePrimitive<{ dimensions: readonly number[] }>((self) => ({
  name: 'rev',
  flops: () => 0,
  type: ([x], { dimensions }) => {
    canonicalAxes(dimensions, x.ndim, 'rev', 'dimensions');
    return [x];
  },
  evaluate: ([x], { dimensions }) => {
    const memory = stridesOf(x.shape);
    const turned = x.shape.map((_, axis) => dimensions.includes(axis));
    return [
      remap(x, x.shape, (index) =>
        index.reduce((sum, k, axis) => sum + (turned[axis] ? x.shape[axis] - 1 - k : k) * memory[axis], 0),
      ),
    ];
  },
  derivative: linear(self, ([ct], [x], { dimensions }) => [mapCotangent(ct, x.aval, (c) => rev(c, dimensions))]),
  batch: ([x], [dim], { dimensions }) => {
    const d = dim as number;
    return {
      outputs: [
        rev(
          x,
          dimensions.map((axis) => (axis < d ? axis : axis + 1)),
        ),
      ],
      dims: [d],
    };
  },
  lower: (e, [x], { dimensions }, [out]) => [e.op('reverse', [x], out, { dimensions: attr.i64s(dimensions) })],
  kernel: (k, [x], { dimensions }, [out]) => [k.op('Reverse', { x }, out, { dims: dimensions })],
}));
export const rev = (x: NdArray, dimensions: readonly number[]): NdArray =>
  dimensions.length === 0 ? x : bindOne(revP, [x], { dimensions });
