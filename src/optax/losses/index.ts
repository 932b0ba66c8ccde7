/**
 * `optax.losses`: how wrong predictions are.
 */
export * from './classification.js';
export * from './ctc.js';
export { type MaxFun, makeFenchelYoungLoss } from './fenchel-young.js';
export * from './ranking.js';
export * from './regression.js';
export * from './segmentation.js';
export * from './self-supervised.js';
export { smoothLabels } from './smoothing.js';
