import { describe, expect, test } from 'vitest';
import {
  config,
  DeletedArray,
  deviceCount,
  devicePut,
  devices,
  ForeignDevice,
  grad,
  IncompatibleDevices,
  InvalidMesh,
  InvalidSharding,
  jit,
  localDeviceCount,
  makeArrayFromCallback,
  makeArrayFromSingleDeviceArrays,
  makeMesh,
  type NdArray,
  NotEnoughDevices,
  processCount,
  processIndex,
  SettingFixed,
  ShapeDtypeStruct,
  ShardingMismatch,
  UnevenShards,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import * as jnp from '../../src/numpy/index.js';
import { Mesh, NamedSharding, P, SingleDeviceSharding } from '../../src/sharding/index.js';
import { difference, mesh2x4 } from '../helpers/devices.js';
import { describeDeviceEngines } from '../helpers/engines.js';

const table = (): NdArray => jnp.arange(64, { dtype: 'float32' }).reshape([8, 8]);

describe('A mesh', () => {
  const grid = (n: number) => Array.from({ length: n }, (_, id) => ({ id, platform: 'cpu', kind: 'cpu' }));
  test('names its axes and counts its devices row by row', () => {
    const [a, b, c, d, e, f] = grid(6);
    const mesh = new Mesh(
      [
        [a, b, c],
        [d, e, f],
      ],
      ['data', 'model'],
    );
    expect(mesh.shape).toEqual({ data: 2, model: 3 });
    expect(mesh.groupsAlong(['data'])).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(mesh.groupsAlong(['model', 'data'])).toEqual([[0, 3, 1, 4, 2, 5]]);
    expect(`${mesh}`).toBe("Mesh('data': 2, 'model': 3)");
  });
  test('refuses ragged lists, names that do not fit or stand twice, and a device that stands twice', () => {
    const [a, b, c] = grid(3);
    expect(() => new Mesh([[a, b], [c]], ['x', 'y'])).toThrow('unequal lengths');
    expect(() => new Mesh([a, b], ['x', 'y'])).toThrow(InvalidMesh);
    expect(() => new Mesh([[a], [b]], ['x', 'x'])).toThrow("'x' stands twice");
    expect(() => new Mesh([a, a], ['x'])).toThrow('device 0 stands twice');
  });
});

describe('A named sharding', () => {
  test('says which block each device has', () => {
    const mesh = mesh2x4();
    const sharding = new NamedSharding(mesh, P(null, ['y', 'x']));
    expect(sharding.shardShape([3, 16])).toEqual([3, 2]);
    const starts = sharding.indices([3, 16]).map(([, { start }]) => start);
    // Device 4x + y has part 2y + x.
    expect(starts).toEqual([0, 4, 8, 12, 2, 6, 10, 14]);
  });
  test('refuses names that the mesh has not, and names that stand twice', () => {
    const mesh = mesh2x4();
    expect(() => new NamedSharding(mesh, P('z' as 'x'))).toThrow("the mesh has no axis 'z'; it has 'x', 'y'");
    expect(() => new NamedSharding(mesh, P('x', ['y', 'x']))).toThrow(InvalidSharding);
  });
  test('is equivalent to another that puts the same blocks in the same places', () => {
    const mesh = mesh2x4();
    expect(new NamedSharding(mesh, P('x')).isEquivalentTo(new NamedSharding(mesh, P('x', null)), 2)).toBe(true);
    expect(new NamedSharding(mesh, P('x')).isEquivalentTo(new NamedSharding(mesh, P('y')), 2)).toBe(false);
    const line = makeMesh([8], ['i']);
    expect(new NamedSharding(line, P('i')).isEquivalentTo(new NamedSharding(mesh, P(['x', 'y'])), 1)).toBe(true);
  });
});

describeDeviceEngines(() => {
  test('there are as many devices as asked for, in one process, and the number stays', () => {
    expect([deviceCount(), localDeviceCount(), processCount(), processIndex()]).toEqual([8, 8, 1, 0]);
    expect(() => config.update('numCpuDevices', 2)).toThrow(SettingFixed);
    expect(() => makeMesh([16], ['x'])).toThrow(NotEnoughDevices);
  });

  test('devicePut cuts an array, and reading joins it', () => {
    const mesh = mesh2x4();
    const x = devicePut(table(), new NamedSharding(mesh, P('y', 'x')));
    expect(x.shape).toEqual([8, 8]);
    expect(x.addressableShards.map(({ device, replicaId }) => [device.id, replicaId])).toEqual(
      devices().map(({ id }) => [id, 0]),
    );
    const { index, data } = x.addressableShards[5];
    expect(index).toEqual([
      { start: 2, stop: 4 },
      { start: 4, stop: 8 },
    ]);
    expect(data.jsSync()).toEqual([
      [20, 21, 22, 23],
      [28, 29, 30, 31],
    ]);
    expect(difference(x, table())).toBe(0);
    const copies = devicePut(table(), new NamedSharding(mesh, P('x'))).addressableShards;
    expect(copies.map(({ replicaId }) => replicaId)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  });

  test('an array on another device is computed with there', async () => {
    const x = devicePut(table(), devices()[3]);
    const y = x.mul(2);
    expect(y.sharding).toBeInstanceOf(SingleDeviceSharding);
    expect(y.sharding.devices.map(({ id }) => id)).toEqual([3]);
    expect((await y.data())[5]).toBe(10);
    expect(table().sharding.devices.map(({ id }) => id)).toEqual([0]);
  });

  test('arrays move between shardings', () => {
    const mesh = mesh2x4();
    const specs = [P('x', 'y'), P(), P(null, ['x', 'y']), P('y')] as const;
    for (const from of specs) {
      const x = devicePut(table(), new NamedSharding(mesh, from));
      for (const to of specs) {
        const y = devicePut(x, new NamedSharding(mesh, to));
        expect(`${(y.sharding as NamedSharding).spec}`).toBe(`${to}`);
        expect(difference(y, table())).toBe(0);
      }
    }
    expect(difference(devicePut(devicePut(table(), devices()[1]), devices()[2]), table())).toBe(0);
  });

  test('operations and jitted functions go where their arguments are', () => {
    const mesh = mesh2x4();
    const x = devicePut(table(), new NamedSharding(mesh, P('x', 'y')));
    expect(difference(x.add(1), table().add(1))).toBe(0);
    const f = jit((v: NdArray, w: NdArray) => [jnp.matmul(v, w), jnp.sum(v), v]);
    const [product, total, same] = f(x, table()) as NdArray[];
    expect(difference(product, jnp.matmul(table(), table()))).toBe(0);
    expect(total.item()).toBe(2016);
    expect(same).toBe(x);
    expect(f.cacheSize()).toBe(1);
    f(table(), table());
    expect(f.cacheSize()).toBe(1);
  });

  test('jit puts arguments and results where it was told', () => {
    const mesh = mesh2x4();
    const rows = new NamedSharding(mesh, P('x'));
    const columns = new NamedSharding(mesh, P(null, 'y'));
    const f = jit((v: { a: NdArray; b: NdArray }, w: NdArray) => ({ c: v.a.add(v.b), d: w }), {
      inShardings: [{ a: rows, b: null }, null],
      outShardings: { c: columns, d: rows },
    });
    const { c, d } = f({ a: table(), b: table() }, table());
    expect([c.sharding.key, d.sharding.key]).toEqual([columns.key, rows.key]);
    expect(difference(c, table().mul(2))).toBe(0);
    expect(() => f({ a: devicePut(table(), columns), b: table() }, table())).toThrow(ShardingMismatch);
  });

  test('a constraint moves an array, inside and outside of jit, and passes derivatives and batches', () => {
    const mesh = mesh2x4();
    const rows = new NamedSharding(mesh, P('x'));
    expect(lax.withShardingConstraint(table(), rows).sharding.key).toBe(rows.key);
    const f = (v: NdArray): NdArray => jnp.sum(jnp.sin(lax.withShardingConstraint(v.mul(2), rows)));
    expect(difference(jit(grad(f))(table()), jnp.cos(table().mul(2)).mul(2))).toBeLessThan(1e-6);
    const batched = vmap((v: NdArray) => lax.withShardingConstraint(v, rows), { spmdAxisName: 'y' });
    const y = jit(batched)(jnp.stack([table(), table(), table(), table()]));
    expect(difference(y.get(2), table())).toBe(0);
  });

  test('donated blocks are gone, and their memory belongs to the result', () => {
    const mesh = mesh2x4();
    const x = devicePut(table(), new NamedSharding(mesh, P('x', 'y')));
    const y = jit((v: NdArray) => v.add(1), { donateArgnums: 0 })(x);
    expect(y.get(0).dataSync()[3]).toBe(4);
    expect(() => x.dataSync()).toThrow(DeletedArray);
  });

  test('arrays are made of blocks', () => {
    const mesh = mesh2x4();
    const sharding = new NamedSharding(mesh, P('x', 'y'));
    let asked = 0;
    const x = makeArrayFromCallback([8, 8], sharding, ([rows, columns]) => {
      asked++;
      const block = Array.from({ length: rows.stop - rows.start }, (_, i) =>
        Array.from({ length: columns.stop - columns.start }, (_, j) => 8 * (rows.start + i) + columns.start + j),
      );
      return jnp.array(block, { dtype: 'float32' });
    });
    expect([asked, difference(x, table())]).toEqual([8, 0]);
    const parts = x.addressableShards.map(({ data }) => data);
    expect(difference(makeArrayFromSingleDeviceArrays([8, 8], sharding, parts), table())).toBe(0);
    expect(() => makeArrayFromSingleDeviceArrays([8, 8], sharding, parts.slice(1))).toThrow('8 devices');
  });

  describe('mistakes are found before anything is compiled', () => {
    test('axes that cannot be cut evenly', () => {
      const rows = new NamedSharding(mesh2x4(), P('y'));
      const message = 'cuts its axis 0 (size 6) into 4 parts, which are not equal. Pad the axis to 8';
      expect(() => devicePut(jnp.ones([6]), rows)).toThrow(UnevenShards);
      expect(() => devicePut({ a: { b: jnp.ones([6]) } }, rows)).toThrow(
        `devicePut: x.a.b has shape [6], and P('y') ${message}`,
      );
      expect(() => jit((v: NdArray) => v, { inShardings: rows })(jnp.ones([6]))).toThrow('argument 0');
      expect(() => jit((v: NdArray) => v, { outShardings: rows })(jnp.ones([6]))).toThrow('result');
      expect(() => lax.withShardingConstraint(jnp.ones([6]), rows)).toThrow(UnevenShards);
    });
    test('more entries than axes', () => {
      const sharding = new NamedSharding(mesh2x4(), P('x', 'y'));
      expect(() => devicePut(jnp.ones([8]), sharding)).toThrow("P('x', 'y'): it has entries for 2 axes");
    });
    test('arguments on unlike devices', () => {
      const [a, b] = [devicePut(table(), devices()[1]), devicePut(table(), devices()[2])];
      expect(() => a.add(b)).toThrow(IncompatibleDevices);
      expect(() => jit((v: NdArray, w: NdArray) => v.add(w))(a, b)).toThrow(
        'argument 0 is on the devices [1] and argument 1 on [2]',
      );
    });
    test('devices of another engine', () => {
      const elsewhere = new Mesh([{ id: 0, platform: 'tpu', kind: 'TPU v9' }], ['x']);
      expect(() => devicePut(table(), new NamedSharding(elsewhere, P()))).toThrow(ForeignDevice);
      const f = jit((v: NdArray) => v.add(1), { inShardings: new NamedSharding(elsewhere, P()) });
      expect(() => f(table())).toThrow('tpu:0');
    });
    test('a tree of shardings that does not fit', () => {
      const rows = new NamedSharding(mesh2x4(), P('x'));
      expect(() => jit((v: NdArray) => v, { outShardings: { y: rows } })(table())).toThrow('outShardings');
      expect(() => jit((v: NdArray) => v, { inShardings: ['x' as never] })(table())).toThrow('must be a sharding');
    });
  });

  test('a program is lowered and compiled for shapes alone', () => {
    const mesh = mesh2x4();
    const sharding = new NamedSharding(mesh, P('x', 'y'));
    const shape = new ShapeDtypeStruct([1024, 1024], 'float32', { sharding });
    const compiled = jit((v: NdArray) => jnp.matmul(v, v))
      .lower(shape as unknown as NdArray)
      .compile();
    const memory = compiled.memoryAnalysis();
    if (memory) expect(memory.argumentSizeInBytes).toBe((1024 * 1024 * 4) / 8);
    expect(compiled.outputShardings?.[0].devices.length).toBe(8);
  });
});
