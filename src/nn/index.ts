/**
 * Building blocks of neural networks: activations, functions along an axis, one-hot rows (`jax.nn`).
 */
export { tanh } from '../numpy/transcendental.js';
export * from './activation.js';
export * from './attention.js';
export * as initializers from './initializers.js';
export * from './logsumexp.js';
export * from './normalization.js';
export { scaledMatmul } from './scaled-matmul.js';
