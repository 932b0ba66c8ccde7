/** `fluxion/ops`: what `jax.ops` has. */
import '../wiring.js';

export { type SegmentOptions, segmentMax, segmentMin, segmentProd, segmentSum } from './segment.js';
