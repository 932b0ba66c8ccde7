/**
 * How a convolution becomes kernels.
 *
 * The plain one in two dimensions has a kernel of its own. All others are products of matrices: one for each place of
 * the window, added up, or, where the window has more places than the result (as in the derivative with respect to the
 * weights), one for each place of the result, put side by side.
 */
import { type ShapedArray, shaped } from '../array/aval.js';
import { range, sizeOf } from '../array/shape.js';
import type { KernelEmitter, KernelValue } from '../ir/kernel.js';
import { kernelDot } from './contract-kernel.js';
import type { ConvolutionParams } from './convolution.js';
import type { PaddingConfig } from './slice.js';
import { padKernel, sliceKernel } from './slice-kernel.js';
import { forEachIndex } from './structure.js';
import { dilated } from './window.js';

/** More products than this are left to the host. */
const MOST_PRODUCTS = 256;

/** Kernels for a convolution. */
export function kernelConvolution(
  k: KernelEmitter,
  lhs: KernelValue,
  rhs: KernelValue,
  params: ConvolutionParams,
  out: ShapedArray,
): KernelValue {
  if (lhs.aval.dtype !== 'float32' || out.dtype !== 'float32') k.decline('convolutions are made in float32 only');
  const { featureGroupCount, batchGroupCount } = params;
  if (featureGroupCount > 1 || batchGroupCount > 1) return inGroups(k, lhs, rhs, params, out);
  const spatial = params.windowStrides.length;
  const { lhsSpec, rhsSpec, outSpec } = params.dimensionNumbers;
  const window = sizeOf(rhsSpec.slice(2).map((axis) => rhs.aval.shape[axis]));
  const places = sizeOf(outSpec.slice(2).map((axis) => out.shape[axis]));
  const plain = params.lhsDilation.every((d) => d === 1) && params.padding.flat().every((p) => p >= 0);
  if (spatial === 2 && plain && window <= places) return conv2d(k, lhs, rhs, params, out);
  if (Math.min(window, places) > MOST_PRODUCTS) k.decline('a large window over many places');
  const config = lhs.aval.shape.map((_, axis): PaddingConfig => {
    const i = lhsSpec.indexOf(axis) - 2;
    return i < 0 ? [0, 0, 0] : [params.padding[i][0], params.padding[i][1], params.lhsDilation[i] - 1];
  });
  const padded = padKernel(k, lhs, config, 0);
  return window <= places ? byWindow(k, padded, rhs, params, out) : byPlace(k, padded, rhs, params, out);
}

/** The library's own convolution, which wants features last. */
function conv2d(
  k: KernelEmitter,
  lhs: KernelValue,
  rhs: KernelValue,
  { dimensionNumbers, windowStrides, padding, rhsDilation }: ConvolutionParams,
  out: ShapedArray,
): KernelValue {
  const { lhsSpec, rhsSpec, outSpec } = dimensionNumbers;
  const last = ([first, second, ...rest]: readonly number[]): number[] => [first, ...rest, second];
  const x = k.transpose(lhs, last(lhsSpec));
  const filter = k.transpose(rhs, [...rhsSpec.slice(2), rhsSpec[1], rhsSpec[0]]);
  const order = last(outSpec);
  const shape = order.map((axis) => out.shape[axis]);
  const unpadded = padding.flat().every((p) => p === 0);
  const result = k.op('Conv2D', { x, filter }, out.withShape(shape), {
    strides: windowStrides,
    pad: unpadded ? 'valid' : [[0, 0], ...padding, [0, 0]],
    dataFormat: 'NHWC',
    dilations: rhsDilation,
  });
  return k.transpose(
    result,
    range(4).map((axis) => order.indexOf(axis)),
  );
}

/** The elements of the input that meet the window's place `offset`, one for each place of the result. */
function byWindow(
  k: KernelEmitter,
  lhs: KernelValue,
  rhs: KernelValue,
  { dimensionNumbers: { lhsSpec, rhsSpec, outSpec }, windowStrides, rhsDilation }: ConvolutionParams,
  out: ShapedArray,
): KernelValue {
  const window = rhsSpec.slice(2).map((axis) => rhs.aval.shape[axis]);
  // The product's axes: those of the input but its features, in their order, then the output features.
  const kept = range(lhsSpec.length).filter((axis) => axis !== lhsSpec[1]);
  const roles = [...kept.map((axis) => lhsSpec.indexOf(axis)), 1];
  const product = out.withShape(roles.map((role) => out.shape[outSpec[role]]));
  let sum: KernelValue | null = null;
  forEachIndex(window, (offset) => {
    const start = lhs.aval.shape.map((_, axis) => {
      const i = lhsSpec.indexOf(axis) - 2;
      return i < 0 ? 0 : offset[i] * rhsDilation[i];
    });
    const limit = lhs.aval.shape.map((n, axis) => {
      const i = lhsSpec.indexOf(axis) - 2;
      return i < 0 ? n : start[axis] + dilated(out.shape[outSpec[i + 2]], windowStrides[i]);
    });
    const strides = lhs.aval.shape.map((_, axis) => windowStrides[lhsSpec.indexOf(axis) - 2] ?? 1);
    const met = sliceKernel(k, lhs, start, limit, strides);
    const at = rhs.aval.shape.map((_, axis) => offset[rhsSpec.indexOf(axis) - 2] ?? 0);
    const end = rhs.aval.shape.map((n, axis) => (rhsSpec.indexOf(axis) < 2 ? n : at[axis] + 1));
    const matrix = [...rhsSpec.slice(0, 2)].sort((a, b) => a - b);
    const weights = k.reshape(
      sliceKernel(k, rhs, at, end, null),
      matrix.map((axis) => rhs.aval.shape[axis]),
    );
    const term = dot(k, met, weights, [lhsSpec[1]], [matrix.indexOf(rhsSpec[1])], product);
    sum = sum === null ? term : k.elementwise('Add', { a: sum, b: term }, product);
  });
  return k.transpose(
    sum as unknown as KernelValue,
    range(outSpec.length).map((axis) => roles.indexOf(outSpec.indexOf(axis))),
  );
}

/** The window of the input at each place of the result, times all weights. */
function byPlace(
  k: KernelEmitter,
  lhs: KernelValue,
  rhs: KernelValue,
  { dimensionNumbers: { lhsSpec, rhsSpec, outSpec }, windowStrides, rhsDilation }: ConvolutionParams,
  out: ShapedArray,
): KernelValue {
  const places = outSpec.slice(2).map((axis) => out.shape[axis]);
  const [batch, features] = [out.shape[outSpec[0]], out.shape[outSpec[1]]];
  const product = shaped([batch, features], out.dtype);
  const rows: KernelValue[] = [];
  forEachIndex(places, (place) => {
    const spatial = (axis: number): number => lhsSpec.indexOf(axis) - 2;
    const start = lhs.aval.shape.map((_, axis) =>
      spatial(axis) < 0 ? 0 : place[spatial(axis)] * windowStrides[spatial(axis)],
    );
    const limit = lhs.aval.shape.map((n, axis) => {
      const i = spatial(axis);
      return i < 0 ? n : start[axis] + dilated(rhs.aval.shape[rhsSpec[i + 2]], rhsDilation[i]);
    });
    const strides = lhs.aval.shape.map((_, axis) => rhsDilation[spatial(axis)] ?? 1);
    const met = sliceKernel(k, lhs, start, limit, strides);
    rows.push(k.reshape(dot(k, met, rhs, lhsSpec.slice(1), rhsSpec.slice(1), product), [1, batch, features]));
  });
  const stacked = shaped([rows.length, batch, features], out.dtype);
  const side = rows.length === 1 ? rows[0] : k.op('Concat', rows, stacked, { axis: 0 });
  const whole = k.reshape(side, [...places, batch, features]);
  const axisOf = (role: number): number => (role < 2 ? places.length + role : role - 2);
  return k.transpose(
    whole,
    range(outSpec.length).map((axis) => axisOf(outSpec.indexOf(axis))),
  );
}

const dot = (
  k: KernelEmitter,
  lhs: KernelValue,
  rhs: KernelValue,
  left: readonly number[],
  right: readonly number[],
  out: ShapedArray,
): KernelValue => {
  const dimensionNumbers = [
    [left, right],
    [[], []],
  ] as const;
  return kernelDot(k, lhs, rhs, { dimensionNumbers, precision: null, preferredElementType: null }, out);
};

/** One convolution for each group, side by side along the output features. */
function inGroups(
  k: KernelEmitter,
  lhs: KernelValue,
  rhs: KernelValue,
  params: ConvolutionParams,
  out: ShapedArray,
): KernelValue {
  const { dimensionNumbers: numbers, featureGroupCount, batchGroupCount } = params;
  const groups = Math.max(featureGroupCount, batchGroupCount);
  if (groups > MOST_PRODUCTS / 16) k.decline('many groups');
  const cut = featureGroupCount > 1 ? numbers.lhsSpec[1] : numbers.lhsSpec[0];
  const part = (x: KernelValue, axis: number, group: number): KernelValue => {
    const size = x.aval.shape[axis] / groups;
    const start = x.aval.shape.map((_, i) => (i === axis ? group * size : 0));
    return sliceKernel(
      k,
      x,
      start,
      x.aval.shape.map((n, i) => (i === axis ? start[i] + size : n)),
      null,
    );
  };
  const features = numbers.outSpec[1];
  const result = out.withShape(out.shape.map((n, axis) => (axis === features ? n / groups : n)));
  const single = { ...params, featureGroupCount: 1, batchGroupCount: 1 };
  const parts = range(groups).map((group) =>
    kernelConvolution(k, part(lhs, cut, group), part(rhs, numbers.rhsSpec[0], group), single, result),
  );
  return k.op('Concat', parts, out, { axis: features });
}
