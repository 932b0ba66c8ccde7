/**
 * `fluxion/lax`: what `jax.lax` has, by the porting rule.
 */
import '../wiring.js';
import '../numpy/methods.js';

export * from './contraction.js';
export * from './elementwise.js';
export * from './indexing.js';
export * from './reduction.js';
export * from './structure.js';
