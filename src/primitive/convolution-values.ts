/**
 * The reference value of a convolution: for each element of the result, all that its window covers, in float64.
 */
import type { ShapedArray } from '../array/aval.js';
import { isComplex, isInteger } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readBig, readComplex, readNumbers } from '../array/numeric.js';
import { sizeOf, stridesOf } from '../array/shape.js';
import type { ConvolutionParams } from './convolution.js';
import { forEachIndex } from './structure.js';

/** Calls `visit` with the positions of each product: result, input, kernel. */
function forEachProduct(
  lhs: HostData,
  rhs: HostData,
  params: ConvolutionParams,
  out: readonly number[],
  visit: (out: number, left: number, right: number) => void,
): void {
  const { lhsSpec, rhsSpec, outSpec } = params.dimensionNumbers;
  const { featureGroupCount, batchGroupCount, windowStrides, padding, lhsDilation, rhsDilation } = params;
  const [left, right] = [stridesOf(lhs.shape), stridesOf(rhs.shape)];
  const kernel = [rhs.shape[rhsSpec[1]], ...rhsSpec.slice(2).map((axis) => rhs.shape[axis])];
  const outputs = rhs.shape[rhsSpec[0]];
  forEachIndex(out, (index, i) => {
    const [batch, feature] = [index[outSpec[0]], index[outSpec[1]]];
    const group = Math.floor((feature * featureGroupCount) / outputs);
    const batchGroup = Math.floor((feature * batchGroupCount) / outputs);
    const row = batchGroup * out[outSpec[0]] + batch;
    forEachIndex(kernel, ([input, ...offset]) => {
      let l = row * left[lhsSpec[0]] + (group * kernel[0] + input) * left[lhsSpec[1]];
      let r = feature * right[rhsSpec[0]] + input * right[rhsSpec[1]];
      for (let k = 0; k < offset.length; k++) {
        const place = index[outSpec[k + 2]] * windowStrides[k] + offset[k] * rhsDilation[k] - padding[k][0];
        const at = place / lhsDilation[k];
        if (!Number.isInteger(at) || at < 0 || at >= lhs.shape[lhsSpec[k + 2]]) return;
        l += at * left[lhsSpec[k + 2]];
        r += offset[k] * right[rhsSpec[k + 2]];
      }
      visit(i, l, r);
    });
  });
}

/** Sums of products; `out` gives the shape and dtype of the result. */
export function evaluateConvolution(
  lhs: HostData,
  rhs: HostData,
  params: ConvolutionParams,
  out: ShapedArray,
): HostData {
  const { dtype, shape } = out;
  const size = sizeOf(shape);
  if (isComplex(dtype)) {
    const [x, y] = [readComplex(lhs), readComplex(rhs)];
    const [re, im] = [new Float64Array(size), new Float64Array(size)];
    forEachProduct(lhs, rhs, params, shape, (i, l, r) => {
      re[i] += x.re[l] * y.re[r] - x.im[l] * y.im[r];
      im[i] += x.re[l] * y.im[r] + x.im[l] * y.re[r];
    });
    return fromComplex(dtype, shape, re, im);
  }
  if (dtype === 'int64' || dtype === 'uint64') {
    const wide = (x: HostData): ArrayLike<bigint> =>
      x.dtype === 'int64' || x.dtype === 'uint64' ? readBig(x) : Array.from(readNumbers(x), BigInt);
    const [x, y] = [wide(lhs), wide(rhs)];
    const data = dtype === 'int64' ? new BigInt64Array(size) : new BigUint64Array(size);
    forEachProduct(lhs, rhs, params, shape, (i, l, r) => {
      data[i] += x[l] * y[r];
    });
    return { dtype, shape, data };
  }
  const [x, y] = [readNumbers(lhs), readNumbers(rhs)];
  const sums = new Float64Array(size);
  const wraps = isInteger(dtype);
  forEachProduct(lhs, rhs, params, shape, (i, l, r) => {
    sums[i] = wraps ? (sums[i] + Math.imul(x[l], y[r])) | 0 : sums[i] + x[l] * y[r];
  });
  return fromNumbers(dtype, shape, sums);
}
