/**
 * Two placeholders that derivatives use instead of arrays: a zero nobody has computed, and the place of a linear input.
 */
import type { ShapedArray } from '../array/aval.js';

/** A symbolic zero: costs nothing, and lets rules skip what would be multiplied with it. */
export class Zero {
  // Keeps the compiler from taking any value that has an `aval`, such as an array, for a zero.
  declare private readonly kind: 'zero';
  constructor(readonly aval: ShapedArray) {}

  get shape(): readonly number[] {
    return this.aval.shape;
  }

  get dtype(): ShapedArray['dtype'] {
    return this.aval.dtype;
  }
}

/** Stands for an input that a transpose rule is linear in. */
export class Linear {
  declare private readonly kind: 'linear';
  constructor(readonly aval: ShapedArray) {}
}

export const isZero = (value: unknown): value is Zero => value instanceof Zero;
export const isLinear = (value: unknown): value is Linear => value instanceof Linear;
