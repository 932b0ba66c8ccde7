/**
 * Vector quantization (`jax.scipy.cluster.vq`).
 */
import type { NdArray } from '../../../array/array.js';
import type { ArrayLike } from '../../../array/convert.js';
import { ShapeMismatch } from '../../../error/error.js';
import * as jnp from '../../../numpy/index.js';
import { promoteDTypesInexact } from '../../../numpy/promote.js';

/**
 * `[code, distance]`: for each observation the nearest entry of the code book, and how far it is. `obs: [m, d]`,
 * `codeBook: [n, d]`; vectors are lists of numbers.
 * @throws ShapeMismatch unless both are such lists
 */
export function vq(obs: ArrayLike, codeBook: ArrayLike): [code: NdArray, distance: NdArray] {
  const [given, book] = promoteDTypesInexact('vq', [obs, codeBook]);
  const fits = given.ndim === book.ndim && (given.ndim === 1 || (given.ndim === 2 && given.shape[1] === book.shape[1]));
  if (!fits) {
    const expected = `obs has shape [${given.shape.join(', ')}], and both are vectors, or matrices with as many columns`;
    throw new ShapeMismatch({ op: 'vq', argument: 'codeBook', expected, actual: book.shape });
  }
  const rows = (x: NdArray): NdArray => (x.ndim === 1 ? x.reshape([x.size, 1]) : x);
  const [points, entries] = [rows(given), rows(book)];
  const apart = points.reshape([points.shape[0], 1, points.shape[1]]).sub(entries);
  const distances = jnp.linalg.norm(apart, { axis: -1 });
  const code = distances.argmin({ axis: -1 });
  const nearest = jnp.takeAlongAxis(distances, code.reshape([code.size, 1]), { axis: 1 });
  return [code, nearest.reshape([code.size])];
}
