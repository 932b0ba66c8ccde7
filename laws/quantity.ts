/**
 * Quantities: the leaves of a result as plain float64 numbers, each with the path that a failure names.
 */
import { type DType, decode, isComplex, leafPaths, NdArray } from 'fluxion/extend';
import { flatten } from 'fluxion/tree';

export interface Quantity {
  /** `params.encoder.w`, or `value`. */
  readonly path: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements in row-major order; complex numbers as pairs. */
  readonly values: Float64Array;
  /** Absolute error of the elements, where it is known from an estimate. */
  readonly error?: number;
}

/** The elements of an array as float64 numbers; complex numbers as pairs. */
export function numbersOf(x: NdArray): Float64Array {
  const data = x.dataSync();
  if (data instanceof Float64Array) return data;
  const coded = x.dtype === 'bfloat16' || x.dtype === 'float16';
  if (coded || data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return Float64Array.from({ length: x.size }, (_, i) => Number(decode(x.dtype, data, i)));
  }
  return Float64Array.from(data);
}

/**
 * `u . y` over all arrays: the pairing of cotangents with tangents. For complex arrays it is the real part of the sum of
 * the products, without conjugation, which is JAX's convention.
 */
export function pairing(us: readonly NdArray[], ys: readonly NdArray[]): number {
  let sum = 0;
  us.forEach((u, i) => {
    const [a, b] = [numbersOf(u), numbersOf(ys[i])];
    const complex = isComplex(u.dtype);
    for (let k = 0; k < a.length; k++) sum += complex && k % 2 === 1 ? -a[k] * b[k] : a[k] * b[k];
  });
  return sum;
}

/** One array as a quantity. */
export const quantity = (path: string, x: NdArray, error?: number): Quantity => ({
  path,
  dtype: x.dtype,
  shape: x.shape,
  values: numbersOf(x),
  error,
});

/** One number as a quantity. */
export const scalarQuantity = (path: string, value: number, error?: number): Quantity => ({
  path,
  dtype: 'float64',
  shape: [],
  values: Float64Array.of(value),
  error,
});

/** Numbers as a quantity. */
export const vectorQuantity = (path: string, values: Float64Array, shape: readonly number[]): Quantity => ({
  path,
  dtype: 'float64',
  shape,
  values,
});

/** The array leaves of a tree as quantities; paths start with `root`. */
export function quantities(root: string, tree: unknown): Quantity[] {
  if (tree instanceof NdArray) return [quantity(root, tree)];
  const [leaves, def] = flatten(tree);
  const paths = leafPaths(def, root);
  return leaves.flatMap((leaf, i) => {
    if (leaf instanceof NdArray) return [quantity(paths[i], leaf)];
    return typeof leaf === 'number' ? [scalarQuantity(paths[i], leaf)] : [];
  });
}
