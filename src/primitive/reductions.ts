/**
 * Products, extrema and logical reductions.
 *
 * Derivatives are JAX's: an extremum attained several times shares its cotangent equally among those places; a product
 * is differentiated as a tree of products, which is right where factors are zero.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { type DType, isBool } from '../array/dtype.js';
import { limitsOf } from '../array/limits.js';
import { range, sizeOf, withoutAxes } from '../array/shape.js';
import type { Primitive } from '../ir/primitive.js';
import { nonDifferentiable } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { add, div, like, mul } from './arithmetic.js';
import { eq } from './compare.js';
import { convertElementType } from './convert.js';
import { checkAccepts, partials } from './pointwise.js';
import {
  batchReduce,
  evaluateReduce,
  kernelReduce,
  lowerReduce,
  type Monoid,
  type ReduceParams,
  reduceBy,
  reduceSum,
  reduceType,
  spreadBack,
} from './reduce.js';
import { type PaddingConfig, pad, sliceInDim } from './slice.js';
import { full, reshape, squeeze, transpose } from './structure.js';

function extremum(name: string, op: string, lowerOp: string, kernel: string, monoid: Monoid): Primitive<ReduceParams> {
  return definePrimitive<ReduceParams>((self) => ({
    name,
    type: (inputs, params) => {
      checkAccepts(op, 'operand', inputs[0].dtype, 'ordered');
      return reduceType(op)(inputs, params);
    },
    evaluate: ([x], { axes }) => [evaluateReduce(x, axes, monoid)],
    derivative: partials(self, (dx, y, [x], { axes }) => {
      const chosen = convertElementType(eq(x, spreadBack(y, x.shape, axes)), x.dtype);
      return div(reduceSum(mul(dx, chosen), axes), reduceSum(chosen, axes));
    }),
    batch: batchReduce(self),
    lower: lowerReduce(lowerOp, monoid.identity),
    kernel: kernelReduce(kernel, 'float32', 'int32'),
  }));
}

/** The largest element over axes; NaN if one is (`lax.reduce_max`). An empty axis gives the lowest value. */
export const reduceMaxP = extremum('reduce_max', 'reduceMax', 'maximum', 'Max', {
  identity: (dtype) => limitsOf(dtype).lowest,
  real: Math.max,
  big: (x, y) => (x > y ? x : y),
});
export const reduceMax = reduceBy(reduceMaxP);

/** The smallest element over axes; NaN if one is (`lax.reduce_min`). An empty axis gives the highest value. */
export const reduceMinP = extremum('reduce_min', 'reduceMin', 'minimum', 'Min', {
  identity: (dtype) => limitsOf(dtype).highest,
  real: Math.min,
  big: (x, y) => (x < y ? x : y),
});
export const reduceMin = reduceBy(reduceMinP);

/** The tangent of a product over axes: pairs `(x, dx)` multiplied by halves until one is left. */
function productTangent(x: NdArray, dx: NdArray, axes: readonly number[]): NdArray {
  const kept = range(x.ndim).filter((axis) => !axes.includes(axis));
  const rest = kept.map((axis) => x.shape[axis]);
  const flatten = (z: NdArray): NdArray =>
    reshape(transpose(z, [...axes, ...kept]), [sizeOf(axes.map((axis) => x.shape[axis])), ...rest]);
  let value = flatten(x);
  let tangent = flatten(dx);
  if (value.shape[0] === 0) return full(shaped(rest, x.dtype), 0);
  while (value.shape[0] > 1) {
    const n = value.shape[0];
    const half = Math.ceil(n / 2);
    const config = value.shape.map((_, axis): PaddingConfig => [0, axis === 0 ? 2 * half - n : 0, 0]);
    const upper = (z: NdArray, fill: number): NdArray => pad(sliceInDim(z, half, n, 1, 0), like(z, fill), config);
    const [a, da] = [value, tangent].map((z) => sliceInDim(z, 0, half, 1, 0));
    const [b, db] = [upper(value, 1), upper(tangent, 0)];
    tangent = add(mul(da, b), mul(a, db));
    value = mul(a, b);
  }
  return squeeze(tangent, [0]);
}

const product: Monoid = {
  identity: () => 1,
  real: (x, y) => x * y,
  integer: Math.imul,
  big: (x, y) => x * y,
  complex: ([a, b], [c, d]) => [a * c - b * d, a * d + b * c],
};

/** The product over axes (`lax.reduce_prod`). */
export const reduceProdP = definePrimitive<ReduceParams>((self) => ({
  name: 'reduce_prod',
  type: reduceType('reduceProd'),
  evaluate: ([x], { axes }) => [evaluateReduce(x, axes, product)],
  derivative: partials(self, (dx, _, [x], { axes }) => productTangent(x, dx, axes)),
  batch: batchReduce(self),
  lower: lowerReduce('multiply', product.identity),
  kernel: kernelReduce('Prod', 'float32'),
}));
export const reduceProd = reduceBy(reduceProdP);

function logical(name: string, op: string, lowerOp: string, monoid: Monoid, kernel?: string): Primitive<ReduceParams> {
  return definePrimitive<ReduceParams>((self) => ({
    name,
    type: ([x], { axes }) => {
      checkAccepts(op, 'operand', x.dtype, 'bits');
      return [shaped(withoutAxes(x.shape, axes), x.dtype)];
    },
    evaluate: ([x], { axes }) => [evaluateReduce(x, axes, monoid)],
    derivative: nonDifferentiable('it computes on bits'),
    batch: batchReduce(self),
    lower: lowerReduce(lowerOp, monoid.identity),
    kernel: kernel === undefined ? undefined : kernelReduce(kernel, 'bool'),
  }));
}

const allBits = (dtype: DType): boolean | number | bigint => {
  const { lowest, highest } = limitsOf(dtype);
  if (isBool(dtype)) return true;
  return lowest === 0 || lowest === 0n ? highest : typeof highest === 'bigint' ? -1n : -1;
};

/** True where all are; for integers the bitwise `and` (`lax.reduce_and`). */
export const reduceAndP = logical(
  'reduce_and',
  'reduceAnd',
  'and',
  {
    identity: allBits,
    real: (x, y) => x & y,
    big: (x, y) => x & y,
  },
  'All',
);
export const reduceAnd = reduceBy(reduceAndP);

const none = (dtype: DType): boolean | number => (isBool(dtype) ? false : 0);

/** True where any is; for integers the bitwise `or` (`lax.reduce_or`). */
export const reduceOrP = logical(
  'reduce_or',
  'reduceOr',
  'or',
  {
    identity: none,
    real: (x, y) => x | y,
    big: (x, y) => x | y,
  },
  'Any',
);
export const reduceOr = reduceBy(reduceOrP);

/** True where an odd number is; for integers the bitwise `xor` (`lax.reduce_xor`). */
export const reduceXorP = logical('reduce_xor', 'reduceXor', 'xor', {
  identity: none,
  real: (x, y) => x ^ y,
  big: (x, y) => x ^ y,
});
export const reduceXor = reduceBy(reduceXorP);
