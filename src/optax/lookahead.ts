/**
 * Lookahead: fast parameters run ahead for some steps, then slow ones move a part of the way, and both start again there.
 *
 *     every syncPeriod-th step:  slow' = slow + slowStepSize (fast - slow),   fast' = slow'
 *
 * Sources: Zhang et al., "Lookahead Optimizer: k steps forward, 1 step back", 2019; optax.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import * as jnp from './arithmetic.js';
import { zeroCount } from './numerics.js';
import { lookaheadOptions } from './options.js';
import { checkTransformation, GradientTransformation, required, updateOf } from './transformation.js';
import { leafwise } from './tree/leafwise.js';
import { oneMinus, where } from './tree/math.js';

/** Both sets of parameters. Gradients are taken at the fast ones; the slow ones are those to evaluate. */
export interface LookaheadParams<Params = unknown> {
  readonly fast: Params;
  readonly slow: Params;
}
export const LookaheadParams = {
  /** Fast and slow parameters that are the same. */
  initSynced: <P>(params: P): LookaheadParams<P> => Object.freeze({ fast: params, slow: params }),
};

/** The fast optimizer's state, and the number of steps since both were the same. */
export interface LookaheadState {
  readonly fastState: unknown;
  readonly stepsSinceSync: NdArray;
}

/** Lookahead's transformation: updates of the fast parameters in, updates of both out. */
export interface LookaheadTransformation {
  init<P>(params: LookaheadParams<P> | P): LookaheadState;
  update<U>(
    updates: U,
    state: LookaheadState,
    params?: LookaheadParams | null,
  ): readonly [LookaheadParams<U>, LookaheadState];
}

/** Options of `lookahead`. */
export interface LookaheadOptions {
  /** Whether the fast optimizer begins anew after each synchronization. Default false. */
  readonly resetState?: boolean;
}

/**
 * Runs `fastOptimizer`, and every `syncPeriod` steps moves the slow parameters by `slowStepSize` towards the fast ones.
 *
 * Parameters are `LookaheadParams.initSynced(params)`; gradients have the structure of `params.fast`.
 * @throws InvalidArgument for a period below 1
 * @throws MissingParams
 */
export function lookahead(
  fastOptimizer: GradientTransformation,
  syncPeriod: number,
  slowStepSize: ArrayLike,
  options: LookaheadOptions = {},
): LookaheadTransformation {
  checkTransformation('lookahead', 'fastOptimizer', fastOptimizer);
  checkArgument('lookahead', 'syncPeriod', syncPeriod, 'integer');
  checkOptions('lookahead', options, lookaheadOptions);
  if (syncPeriod < 1) {
    throw new InvalidArgument({
      op: 'lookahead',
      argument: 'syncPeriod',
      expected: 'at least 1',
      actual: `${syncPeriod}`,
    });
  }
  const isPair = (params: unknown): params is LookaheadParams =>
    typeof params === 'object' && params !== null && 'fast' in params && 'slow' in params;
  const pair = GradientTransformation<{ readonly params: unknown; readonly state: LookaheadState }>(
    (params) => ({ fastState: fastOptimizer.init(isPair(params) ? params.fast : params), stepsSinceSync: zeroCount() }),
    (updates, state, params) => {
      const { fast, slow } = required('lookahead', params) as LookaheadParams;
      const [steps, nextState] = updateOf(fastOptimizer, updates, state.fastState, fast);
      const isSync = jnp.equal(state.stepsSinceSync, syncPeriod - 1);
      const ahead = leafwise(
        (...[f, u, s]: [NdArray, NdArray, NdArray]) => jnp.sub(jnp.add(f, u), s),
        fast,
        steps,
        slow,
      );
      const both = {
        fast: leafwise(
          (...[u, d]: [NdArray, NdArray]) => jnp.sub(u, jnp.mul(jnp.mul(isSync, oneMinus(slowStepSize)), d)),
          steps,
          ahead,
        ),
        slow: leafwise((d: NdArray) => jnp.mul(jnp.mul(slowStepSize, isSync), d), ahead),
      };
      return [
        Object.freeze(both),
        {
          fastState: options.resetState ? where(isSync, fastOptimizer.init(fast), nextState) : nextState,
          stepsSinceSync: jnp.remainder(jnp.add(state.stepsSinceSync, 1), syncPeriod),
        },
      ];
    },
  );
  return pair as unknown as LookaheadTransformation;
}
