/**
 * Bernoulli's numbers. Source: jax.scipy.special.bernoulli.
 */
import type { NdArray } from '../../array/array.js';
import { defaultFloat } from '../../array/convert.js';
import { checkSize } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import { InvalidArgument } from '../../error/error.js';
import { array } from '../../numpy/index.js';

/** Terms of the zeta function, which gives all but the first numbers. */
const TERMS = 50;

/**
 * `B_0, ..., B_n`, with `B_1 = -1/2`: for even `m`, `|B_m| = 2 m! zeta(m) / (2 pi)^m`.
 * @throws InvalidArgument for a number that is not an integer, or negative, ArrayTooLarge for one that no memory holds
 */
export function bernoulli(n: number): NdArray {
  if (!Number.isInteger(n) || n < 0) {
    throw new InvalidArgument({ op: 'bernoulli', argument: 'n', expected: 'an integer, not negative', actual: `${n}` });
  }
  checkSize('bernoulli', defaultFloat(), n + 1);
  const numbers = [1, -1 / 2, 1 / 6];
  let factor = 1 / Math.PI ** 2;
  for (let m = 4; m <= n; m += 2) {
    factor *= (-(m - 1) * m) / (4 * Math.PI ** 2);
    const zeta = range(TERMS - 2).reduceRight((sum, k) => sum + (k + 2) ** -m, 1);
    numbers[m] = factor * zeta;
  }
  const all = range(n + 1).map((m) => numbers[m] ?? 0);
  return array(all, { dtype: defaultFloat() });
}
