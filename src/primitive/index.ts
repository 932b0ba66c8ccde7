/**
 * All primitives: one family in one file, every rule of a primitive in one object.
 */
export * from './bitwise.js';
export * from './call.js';
export * from './checkpoint.js';
export * from './compare.js';
export * from './convert.js';
export * from './elementwise.js';
export * from './reduce.js';
export * from './structure.js';
