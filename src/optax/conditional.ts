/**
 * Transformations that are applied in some steps only. In the others their state does not change.
 *
 * Both possibilities are computed and one is selected, so that the condition may be traced, and batched by `vmap`.
 * Source: optax, `transforms/_conditionality.py`.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import * as jnp from './arithmetic.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { conditionOptions } from './options.js';
import {
  checkTransformation,
  type ExtraArgs,
  GradientTransformation,
  type StateFor,
  type StateType,
  updateOf,
} from './transformation.js';
import { leafArrays, leafwise } from './tree/leafwise.js';
import { where, zerosLike } from './tree/math.js';

/** Whether a step is one in which the transformation is applied. */
export type ConditionFn = (step: NdArray, extra?: ExtraArgs) => ArrayLike;

/** The inner transformation's state, and the number of steps. */
export interface ConditionallyTransformState<Inner = unknown> {
  readonly innerState: Inner;
  readonly step: NdArray;
}
/** The same for `conditionallyMask`. */
export type ConditionallyMaskState<Inner = unknown> = ConditionallyTransformState<Inner>;
export interface ConditionalState<F extends StateType> extends StateType {
  readonly state: ConditionallyTransformState<StateFor<F, this['params']>>;
}

/** Options of `conditionallyMask` and `conditionallyTransform`. */
export interface ConditionOptions {
  /** Whether the condition gets the extra arguments of `update`, too. Default false. */
  readonly forwardExtraArgs?: boolean;
}

function conditionally<F extends StateType>(
  inner: GradientTransformation<F>,
  shouldTransformFn: ConditionFn,
  options: ConditionOptions,
  otherwise: (updates: unknown) => unknown,
): GradientTransformation<ConditionalState<F>> {
  return GradientTransformation<ConditionalState<F>>(
    (params) => ({ innerState: inner.init(params) as StateFor<F, unknown>, step: zeroCount() }),
    (updates, state, params, extra) => {
      const isTime = options.forwardExtraArgs ? shouldTransformFn(state.step, extra) : shouldTransformFn(state.step);
      const [changed, innerState] = applyWhere(
        isTime,
        inner,
        updates,
        otherwise(updates),
        state.innerState,
        params,
        extra,
      );
      return [changed, { innerState: innerState as StateFor<F, unknown>, step: safeIncrement(state.step) }];
    },
  );
}

/** What the transformation makes of updates and state where the condition holds, else `instead` and the state as it was. */
export function applyWhere<F extends StateType>(
  condition: ArrayLike,
  inner: GradientTransformation<F>,
  updates: unknown,
  instead: unknown,
  state: unknown,
  params: unknown,
  extra: ExtraArgs,
): readonly [updates: unknown, state: unknown] {
  const [changed, next] = updateOf(inner as GradientTransformation, updates, state, params, extra);
  return [where(condition, changed, instead), where(condition, next, state)];
}

/** Applies `inner` in the steps for which the function is true; in the others updates pass unchanged. */
export const conditionallyTransform = <F extends StateType>(
  inner: GradientTransformation<F>,
  shouldTransformFn: ConditionFn,
  options: ConditionOptions = {},
): GradientTransformation<ConditionalState<F>> => {
  checkTransformation('conditionallyTransform', 'inner', inner);
  checkArgument('conditionallyTransform', 'shouldTransformFn', shouldTransformFn, 'function');
  return conditionally(
    inner,
    shouldTransformFn,
    checkOptions('conditionallyTransform', options, conditionOptions),
    (updates) => updates,
  );
};

/** Applies `inner` in the steps for which the function is true; in the others the updates are 0. */
export const conditionallyMask = <F extends StateType>(
  inner: GradientTransformation<F>,
  shouldTransformFn: ConditionFn,
  options: ConditionOptions = {},
): GradientTransformation<ConditionalState<F>> => {
  checkTransformation('conditionallyMask', 'inner', inner);
  checkArgument('conditionallyMask', 'shouldTransformFn', shouldTransformFn, 'function');
  return conditionally(
    inner,
    shouldTransformFn,
    checkOptions('conditionallyMask', options, conditionOptions),
    zerosLike,
  );
};

/** How many updates in a row were not finite, whether the last one was, how many were not in all, and the inner state. */
export interface ApplyIfFiniteState<Inner = unknown> {
  readonly notfiniteCount: NdArray;
  readonly lastFinite: NdArray;
  readonly totalNotfinite: NdArray;
  readonly innerState: Inner;
}
export interface ApplyIfFiniteStateType<F extends StateType> extends StateType {
  readonly state: ApplyIfFiniteState<StateFor<F, this['params']>>;
}

/** Whether all elements of all leaves are finite, as a scalar array. */
export const allFinite = (tree: unknown): NdArray =>
  leafArrays(leafwise((x: NdArray) => jnp.all(jnp.isfinite(x)), tree)).reduce(
    (sofar, x) => jnp.logicalAnd(sofar, x),
    jnp.asarray(true),
  );

/**
 * Skips steps whose updates are not finite: they become 0, and the inner state does not change. After more than
 * `maxConsecutiveErrors` such steps in a row, updates are let through as they are.
 * @example
 * const tx = optax.applyIfFinite(optax.sgd(0.1), 2);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.4, 0.1]
 */
export function applyIfFinite<F extends StateType>(
  inner: GradientTransformation<F>,
  maxConsecutiveErrors: number,
): GradientTransformation<ApplyIfFiniteStateType<F>> {
  checkTransformation('applyIfFinite', 'inner', inner);
  checkArgument('applyIfFinite', 'maxConsecutiveErrors', maxConsecutiveErrors, 'integer');
  return GradientTransformation<ApplyIfFiniteStateType<F>>(
    (params) => ({
      notfiniteCount: zeroCount(),
      lastFinite: jnp.asarray(true),
      totalNotfinite: zeroCount(),
      innerState: inner.init(params) as StateFor<F, unknown>,
    }),
    (updates, state, params, extra) => {
      const isFinite = allFinite(updates);
      const notfiniteCount = jnp.where(isFinite, zeroCount(), safeIncrement(state.notfiniteCount));
      const isApplied = jnp.logicalOr(isFinite, jnp.greater(notfiniteCount, maxConsecutiveErrors));
      const [changed, innerState] = applyWhere(
        isApplied,
        inner,
        updates,
        zerosLike(updates),
        state.innerState,
        params,
        extra,
      );
      return [
        changed,
        {
          notfiniteCount,
          lastFinite: isFinite,
          totalNotfinite: jnp.where(isFinite, state.totalNotfinite, safeIncrement(state.totalNotfinite)),
          innerState: innerState as StateFor<F, unknown>,
        },
      ];
    },
  );
}
