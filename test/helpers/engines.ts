/**
 * Tests that hold on every engine: on the judge, on TensorFlow.js, and on XLA where its plugin has been set up.
 *
 * TensorFlow.js runs in WebAssembly; with FLUXION_TEST_LONG=1 also in plain JavaScript.
 */
import { beforeAll, describe } from 'vitest';
import { config } from '../../src/index.js';
import { describeXla } from './xla.js';

const BACKENDS = process.env.FLUXION_TEST_LONG === '1' ? ['wasm', 'cpu'] : ['wasm'];

/** Declares the tests of `body` once for each engine. */
export function describeEngines(body: () => void): void {
  for (const backend of BACKENDS) {
    describe(`on TensorFlow.js, ${backend}`, () => {
      beforeAll(() => config.update('engine', `tfjs:${backend}`));
      body();
    });
  }
  describeDeviceEngines(body);
}

/** The same for the engines that can pose as several devices. */
export function describeDeviceEngines(body: () => void): void {
  describe('on the reference engine', () => {
    beforeAll(() => config.update('engine', 'reference'));
    body();
  });
  describeXla('on XLA', () => {
    beforeAll(() => config.update('engine', 'xla'));
    body();
  });
}
