/**
 * Weight decay: a part of each parameter is added to its update, `g + weightDecay p`, so that large parameters shrink.
 *
 * Source: optax, `add_decayed_weights`; Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019.
 */

import type { NdArray } from '../array/array.js';
import { checkOptions } from '../array/options.js';
import * as jnp from './arithmetic.js';
import type { ScalarOrSchedule } from './learning-rate.js';
import { type MaskOrFn, masked } from './masked.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { addDecayedWeightsOptions } from './options.js';
import { emptyState, GradientTransformation, type NoState, required, type StateType } from './transformation.js';
import { leafwise } from './tree/leafwise.js';

/** Options of `addDecayedWeights`. */
export interface AddDecayedWeightsOptions {
  /** The fraction of the parameters that is added, or a schedule of it. Default 0. */
  readonly weightDecay?: ScalarOrSchedule;
  /** Which parameters decay: a tree of booleans (or a prefix), or a function of the parameters; all when null. */
  readonly mask?: MaskOrFn | null;
}

/** How many steps have been done, in int32, when the decay is a schedule. */
export interface WeightDecaySchedule {
  readonly count: NdArray;
}
/** Nothing for a number, a count for a schedule, either of them in `innerState` when masked. */
export interface DecayedWeightsState extends StateType {
  readonly state: {
    readonly count?: NdArray;
    readonly innerState?: { readonly count?: NdArray };
  };
}

/**
 * Adds `weightDecay` times the parameters to the updates.
 * @throws MissingParams
 * @example
 * const tx = optax.addDecayedWeights({ weightDecay: 0.1 });
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4.1, -0.8]
 */
export function addDecayedWeights(options: AddDecayedWeightsOptions = {}): GradientTransformation<DecayedWeightsState> {
  checkOptions('addDecayedWeights', options, addDecayedWeightsOptions);
  const { weightDecay = 0, mask = null } = options;
  const op = 'addDecayedWeights';
  const decayed = (updates: unknown, params: unknown, strength: number | NdArray): unknown =>
    leafwise((...[g, p]: [NdArray, NdArray]) => jnp.add(g, jnp.mul(strength, p)), updates, params);
  const all =
    typeof weightDecay === 'function'
      ? GradientTransformation<DecayedWeightsState>(
          () => ({ count: zeroCount() }),
          (updates, state, params) => {
            const count = state.count as NdArray;
            return [decayed(updates, required(op, params), weightDecay(count)), { count: safeIncrement(count) }];
          },
        )
      : (GradientTransformation<NoState>(
          () => emptyState,
          (updates, state, params) => {
            const given = required(op, params);
            return [weightDecay === 0 ? updates : decayed(updates, given, weightDecay), state];
          },
        ) as GradientTransformation<DecayedWeightsState>);
  return mask === null ? all : (masked(all, mask) as GradientTransformation<DecayedWeightsState>);
}
