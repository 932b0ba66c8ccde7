/**
 * Backtracking: the step is shortened until the loss has decreased enough.
 *
 * Sources: Armijo, "Minimization of functions having Lipschitz continuous first partial derivatives", 1966; Nocedal,
 * Wright, "Numerical Optimization", 1999, algorithm 3.1; optax, `_src/linesearch.py`.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { grad as gradient } from '../transform/grad.js';
import { filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { cond, whileLoop } from './control.js';
import { lineOf, refusingNaN, valueDType } from './linesearch.js';
import { backtrackingLinesearchOptions } from './options.js';
import { GradientTransformation, required, type StateType } from './transformation.js';
import { castLike } from './tree/casting.js';
import { addScale, conj, scale, vdot, zerosLike } from './tree/math.js';

/** How many steps the search took, and by how much its result fails to decrease enough. */
export interface BacktrackingLinesearchInfo {
  readonly numLinesearchSteps: NdArray;
  readonly decreaseError: NdArray;
}

/** The step size, the loss there, its gradient if it is kept, and how the search went. */
export interface ScaleByBacktrackingLinesearchState<Params = unknown> {
  readonly learningRate: NdArray;
  readonly value: NdArray;
  readonly grad: Params | null;
  readonly info: BacktrackingLinesearchInfo;
}
export interface BacktrackingState extends StateType {
  readonly state: ScaleByBacktrackingLinesearchState<this['params']>;
}

/** Options of `scaleByBacktrackingLinesearch`. */
export interface BacktrackingLinesearchOptions {
  /** The part of the decrease that the slope promises which is enough. Default 1e-4. */
  readonly slopeRtol?: number;
  /** Multiplies the step after each failure. Default 0.8. */
  readonly decreaseFactor?: number;
  /** Multiplies the last step for the first try of the next search. Default 1.5. */
  readonly increaseFactor?: number;
  /** The largest step. Default 1. */
  readonly maxLearningRate?: number;
  /** The absolute error that is tolerated. Default 0. */
  readonly atol?: number;
  /** The error relative to the loss that is tolerated. Default 0. */
  readonly rtol?: number;
  /** Whether the gradient at the result is computed and kept, for `valueAndGradFromState`. Default false. */
  readonly storeGrad?: boolean;
}

const defaults = {
  slopeRtol: 1e-4,
  decreaseFactor: 0.8,
  increaseFactor: 1.5,
  maxLearningRate: 1,
  atol: 0,
  rtol: 0,
  storeGrad: false,
};

interface Search {
  readonly learningRate: NdArray;
  readonly newValue: NdArray;
  readonly newGrad: unknown;
  readonly decreaseError: NdArray;
  readonly iterNum: NdArray;
}

/**
 * Scales updates by a step that decreases the loss: `update(updates, state, params, { value, grad, valueFn })`.
 *
 * `value` and `grad` belong to `params`; `valueFn(params)` is the loss. The updates must point downhill already. When no
 * step of finite loss is found, the step is 0.
 * @throws MissingParams, MissingExtraArgument
 * @example
 * const tx = optax.scaleByBacktrackingLinesearch(10);
 * const w = jnp.array([1, 2]);
 * const valueFn = (p) => jnp.sum(jnp.square(p));
 * tx.update(w.mul(2), tx.init(w), w, { value: valueFn(w), grad: w.mul(2), valueFn })[0] // => [0.214748, 0.429497]
 */
export function scaleByBacktrackingLinesearch(
  maxBacktrackingSteps: number,
  options: BacktrackingLinesearchOptions = {},
): GradientTransformation<BacktrackingState> {
  checkArgument('scaleByBacktrackingLinesearch', 'maxBacktrackingSteps', maxBacktrackingSteps, 'integer');
  checkOptions('scaleByBacktrackingLinesearch', options, backtrackingLinesearchOptions);
  const { slopeRtol, decreaseFactor, increaseFactor, maxLearningRate, atol, rtol, storeGrad } = filled(
    defaults,
    options,
  );
  const op = 'scaleByBacktrackingLinesearch';
  return GradientTransformation<BacktrackingState>(
    (params) => {
      const like = { dtype: valueDType(params) };
      return {
        learningRate: jnp.ones([], like),
        value: jnp.asarray(Number.POSITIVE_INFINITY, like),
        grad: storeGrad ? zerosLike(params) : null,
        info: Object.freeze({
          numLinesearchSteps: jnp.zeros([], { dtype: 'int32' }),
          decreaseError: jnp.asarray(Number.POSITIVE_INFINITY, like),
        }),
      };
    },
    (updates, state, params, extra) => {
      const given = required(op, params);
      const { value, grad, valueFn } = lineOf(op, extra);
      const slope = jnp.real(vdot(updates, conj(grad)));
      const errorOf = (step: NdArray, newValue: NdArray): NdArray => {
        const allowed = jnp.add(jnp.mul(1 + rtol, value), jnp.mul(jnp.mul(step, slopeRtol), slope));
        return jnp.maximum(refusingNaN(jnp.sub(newValue, allowed)), 0);
      };

      const goesOn = (search: Search): NdArray =>
        jnp.logicalAnd(
          jnp.logicalNot(jnp.lessEqual(search.decreaseError, atol)),
          jnp.lessEqual(search.iterNum, maxBacktrackingSteps),
        );
      const tryStep = (search: Search): Search => {
        const isLater = jnp.greater(search.iterNum, 0);
        const learningRate = jnp.where(isLater, jnp.mul(decreaseFactor, search.learningRate), search.learningRate);
        const point = addScale(given, learningRate, updates);
        const newValue = valueFn(point);
        const decreaseError = errorOf(learningRate, newValue);
        let { newGrad } = search;
        if (storeGrad) {
          const isResult = jnp.logicalOr(
            jnp.lessEqual(decreaseError, atol),
            jnp.equal(search.iterNum, maxBacktrackingSteps),
          );
          newGrad = cond(
            isResult,
            () => gradient(valueFn)(point),
            () => search.newGrad,
          );
        }
        const next = { learningRate, newValue, newGrad, decreaseError, iterNum: jnp.add(search.iterNum, 1) };
        return castLike(next, search) as unknown as Search;
      };

      const found = whileLoop(goesOn, tryStep, {
        learningRate: jnp.minimum(jnp.mul(increaseFactor, state.learningRate), maxLearningRate),
        newValue: value,
        newGrad: zerosLike(given),
        decreaseError: jnp.asarray(Number.POSITIVE_INFINITY, { dtype: 'float32' }),
        iterNum: jnp.zeros([], { dtype: 'int32' }),
      });
      const learningRate = jnp.where(jnp.isinf(found.decreaseError), 0, found.learningRate);
      const next = {
        learningRate,
        value: found.newValue,
        grad: storeGrad ? found.newGrad : null,
        info: { numLinesearchSteps: found.iterNum, decreaseError: found.decreaseError },
      };
      return [scale(learningRate, updates), castLike(next, state) as ScaleByBacktrackingLinesearchState];
    },
  );
}
