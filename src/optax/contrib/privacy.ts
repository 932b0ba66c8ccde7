/**
 * Differential privacy: gradients of single examples are clipped, summed, and hidden in noise.
 *
 *     u = (sum over examples of clip(g_i, l2NormClip) + l2NormClip noiseMultiplier N(0, 1)) / batch
 *
 * `update` takes gradients with a batch axis in front. Sources: Abadi et al., "Deep Learning with Differential Privacy",
 * 2016; optax.
 */

import type { NdArray } from '../../array/array.js';
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import { type Key, normal } from '../../random/index.js';
import { flatten, unflatten } from '../../tree/tree.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import { keyOf, type NoiseKeyOptions } from '../noise.js';
import { noiseKeyOptions } from '../options.js';
import { perExampleGlobalNormClip } from '../per-example-clip.js';
import { optionalTrace } from '../sgd.js';
import { GradientTransformation, type StateType } from '../transformation.js';
import { leafArrays } from '../tree/leafwise.js';
import { splitKeys } from '../tree/random.js';
import { dpsgdOptions } from './options.js';

/** The key for the next step. */
export interface DifferentiallyPrivateAggregateState {
  readonly rngKey: Key;
}
export interface PrivateState extends StateType {
  readonly state: DifferentiallyPrivateAggregateState;
}

/**
 * The mean of clipped gradients, with noise; the batch axis is gone in the result.
 * @throws ShapeMismatch when a leaf has no batch axis
 */
export function differentiallyPrivateAggregate(
  l2NormClip: number,
  noiseMultiplier: number,
  options: NoiseKeyOptions = {},
): GradientTransformation<PrivateState> {
  checkArgument('differentiallyPrivateAggregate', 'l2NormClip', l2NormClip, 'number');
  checkArgument('differentiallyPrivateAggregate', 'noiseMultiplier', noiseMultiplier, 'number');
  checkOptions('differentiallyPrivateAggregate', options, noiseKeyOptions);
  const first = keyOf('differentiallyPrivateAggregate', options);
  const deviation = l2NormClip * noiseMultiplier;
  return GradientTransformation<PrivateState>(
    () => ({ rngKey: first }),
    (updates, state) => {
      const batch = leafArrays(updates)[0].shape[0];
      const [clipped] = perExampleGlobalNormClip(updates, l2NormClip);
      const [leaves, treedef] = flatten(clipped);
      const [rngKey, ...keys] = splitKeys(state.rngKey, leaves.length + 1);
      const noisy = (leaves as NdArray[]).map((g, i) => {
        const noise = normal(keys[i], { shape: g.shape, dtype: g.dtype });
        return jnp.div(jnp.add(g, jnp.mul(deviation, noise)), batch);
      });
      return [unflatten(treedef, noisy), { rngKey }];
    },
  );
}

/** Options of `dpsgd`. */
export interface DpsgdOptions {
  /** How much of the previous step goes into the next one; none when null. */
  readonly momentum?: number | null;
  /** Whether momentum is Nesterov's. Default false. */
  readonly nesterov?: boolean;
}

const defaults = { momentum: null, nesterov: false };

/** Differentially private gradient descent. State: `[{ rngKey }, trace, learning rate]`. */
export const dpsgd = alias(
  ['learningRate', 'l2NormClip', 'noiseMultiplier', 'seed'],
  defaults,
  (
    learningRate: ScalarOrSchedule,
    l2NormClip: number,
    noiseMultiplier: number,
    seed: number,
    options: DpsgdOptions = {},
  ) => {
    checkArgument('dpsgd', 'l2NormClip', l2NormClip, 'number');
    checkArgument('dpsgd', 'noiseMultiplier', noiseMultiplier, 'number');
    checkArgument('dpsgd', 'seed', seed, 'number');
    checkOptions('dpsgd', options, dpsgdOptions);
    const { momentum, nesterov } = filled(defaults, options);
    return chain(
      differentiallyPrivateAggregate(l2NormClip, noiseMultiplier, { seed }),
      optionalTrace(momentum, { nesterov }),
      scaleByLearningRate(learningRate),
    );
  },
);
