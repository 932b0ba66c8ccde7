/**
 * Mechanic: tunes the learning rate of any optimizer, by betting on the direction in which it goes.
 *
 *     delta = (x0 - p) / (sum s + eps)     h = <g + weightDecay sum s ||g|| / (||p|| + eps) p, delta>
 *     m' = max(beta m, |h| + eps)    v' = beta^2 v + h^2    r' = beta r + clip(h, -m, m) s
 *     s' = (sInit / n m' + max(r', 0)) / (sqrt(v') + eps)        p' = x0 - sum s' (delta - u)
 *
 * for several decays beta at once; `u` are the updates of the base optimizer. Sources: Cutkosky, Defazio, Mehta,
 * "Mechanic: A Learning Rate Tuner", 2023; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { checkOptions } from '../../array/options.js';
import { filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import {
  checkTransformation,
  GradientTransformation,
  required,
  type StateFor,
  type StateType,
  updateOf,
} from '../transformation.js';
import { dtype } from '../tree/casting.js';
import { held, leafwise } from '../tree/leafwise.js';
import { norm, sub, vdot, where } from '../tree/math.js';
import { mechanizeOptions } from './options.js';

/** The base optimizer's state, the steps, for each decay the reward, the largest and the squared gain, the scale; the first parameters. */
export interface MechanicState<Params = unknown, Inner = unknown> {
  readonly baseOptimizerState: Inner;
  readonly count: NdArray;
  readonly r: NdArray;
  readonly m: NdArray;
  readonly v: NdArray;
  readonly s: NdArray;
  readonly x0: Params;
}
export interface MechanicStateType<F extends StateType> extends StateType {
  readonly state: MechanicState<this['params'], StateFor<F, this['params']>>;
}

/** Options of `mechanize`. */
export interface MechanizeOptions {
  /** Pulls the parameters to 0, for stability. Default 0.01. */
  readonly weightDecay?: ArrayLike;
  /** Added to divisors. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** The first scale. Default 1e-6. */
  readonly sInit?: number;
  /** The number of decays, 0.9, 0.99, ... Default 6. */
  readonly numBetas?: number;
}

const defaults = { weightDecay: 0.01, eps: 1e-8, sInit: 1e-6, numBetas: 6 };

/**
 * The optimizer with a scale that tunes itself; its own learning rate may be anything. `update` needs the parameters.
 * @throws MissingParams
 * @example
 * const tx = optax.contrib.mechanize(optax.sgd(0.1));
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-4.17233e-7, 0]
 */
export function mechanize<F extends StateType>(
  baseOptimizer: GradientTransformation<F>,
  options: MechanizeOptions = {},
): GradientTransformation<MechanicStateType<F>> {
  checkTransformation('mechanize', 'baseOptimizer', baseOptimizer);
  checkOptions('mechanize', options, mechanizeOptions);
  const { weightDecay, eps, sInit, numBetas } = filled(defaults, options);
  const base = baseOptimizer as GradientTransformation;
  const decays = Array.from({ length: numBetas }, (_, i) => 1 - 0.1 ** (i + 1));
  return GradientTransformation<MechanicStateType<F>>(
    (params) => {
      const like = { dtype: dtype(params, { mixedDtypeHandler: 'lowest' }) };
      const none = jnp.zeros([numBetas], like);
      return {
        baseOptimizerState: base.init(params) as StateFor<F, unknown>,
        count: zeroCount(),
        r: none,
        m: none,
        v: none,
        s: jnp.mul(jnp.ones([numBetas], like), sInit),
        x0: held(params),
      };
    },
    (updates, state, params, extra) => {
      const given = required('mechanize', params);
      const [baseUpdates, baseState] = updateOf(base, updates, state.baseOptimizerState, given, extra);
      const x0 = where(jnp.equal(state.count, 0), given, state.x0);
      const total = jnp.sum(state.s);
      const pull = jnp.div(jnp.mul(jnp.mul(weightDecay, total), norm(updates)), jnp.add(norm(given), eps));
      const gradients = leafwise((...[g, p]: [NdArray, NdArray]) => jnp.add(g, jnp.mul(pull, p)), updates, given);
      const travelled = leafwise(
        (...[p, first]: [NdArray, NdArray]) => jnp.div(jnp.sub(first, p), jnp.add(total, eps)),
        given,
        x0,
      );
      const delta = sub(travelled, baseUpdates);
      const h = vdot(gradients, travelled);
      const clipped = jnp.clip(jnp.mul(jnp.onesLike(state.m), h), { min: jnp.neg(state.m), max: state.m });
      const betas = jnp.asarray(decays, { dtype: state.s.dtype });
      const m = jnp.maximum(jnp.mul(betas, state.m), jnp.add(jnp.abs(h), eps));
      const v = jnp.add(jnp.mul(jnp.square(betas), state.v), jnp.square(h));
      const r = jnp.add(jnp.mul(betas, state.r), jnp.mul(clipped, state.s));
      const wealth = jnp.add(jnp.mul(sInit / numBetas, m), jnp.maximum(0, r));
      const s = jnp.div(wealth, jnp.add(jnp.sqrt(v), eps));
      const scale = jnp.sum(s);
      const steps = leafwise(
        (...[first, d, p]: [NdArray, NdArray, NdArray]) => jnp.sub(jnp.sub(first, jnp.mul(scale, d)), p),
        x0,
        delta,
        given,
      );
      const baseOptimizerState = baseState as StateFor<F, unknown>;
      return [steps, { baseOptimizerState, count: safeIncrement(state.count), r, m, v, s, x0 }];
    },
  );
}
