/**
 * `fluxion/lax`: the operations that all others are made of, by the names of `jax.lax`: strict about shapes and dtypes.
 */
import '../wiring.js';
import '../numpy/methods.js';

export * from './barrier.js';
export * from './collective.js';
export * from './control.js';
export * from './convolution.js';
export {
  ConvDimensionNumbers,
  type ConvDimensionNumbersLike,
  convDimensionNumbers,
  convGeneralPermutations,
  type Padding,
  padtypeToPads,
} from './convolution-axes.js';
export * from './convolution-shape.js';
export * from './dot.js';
export * from './elementwise.js';
export * from './fft.js';
export * from './incomplete.js';
export * from './indexing.js';
export * as linalg from './linalg/index.js';
export { mulhi } from './mulhi.js';
export { platformDependent } from './platform.js';
export * from './precision.js';
export * from './ragged.js';
export { type Computation, type ReduceWindowOptions, reduce, reduceWindow } from './reduce.js';
export * from './reduction.js';
export { type ScaledDotOptions, scaledDot } from './scaled-dot.js';
export * from './sharding.js';
export * from './slicing.js';
export * from './sorting.js';
export * from './structure.js';
