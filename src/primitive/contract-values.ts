/**
 * The reference value of `dotGeneral`: both operands as stacks of matrices, three loops, float64 sums.
 *
 * Integers wrap around as XLA's do: products modulo 2^32 are exact with `Math.imul`, 64-bit ones with bigints.
 */
import type { ShapedArray } from '../array/aval.js';
import { isComplex, isInteger } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readBig, readComplex, readNumbers } from '../array/numeric.js';
import { sizeOf, stridesOf } from '../array/shape.js';
import { type DotDimensionNumbers, freeAxes } from './contract.js';
import { forEachIndex } from './structure.js';

/** Positions of the elements along some axes, relative to the first. */
function offsets(x: HostData, axes: readonly number[]): number[] {
  const strides = stridesOf(x.shape);
  const list: number[] = [];
  forEachIndex(
    axes.map((axis) => x.shape[axis]),
    (index) => list.push(axes.reduce((sum, axis, k) => sum + index[k] * strides[axis], 0)),
  );
  return list;
}

/** Sums of products; `out` gives the shape and dtype of the result. */
export function evaluateDot(lhs: HostData, rhs: HostData, numbers: DotDimensionNumbers, out: ShapedArray): HostData {
  const [[lc, rc], [lb, rb]] = numbers;
  const left = {
    batch: offsets(lhs, lb),
    free: offsets(lhs, freeAxes(lhs.shape.length, lc, lb)),
    sum: offsets(lhs, lc),
  };
  const right = {
    batch: offsets(rhs, rb),
    free: offsets(rhs, freeAxes(rhs.shape.length, rc, rb)),
    sum: offsets(rhs, rc),
  };
  const n = left.sum.length;

  /** Calls `put` with the place of each result and a loop over the pairs of elements that it sums. */
  const each = (put: (i: number, pair: (k: number) => readonly [number, number]) => void): void => {
    let i = 0;
    for (let b = 0; b < left.batch.length; b++) {
      for (const row of left.free) {
        const l = left.batch[b] + row;
        for (const column of right.free) {
          const r = right.batch[b] + column;
          put(i++, (k) => [l + left.sum[k], r + right.sum[k]]);
        }
      }
    }
  };

  const size = sizeOf(out.shape);
  if (isComplex(out.dtype)) {
    const x = readComplex(lhs);
    const y = readComplex(rhs);
    const re = new Float64Array(size);
    const im = new Float64Array(size);
    each((i, pair) => {
      for (let k = 0; k < n; k++) {
        const [a, b] = pair(k);
        re[i] += x.re[a] * y.re[b] - x.im[a] * y.im[b];
        im[i] += x.re[a] * y.im[b] + x.im[a] * y.re[b];
      }
    });
    return fromComplex(out.dtype, out.shape, re, im);
  }
  if (lhs.dtype === 'int64' || lhs.dtype === 'uint64') {
    const x = readBig(lhs);
    const y = readBig(rhs);
    const data = out.dtype === 'uint64' ? new BigUint64Array(size) : new BigInt64Array(size);
    each((i, pair) => {
      let sum = 0n;
      for (let k = 0; k < n; k++) {
        const [a, b] = pair(k);
        sum += x[a] * y[b];
      }
      data[i] = sum;
    });
    const wide: HostData = { dtype: out.dtype === 'uint64' ? 'uint64' : 'int64', shape: out.shape, data };
    return wide.dtype === out.dtype ? wide : fromNumbers(out.dtype, out.shape, readNumbers(wide));
  }
  const x = readNumbers(lhs);
  const y = readNumbers(rhs);
  const sums = new Float64Array(size);
  const wraps = isInteger(out.dtype) && out.dtype !== 'int64' && out.dtype !== 'uint64';
  each((i, pair) => {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const [a, b] = pair(k);
      sum = wraps ? (sum + Math.imul(x[a], y[b])) | 0 : sum + x[a] * y[b];
    }
    sums[i] = sum;
  });
  return fromNumbers(out.dtype, out.shape, sums);
}
