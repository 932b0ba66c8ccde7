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

export * from './adam.js';
export * from './chain.js';
export * from './clip.js';
export * from './learning-rate.js';
export * from './masked.js';
export * from './numerics.js';
export * from './schedules/index.js';
export * as schedules from './schedules/index.js';
export * from './sgd.js';
export * from './trace.js';
export * from './transformation.js';
export * as tree from './tree/index.js';
export * from './update.js';
export * from './weight-decay.js';
