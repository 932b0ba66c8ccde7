/** Collectives: operations in which the examples of a mapped axis meet. */
export * from './all-gather.js';
export * from './all-reduce.js';
export * from './axis-index.js';
export * from './permute.js';
