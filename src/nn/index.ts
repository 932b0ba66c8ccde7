/** `fluxion/nn`: what `jax.nn` has. */
import '../wiring.js';
import '../numpy/methods.js';

export * from './activations.js';
export { type AttentionOptions, dotProductAttention } from './attention.js';
export * from './normalize.js';
