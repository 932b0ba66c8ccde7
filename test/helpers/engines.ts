/**
 * Tests that hold on every engine: on the judge, on TensorFlow.js in WebAssembly and in plain JavaScript, and on XLA where
 * its plugin has been set up.
 */
import { beforeAll, describe } from 'vitest';
import { config } from '../../src/index.js';
import { describeXla } from './xla.js';

/** Declares the tests of `body` once for each engine. */
export function describeEngines(body: () => void): void {
  describe('on the reference engine', () => {
    beforeAll(() => config.update('engine', 'reference'));
    body();
  });
  for (const backend of ['wasm', 'cpu']) {
    describe(`on TensorFlow.js, ${backend}`, () => {
      beforeAll(() => config.update('engine', `tfjs:${backend}`));
      body();
    });
  }
  describeXla('on XLA', () => {
    beforeAll(() => config.update('engine', 'xla'));
    body();
  });
}
