/**
 * The array functions that optimizers are written with: NumPy's, under the names that read well in a formula.
 */

export { rsqrt } from '../lax/elementwise.js';
export {
  abs,
  add,
  divide as div,
  maximum,
  minimum,
  multiply as mul,
  negative as neg,
  power,
  remainder,
  sign,
  square,
  subtract as sub,
} from '../numpy/arithmetic.js';
export {
  conj,
  equal,
  floor,
  greater,
  greaterEqual,
  imag,
  iscomplexobj,
  isfinite,
  isnan,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  notEqual,
  real,
  round,
} from '../numpy/comparison.js';
export {
  arange,
  array,
  asarray,
  astype,
  eye,
  full,
  fullLike,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from '../numpy/creation.js';
export { concatenate, split, stack } from '../numpy/joining.js';
export { all, any, max, mean, min, sum } from '../numpy/reduction.js';
export { clip, nanToNum, whereThree as where } from '../numpy/select.js';
export {
  broadcastTo,
  diagonal,
  expandDims,
  flip,
  moveaxis,
  ravel,
  reshape,
  squeeze,
  swapaxes,
  transpose,
} from '../numpy/shape.js';
export { arctanh, cos, exp, expm1, log, log1p, logaddexp, sqrt, tanh } from '../numpy/transcendental.js';
