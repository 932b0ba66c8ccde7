/**
 * `optax.perturbations`: functions that jump, made smooth by the mean over noise on their argument.
 *
 *     F(x) = E[f(x + sigma Z)],  differentiated by the score of the noise: no derivative of f is needed
 *
 * Sources: Berthet et al., "Learning with Differentiable Perturbed Optimizers", 2020; Foerster et al., "DiCE", 2018
 * (the estimator); optax.
 */

import type { NdArray } from '../array/array.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { stopGradient } from '../lax/stop-gradient.js';
import { gumbel, type Key, normal, split } from '../random/index.js';
import { vmap } from '../transform/vmap.js';
import { filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { perturbedOptions } from './options.js';
import { leafwise } from './tree/leafwise.js';
import { addScale, scale, sum } from './tree/math.js';
import { randomLike } from './tree/random.js';

export interface SampleOptions {
  /** The shape of the sample. Default a scalar. */
  readonly sampleShape?: readonly number[];
  /** Default float32. */
  readonly dtype?: DType;
}

/** A distribution to draw from, with its log density up to a constant. */
export interface Noise {
  sample(key: Key, options?: SampleOptions): NdArray;
  logProb(inputs: NdArray): NdArray;
}

/** The standard normal distribution. */
export class Normal implements Noise {
  sample(key: Key, options: SampleOptions = {}): NdArray {
    return normal(key, { shape: options.sampleShape ?? [], dtype: options.dtype ?? 'float32' });
  }

  logProb(inputs: NdArray): NdArray {
    return jnp.mul(-0.5, jnp.square(inputs));
  }
}

/** The standard Gumbel distribution: the largest of perturbed scores is drawn with the probabilities of a softmax. */
export class Gumbel implements Noise {
  sample(key: Key, options: SampleOptions = {}): NdArray {
    return gumbel(key, { shape: options.sampleShape ?? [], dtype: options.dtype ?? 'float32' });
  }

  logProb(inputs: NdArray): NdArray {
    return jnp.sub(jnp.neg(inputs), jnp.exp(jnp.neg(inputs)));
  }
}

export interface PerturbedOptions {
  /** The number of samples. Default 1000. */
  readonly numSamples?: number;
  /** The scale of the noise. Default 0.1. */
  readonly sigma?: number;
  /** The noise. Default `new Gumbel()`. */
  readonly noise?: Noise;
  /** Whether the value without noise is subtracted, for less variance of the derivative. Default true. */
  readonly useBaseline?: boolean;
}

/** 1, with the derivative of `x`. */
const magicBox = (x: NdArray): NdArray => jnp.exp(jnp.sub(x, stopGradient(x) as NdArray));

/** The function `(key, x) => mean of fun(x + sigma noise)`, which can be differentiated in `x` to any order. */
export function makePerturbedFun<X>(
  fun: (x: X) => unknown,
  options: PerturbedOptions = {},
): (key: Key, x: X) => unknown {
  checkArgument('makePerturbedFun', 'fun', fun, 'function');
  checkOptions('makePerturbedFun', options, perturbedOptions);
  const { numSamples, sigma, noise, useBaseline } = filled(
    { numSamples: 1000, sigma: 0.1, noise: new Gumbel() as Noise, useBaseline: true },
    options,
  );
  const draw = (key: Key, { shape, dtype }: { readonly shape: readonly number[]; readonly dtype?: DType }): NdArray =>
    noise.sample(key, { sampleShape: shape, dtype });
  return (key, x) => {
    const baseline = useBaseline ? fun(stopGradient(x) as X) : null;
    const one = (k: Key): unknown => {
      const sample = randomLike(k, x, { sampler: draw });
      const shifted = stopGradient(
        leafwise((...[v, z]: [NdArray, NdArray]) => jnp.add(v, jnp.mul(sigma, z)), x, sample),
      ) as X;
      const relative = leafwise((...[v, s]: [NdArray, NdArray]) => jnp.div(jnp.sub(s, v), sigma), x, shifted);
      const box = magicBox(sum(leafwise((z: NdArray) => noise.logProb(z), relative)));
      const value = scale(box, fun(shifted));
      return useBaseline ? addScale(value, jnp.sub(1, box), baseline) : value;
    };
    const values = vmap(one as (k: unknown) => unknown)(split(key, { num: numSamples }));
    return leafwise((v: NdArray) => jnp.mean(v, { axis: 0 }), values);
  };
}
