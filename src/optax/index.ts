/**
 * `fluxion/optax`: optimizers as pure, composable transformations of gradients.
 *
 *     const optimizer = optax.chain(optax.clipByGlobalNorm(1), optax.adam(1e-3));
 *     let state = optimizer.init(params);
 *     const [updates, nextState] = optimizer.update(grads, state, params);
 *     const nextParams = optax.applyUpdates(params, updates);
 *
 * Source: optax 0.2.8; every public name is here, camelCased.
 */
import '../wiring.js';

export * from './adabelief.js';
export * from './adadelta.js';
export * from './adafactor.js';
export * from './adagrad.js';
export * from './adam.js';
export * from './adamax.js';
export * from './adan.js';
export * from './adaptive-clip.js';
export * from './amsgrad.js';
export * from './apply-every.js';
export * from './backtracking-linesearch.js';
export * from './chain.js';
export * from './clip.js';
export * from './conditional.js';
export * from './constrain.js';
export * as contrib from './contrib/index.js';
export * from './ema.js';
export * from './flatten.js';
export * from './fromage.js';
export * from './inject.js';
export * from './lbfgs.js';
export * from './learning-rate.js';
export * from './linear-algebra.js';
export * from './linesearch.js';
export * from './lion.js';
export * from './lookahead.js';
export * from './losses/index.js';
export * as losses from './losses/index.js';
export * from './masked.js';
export * from './monitor.js';
export * from './multi-steps.js';
export * from './noise.js';
export * from './normalization.js';
export * from './novograd.js';
export * from './numerics.js';
export * from './optimistic.js';
export * from './partition.js';
export * from './per-example-clip.js';
export * as perturbations from './perturbations.js';
export * from './polyak.js';
export * as projections from './projections.js';
export * from './radam.js';
export * from './rmsprop.js';
export * from './rprop.js';
export * from './scale-gradient.js';
export * from './schedules/index.js';
export * as schedules from './schedules/index.js';
export * as secondOrder from './second-order.js';
export * from './sgd.js';
export * from './sign.js';
export * from './sm3.js';
export * from './trace.js';
export * from './transformation.js';
export * as tree from './tree/index.js';
export * from './trust-ratio.js';
export * from './update.js';
export * from './weight-decay.js';
export * from './yogi.js';
export * from './zoom-linesearch.js';
