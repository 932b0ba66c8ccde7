/**
 * The little mathematics that laws apply to functions: sums, products and a few smooth functions of arrays.
 */
import { allPrimitives, bind, type DeviceArray, isComplex, type NdArray } from 'fluxion/extend';
import { arrayOf } from './arbitrary/array.js';

const apply = (name: string, args: readonly NdArray[], params: object = {}): NdArray => {
  const primitive = allPrimitives().get(name);
  if (primitive === undefined) throw new Error(`There is no primitive ${name}.`);
  return bind(primitive, args, params)[0];
};

/** A scalar in the dtype of `x`. */
export const like = (x: NdArray, value: number): DeviceArray =>
  arrayOf(x.dtype, [], isComplex(x.dtype) ? [value, 0] : [value]);

export const add = (x: NdArray, y: NdArray): NdArray => apply('add', [x, y]);
export const sub = (x: NdArray, y: NdArray): NdArray => apply('sub', [x, y]);
export const mul = (x: NdArray, y: NdArray): NdArray => apply('mul', [x, y]);
export const div = (x: NdArray, y: NdArray): NdArray => apply('div', [x, y]);
export const sin = (x: NdArray): NdArray => apply('sin', [x]);
export const cos = (x: NdArray): NdArray => apply('cos', [x]);
export const stopGradient = (x: NdArray): NdArray => apply('stop_gradient', [x]);
export const convert = (x: NdArray, dtype: NdArray['dtype']): NdArray =>
  x.dtype === dtype ? x : apply('convert_element_type', [x], { newDtype: dtype, weakType: false });
/** The sum of all elements. */
export const total = (x: NdArray): NdArray =>
  x.ndim === 0 ? x : apply('reduce_sum', [x], { axes: x.shape.map((_, i) => i) });
/** `sum(u x)`. */
export const inner = (u: NdArray, x: NdArray): NdArray => total(mul(u, x));
export const reshape = (x: NdArray, newSizes: readonly number[]): NdArray => apply('reshape', [x], { newSizes });

/** The sum of scalars that may have unlike dtypes, in that of the first. */
export const sumOf = (terms: readonly NdArray[]): NdArray =>
  terms.slice(1).reduce((sum, x) => add(sum, convert(x, terms[0].dtype)), terms[0]);

/** A function of a list of arrays. */
export type Flat = (xs: readonly NdArray[]) => NdArray[];
/** A scalar function of a list of arrays. */
export type Scalar = (xs: readonly NdArray[]) => NdArray;

/** `u . g(xs)`: a function made scalar by a cotangent. Complex results give the real part of `u y`. */
export const weighted =
  (g: Flat, weights: readonly NdArray[]): Scalar =>
  (xs) =>
    sumOf(g(xs).map((y, i) => realPart(inner(weights[i], y))));

const realPart = (x: NdArray): NdArray => (isComplex(x.dtype) ? apply('real', [x]) : x);

/** A smooth function that depends on every element of every array: `sum(sin(x + k))`, k the position of the array. */
export const waves: Scalar = (xs) => sumOf(xs.map((x, k) => realPart(total(sin(add(x, like(x, k)))))));
