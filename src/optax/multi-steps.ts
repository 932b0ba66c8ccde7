/**
 * Gradient accumulation: the optimizer makes one step for every `k` gradients, with their mean.
 *
 * Source: optax, `transforms/_accumulation.py`.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { DTypeMismatch } from '../error/error.js';
import * as jnp from './arithmetic.js';
import { safeIncrement, zeroCount } from './numerics.js';
import {
  checkTransformation,
  type ExtraArgs,
  GradientTransformation,
  type StateType,
  updateOf,
} from './transformation.js';
import { castLike } from './tree/casting.js';
import { leafArrays, leafwise } from './tree/leafwise.js';
import { where, zerosLike } from './tree/math.js';

/** Whether a gradient is left out, and what is to be remembered about that. */
export type ShouldSkipUpdateFunction = (
  updates: unknown,
  gradientStep: NdArray,
  params: unknown,
) => readonly [shouldSkip: NdArray, skipState: unknown];

const total = (xs: readonly NdArray[]): NdArray =>
  xs.length === 0 ? jnp.zeros([]) : xs.reduce((sum, x) => jnp.add(sum, x));

/** Leaves out gradients with an element that is not finite. */
export function skipNotFinite(updates: unknown, _gradientStep: NdArray, _params: unknown): readonly [NdArray, unknown] {
  const numNotFinite = total(leafArrays(updates).map((x) => jnp.sum(jnp.logicalNot(jnp.isfinite(x)))));
  const shouldSkip = jnp.greater(numNotFinite, 0);
  return [shouldSkip, Object.freeze({ shouldSkip, numNotFinite })];
}

/** Leaves out gradients whose squared norm is not below `maxSquaredNorm` (NaN among them). */
export function skipLargeUpdates(
  updates: unknown,
  _gradientStep: unknown,
  _params: unknown,
  maxSquaredNorm: ArrayLike,
): readonly [NdArray, unknown] {
  const normSquared = total(leafArrays(updates).map((x) => jnp.sum(jnp.square(x))));
  const shouldSkip = jnp.logicalNot(jnp.less(normSquared, maxSquaredNorm));
  return [shouldSkip, Object.freeze({ shouldSkip, normSquared })];
}

/** The gradients in the current round, the steps made, the optimizer's state, the mean or sum so far, and what was skipped. */
export interface MultiStepsState<Inner = unknown> {
  readonly miniStep: NdArray;
  readonly gradientStep: NdArray;
  readonly innerOptState: Inner;
  readonly accGrads: unknown;
  readonly skipState: unknown;
}
export interface MultiStepsStateType extends StateType {
  readonly state: MultiStepsState;
}

export interface MultiStepsOptions {
  /** Whether the optimizer gets the mean of the gradients, or their sum. Default true. */
  readonly useGradMean?: boolean;
  /** Which gradients are left out; none when null. */
  readonly shouldSkipUpdateFn?: ShouldSkipUpdateFunction | null;
  /** The dtype of the mean or sum. Default float32. */
  readonly accumulatorDtype?: DType | null;
}

const neverSkip: ShouldSkipUpdateFunction = () => [jnp.asarray(false), Object.freeze([])];

/**
 * Steps of an optimizer that take several gradients each. In between, updates are 0.
 *
 * `const accumulated = new MultiSteps(adam(1e-3), 4)` has `init` and `update` as every transformation;
 * `accumulated.hasUpdated(state)` tells whether the last call was a step. `everyKSchedule` is a number of gradients, or a
 * function from the number of steps made to it.
 */
export class MultiSteps {
  readonly init: GradientTransformation<MultiStepsStateType>['init'];
  readonly update: GradientTransformation<MultiStepsStateType>['update'];

  constructor(
    private readonly opt: GradientTransformation,
    everyKSchedule: number | ((gradientStep: NdArray) => number | NdArray),
    options: MultiStepsOptions = {},
  ) {
    checkTransformation('MultiSteps', 'opt', opt);
    const { useGradMean = true, accumulatorDtype = 'float32' } = checkOptions('MultiSteps', options, {
      useGradMean: 'boolean',
      accumulatorDtype: 'dtype?',
      shouldSkipUpdateFn: 'function?',
    });
    const shouldSkip = options.shouldSkipUpdateFn ?? neverSkip;
    const stepsAt = typeof everyKSchedule === 'function' ? everyKSchedule : () => everyKSchedule;

    const accumulated = (updates: unknown, state: MultiStepsState): unknown =>
      leafwise(
        (...[g, sum]: [NdArray, NdArray]) =>
          useGradMean ? jnp.add(sum, jnp.div(jnp.sub(g, sum), jnp.add(state.miniStep, 1))) : jnp.add(g, sum),
        updates,
        state.accGrads,
      );

    const step = (updates: unknown, state: MultiStepsState, params: unknown, extra: ExtraArgs, skipState: unknown) => {
      const k = stepsAt(state.gradientStep);
      const sums = accumulated(updates, state);
      const [stepUpdates, innerOptState] = updateOf(opt, castLike(sums, updates), state.innerOptState, params, extra);
      const emits = jnp.equal(state.miniStep, jnp.sub(k, 1));
      const goesOn = jnp.logicalNot(emits);
      const next: MultiStepsState = {
        miniStep: jnp.remainder(safeIncrement(state.miniStep), k),
        gradientStep: jnp.where(emits, safeIncrement(state.gradientStep), state.gradientStep),
        innerOptState: castLike(where(emits, innerOptState, state.innerOptState), state.innerOptState),
        accGrads: castLike(
          leafwise((sum: NdArray) => jnp.mul(goesOn, sum), sums),
          state.accGrads,
        ),
        skipState,
      };
      return [leafwise((u: NdArray) => jnp.mul(emits, u), stepUpdates), next] as const;
    };

    const transformation = GradientTransformation<MultiStepsStateType>(
      (params) => {
        const gradientStep = zeroCount();
        const [, skipState] = shouldSkip(zerosLike(params), gradientStep, params);
        return {
          miniStep: zeroCount(),
          gradientStep,
          innerOptState: opt.init(params),
          accGrads: zerosLike(params, { dtype: accumulatorDtype }),
          skipState,
        };
      },
      (updates, state, params, extra) => {
        const [isSkipped, skipState] = shouldSkip(updates, state.gradientStep, params);
        if (isSkipped.dtype !== 'bool' || isSkipped.ndim !== 0) {
          throw new DTypeMismatch({
            op: 'MultiSteps',
            argument: 'the first result of shouldSkipUpdateFn',
            expected: 'a boolean scalar is needed',
            actual: `${isSkipped.aval}`,
          });
        }
        const [stepUpdates, next] = step(updates, state, params, extra, skipState);
        if (shouldSkip === neverSkip) return [stepUpdates, next];
        const kept = { ...state, skipState };
        return [where(isSkipped, zerosLike(stepUpdates), stepUpdates), where(isSkipped, kept, next) as MultiStepsState];
      },
    );
    this.init = transformation.init;
    this.update = transformation.update;
  }

  /** The optimizer that makes the steps. */
  get innerOpt(): GradientTransformation {
    return this.opt;
  }

  /** Whether the last update was a step of the optimizer, as a scalar array of bool. */
  hasUpdated(state: MultiStepsState): NdArray {
    return jnp.logicalAnd(jnp.equal(state.miniStep, 0), jnp.greater(state.gradientStep, 0));
  }

  /** The same as a plain transformation. */
  gradientTransformation(): GradientTransformation<MultiStepsStateType> {
    return Object.freeze({ init: this.init, update: this.update });
  }
}
