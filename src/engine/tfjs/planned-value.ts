/**
 * A value of a program that is being planned: where it will be, and what is known of it already.
 */
import type { ShapedArray } from '../../array/aval.js';
import { layoutOf } from '../../array/dtype.js';
import type { HostData } from '../../array/host.js';
import type { Scalar } from '../../ir/jaxpr.js';
import type { KernelAttributes, KernelValue } from '../../ir/kernel.js';
import type { Slot } from './plan.js';

export class PlannedValue implements KernelValue {
  constructor(
    readonly aval: ShapedArray,
    readonly slot: Slot,
    /** The shape it has in memory, which repeated gives that of `aval`. */
    readonly stored: readonly number[],
    /** Its elements, where they are known. */
    readonly data: HostData | null = null,
    /** The number that all its elements are. */
    readonly fill: Scalar | null = null,
  ) {}
}

/** Text of attributes that is equal exactly when they are. */
export const attributesKey = (attributes: KernelAttributes): string =>
  JSON.stringify(attributes, (_, value) =>
    typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? `${Object.is(value, -0) ? '-' : ''}${value}`
      : value,
  );

/** A shape padded in front with ones to a number of axes. */
export const padded = (shape: readonly number[], ndim: number): number[] => [
  ...new Array<number>(ndim - shape.length).fill(1),
  ...shape,
];

/** The number that all elements are; null when they differ. */
export function fillOf({ data, dtype }: HostData): Scalar | null {
  if (layoutOf(dtype).entries === 2 || dtype === 'bfloat16' || dtype === 'float16' || data.length === 0) return null;
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], data[0])) return null;
  return dtype === 'bool' ? data[0] !== 0 : data[0];
}
