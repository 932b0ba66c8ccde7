/**
 * Reductions over sliding windows: sums, maxima, minima (pooling).
 *
 * Padding and the holes of a dilated base hold the reduction's identity. The derivative of a maximum goes to the first
 * element of its window that attains it, found by `windowArgP`; ties are not shared here, as in JAX.
 * Source: jax.lax.reduce_window.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { isComplex, isInteger } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { limitsOf } from '../array/limits.js';
import { fromComplex, fromNumbers, readBig, readComplex, readNumbers } from '../array/numeric.js';
import { range, sizeOf, stridesOf, withAxis } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { type Attributes, attr, type Value } from '../ir/lowering.js';
import type { BatchRule, Derivative, KernelRule, Primitive } from '../ir/primitive.js';
import { bindOne } from '../trace/context.js';
import { linear, mapCotangent, nonDifferentiable } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { like, mul, sub } from './arithmetic.js';
import { emitCompare } from './compare.js';
import { kernelExtremum } from './extrema.js';
import { gather } from './gather.js';
import { type Accepts, checkAccepts, partials, pointwiseKernel } from './pointwise.js';
import type { Monoid } from './reduce.js';
import { type PaddingConfig, pad } from './slice.js';
import { forEachIndex, full, iota, moveAxis, reshape } from './structure.js';
import { kernelWindow } from './window-kernel.js';
import { tiles, tileTangent } from './window-tiles.js';

/** The windows: one entry of each list for each axis. */
export interface WindowParams {
  readonly windowDimensions: readonly number[];
  readonly windowStrides: readonly number[];
  readonly padding: readonly (readonly [low: number, high: number])[];
  readonly baseDilation: readonly number[];
  readonly windowDilation: readonly number[];
}

/** The size of an axis with holes between its elements. */
export const dilated = (n: number, dilation: number): number => (n === 0 ? 0 : 1 + dilation * (n - 1));

/** How many windows an axis has. */
export function windowCount(
  n: number,
  window: number,
  stride: number,
  [low, high]: readonly [number, number],
  baseDilation: number,
  windowDilation: number,
): number {
  const room = dilated(n, baseDilation) + low + high - dilated(window, windowDilation);
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

function windowedShape(op: string, x: readonly number[], params: WindowParams): number[] {
  const { windowDimensions, windowStrides, padding, baseDilation, windowDilation } = params;
  const lists = [windowDimensions, windowStrides, baseDilation, windowDilation];
  if (lists.some((l) => l.length !== x.length || l.some((n) => n < 1)) || padding.length !== x.length) {
    const expected = `one positive entry for each of the ${x.length} axes of the operand in each list`;
    throw new InvalidArgument({ op, argument: 'the window', expected, actual: JSON.stringify(params) });
  }
  return x.map((n, k) =>
    windowCount(n, windowDimensions[k], windowStrides[k], padding[k], baseDilation[k], windowDilation[k]),
  );
}

/** Calls `visit` for each element (by position) of each window (by position of the result), in row-major order. */
function forEachWindow(
  x: readonly number[],
  params: WindowParams,
  visit: (out: number, element: number) => void,
): void {
  const strides = stridesOf(x);
  forEachIndex(windowedShape('reduceWindow', x, params), (corner, out) => {
    forEachIndex(params.windowDimensions, (offset) => {
      let element = 0;
      for (let k = 0; k < x.length; k++) {
        const place = corner[k] * params.windowStrides[k] + offset[k] * params.windowDilation[k] - params.padding[k][0];
        const index = place / params.baseDilation[k];
        if (!Number.isInteger(index) || index < 0 || index >= x[k]) return;
        element += index * strides[k];
      }
      visit(out, element);
    });
  });
}

function evaluateWindow(x: HostData, params: WindowParams, monoid: Monoid): HostData {
  const { dtype } = x;
  const shape = windowedShape('reduceWindow', x.shape, params);
  const size = sizeOf(shape);
  const identity = monoid.identity(dtype);
  const { complex } = monoid;
  if (isComplex(dtype) && complex) {
    const { re, im } = readComplex(x);
    const [outRe, outIm] = [new Float64Array(size).fill(Number(identity)), new Float64Array(size)];
    forEachWindow(x.shape, params, (i, j) => {
      [outRe[i], outIm[i]] = complex([outRe[i], outIm[i]], [re[j], im[j]]);
    });
    return fromComplex(dtype, shape, outRe, outIm);
  }
  if (dtype === 'int64' || dtype === 'uint64') {
    const values = readBig(x);
    const data = dtype === 'int64' ? new BigInt64Array(size) : new BigUint64Array(size);
    data.fill(BigInt(identity as bigint));
    forEachWindow(x.shape, params, (i, j) => {
      data[i] = monoid.big(data[i], values[j]);
    });
    return { dtype, shape, data };
  }
  const combine = (isInteger(dtype) ? monoid.integer : undefined) ?? monoid.real;
  const values = readNumbers(x);
  const out = new Float64Array(size).fill(Number(identity));
  forEachWindow(x.shape, params, (i, j) => {
    out[i] = combine(out[i], values[j]);
  });
  return fromNumbers(dtype, shape, out);
}

const attributes = (params: WindowParams): Attributes => ({
  window_dimensions: attr.i64s(params.windowDimensions),
  window_strides: attr.i64s(params.windowStrides),
  base_dilations: attr.i64s(params.baseDilation),
  window_dilations: attr.i64s(params.windowDilation),
  padding: attr.pairs(params.padding),
});

/** The windows of an array with one more axis, along which they have size one. */
const withWindowAxis = (params: WindowParams, axis: number): WindowParams => ({
  windowDimensions: withAxis(params.windowDimensions, axis, 1),
  windowStrides: withAxis(params.windowStrides, axis, 1),
  padding: [...params.padding.slice(0, axis), [0, 0], ...params.padding.slice(axis)],
  baseDilation: withAxis(params.baseDilation, axis, 1),
  windowDilation: withAxis(params.windowDilation, axis, 1),
});

const batchWindow =
  (self: () => Primitive<WindowParams>): BatchRule<WindowParams> =>
  ([x], [dim], params) => ({
    outputs: [bindOne(self(), [x], withWindowAxis(params, dim as number))],
    dims: [dim as number],
  });

function reduction(rules: {
  readonly name: string;
  readonly op: string;
  readonly accepts: Accepts;
  readonly monoid: Monoid;
  readonly operation: string;
  readonly kernel: KernelRule<object>;
  readonly derivative: (self: () => Primitive<WindowParams>) => Derivative<WindowParams>;
}): Primitive<WindowParams> {
  const { name, op, accepts, monoid, operation } = rules;
  return definePrimitive<WindowParams>((self) => ({
    name,
    flops: (_, [out], { windowDimensions }) => out.size * windowDimensions.reduce((n, m) => n * m, 1),
    type: ([x], params) => {
      checkAccepts(op, 'operand', x.dtype, accepts);
      return [x.withShape(windowedShape(op, x.shape, params))];
    },
    evaluate: ([x], params) => [evaluateWindow(x, params, monoid)],
    derivative: rules.derivative(self),
    batch: batchWindow(self),
    lower: (e, [x], params, [out]) => {
      const scalar = shaped([], x.aval.dtype);
      const body = e.region([scalar, scalar], (a, b) => [e.op(operation, [a, b], scalar)]);
      const start = e.constant(monoid.identity(x.aval.dtype), scalar);
      return e.many('reduce_window', [x, start], [out], attributes(params), [body]);
    },
    kernel: (k, [x], params, [out]) => [kernelWindow(k, x, params, out, monoid.identity(x.aval.dtype), rules.kernel)],
  }));
}

/**
 * The padding of the transposed window operation: that with which sliding a window over spread cotangents gives back
 * the operand's shape.
 */
export const transposedPadding = (
  n: number,
  window: number,
  stride: number,
  windows: number,
  low: number,
  baseDilation: number,
  windowDilation: number,
): [low: number, high: number] => {
  const reach = dilated(window, windowDilation);
  const before = reach - low - 1;
  return [before, dilated(n, baseDilation) + reach - 1 - dilated(windows, stride) - before];
};

/** The transpose of windowed sums: each element gets the cotangents of the windows that it was in. */
function spreadSums(ct: NdArray, x: ShapedArray, params: WindowParams): NdArray {
  const { windowDimensions, windowStrides, padding, baseDilation, windowDilation } = params;
  const config = x.shape.map((n, k): PaddingConfig => {
    const [window, stride] = [windowDimensions[k], windowStrides[k]];
    const [low, high] = transposedPadding(
      n,
      window,
      stride,
      ct.shape[k],
      padding[k][0],
      baseDilation[k],
      windowDilation[k],
    );
    return [low, high, stride - 1];
  });
  return reduceWindowSum(pad(ct, like(ct, 0), config), {
    windowDimensions,
    windowStrides: baseDilation,
    padding: padding.map(() => [0, 0]),
    baseDilation: baseDilation.map(() => 1),
    windowDilation,
  });
}

export const reduceWindowSumP = reduction({
  name: 'reduce_window_sum',
  op: 'reduceWindow',
  accepts: 'number',
  operation: 'add',
  kernel: pointwiseKernel('Add', 'float32', 'int32'),
  monoid: {
    identity: () => 0,
    real: (x, y) => x + y,
    big: (x, y) => x + y,
    complex: ([a, b], [c, d]) => [a + c, b + d],
  },
  derivative: (self) =>
    linear(self, ([ct], [x], params) => [mapCotangent(ct, x.aval, (c) => spreadSums(c, x.aval, params))]),
});
/** Sums over windows. */
export const reduceWindowSum = (x: NdArray, params: WindowParams): NdArray => bindOne(reduceWindowSumP, [x], params);

export interface WindowArgParams extends WindowParams {
  readonly largest: boolean;
}

/** Where no element of the operand was in the window. */
const NOWHERE = 2 ** 31 - 1;

/** The row-major position in the operand of the first largest or smallest element of each window. */
export const windowArgP = definePrimitive<WindowArgParams>((self) => ({
  name: 'reduce_window_arg',
  type: ([x], params) => [shaped(windowedShape('reduceWindow', x.shape, params), 'int32')],
  evaluate: ([x], params) => {
    const values = readNumbers(x);
    const shape = windowedShape('reduceWindow', x.shape, params);
    const found = new Float64Array(sizeOf(shape)).fill(NOWHERE);
    forEachWindow(x.shape, params, (out, element) => {
      const [value, best] = [values[element], values[found[out]]];
      const better = params.largest ? value > best : value < best;
      if (found[out] === NOWHERE || better || (Number.isNaN(value) && !Number.isNaN(best))) found[out] = element;
    });
    return [fromNumbers('int32', shape, found)];
  },
  derivative: nonDifferentiable('an index is constant wherever it is continuous'),
  batch: ([x], [dim], params, axis) => {
    const front = moveAxis(x, dim as number, 0);
    const windows = { ...withWindowAxis(params, 0), largest: params.largest };
    const places = bindOne(self(), [front], windows);
    const inner = full(places.aval, sizeOf(front.shape.slice(1)));
    const before = mul(iota('int32', [axis.size, ...places.shape.slice(1)], 0), inner);
    return { outputs: [sub(places, before)], dims: [0] };
  },
  lower: (e, [x], params, [out]) => {
    const [value, index] = [shaped([], x.aval.dtype), shaped([], 'int32')];
    const flag = shaped([], 'bool');
    const both = (name: string, a: Value, b: Value): Value => e.op(name, [a, b], flag);
    const body = e.region([value, index, value, index], (a, i, b, j) => {
      const number = emitCompare(e, 'EQ', b, b);
      const nan = both('and', emitCompare(e, 'NE', a, a), number);
      const bothNan = both('and', emitCompare(e, 'NE', a, a), emitCompare(e, 'NE', b, b));
      const equal = both('or', emitCompare(e, 'EQ', a, b), bothNan);
      const tie = both('and', equal, emitCompare(e, 'LT', i, j));
      const better = both('or', both('or', emitCompare(e, params.largest ? 'GT' : 'LT', a, b), nan), tie);
      return [e.op('select', [better, a, b], value), e.op('select', [better, i, j], index)];
    });
    const flat = e.op('iota', [], shaped([x.aval.size], 'int32'), { iota_dimension: attr.i64(0) });
    const { lowest, highest } = limitsOf(x.aval.dtype);
    const starts = [e.constant(params.largest ? lowest : highest, value), e.constant(NOWHERE, index)];
    const results = [x.aval.withShape(out.shape), out];
    const operands = [x, e.reshape(flat, x.aval.shape), ...starts];
    return [e.many('reduce_window', operands, results, attributes(params), [body])[1]];
  },
}));

function extremum(name: string, largest: boolean): Primitive<WindowParams> {
  return reduction({
    name,
    op: 'reduceWindow',
    accepts: 'ordered',
    operation: largest ? 'maximum' : 'minimum',
    kernel: kernelExtremum(largest ? 'Maximum' : 'Minimum'),
    monoid: largest
      ? { identity: (d) => limitsOf(d).lowest, real: Math.max, big: (x, y) => (x > y ? x : y) }
      : { identity: (d) => limitsOf(d).highest, real: Math.min, big: (x, y) => (x < y ? x : y) },
    derivative: (self) =>
      partials(self, (dx, y, [x], params) => {
        if (tiles(params)) return tileTangent(dx, x, y.shape, params, largest);
        const places = bindOne(windowArgP, [x], { ...params, largest });
        const numbers = {
          offsetDims: [],
          collapsedSliceDims: [0],
          startIndexMap: [0],
          operandBatchingDims: [],
          startIndicesBatchingDims: [],
        };
        const options = { mode: 'fill', fillValue: 0 } as const;
        return gather(reshape(dx, [x.size]), reshape(places, [...y.shape, 1]), numbers, [1], options);
      }),
  });
}

export const reduceWindowMaxP = extremum('reduce_window_max', true);
/** The largest element of each window. */
export const reduceWindowMax = (x: NdArray, params: WindowParams): NdArray => bindOne(reduceWindowMaxP, [x], params);

export const reduceWindowMinP = extremum('reduce_window_min', false);
/** The smallest element of each window. */
export const reduceWindowMin = (x: NdArray, params: WindowParams): NdArray => bindOne(reduceWindowMinP, [x], params);

/** The padding by name: `VALID`, or `SAME` (`SAME_LOWER`: the odd one in front). */
export function namedPadding(
  name: string,
  shape: readonly number[],
  window: readonly number[],
  strides: readonly number[],
): [low: number, high: number][] {
  if (name === 'VALID') return shape.map(() => [0, 0]);
  if (name !== 'SAME' && name !== 'SAME_LOWER') {
    const expected = "'VALID', 'SAME', 'SAME_LOWER' or pairs of numbers";
    throw new InvalidArgument({ op: 'padding', argument: 'padding', expected, actual: `'${name}'` });
  }
  return range(shape.length).map((k) => {
    const windows = Math.ceil(shape[k] / strides[k]);
    const total = Math.max(0, (windows - 1) * strides[k] + window[k] - shape[k]);
    const less = Math.floor(total / 2);
    return name === 'SAME' ? [less, total - less] : [total - less, less];
  });
}
