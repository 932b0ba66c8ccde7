import { describe, expect, test } from 'vitest';
import { config, devicePut, jit, type NdArray, valueAndGrad } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as optax from '../../src/optax/index.js';
import { NamedSharding, P, type Sharding } from '../../src/sharding/index.js';
import * as tree from '../../src/tree/index.js';
import { collectivesOf, difference, mesh2x4, type SpecJson, specOf } from '../helpers/devices.js';
import { arrayOf, type JsonArray } from '../helpers/fixtures.js';
import { readFixture } from '../helpers/oracle.js';
import { describeXla } from '../helpers/xla.js';

config.update('enableX64', true);

interface Params {
  readonly w1: NdArray;
  readonly b1: NdArray;
  readonly w2: NdArray;
  readonly b2: NdArray;
}

interface Case {
  readonly function: string;
  readonly specs: Readonly<Record<keyof Params | 'batch', SpecJson>>;
  readonly collectives: Readonly<Record<string, number>>;
}

const fixture = readFixture<Case, { readonly inputs: readonly JsonArray[]; readonly outputs: readonly JsonArray[] }>(
  'sharding/programs',
);

function loss(params: Params, x: NdArray, y: NdArray): NdArray {
  const h = jnp.tanh(jnp.matmul(x, params.w1).add(params.b1));
  return jnp.mean(jnp.square(jnp.matmul(h, params.w2).add(params.b2).sub(y)));
}

const optimizer = optax.adam(1e-2);
type State = ReturnType<typeof optimizer.init<Params>>;

function step(params: Params, state: State, x: NdArray, y: NdArray) {
  const [value, grads] = valueAndGrad(loss)(params, x, y);
  const [updates, nextState] = optimizer.update(grads, state, params);
  return [optax.applyUpdates(params, updates) as Params, nextState, value] as const;
}

const [b1, b2, w1, w2, x, y] = fixture.inputs.map(arrayOf);

describeXla('A training step (test/oracle/sharding.py) split over eight devices', () => {
  for (const { function: name, specs, collectives } of fixture.cases) {
    describe(name, () => {
      const mesh = mesh2x4();
      const at = (spec: SpecJson): Sharding => new NamedSharding(mesh, specOf(spec));
      const places = { w1: at(specs.w1), b1: at(specs.b1), w2: at(specs.w2), b2: at(specs.b2) };
      const params = devicePut({ w1, b1, w2, b2 }, places) as Params;
      // Moments lie as their parameters do: the optimizer's state follows by itself.
      const state = optimizer.init(params);
      const whole = new NamedSharding(mesh, P());
      const stateShardings = tree.map(
        (leaf: NdArray) => (leaf.ndim > 0 ? leaf.sharding : whole),
        state as never,
      ) as never;
      const split = jit(step, { outShardings: [places, stateShardings, whole], donateArgnums: [0, 1] });
      const batch = devicePut([x, y], at(specs.batch)) as [NdArray, NdArray];

      test('has no more collectives than JAX has', () => {
        const text = split
          .lower(params, state, ...batch)
          .compile()
          .asText() as string;
        const ours = collectivesOf(text);
        for (const [kind, count] of Object.entries(collectives)) {
          expect(ours[kind as keyof typeof ours], `${kind}: ${JSON.stringify(ours)}`).toBeLessThanOrEqual(count);
        }
      });

      test('gives what JAX gives on one device, and leaves the state where it was', () => {
        const [after, , value] = split(params, state, ...batch);
        const results = [after.b1, after.b2, after.w1, after.w2, value];
        fixture.outputs.forEach((expected, i) => {
          expect(difference(results[i], arrayOf(expected))).toBeLessThan(1e-12);
        });
        expect(after.w1.sharding.isEquivalentTo(places.w1, 2)).toBe(true);
        expect(() => params.w1.dataSync()).toThrow('donated');
      });
    });
  }
});
