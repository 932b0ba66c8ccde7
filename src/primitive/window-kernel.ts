/**
 * Reductions over windows in kernels: the operand shifted to each place of the window, all of them combined.
 */
import type { ShapedArray } from '../array/aval.js';
import { sizeOf } from '../array/shape.js';
import type { Scalar } from '../ir/jaxpr.js';
import type { KernelEmitter, KernelValue } from '../ir/kernel.js';
import type { KernelRule } from '../ir/primitive.js';
import type { PaddingConfig } from './slice.js';
import { padKernel, sliceKernel } from './slice-kernel.js';
import { forEachIndex } from './structure.js';
import { dilated, type WindowParams } from './window.js';

/** More elements of a window than this are left to the host. */
const MOST_SHIFTS = 128;

/** The operand in a frame of the identity, shifted to each place of the window; these are combined. */
export function kernelWindow(
  k: KernelEmitter,
  x: KernelValue,
  params: WindowParams,
  out: ShapedArray,
  identity: Scalar,
  combine: KernelRule<object>,
): KernelValue {
  const { windowDimensions, windowStrides, padding, baseDilation, windowDilation } = params;
  if (sizeOf(windowDimensions) > MOST_SHIFTS) k.decline('a large window');
  const config = padding.map(([low, high], axis): PaddingConfig => [low, high, baseDilation[axis] - 1]);
  const padded = padKernel(k, x, config, identity);
  let result: KernelValue | null = null;
  forEachIndex(windowDimensions, (offset) => {
    const start = offset.map((o, axis) => o * windowDilation[axis]);
    const limit = start.map((s, axis) => s + dilated(out.shape[axis], windowStrides[axis]));
    const shifted = sliceKernel(k, padded, start, limit, windowStrides);
    result = result === null ? shifted : combine(k, [result, shifted], {}, [out])[0];
  });
  return result as unknown as KernelValue;
}
