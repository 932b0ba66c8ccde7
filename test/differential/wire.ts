/** Arrays as numbers, and as JSON in the form of the fixtures. */
import { isComplex } from '../../src/array/dtype.js';
import type { HostData } from '../../src/array/host.js';
import { readComplex, readNumbers } from '../../src/array/numeric.js';
import type { NdArray } from '../../src/index.js';
import type { JsonArray } from '../helpers/fixtures.js';

const host = (x: NdArray): HostData => ({ dtype: x.dtype, shape: x.shape, data: x.dataSync() });

/** The elements of a real array. */
export const elementsOf = (x: NdArray): number[] => Array.from(readNumbers(host(x)));

/** The elements of any array, complex ones as two numbers each. */
export function partsOf(x: NdArray): number[] {
  if (!isComplex(x.dtype)) return elementsOf(x);
  const { re, im } = readComplex(host(x));
  return Array.from(re, (v, i) => [v, im[i]]).flat();
}

const jsonNumber = (x: number): number | string => (Number.isFinite(x) ? x : `${x}`);

/** An array as JSON: numbers, "NaN" and the like, pairs where they are complex. */
export function jsonOf(x: NdArray): JsonArray {
  const { re, im } = readComplex(host(x));
  const pairs = isComplex(x.dtype);
  const data = Array.from(re, (v, i) => (pairs ? ([jsonNumber(v), jsonNumber(im[i])] as const) : jsonNumber(v)));
  return { dtype: x.dtype, shape: x.shape, data };
}
