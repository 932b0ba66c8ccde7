/** Whole networks (`hk.nets`). Source: haiku/_src/nets/mlp.py. */
import type { NdArray } from '../array/array.js';
import { InvalidArgument } from '../error/error.js';
import { relu } from '../nn/index.js';
import type { Key } from '../random/key.js';
import { dropout } from './basic.js';
import type { Initializer } from './initializers.js';
import { Linear } from './linear.js';
import { Module, type ModuleOptions } from './module.js';
import { PRNGSequence } from './rng.js';

export type Activation = (x: NdArray) => NdArray;

export interface MLPOptions extends ModuleOptions {
  /** Initializes every `w`. Default: `Linear`'s. */
  readonly wInit?: Initializer | null;
  /** Initializes every `b`. Default zeros. */
  readonly bInit?: Initializer | null;
  /** Default true. */
  readonly withBias?: boolean;
  /** Between the layers. Default relu. */
  readonly activation?: Activation;
  /** Whether the activation follows the last layer too. Default false. */
  readonly activateFinal?: boolean;
}

export interface MLPCallOptions {
  /** The probability that a hidden element is set to 0. */
  readonly dropoutRate?: number | NdArray | null;
  /** The key for it. */
  readonly rng?: Key | null;
}

/**
 * Linear layers with an activation between them (`hk.nets.MLP`); they are called `linear_0`, `linear_1`, ...
 * @throws InvalidArgument when `bInit` is given without biases
 */
export class MLP extends Module {
  readonly layers: readonly Linear[];
  readonly outputSize: number | null;
  readonly #options: MLPOptions;

  constructor(outputSizes: Iterable<number>, options: MLPOptions = {}) {
    super(options);
    const { wInit, bInit, withBias = true } = options;
    if (!withBias && bInit) {
      throw new InvalidArgument({
        op: 'haiku.nets.MLP',
        argument: 'bInit',
        expected: 'absent when withBias is false',
        actual: 'given',
      });
    }
    this.#options = options;
    const sizes = [...outputSizes];
    this.layers = sizes.map((size, i) => new Linear(size, { wInit, bInit, withBias, name: `linear_${i}` }));
    this.outputSize = sizes.at(-1) ?? null;
  }

  /**
   * x: [..., inputs]; returns [..., outputs].
   * @throws InvalidArgument when one of `dropoutRate` and `rng` is given without the other
   */
  call(inputs: NdArray, options: MLPCallOptions = {}): NdArray {
    const { dropoutRate = null, rng = null } = options;
    if ((dropoutRate === null) !== (rng === null)) {
      throw new InvalidArgument({
        op: 'haiku.nets.MLP',
        argument: dropoutRate === null ? 'dropoutRate' : 'rng',
        expected: 'given together with the other of dropoutRate and rng',
        actual: 'null',
      });
    }
    const { activation = relu, activateFinal = false } = this.#options;
    const keys = rng === null ? null : new PRNGSequence(rng);
    let x = inputs;
    this.layers.forEach((layer, i) => {
      x = layer.call(x);
      if (i === this.layers.length - 1 && !activateFinal) return;
      if (keys !== null && dropoutRate !== null) x = dropout(keys.next().value, dropoutRate, x);
      x = activation(x);
    });
    return x;
  }

  /**
   * An MLP with the sizes of the inputs of this one's layers, from the last to the first.
   * @throws InvalidArgument when this one has not been called, so that the sizes are not known
   */
  reverse(options: Pick<MLPOptions, 'activateFinal' | 'name'> = {}): MLP {
    const sizes = this.layers.map((layer) => layer.inputSize).reverse();
    if (sizes.some((size) => size === null)) {
      throw new InvalidArgument({
        op: 'haiku.nets.MLP.reverse',
        argument: 'this',
        expected: 'a network that has been called',
        actual: 'one that has not',
      });
    }
    return new MLP(sizes as number[], {
      ...this.#options,
      activateFinal: options.activateFinal ?? this.#options.activateFinal,
      name: options.name ?? `${this.name}_reversed`,
    });
  }
}
