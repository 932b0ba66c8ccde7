import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as hk from '../../src/haiku/index.js';
import { grad, jit, type NdArray } from '../../src/index.js';
import { square } from '../../src/numpy/arithmetic.js';
import { astype } from '../../src/numpy/creation.js';
import { sum } from '../../src/numpy/reduction.js';
import * as random from '../../src/random/index.js';
import { describeEngines } from '../helpers/engines.js';
import { arrayOf, expectArray, type JsonArray } from '../helpers/fixtures.js';
import { programs } from './programs.js';

type Bundles = { readonly [module: string]: { readonly [name: string]: JsonArray } };

interface Case {
  readonly name: string;
  readonly seed: number;
  readonly inputs: readonly JsonArray[];
  readonly params: Bundles;
  readonly state: Bundles;
  readonly newState: Bundles;
  readonly outputs: readonly JsonArray[];
  readonly gradients?: Bundles;
  readonly inputGradient?: JsonArray;
}

const path = new URL('../fixtures/haiku/modules.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };

const names = (bundles: object): string[] =>
  Object.entries(bundles)
    .flatMap(([module, bundle]) => Object.keys(bundle).map((name) => `${module}/${name}`))
    .sort();

/** Compares all leaves with JAX's, in ulps of each number, or of the largest of its array. */
function expectBundles(actual: object, expected: Bundles, ulps: number, what: string): void {
  expect(names(actual), what).toEqual(names(expected));
  for (const [module, bundle] of Object.entries(expected)) {
    for (const [name, value] of Object.entries(bundle)) {
      const leaf = (actual as { [m: string]: { [n: string]: NdArray } })[module][name];
      expectArray(leaf, value, { ulps, at: 'array' }, `${what} ${module}/${name}`);
    }
  }
}

describeEngines(() => {
  describe.each(cases.map((c) => [c.name, c] as const))('%s', (name, c) => {
    const { init, apply } = hk.transformWithState(programs[name]);
    const inputs = c.inputs.map(arrayOf) as [NdArray];
    const [key, nextKey] = [random.PRNGKey(c.seed), random.PRNGKey(c.seed + 1)];
    const params = Object.fromEntries(
      Object.entries(c.params).map(([m, b]) => [
        m,
        Object.fromEntries(Object.entries(b).map(([n, x]) => [n, arrayOf(x)])),
      ]),
    );
    const state = Object.fromEntries(
      Object.entries(c.state).map(([m, b]) => [
        m,
        Object.fromEntries(Object.entries(b).map(([n, x]) => [n, arrayOf(x)])),
      ]),
    );

    it('has the names and first values of haiku', () => {
      const [made, first] = jit(init)(key, ...inputs) as unknown as [hk.Params, hk.State];
      // An ulp of what erfInv is given, at most 1, moves a number of up to 2 by the slope sqrt(pi / 2) exp(2): 5 ulps of it.
      expectBundles(made, c.params, 6, 'params');
      expectBundles(first, c.state, 0, 'state');
    });

    it('computes what haiku computes', () => {
      const [out, after] = jit(apply)(params, state, nextKey, ...inputs) as unknown as [NdArray, hk.State];
      expectArray(out, c.outputs[0], { ulps: 8, at: 'array' }, 'output');
      expectBundles(after, c.newState, 0, 'state');
    });

    it.runIf(c.gradients)('has the gradients of haiku', () => {
      const loss = (p: hk.Params, x: NdArray): NdArray =>
        sum(square(astype(apply(p, state, nextKey, x)[0], 'float32')));
      const [byParams, byInput] = jit(grad(loss, { argnums: [0, 1] }))(params, ...inputs) as unknown as [
        object,
        NdArray,
      ];
      // In bfloat16 XLA keeps some intermediate results in more bits than others, as it sees fit.
      const low = name === 'inBfloat16';
      const ulps = low ? 4 : 16;
      expectBundles(byParams, c.gradients as Bundles, ulps, 'gradient');
      // The derivative of the sum of squares, 2 y, flows back; what it meets may cancel.
      const largest = (x: JsonArray): number => Math.max(...x.data.map((v) => Math.abs(Number(v))));
      const size = Math.max(largest(c.inputGradient as JsonArray), 2 * largest(c.outputs[0]));
      expectArray(byInput, c.inputGradient as JsonArray, { ulps: low ? 2 * 2 ** 16 : 16, atLeast: size }, 'input');
    });
  });
});
