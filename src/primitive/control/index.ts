/**
 * Control flow: primitives that carry programs.
 */
export * from './cond.js';
export * from './scan.js';
export * from './while.js';
