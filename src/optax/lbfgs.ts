/**
 * L-BFGS: Newton's method with an inverse Hessian made of the last few steps.
 *
 *     w_k = p_{k+1} - p_k     y_k = g_{k+1} - g_k     rho_k = 1 / <y_k, w_k>     V_k = I - rho_k y_k w_k'
 *     P   = V' P V + rho w w' over the last memorySize pairs, beginning with gamma I, gamma = <y, w> / <y, y>
 *
 * `P g` is computed by the two-loop recursion, without a matrix. Sources: Nocedal, Wright, "Numerical Optimization", 1999,
 * algorithms 7.4 and 7.5; Liu, Nocedal, "On the limited memory BFGS method for large scale optimization", 1989; optax.
 */

import type { NdArray } from '../array/array.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { stopGradient } from '../lax/stop-gradient.js';
import { alias, filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { chain } from './chain.js';
import { scan } from './control.js';
import { type ScalarOrSchedule, scale, scaleByLearningRate } from './learning-rate.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { lbfgsOptions, scaleByLbfgsOptions } from './options.js';
import { GradientTransformation, identity, required, type StateType } from './transformation.js';
import { castLike } from './tree/casting.js';
import { held, leafwise } from './tree/leafwise.js';
import { addScale, norm, scale as scaleTree, sub, vdot, where, zerosLike } from './tree/math.js';
import { scaleByZoomLinesearch } from './zoom-linesearch.js';

/** The number of steps, the last parameters and gradients, and the memory: differences of both, and `rho`. */
export interface ScaleByLBFGSState<Params = unknown> {
  readonly count: NdArray;
  readonly params: Params;
  readonly updates: Params;
  /** Leaves `[memorySize, ...]`. */
  readonly diffParamsMemory: Params;
  readonly diffUpdatesMemory: Params;
  /** `[memorySize]` */
  readonly weightsMemory: NdArray;
}
export interface LbfgsState extends StateType {
  readonly state: ScaleByLBFGSState<this['params']>;
}

/** Options of `scaleByLbfgs`. */
export interface ScaleByLbfgsOptions {
  /** How many pairs are remembered. Default 10. */
  readonly memorySize?: number;
  /** Whether the recursion begins with `gamma I`, or with `I`. Default true. */
  readonly scaleInitPrecond?: boolean;
}

const scaleDefaults = { memorySize: 10, scaleInitPrecond: true };

const inner = (x: unknown, y: unknown): NdArray => jnp.real(vdot(x, y));

/** `P g` by two loops over the memory: backwards through the newest pairs, then forwards. */
function precondition(g: unknown, state: ScaleByLBFGSState, gamma: NdArray | number, oldest: NdArray): unknown {
  const { diffParamsMemory, diffUpdatesMemory, weightsMemory } = state;
  const size = weightsMemory.shape[0];
  const order = jnp.remainder(jnp.add(oldest, jnp.arange(size, { dtype: 'int32' })), size);
  const pair = (i: NdArray) => ({
    w: leafwise((x: NdArray) => jnp.at(x, i).get(), diffParamsMemory),
    y: leafwise((x: NdArray) => jnp.at(x, i).get(), diffUpdatesMemory),
    rho: jnp.at(weightsMemory, i).get(),
  });
  const backwards = (q: unknown, i: NdArray): readonly [unknown, NdArray] => {
    const { w, y, rho } = pair(i);
    const alpha = jnp.mul(rho, inner(w, q));
    return [castLike(addScale(q, jnp.neg(alpha), y), q), alpha];
  };
  const [q, alphas] = scan(backwards, g, { xs: order, reverse: true });
  const forwards = (r: unknown, [i, alpha]: readonly [NdArray, NdArray]): readonly [unknown, NdArray] => {
    const { w, y, rho } = pair(i);
    const beta = jnp.mul(rho, inner(y, r));
    return [castLike(addScale(r, jnp.sub(alpha, beta), w), r), beta];
  };
  const [direction] = scan(forwards, scaleTree(gamma, q), { xs: [order, alphas] as const });
  return direction;
}

/**
 * Multiplies updates by the L-BFGS approximation of the inverse Hessian. The step to take along them is for a line search,
 * or a learning rate. At first gamma is `min(1, 1 / ||g||)`.
 * @throws InvalidArgument for a memory below 1
 * @throws MissingParams
 * @example
 * const tx = optax.scaleByLbfgs();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0.970143, -0.242536]
 */
export function scaleByLbfgs(options: ScaleByLbfgsOptions = {}): GradientTransformation<LbfgsState> {
  checkOptions('scaleByLbfgs', options, scaleByLbfgsOptions);
  const { memorySize, scaleInitPrecond } = filled(scaleDefaults, options);
  if (memorySize < 1) {
    throw new InvalidArgument({
      op: 'scaleByLbfgs',
      argument: 'memorySize',
      expected: 'at least 1',
      actual: `${memorySize}`,
    });
  }
  return GradientTransformation<LbfgsState>(
    (params) => {
      const memory = leafwise((p: NdArray) => jnp.zeros([memorySize, ...p.shape], { dtype: p.dtype }), params);
      return {
        count: zeroCount(),
        params: zerosLike(params),
        updates: zerosLike(params),
        diffParamsMemory: memory,
        diffUpdatesMemory: memory,
        weightsMemory: jnp.zeros([memorySize]),
      };
    },
    (updates, state, params) => {
      const given = required('scaleByLbfgs', params);
      const oldest = jnp.remainder(state.count, memorySize);
      const newest = jnp.remainder(jnp.sub(state.count, 1), memorySize);
      const hasBegun = jnp.greater(state.count, 0);
      const orZeros = (tree: unknown): unknown => where(hasBegun, tree, zerosLike(tree));

      const w = orZeros(sub(given, state.params));
      const y = orZeros(sub(updates, state.updates));
      const product = inner(sub(updates, state.updates), sub(given, state.params));
      const rho = jnp.where(jnp.equal(product, 0), 0, jnp.div(1, product));
      const remember = (memory: unknown, entry: unknown): unknown =>
        leafwise((...[m, x]: [NdArray, NdArray]) => jnp.at(m, newest).set(x), memory, entry);
      const next: ScaleByLBFGSState = {
        count: safeIncrement(state.count),
        params: held(given),
        updates: held(updates),
        diffParamsMemory: remember(state.diffParamsMemory, w),
        diffUpdatesMemory: remember(state.diffUpdatesMemory, y),
        weightsMemory: remember(state.weightsMemory, orZeros(rho)) as NdArray,
      };

      let gamma: NdArray | number = 1;
      if (scaleInitPrecond) {
        const length = norm(y, { squared: true });
        const later = jnp.where(jnp.greater(length, 0), jnp.div(inner(y, w), length), 1);
        const first = jnp.minimum(1, jnp.div(1, norm(stopGradient(updates))));
        gamma = jnp.where(hasBegun, later, first);
      }
      return [precondition(updates, next, gamma, oldest), next];
    },
  );
}

/** Options of `lbfgs`. */
export interface LbfgsOptions extends ScaleByLbfgsOptions {
  /** Multiplies the direction; 1 when null, for the line search to change. */
  readonly learningRate?: ScalarOrSchedule | null;
  /** Finds the step; none when null. Default `scaleByZoomLinesearch(20, { initialGuessStrategy: 'one' })`. */
  readonly linesearch?: GradientTransformation | null;
}

const defaults = { learningRate: null, ...scaleDefaults, linesearch: undefined };

/**
 * L-BFGS with a zoom line search: `update(grad, state, params, { value, grad, valueFn })`.
 *
 * For smooth losses without noise. State: `[memory, learning rate, line search]`; `valueAndGradFromState` spares the
 * evaluation that the line search has done.
 * @example
 * const tx = optax.lbfgs();
 * const w = jnp.array([1, 2]);
 * const valueFn = (p) => jnp.sum(jnp.square(p));
 * tx.update(w.mul(2), tx.init(w), w, { value: valueFn(w), grad: w.mul(2), valueFn })[0] // => [-0.447214, -0.894427]
 */
export const lbfgs = alias([], defaults, (options: LbfgsOptions = {}): GradientTransformation => {
  checkOptions('lbfgs', options, lbfgsOptions);
  const { learningRate, memorySize, scaleInitPrecond } = filled(defaults, options);
  const linesearch =
    options.linesearch === undefined
      ? scaleByZoomLinesearch(20, { initialGuessStrategy: 'one' })
      : (options.linesearch ?? identity());
  return chain(
    scaleByLbfgs({ memorySize, scaleInitPrecond }),
    learningRate === null ? scale(-1) : scaleByLearningRate(learningRate as ScalarOrSchedule),
    linesearch as GradientTransformation,
  );
});
