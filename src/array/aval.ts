/**
 * What is known of an array while its values are not: shape, dtype, and whether the dtype is weak.
 *
 * Abstract values are interned: equal ones are the same object, so signatures and rules compare them by identity.
 * A weak dtype comes from a plain number and yields to the dtype of the array beside it (JAX's type promotion).
 */
import { type DType, layoutOf } from './dtype.js';
import { sizeOf } from './shape.js';

const table = new Map<string, ShapedArray>();
let count = 0;

export class ShapedArray {
  /** Unique per abstract value, for signatures. */
  readonly id: number = count++;
  readonly size: number;
  #strong: ShapedArray | undefined;
  #text: string | undefined;

  private constructor(
    readonly shape: readonly number[],
    readonly dtype: DType,
    readonly weakType: boolean,
  ) {
    this.size = sizeOf(shape);
  }

  static of(shape: readonly number[], dtype: DType, weakType = false): ShapedArray {
    const key = `${weakType ? '~' : ''}${dtype}[${shape.join(',')}]`;
    let aval = table.get(key);
    if (aval === undefined) {
      aval = new ShapedArray(Object.freeze(shape.slice()), dtype, weakType);
      table.set(key, aval);
    }
    return aval;
  }

  get ndim(): number {
    return this.shape.length;
  }

  /** The same, with a dtype that does not yield. */
  get strong(): ShapedArray {
    if (!this.weakType) return this;
    this.#strong ??= ShapedArray.of(this.shape, this.dtype);
    return this.#strong;
  }

  withShape(shape: readonly number[]): ShapedArray {
    return ShapedArray.of(shape, this.dtype, this.weakType);
  }

  withDType(dtype: DType, weakType = false): ShapedArray {
    return ShapedArray.of(this.shape, dtype, weakType);
  }

  /** JAX's short form, `f32[2,3]`. */
  toString(): string {
    this.#text ??= `${layoutOf(this.dtype).short}[${this.shape.join(',')}]`;
    return this.#text;
  }
}

/** The abstract value of a shape and dtype. */
export const shaped = (shape: readonly number[], dtype: DType, weakType = false): ShapedArray =>
  ShapedArray.of(shape, dtype, weakType);
