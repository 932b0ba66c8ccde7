/**
 * Joining arrays along an axis, and taking them apart again: each is the other's transpose. Source: jax.lax.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { layoutOf } from '../array/dtype.js';
import { type HostData, hostZeros } from '../array/host.js';
import { canonicalAxis, sameShape, sizeOf, withoutAxes } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { attr } from '../ir/lowering.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bind, bindOne } from '../trace/context.js';
import { instantiate, linear } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { sliceInDim } from './slice.js';
import { sliceKernel } from './slice-kernel.js';
import { broadcastBatch, moveAxis } from './structure.js';

/** Copies blocks: for an axis, an array is `outer` rows of `n * inner` entries. */
function rows(x: HostData, axis: number): { outer: number; entries: number } {
  const outer = sizeOf(x.shape.slice(0, axis));
  return { outer, entries: sizeOf(x.shape.slice(axis)) * layoutOf(x.dtype).entries };
}

/** Arrays joined along an axis (`lax.concatenate`). */
export const concatenateP = definePrimitive<{ dimension: number }>((self) => ({
  name: 'concatenate',
  flops: () => 0,
  type: (inputs, { dimension }) => {
    if (inputs.length === 0) {
      throw new InvalidArgument({
        op: 'concatenate',
        argument: 'operands',
        expected: 'at least one array',
        actual: 'empty',
      });
    }
    const [first] = inputs;
    canonicalAxis(dimension, first.ndim, 'concatenate', 'dimension');
    inputs.forEach((x, i) => {
      if (x.dtype !== first.dtype) {
        throw new DTypeMismatch({
          op: 'concatenate',
          argument: `operand ${i}`,
          expected: `the first operand has dtype ${first.dtype}`,
          actual: x.dtype,
        });
      }
      if (
        x.ndim !== first.ndim ||
        !sameShape(withoutAxes(x.shape, [dimension]), withoutAxes(first.shape, [dimension]))
      ) {
        throw new ShapeMismatch({
          op: 'concatenate',
          argument: `operand ${i}`,
          expected: `it must equal the first, [${first.shape.join(', ')}], in all axes but ${dimension}`,
          actual: x.shape,
        });
      }
    });
    const total = inputs.reduce((sum, x) => sum + x.shape[dimension], 0);
    const shape = first.shape.map((n, axis) => (axis === dimension ? total : n));
    return [
      shaped(
        shape,
        first.dtype,
        inputs.every((x) => x.weakType),
      ),
    ];
  },
  evaluate: (args, { dimension }) => {
    const total = args.reduce((sum, x) => sum + x.shape[dimension], 0);
    const out = hostZeros(
      args[0].dtype,
      args[0].shape.map((n, axis) => (axis === dimension ? total : n)),
    );
    const target = out.data as Float64Array;
    const { outer, entries: stride } = rows(out, dimension);
    let offset = 0;
    for (const x of args) {
      const { entries } = rows(x, dimension);
      const source = x.data as Float64Array;
      for (let r = 0; r < outer; r++) target.set(source.subarray(r * entries, (r + 1) * entries), r * stride + offset);
      offset += entries;
    }
    return [out];
  },
  derivative: linear(self, ([ct], operands, { dimension }) => {
    let start = 0;
    return operands.map((x) => {
      const limit = start + x.aval.shape[dimension];
      const part = !isLinear(x) ? null : isZero(ct) ? new Zero(x.aval) : sliceInDim(ct, start, limit, 1, dimension);
      start = limit;
      return part;
    });
  }),
  batch: (args, dims, { dimension }, axis) => {
    const first = dims.find((d) => d !== null) as number;
    const fronts = args.map((x, i) => {
      const d = dims[i];
      return d === null ? moveAxis(broadcastBatch(x, axis.size), 0, first) : moveAxis(x, d, first);
    });
    return { outputs: [concatenate(fronts, dimension < first ? dimension : dimension + 1)], dims: [first] };
  },
  lower: (e, args, { dimension }, [out]) => [e.op('concatenate', args, out, { dimension: attr.i64(dimension) })],
  kernel: (k, args, { dimension }, [out]) => [k.op('Concat', args, out, { axis: dimension })],
}));
export const concatenate = (operands: readonly NdArray[], dimension: number): NdArray =>
  operands.length === 1 ? operands[0] : bindOne(concatenateP, operands, { dimension });

/** An array cut into consecutive pieces of the given sizes along an axis (`lax.split`). */
export const splitP = definePrimitive<{ sizes: readonly number[]; axis: number }>((self) => ({
  name: 'split',
  flops: () => 0,
  type: ([x], { sizes, axis }) => {
    canonicalAxis(axis, x.ndim, 'split');
    if (sizes.some((n) => n < 0) || sizes.reduce((a, b) => a + b, 0) !== x.shape[axis]) {
      throw new ShapeMismatch({
        op: 'split',
        argument: 'operand',
        expected: `the sizes [${sizes.join(', ')}] must add up to its axis ${axis}`,
        actual: x.shape,
      });
    }
    return sizes.map((n) => x.withShape(x.shape.map((m, k) => (k === axis ? n : m))));
  },
  evaluate: ([x], { sizes, axis }) => {
    const { outer, entries: stride } = rows(x, axis);
    const source = x.data as Float64Array;
    let offset = 0;
    return sizes.map((n) => {
      const out = hostZeros(
        x.dtype,
        x.shape.map((m, k) => (k === axis ? n : m)),
      );
      const { entries } = rows(out, axis);
      const target = out.data as Float64Array;
      for (let r = 0; r < outer; r++) {
        const from = r * stride + offset;
        target.set(source.subarray(from, from + entries), r * entries);
      }
      offset += entries;
      return out;
    });
  },
  derivative: linear(self, (cotangents, [x], { axis }) => [
    cotangents.every(isZero) ? new Zero(x.aval) : concatenate(cotangents.map(instantiate), axis),
  ]),
  batch: ([x], [dim], { sizes, axis }) => {
    const d = dim as number;
    const outputs = bind(self(), [x], { sizes, axis: axis < d ? axis : axis + 1 });
    return { outputs, dims: outputs.map(() => d) };
  },
  lower: (e, [x], { axis }, outputs) => {
    let start = 0;
    return outputs.map((out) => {
      const limit = start + out.shape[axis];
      const piece = e.op('slice', [x], out, {
        start_indices: attr.i64s(x.aval.shape.map((_, k) => (k === axis ? start : 0))),
        limit_indices: attr.i64s(x.aval.shape.map((n, k) => (k === axis ? limit : n))),
        strides: attr.i64s(x.aval.shape.map(() => 1)),
      });
      start = limit;
      return piece;
    });
  },
  kernel: (k, [x], { axis }, outputs) => {
    let start = 0;
    return outputs.map((out) => {
      const begin = out.shape.map((_, i) => (i === axis ? start : 0));
      const end = out.shape.map((n, i) => begin[i] + n);
      start += out.shape[axis];
      return sliceKernel(k, x, begin, end, null);
    });
  },
}));
export const split = (x: NdArray, sizes: readonly number[], axis: number): NdArray[] =>
  bind(splitP, [x], { sizes, axis });
