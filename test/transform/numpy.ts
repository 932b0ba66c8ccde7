/** The array functions that the tests of the transformations use. */
export { add, divide as div, multiply as mul, square, subtract } from '../../src/numpy/arithmetic.js';
export { greater } from '../../src/numpy/comparison.js';
export { matmul } from '../../src/numpy/linear.js';
export { sum } from '../../src/numpy/reduction.js';
export { cos, exp, log, sin, sqrt, tanh } from '../../src/numpy/transcendental.js';
