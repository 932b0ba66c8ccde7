/**
 * All primitives: one family in one file, every rule of a primitive in one object.
 */
export * from './argextrema.js';
export * from './associative.js';
export * from './bitwise.js';
export * from './call.js';
export * from './callback.js';
export * from './checkpoint.js';
export * from './collective/index.js';
export * from './compare.js';
export * from './concatenate.js';
export * from './contract.js';
export * from './control/index.js';
export * from './convert.js';
export * from './convolution.js';
export * from './cumulative.js';
export * from './custom.js';
export { customLinP, type LinearRule, linearMap } from './custom-linear.js';
export * from './dynamic-slice.js';
export * from './eigh.js';
export * from './elementwise.js';
export * from './fft.js';
export * from './gather.js';
export * from './linalg.js';
export * from './qr.js';
export * from './random.js';
export * from './reduce.js';
export * from './reductions.js';
export * from './scatter.js';
export * from './shard-map.js';
export * from './sharding-constraint.js';
export * from './slice.js';
export * from './sort.js';
export * from './structure.js';
export * from './window.js';
export * from './window-positions.js';
