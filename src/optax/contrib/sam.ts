/**
 * SAM: gradients are taken where the loss nearby is worst, so that training ends in flat minima.
 *
 *     every syncPeriod-th step: p' = p + optimizer(gradient at p_adv);   in the steps between: p_adv = p - advOptimizer(g)
 *
 * Transparently, the caller computes gradients as always and parameters wander to the adversarial point and back; in opaque
 * mode one `update` makes all the adversarial steps with the extra argument `gradFn(params, i)`.
 *
 * Sources: Foret et al., "Sharpness-Aware Minimization for Efficiently Improving Generalization", 2020; optax.
 */

import type { NdArray } from '../../array/array.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import { pmean } from '../../lax/collective.js';
import { filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { zeroCount } from '../numerics.js';
import {
  checkTransformation,
  GradientTransformation,
  type NoState,
  required,
  requiredExtra,
  type StateType,
  stateless,
  updateOf,
} from '../transformation.js';
import { held, leafwise } from '../tree/leafwise.js';
import { norm, scale, where } from '../tree/math.js';
import { applyUpdates } from '../update.js';
import { samOptions } from './options.js';

/**
 * Divides updates by their norm, taken as one vector.
 * @example
 * const tx = optax.contrib.normalize();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.970143, -0.242536]
 */
export const normalize = (): GradientTransformation<NoState> =>
  stateless((updates) => {
    const length = norm(updates);
    return leafwise((g: NdArray) => jnp.div(g, length), updates);
  });

/** The steps since both were the same, the states of both optimizers, and the parameters to come back to. */
export interface SAMState<Params = unknown> {
  readonly stepsSinceSync: NdArray;
  readonly optState: unknown;
  readonly advState: unknown;
  readonly cache: Params | null;
}
export interface SamState extends StateType {
  readonly state: SAMState<this['params']>;
}

/** Options of `sam`. */
export interface SamOptions {
  /** The number of gradients for one step. Default 2. */
  readonly syncPeriod?: number;
  /** Whether the adversarial optimizer begins anew after each step. Default true. */
  readonly resetState?: boolean;
  /** Whether one update makes all the adversarial steps, with `gradFn`. Default false. */
  readonly opaqueMode?: boolean;
  /** The mapped axis over which adversarial gradients are averaged, in opaque mode; none when null. */
  readonly batchAxisName?: string | null;
}

const defaults = { syncPeriod: 2, resetState: true, opaqueMode: false, batchAxisName: null };

/**
 * SAM with any two optimizers: `optimizer` makes the steps, `advOptimizer` finds the worst point nearby.
 *
 * `sam(sgd(0.1), chain(normalize(), sgd(0.05)))`.
 * @throws InvalidArgument for a period below 1
 * @throws MissingParams, MissingExtraArgument (`gradFn`, in opaque mode)
 * @example
 * const tx = optax.contrib.sam(optax.sgd(0.1), optax.sgd(0.01));
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.04, -0.01]
 */
export function sam(
  optimizer: GradientTransformation,
  advOptimizer: GradientTransformation,
  options: SamOptions = {},
): GradientTransformation<SamState> {
  checkTransformation('sam', 'optimizer', optimizer);
  checkTransformation('sam', 'advOptimizer', advOptimizer);
  checkOptions('sam', options, samOptions);
  const { syncPeriod, resetState, opaqueMode, batchAxisName } = filled(defaults, options);
  if (syncPeriod < 1) {
    throw new InvalidArgument({ op: 'sam', argument: 'syncPeriod', expected: 'at least 1', actual: `${syncPeriod}` });
  }

  const uphill = (updates: unknown, state: unknown, params: unknown): readonly [unknown, unknown] => {
    const [steps, next] = updateOf(advOptimizer, updates, state, params);
    return [scale(-1, steps), next];
  };

  const transparent = (updates: unknown, state: SAMState, params: unknown): readonly [unknown, SAMState] => {
    const isFirst = jnp.equal(state.stepsSinceSync, 0);
    const isLast = jnp.equal(state.stepsSinceSync, syncPeriod - 1);
    const [climb, climbed] = uphill(updates, state.advState, params);
    const [steps, optState] = updateOf(optimizer, updates, state.optState, state.cache);
    // From the adversarial point back to the cached one, and on from there.
    const back = leafwise(
      (...[c, p, u]: [NdArray, NdArray, NdArray]) => jnp.add(jnp.sub(c, p), u),
      state.cache,
      params,
      steps,
    );
    return [
      where(isLast, back, climb),
      {
        stepsSinceSync: jnp.remainder(jnp.add(state.stepsSinceSync, 1), syncPeriod),
        optState: where(isLast, optState, state.optState),
        advState: where(isLast, resetState ? advOptimizer.init(params) : state.advState, climbed),
        cache: where(isFirst, params, state.cache),
      },
    ];
  };

  const opaque = (
    updates: unknown,
    state: SAMState,
    params: unknown,
    gradFn: (params: unknown, i: number) => unknown,
  ): readonly [unknown, SAMState] => {
    let [point, gradient, advState] = [params, updates, state.advState];
    for (let i = 0; i < syncPeriod - 1; i++) {
      const [climb, climbed] = uphill(gradient, advState, point);
      advState = climbed;
      point = applyUpdates(point, climb);
      gradient = gradFn(point, i);
      if (batchAxisName !== null) gradient = pmean(gradient, batchAxisName);
    }
    const [steps, optState] = updateOf(optimizer, gradient, state.optState, params);
    if (resetState) advState = advOptimizer.init(params);
    return [steps, { stepsSinceSync: zeroCount(), optState, advState, cache: null }];
  };

  return GradientTransformation<SamState>(
    (params) => ({
      stepsSinceSync: zeroCount(),
      optState: optimizer.init(params),
      advState: advOptimizer.init(params),
      cache: opaqueMode ? null : held(params),
    }),
    (updates, state, params, extra) => {
      const given = required('sam', params);
      if (!opaqueMode) return transparent(updates, state, given);
      return opaque(
        updates,
        state,
        given,
        requiredExtra('sam', extra, 'gradFn') as (params: unknown, i: number) => unknown,
      );
    },
  );
}
