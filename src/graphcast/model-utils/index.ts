/** Geometry on the host: what DeepMind's `model_utils` does before anything is traced. */
export * from './coordinates.js';
export * from './local-coordinates.js';
export * from './spatial-features.js';
