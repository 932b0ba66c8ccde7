import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  config,
  devicePut,
  grad,
  InvalidSharding,
  jit,
  jvp,
  makeMesh,
  type NdArray,
  NotReplicated,
  shardMap,
  UnevenShards,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import * as jnp from '../../src/numpy/index.js';
import { NamedSharding, P } from '../../src/sharding/index.js';
import { collectivesOf, difference, mesh2x4, type SpecJson, specOf } from '../helpers/devices.js';
import { describeDeviceEngines } from '../helpers/engines.js';
import { arrayOf, expectArray, type JsonArray } from '../helpers/fixtures.js';
import { readFixture } from '../helpers/oracle.js';

config.update('enableX64', true);

interface Case {
  readonly function: string;
  readonly inSpec: SpecJson;
  readonly outSpec: SpecJson;
  readonly inputs: readonly [JsonArray];
  readonly outputs: readonly [JsonArray];
  readonly gradients: readonly [JsonArray] | null;
}

const { cases } = readFixture<Case>('sharding/shard-map');

const RING = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 0],
] as const;
const SWAP = [
  [0, 1],
  [1, 0],
] as const;

/** The functions of test/oracle/sharding.py. */
const functions: Readonly<Record<string, (b: NdArray) => NdArray>> = {
  psum: (b) => lax.psum(b.mul(b), 'x'),
  psumBoth: (b) => lax.psum(b, ['x', 'y']),
  pmean: (b) => b.sub(lax.pmean(b, 'y')),
  pmax: (b) => lax.pmax(lax.stopGradient(b), 'x').mul(b),
  pmin: (b) => lax.pmin(lax.stopGradient(b), ['x', 'y']).add(b),
  axisIndex: (b) => b.mul(lax.axisIndex('x').mul(4).add(lax.axisIndex('y')).add(1)),
  axisIndexBoth: (b) => b.mul(lax.axisIndex(['x', 'y']).add(1)),
  allGather: (b) => lax.allGather(b, 'y', { axis: 1 }).mul(2),
  allGatherTiled: (b) => lax.allGather(b, 'x', { tiled: true }).pow(2),
  psumScatter: (b) => lax.psumScatter(b.mul(b), 'x', { scatterDimension: 0, tiled: true }),
  psumScatterUntiled: (b) => lax.psumScatter(b.reshape([4, 4, 2]), 'y', { scatterDimension: 1 }),
  ppermute: (b) => b.mul(lax.ppermute(b, 'y', RING)),
  ppermutePartial: (b) => lax.ppermute(b, 'x', [[0, 1]]),
  allToAll: (b) => lax.allToAll(b, 'x', 0, 1, { tiled: true }),
  allToAllUntiled: (b) => lax.allToAll(b.reshape([4, 1, 2, 1]), 'y', 0, 2),
  replicatedInput: (b) => b.mul(lax.axisIndex('x').add(1)),
  insideJit: (b) => jit((c: NdArray) => c.mul(lax.psum(c, 'x')))(b),
  insideScan: (b) =>
    lax.scan((c: NdArray) => [jnp.sin(c.add(lax.ppermute(c, 'x', SWAP))), null] as const, b, { length: 3 })[0],
  insideCheckpoint: (b) => checkpoint((c: NdArray) => jnp.sin(c.mul(lax.pmean(c, 'y'))))(b),
  matmul: (b) => lax.psum(jnp.matmul(b, b.T), 'y'),
};

/** Sums over devices are added up in another order than on JAX's. */
const CLOSE = { ulps: 16, at: 'array' } as const;

describeDeviceEngines(() => {
  describe('shardMap agrees with JAX', () => {
    for (const { function: name, inSpec, outSpec, inputs, outputs, gradients } of cases) {
      test(`for ${name}: value${gradients ? ', gradient' : ''}, and under vmap`, () => {
        const mesh = mesh2x4();
        const mapped = shardMap(functions[name], { mesh, inSpecs: specOf(inSpec), outSpecs: specOf(outSpec) });
        const x = arrayOf(inputs[0]);
        expectArray(mapped(x), outputs[0], CLOSE, 'value');
        const total = (v: NdArray): NdArray => jnp.sum(jnp.sin(mapped(v)));
        if (gradients) expectArray(jit(grad(total))(x), gradients[0], CLOSE, 'gradient');
        const two = jit(vmap(mapped, { inAxes: 2, outAxes: 0 }))(jnp.stack([x, x.mul(2)], { axis: 2 }));
        expect(difference(two.get(0), mapped(x))).toBeLessThan(1e-12);
        expect(difference(two.get(1), mapped(x.mul(2)))).toBeLessThan(1e-12);
      });
    }
  });

  test('a tangent is that of the function of whole arrays', () => {
    const mesh = mesh2x4();
    const mapped = shardMap((b: NdArray) => lax.psum(jnp.sin(b), 'x'), { mesh, inSpecs: P('x'), outSpecs: P() });
    const whole = (v: NdArray): NdArray => jnp.sum(jnp.sin(v).reshape([2, 4, 3]), { axis: 0 });
    const [x, dx] = [jnp.arange(24, { dtype: 'float64' }).reshape([8, 3]), jnp.ones([8, 3], { dtype: 'float64' })];
    const [y, dy] = jvp(mapped, [x], [dx]);
    const [z, dz] = jvp(whole, [x], [dx]);
    expect(difference(y, z)).toBeLessThan(1e-14);
    expect(difference(dy, dz)).toBeLessThan(1e-14);
  });

  test('axes that are not in axisNames stay with the compiler', () => {
    const mesh = mesh2x4();
    const f = (b: NdArray): NdArray => lax.psum(b, 'x').add(lax.axisIndex('x').mul(0));
    const mapped = shardMap(f, { mesh, inSpecs: P('x'), outSpecs: P(), axisNames: ['x'], checkVma: false });
    const x = devicePut(jnp.arange(64, { dtype: 'float64' }).reshape([8, 8]), new NamedSharding(mesh, P('x', 'y')));
    const y = jit(mapped)(x);
    expect(difference(y, jnp.sum(x.reshape([2, 4, 8]), { axis: 0 }))).toBe(0);
  });

  test('a function may capture arrays, which are whole on every device', () => {
    const mesh = mesh2x4();
    const table = jnp.arange(4, { dtype: 'float64' });
    const mapped = shardMap((b: NdArray) => b.add(table), { mesh, inSpecs: P('x'), outSpecs: P('x') });
    expect(difference(mapped(jnp.zeros([8, 4])), jnp.broadcastTo(table, [8, 4]))).toBe(0);
  });

  test('trees of arguments and results take trees of specs', () => {
    const mesh = mesh2x4();
    const mapped = shardMap(
      (p: { w: NdArray; b: NdArray }, x: NdArray) => ({
        y: x.mul(p.w).add(p.b),
        total: lax.psum(jnp.sum(x), ['x', 'y']),
      }),
      { mesh, inSpecs: [{ w: P(), b: P() }, P(['x', 'y'])], outSpecs: { y: P(['x', 'y']), total: P() } },
    );
    const { y, total } = mapped({ w: jnp.array(2), b: jnp.array(1) }, jnp.arange(16, { dtype: 'float64' }));
    expect(total.item()).toBe(120);
    expect(y.dataSync()[15]).toBe(31);
  });

  describe('mistakes are found before anything is compiled', () => {
    const f = (b: NdArray): NdArray => b;
    test('an axis that cannot be cut evenly', () => {
      const mapped = shardMap(f, { mesh: mesh2x4(), inSpecs: P('y'), outSpecs: P('y') });
      expect(() => mapped(jnp.ones([6]))).toThrow(UnevenShards);
    });
    test('a spec with more entries than the array has axes', () => {
      const mapped = shardMap(f, { mesh: mesh2x4(), inSpecs: P('x', 'y'), outSpecs: P() });
      expect(() => mapped(jnp.ones([8]))).toThrow(InvalidSharding);
    });
    test('a mesh axis that is not there', () => {
      const mapped = shardMap(f, { mesh: mesh2x4(), inSpecs: P('z' as 'x'), outSpecs: P() });
      expect(() => mapped(jnp.ones([8]))).toThrow("the mesh has no axis 'z'; it has 'x', 'y'");
    });
    test('a result that is not the same on all devices', () => {
      const mapped = shardMap(f, { mesh: mesh2x4(), inSpecs: P('x'), outSpecs: P() });
      expect(() => mapped(jnp.ones([8]))).toThrow(NotReplicated);
      expect(() => mapped(jnp.ones([8]))).toThrow("may differ there. Combine it (lax.psum, lax.pmean over 'x')");
    });
  });
});

describe('what transposing leaves', () => {
  test('the gradient of a mean over devices has one sum over devices for each parameter', () => {
    config.update('engine', 'auto');
    const mesh = makeMesh([8], ['data']);
    const loss = (w: NdArray, x: NdArray): NdArray =>
      shardMap((v: NdArray, b: NdArray) => lax.pmean(jnp.mean(jnp.square(jnp.matmul(b, v))), 'data'), {
        mesh,
        inSpecs: [P(), P('data')],
        outSpecs: P(),
      })(w, x);
    const compiled = jit(grad(loss))
      .lower(jnp.ones([4, 3]), jnp.ones([16, 4]))
      .compile();
    const text = compiled.asText();
    if (text !== null) expect(collectivesOf(text)['all-reduce']).toBe(1);
  });
});
