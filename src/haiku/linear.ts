/** The affine layer. Source: haiku/_src/basic.py. */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { ShapeMismatch } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import { add } from '../numpy/arithmetic.js';
import { dot, type ProductOptions } from '../numpy/linear.js';
import { type Initializer, TruncatedNormal, zeros } from './initializers.js';
import { Module, type ModuleOptions } from './module.js';
import { getParameter } from './parameter.js';

/** Options of `Linear`. */
export interface LinearOptions extends ModuleOptions {
  /** Whether `b` is added. Default true. */
  readonly withBias?: boolean;
  /** Default: truncated normal of standard deviation 1 / sqrt(inputs). */
  readonly wInit?: Initializer | null;
  /** Default zeros. */
  readonly bInit?: Initializer | null;
}

/**
 * `y = x w + b` over the last axis (`hk.Linear`).
 *
 * `w`: [inputs, outputs], `b`: [outputs], in the dtype of the input.
 */
export class Linear extends Module {
  readonly withBias: boolean;
  readonly wInit: Initializer | null;
  readonly bInit: Initializer;
  /** The size of the last axis of the input, once it is known. */
  inputSize: number | null = null;

  constructor(
    readonly outputSize: number,
    options: LinearOptions = {},
  ) {
    super(options);
    this.withBias = options.withBias ?? true;
    this.wInit = options.wInit ?? null;
    this.bInit = options.bInit ?? zeros;
  }

  /**
   * x: [..., inputs]; returns [..., outputs].
   * @throws ShapeMismatch for a scalar
   */
  call(inputs: ArrayLike, options: ProductOptions = {}): NdArray {
    const x = asArray(inputs, 'haiku.Linear', 'inputs');
    if (x.ndim === 0) {
      throw new ShapeMismatch({
        op: 'haiku.Linear',
        argument: 'inputs',
        expected: 'an axis to multiply over is needed',
        actual: [],
      });
    }
    const { w, b } = this.weights(x.shape[x.ndim - 1], x.dtype);
    const product = dot(x, w, options);
    return b === null ? product : add(product, b);
  }

  /**
   * The parameters for inputs of this size and dtype, for callers that multiply with parts of them.
   * w: [inputs, outputs], b: [outputs], or null without a bias.
   */
  weights(inputSize: number, dtype: DType = 'float32'): { readonly w: NdArray; readonly b: NdArray | null } {
    this.inputSize = inputSize;
    const wInit = this.wInit ?? TruncatedNormal({ stddev: 1 / Math.sqrt(inputSize) });
    const w = getParameter('w', [inputSize, this.outputSize], { dtype, init: wInit });
    const b = this.withBias ? getParameter('b', [this.outputSize], { dtype, init: this.bInit }) : null;
    return { w, b };
  }
}
