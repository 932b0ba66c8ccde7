/**
 * Convolution and correlation of vectors (`jnp.convolve`, `jnp.correlate`).
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { isComplex } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { cut } from './joining.js';
import type { ProductOptions } from './linear.js';
import { convolveOptions } from './options.js';
import { promoteDTypesInexact } from './promote.js';

/** Options of `convolve` and `correlate`. */
export interface ConvolveOptions extends ProductOptions {
  /**
   * Which places: all where the vectors meet (`'full'`), as many as the longer one has, in the middle (`'same'`), or only
   * those where the shorter one lies inside (`'valid'`).
   */
  readonly mode?: 'full' | 'same' | 'valid';
}

/** `y_k = sum_j x_j w_{j - k}`, over the places of `mode`. The shorter vector is the kernel. */
function slide(op: string, x: NdArray, w: NdArray, options: ConvolveOptions, mode: string): NdArray {
  const n = w.size;
  const before = mode === 'full' ? n - 1 : mode === 'same' ? Math.floor(n / 2) : 0;
  const after = mode === 'full' ? n - 1 : mode === 'same' ? n - Math.floor(n / 2) - 1 : 0;
  if (!['full', 'same', 'valid'].includes(mode)) {
    throw new InvalidArgument({ op, argument: 'mode', expected: "'full', 'same' or 'valid'", actual: `'${mode}'` });
  }
  const out = primitive.convGeneralDilated(primitive.reshape(x, [1, 1, x.size]), primitive.reshape(w, [1, 1, n]), {
    windowStrides: [1],
    padding: [[before, after]],
    lhsDilation: [1],
    rhsDilation: [1],
    dimensionNumbers: { lhsSpec: [0, 1, 2], rhsSpec: [0, 1, 2], outSpec: [0, 1, 2] },
    featureGroupCount: 1,
    batchGroupCount: 1,
    precision: options.precision ?? null,
    preferredElementType: options.preferredElementType ?? null,
  });
  return primitive.reshape(out, [out.size]);
}

function vectors(op: string, a: ArrayLike, v: ArrayLike): [NdArray, NdArray] {
  const [x, y] = promoteDTypesInexact(op, [a, v]);
  for (const [i, z] of [x, y].entries()) {
    if (z.ndim !== 1 || z.size === 0) {
      throw new ShapeMismatch({
        op,
        argument: i === 0 ? 'a' : 'v',
        expected: 'a vector with elements is needed',
        actual: z.shape,
      });
    }
  }
  return [x, y];
}

/** `y_k = sum_j a_j v_{k - j}`: the product of the polynomials with these coefficients. */
export function convolve(a: ArrayLike, v: ArrayLike, options: ConvolveOptions = {}): NdArray {
  checkOptions('convolve', options, convolveOptions);
  const [x, y] = vectors('convolve', a, v);
  const [long, short] = x.size < y.size ? [y, x] : [x, y];
  return slide('convolve', long, primitive.rev(short, [0]), options, options.mode ?? 'full');
}

/** `c_k = sum_j a_{j + k} conj(v_j)`: how alike the vectors are when one is moved by `k`. */
export function correlate(a: ArrayLike, v: ArrayLike, options: ConvolveOptions = {}): NdArray {
  checkOptions('correlate', options, convolveOptions);
  const [x, y] = vectors('correlate', a, v);
  const kernel = isComplex(y.dtype) ? primitive.conj(y) : y;
  const mode = options.mode ?? 'valid';
  if (x.size >= y.size) return slide('correlate', x, kernel, options, mode);
  // The longer vector is moved over the shorter one: places come out in the opposite order.
  const out = primitive.rev(slide('correlate', kernel, x, options, mode === 'same' ? 'full' : mode), [0]);
  if (mode !== 'same') return out;
  const start = Math.floor((x.size - 1) / 2);
  return cut(out, 0, start, start + y.size);
}
