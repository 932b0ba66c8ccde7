/**
 * Slices and frames in kernels, shared by the rules that cut and pad on their way.
 */
import type { Scalar } from '../ir/jaxpr.js';
import type { KernelEmitter, KernelValue } from '../ir/kernel.js';
import type { PaddingConfig } from './slice.js';

/** Elements `start, start + stride, ...` below `limit` of each axis. */
export function sliceKernel(
  k: KernelEmitter,
  x: KernelValue,
  start: readonly number[],
  limit: readonly number[],
  strides: readonly number[] | null,
): KernelValue {
  const size = start.map((s, axis) => Math.ceil((limit[axis] - s) / (strides?.[axis] ?? 1)));
  const out = x.aval.withShape(size);
  if (size.every((n, axis) => n === x.aval.shape[axis])) return x;
  if (strides === null || strides.every((s) => s === 1)) return k.op('Slice', { x }, out, { begin: start, size });
  const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
  return k.op('StridedSlice', { x }, out, { begin: start, end: limit, strides, ...masks });
}

/** The operand between `low` and `high` elements of `value` along each axis; negative numbers cut off. */
function frame(k: KernelEmitter, x: KernelValue, config: readonly PaddingConfig[], value: Scalar): KernelValue {
  const { shape } = x.aval;
  const cut = sliceKernel(
    k,
    x,
    config.map(([low]) => Math.max(0, -low)),
    config.map(([, high], axis) => shape[axis] - Math.max(0, -high)),
    null,
  );
  const paddings = config.map(([low, high]) => [Math.max(0, low), Math.max(0, high)]);
  if (paddings.every(([low, high]) => low === 0 && high === 0)) return cut;
  const out = cut.aval.withShape(cut.aval.shape.map((n, axis) => n + paddings[axis][0] + paddings[axis][1]));
  return k.op('PadV2', { x: cut }, out, { paddings, constantValue: Number(value) });
}

/** The operand with `interior` elements of `value` after each element of an axis, the last one's taken away again. */
function spread(k: KernelEmitter, x: KernelValue, axis: number, interior: number, value: Scalar): KernelValue {
  const { shape } = x.aval;
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
  const n = shape[axis];
  const single = k.reshape(x, [...before, n, 1, ...after]);
  const zero: PaddingConfig = [0, 0, 0];
  const config = single.aval.shape.map((_, i): PaddingConfig => (i === axis + 1 ? [0, interior, 0] : zero));
  const padded = k.reshape(frame(k, single, config, value), [...before, n * (interior + 1), ...after]);
  const limit = padded.aval.shape.map((m, i) => (i === axis ? m - interior : m));
  return sliceKernel(
    k,
    padded,
    limit.map(() => 0),
    limit,
    null,
  );
}

/** `pad` with a number that is known. */
export function padKernel(
  k: KernelEmitter,
  x: KernelValue,
  config: readonly PaddingConfig[],
  value: Scalar,
): KernelValue {
  const holes = config.reduce((y, [, , interior], axis) => (interior > 0 ? spread(k, y, axis, interior, value) : y), x);
  return frame(k, holes, config, value);
}
