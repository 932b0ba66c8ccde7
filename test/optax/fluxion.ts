/** The front door as the tests of optax use it. */
export { config, grad, jit, type NdArray, valueAndGrad, vmap } from '../../src/index.js';
export * as tree from '../../src/tree/index.js';
