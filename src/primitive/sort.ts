/**
 * Sorting along an axis: by one or several keys, carrying other arrays along; and the k largest.
 *
 * Zeros of both signs are equal keys, NaNs are equal and come last. Derivatives go the way the elements went.
 * Source: jax.lax.sort, jax.lax.top_k.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { isComplex, isFloat } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromNumbers, readBig, readComplex, readNumbers } from '../array/numeric.js';
import { canonicalAxis, range, sameShape, sizeOf, stridesOf } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import { isZero, Zero } from '../ir/zero.js';
import { bind } from '../trace/context.js';
import { smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { gather } from './gather.js';
import { checkAccepts } from './pointwise.js';
import { broadcastBatch, expandDims, forEachIndex, gatherElements, iota, moveAxis } from './structure.js';

export interface SortParams {
  readonly dimension: number;
  readonly isStable: boolean;
  /** How many of the operands, from the first, are keys. */
  readonly numKeys: number;
}

/** Elements of `x` at indices along an axis; other axes go together. */
export function takeAlong(x: NdArray, indices: NdArray, axis: number): NdArray {
  const batch = range(x.ndim).filter((k) => k !== axis);
  const numbers = {
    offsetDims: [],
    collapsedSliceDims: [axis],
    startIndexMap: [axis],
    operandBatchingDims: batch,
    startIndicesBatchingDims: batch,
  };
  const sizes = x.shape.map((n) => Math.min(1, n));
  return gather(x, expandDims(indices, [x.ndim]), numbers, sizes, { mode: 'promiseInBounds' });
}

type Compare = (i: number, j: number) => number;

const inOrder = (x: number, y: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
};

/** Compares two elements of a key by their positions. */
function comparison(key: HostData): Compare {
  if (isComplex(key.dtype)) {
    const { re, im } = readComplex(key);
    return (i, j) => inOrder(re[i], re[j]) || inOrder(im[i], im[j]);
  }
  if (key.dtype === 'int64' || key.dtype === 'uint64') {
    const x = readBig(key);
    return (i, j) => (x[i] < x[j] ? -1 : x[i] > x[j] ? 1 : 0);
  }
  const x = readNumbers(key);
  return (i, j) => inOrder(x[i], x[j]);
}

/** For each place along an axis: the position of the element that comes there. Equal ones keep their order. */
function sortedPositions(shape: readonly number[], axis: number, compare: Compare): number[] {
  const strides = stridesOf(shape);
  const result = new Array<number>(sizeOf(shape));
  const rest = shape.map((n, k) => (k === axis ? Math.min(1, n) : n));
  forEachIndex(rest, (index) => {
    const start = index.reduce((sum, k, a) => sum + k * strides[a], 0);
    const line = range(shape[axis]).map((k) => start + k * strides[axis]);
    [...line].sort(compare).forEach((from, k) => {
      result[line[k]] = from;
    });
  });
  return result;
}

/** True when the first of each pair of keys comes before the second. */
function emitBefore(e: Emitter, pairs: readonly (readonly [Value, Value])[]): Value {
  const flag = shaped([], 'bool');
  const parts = pairs.flatMap(([x, y]): (readonly [Value, Value])[] => {
    if (!isComplex(x.aval.dtype)) return [[x, y]];
    const part = shaped([], x.aval.dtype === 'complex64' ? 'float32' : 'float64');
    return ['real', 'imag'].map((name) => [e.op(name, [x], part), e.op(name, [y], part)] as const);
  });
  const compare = (direction: string, type: string, x: Value, y: Value): Value =>
    e.op('compare', [x, y], flag, {
      comparison_direction: attr.of('comparison_direction', direction),
      compare_type: attr.of('comparison_type', type),
    });
  /** One zero and one NaN, so that the total order of bit patterns is the order wanted. */
  const canonical = (x: Value): Value => {
    const zero = e.constant(0, x.aval);
    const positive = e.op('select', [compare('EQ', 'FLOAT', x, zero), zero, x], x.aval);
    const nan = e.constant(Number.NaN, x.aval);
    return e.op('select', [compare('NE', 'FLOAT', x, x), nan, positive], x.aval);
  };
  let before: Value | null = null;
  for (const [x, y] of parts.reverse()) {
    const { dtype } = x.aval;
    const type = isFloat(dtype) ? 'TOTALORDER' : dtype.startsWith('int') ? 'SIGNED' : 'UNSIGNED';
    const [a, b] = isFloat(dtype) ? [canonical(x), canonical(y)] : [x, y];
    const less = compare('LT', type, a, b);
    before = before === null ? less : e.op('or', [less, e.op('and', [compare('EQ', type, a, b), before], flag)], flag);
  }
  return before as Value;
}

function sortType(operands: readonly ShapedArray[], { dimension, numKeys }: SortParams): ShapedArray[] {
  const [first] = operands;
  if (operands.length === 0 || numKeys < 1 || numKeys > operands.length) {
    const expected = `from 1 to the number of operands, ${operands.length}`;
    throw new InvalidArgument({ op: 'sort', argument: 'numKeys', expected, actual: `${numKeys}` });
  }
  canonicalAxis(dimension, first.ndim, 'sort', 'dimension');
  operands.forEach((x, i) => {
    if (sameShape(x.shape, first.shape)) return;
    const expected = `the first operand has shape [${first.shape.join(', ')}]`;
    throw new ShapeMismatch({ op: 'sort', argument: `operand ${i}`, expected, actual: x.shape });
  });
  return [...operands];
}

/** Arrays sorted together along an axis, by the first `numKeys` of them (`lax.sort`). */
export const sortP = definePrimitive<SortParams>((self) => ({
  name: 'sort',
  type: sortType,
  evaluate: (args, { dimension, numKeys }) => {
    const keys = args.slice(0, numKeys).map(comparison);
    const compare: Compare = (i, j) => keys.reduce((order, key) => order || key(i, j), 0);
    const from = sortedPositions(args[0].shape, dimension, compare);
    return args.map((x) => gatherElements(x, x.shape, (i) => from[i]));
  },
  derivative: smooth((primals, tangents, params) => {
    if (tangents.every(isZero)) {
      const outputs = bind(self(), primals, params);
      return { primals: outputs, tangents: outputs.map((y) => new Zero(y.aval)) };
    }
    const places = iota('int32', primals[0].shape, params.dimension);
    const results = bind(self(), [...primals, places], params);
    const outputs = results.slice(0, -1);
    const from = results[outputs.length];
    return {
      primals: outputs,
      tangents: tangents.map((dx, i) =>
        isZero(dx) ? new Zero(outputs[i].aval) : takeAlong(dx, from, params.dimension),
      ),
    };
  }),
  batch: (args, dims, params, axis) => {
    const fronts = args.map((x, i) => {
      const d = dims[i];
      return d === null ? broadcastBatch(x, axis.size) : moveAxis(x, d, 0);
    });
    const outputs = bind(self(), fronts, { ...params, dimension: params.dimension + 1 });
    return { outputs, dims: outputs.map(() => 0) };
  },
  lower: (e, args, { dimension, isStable, numKeys }, outputs) => {
    const elements = args.flatMap((x) => [shaped([], x.aval.dtype), shaped([], x.aval.dtype)]);
    const body = e.region(elements, (...values) => [
      emitBefore(
        e,
        range(numKeys).map((k) => [values[2 * k], values[2 * k + 1]]),
      ),
    ]);
    const attributes = { dimension: attr.i64(dimension), is_stable: attr.bool(isStable) };
    return e.many('sort', args, outputs, attributes, [body]);
  },
}));
/** Arrays sorted together along an axis; stable, and by the first array alone, unless said otherwise. */
export const sort = (
  operands: readonly NdArray[],
  dimension: number,
  { isStable = true, numKeys = 1 }: Partial<Pick<SortParams, 'isStable' | 'numKeys'>> = {},
): NdArray[] => bind(sortP, operands, { dimension, isStable, numKeys });

/** The k largest along the last axis, largest first, and where they were; NaN is largest (`lax.top_k`). */
export const topKP = definePrimitive<{ k: number }>((self) => ({
  name: 'top_k',
  type: ([x], { k }) => {
    checkAccepts('topK', 'operand', x.dtype, 'ordered');
    const last = x.shape[x.ndim - 1];
    if (x.ndim === 0 || !Number.isInteger(k) || k < 0 || k > last) {
      const expected = `k is ${k}, and the last axis must have at least as many elements`;
      throw new ShapeMismatch({ op: 'topK', argument: 'operand', expected, actual: x.shape });
    }
    const shape = [...x.shape.slice(0, -1), k];
    return [shaped(shape, x.dtype, x.weakType), shaped(shape, 'int32')];
  },
  evaluate: ([x], { k }) => {
    const n = x.shape[x.shape.length - 1];
    const shape = [...x.shape.slice(0, -1), k];
    const compare = comparison(x);
    const from = sortedPositions(x.shape, x.shape.length - 1, (i, j) => compare(j, i));
    const place = (i: number): number => from[Math.floor(i / k) * n + (i % k)];
    const values = gatherElements(x, shape, place);
    const indices = range(sizeOf(shape)).map((i) => place(i) % n);
    return [values, fromNumbers('int32', shape, indices)];
  },
  derivative: smooth(([x], [dx], params) => {
    const [values, indices] = bind(self(), [x], params);
    const tangent = isZero(dx) ? new Zero(values.aval) : takeAlong(dx, indices, x.ndim - 1);
    return { primals: [values, indices], tangents: [tangent, new Zero(indices.aval)] };
  }),
  batch: ([x], [dim], params) => {
    const outputs = bind(self(), [moveAxis(x, dim as number, 0)], params);
    return { outputs, dims: outputs.map(() => 0) };
  },
  lower: (e, [x], { k }, outputs) => e.many('chlo.top_k', [x], outputs, { k: attr.i64(k) }),
}));
export const topK = (x: NdArray, k: number): [values: NdArray, indices: NdArray] =>
  bind(topKP, [x], { k }) as [NdArray, NdArray];
