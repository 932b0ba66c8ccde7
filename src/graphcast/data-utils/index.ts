/** Time features on the host: what DeepMind's `data_utils` computes with numbers alone. */
export * from './progress.js';
