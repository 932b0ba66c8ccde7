/** From datasets of weather to what a model reads: DeepMind's `data_utils`. */
export * from './derived-variables.js';
export * from './extract.js';
export * from './progress.js';
