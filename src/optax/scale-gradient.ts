/**
 * Gradients scaled on their way back, and a normal distribution with a learned scale. Source: optax, `_src/utils.py`.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { stopGradient } from '../lax/stop-gradient.js';
import { type Key, normal } from '../random/index.js';
import { customVjp } from '../transform/custom-vjp.js';
import * as jnp from './arithmetic.js';
import { scale as scaleTree } from './tree/math.js';

const scaled = customVjp((inputs: unknown, _factor: NdArray) => inputs).defvjp(
  (inputs: unknown, factor: NdArray) => [inputs, factor],
  (factor: NdArray, cotangent: unknown) => [scaleTree(factor, cotangent), jnp.zerosLike(factor)],
);

/** The tree itself, whose derivative is multiplied by `scale` in reverse mode. */
export function scaleGradient<T>(inputs: T, scale: ArrayLike): T {
  if (scale === 1) return inputs;
  if (scale === 0) return stopGradient(inputs) as T;
  return scaled(inputs, jnp.asarray(scale)) as T;
}

/** A normal distribution with a diagonal covariance, given by the logarithm of its scale. */
export class MultiNormalDiagFromLogScale {
  readonly #loc: NdArray;
  readonly #logScale: NdArray;

  /** `loc` and `logScale` broadcast together. */
  constructor(loc: ArrayLike, logScale: ArrayLike) {
    this.#loc = jnp.asarray(loc);
    this.#logScale = jnp.asarray(logScale);
  }

  /** Numbers of shape `[...shape, ...parameters]`. */
  sample(shape: readonly number[], key: Key): NdArray {
    const like = jnp.add(this.#loc, this.#logScale);
    const noise = normal(key, { shape: [...shape, ...like.shape] });
    return jnp.add(jnp.mul(noise, jnp.exp(this.#logScale)), this.#loc);
  }

  /** The log density of `x`: `[..., ...parameters]`, summed over the parameters' axes. */
  logProb(x: ArrayLike): NdArray {
    const z = jnp.div(jnp.sub(x, this.#loc), jnp.exp(this.#logScale));
    const constant = jnp.add(jnp.mul(2, this.#logScale), Math.log(2 * Math.PI));
    const logs = jnp.mul(-0.5, jnp.add(jnp.square(z), constant));
    const axes = jnp.add(this.#loc, this.#logScale).shape.map((_, i) => -(i + 1));
    return axes.length === 0 ? logs : jnp.sum(logs, { axis: axes });
  }

  get logScale(): NdArray {
    return this.#logScale;
  }

  get params(): readonly [loc: NdArray, logScale: NdArray] {
    return [this.#loc, this.#logScale];
  }
}

/** A normal distribution with mean `loc` and standard deviations `exp(logScale)`. */
export const multiNormal = (loc: ArrayLike, logScale: ArrayLike): MultiNormalDiagFromLogScale =>
  new MultiNormalDiagFromLogScale(loc, logScale);
