/** What stands on sharded arrays: pmap, pictures, checkpoints. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import * as debug from '../../src/debug/index.js';
import { ChecksumMismatch, NotInFile } from '../../src/error/io.js';
import {
  devicePut,
  devices,
  grad,
  InvalidArgument,
  loadSharded,
  makeMesh,
  type NdArray,
  NotEnoughDevices,
  pmap,
  ShapeDtypeStruct,
  saveSharded,
} from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import * as jnp from '../../src/numpy/index.js';
import { NamedSharding, P, SingleDeviceSharding } from '../../src/sharding/index.js';
import { difference, mesh2x4 } from '../helpers/devices.js';
import { failure, run } from '../helpers/either.js';
import { describeDeviceEngines } from '../helpers/engines.js';
import { temporaryFolder } from '../helpers/folder.js';

const table = (): NdArray => jnp.arange(64, { dtype: 'float32' }).reshape([8, 8]);
const file = temporaryFolder();

describeDeviceEngines(() => {
  describe('pmap', () => {
    test('maps over devices, and its collectives meet there', () => {
      const normalized = pmap((x: NdArray) => x.div(lax.psum(x, 'i')), { axisName: 'i' });
      const y = normalized(jnp.array([1, 2, 5], { dtype: 'float32' }));
      expect(y.sharding.devices.length).toBe(3);
      expect([...y.dataSync()]).toEqual([0.125, 0.25, 0.625]);
    });
    test('takes whole arguments, gives whole results, and is differentiable', () => {
      const f = pmap((w: NdArray, x: NdArray) => lax.psum(jnp.sum(w.mul(x)), 'i'), {
        axisName: 'i',
        inAxes: [null, 0],
        outAxes: null,
      });
      const x = table();
      expect(f(jnp.ones([8]), x).item()).toBe(2016);
      expect(difference(grad(f)(jnp.ones([8]), x), jnp.sum(x, { axis: 0 }))).toBe(0);
    });
    test('refuses more examples than devices, and axes of unlike sizes', () => {
      expect(() => pmap((x: NdArray) => x)(jnp.ones([9]))).toThrow(NotEnoughDevices);
      expect(() => pmap((x: NdArray, y: NdArray) => x.add(y))(jnp.ones([2]), jnp.ones([3]))).toThrow(InvalidArgument);
    });
  });

  test('a picture shows which devices hold which block', () => {
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    debug.visualizeArraySharding(devicePut(table(), new NamedSharding(mesh2x4(), P('y'))));
    debug.visualizeSharding([8, 8], new NamedSharding(mesh2x4(), P('x', 'y')));
    debug.visualizeSharding([8], new NamedSharding(mesh2x4(), P('x')));
    expect(said.mock.calls.map(([text]) => text)).toEqual([
      '┌─────┐\n│ 0,4 │\n├─────┤\n│ 1,5 │\n├─────┤\n│ 2,6 │\n├─────┤\n│ 3,7 │\n└─────┘',
      '┌───┬───┬───┬───┐\n│ 0 │ 1 │ 2 │ 3 │\n├───┼───┼───┼───┤\n│ 4 │ 5 │ 6 │ 7 │\n└───┴───┴───┴───┘',
      '┌─────────┬─────────┐\n│ 0,1,2,3 │ 4,5,6,7 │\n└─────────┴─────────┘',
    ]);
    said.mockRestore();
    expect(() => debug.visualizeSharding([2, 2, 2], new SingleDeviceSharding(devices()[0]))).toThrow(
      'at most two axes',
    );
  });

  describe('a sharded checkpoint', () => {
    const path = join(file('checkpoints'), 'step');
    const rows = () => new NamedSharding(mesh2x4(), P('y'));
    const saved = async () => {
      mkdirSync(file('checkpoints'), { recursive: true });
      const state = { w: devicePut(table(), rows()), b: jnp.arange(3, { dtype: 'int32' }) };
      await run(saveSharded(path, state));
      return state;
    };
    test('holds every block once, and goes onto another mesh', async () => {
      const state = await saved();
      expect(readdirSync(path).sort()).toEqual(['0.npy', '1.npy', '2.npy', '3.npy', '4.npy', 'index.json']);
      const columns = new NamedSharding(makeMesh([2, 3], ['a', 'b']), P(null, 'a'));
      const loaded = await run(loadSharded(path, state, { w: columns, b: null }));
      expect(loaded.w.sharding.key).toBe(columns.key);
      expect(difference(loaded.w, table())).toBe(0);
      expect([...loaded.b.dataSync()]).toEqual([0, 1, 2]);
      const same = await run(loadSharded(path, { w: new ShapeDtypeStruct([8, 8], 'float32', { sharding: rows() }) }));
      expect((same.w as unknown as NdArray).sharding.key).toBe(rows().key);
    });
    test('is replaced as a whole', async () => {
      await saved();
      await run(saveSharded(path, { other: table() }));
      expect(readdirSync(path).sort()).toEqual(['0.npy', 'index.json']);
      expect(readdirSync(file('checkpoints'))).toEqual(['step']);
    });
    test('says what is wrong with it', async () => {
      const state = await saved();
      expect(await failure(loadSharded(path, { missing: state.w }))).toBeInstanceOf(NotInFile);
      const other = await failure(loadSharded(path, { w: jnp.ones([4]) }));
      expect(other.message).toContain('float32[8,8], as in');
      writeFileSync(join(path, '0.npy'), 'not what was written');
      expect(await failure(loadSharded(path, state))).toBeInstanceOf(ChecksumMismatch);
    });
  });
});
