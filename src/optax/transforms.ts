/**
 * `optax.transforms`: the transformations that are no optimizers by themselves. All are in `optax`, too.
 */
export { adaptiveGradClip, unitwiseClip, unitwiseNorm } from './adaptive-clip.js';
export { chain, namedChain } from './chain.js';
export { clip, clipByBlockRms, clipByGlobalNorm } from './clip.js';
export { applyIfFinite, conditionallyMask, conditionallyTransform } from './conditional.js';
export { keepParamsNonnegative, zeroNans } from './constrain.js';
export { ema } from './ema.js';
export { flatten } from './flatten.js';
export { MaskedNode, masked } from './masked.js';
export { measureWithEma, monitor, snapshot } from './monitor.js';
export { MultiSteps, skipLargeUpdates, skipNotFinite } from './multi-steps.js';
export { addNoise } from './noise.js';
export { freeze, partition, selectiveTransform } from './partition.js';
export { perExampleGlobalNormClip, perExampleLayerNormClip } from './per-example-clip.js';
export { trace } from './trace.js';
export { addDecayedWeights } from './weight-decay.js';
