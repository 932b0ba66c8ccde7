import { afterEach, expect, test } from 'vitest';
import { config, debugNans, disableJit, enableX64, jit, liveArrays, type NdArray, NonFinite } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { describeXla } from '../helpers/xla.js';

config.update('engine', 'reference');
afterEach(() => expect([config.enableX64, config.debugNans, config.disableJit]).toEqual([false, false, false]));

test('enableX64 holds for its body, and ends when the body throws', () => {
  expect(enableX64(() => jnp.array(0.5, { dtype: 'float64' })).dtype).toBe('float64');
  expect(jnp.array(0.5, { dtype: 'float64' }).dtype).toBe('float32');
  expect(() =>
    enableX64(() => {
      throw new RangeError('in the body');
    }),
  ).toThrow(RangeError);
});

test('scopes nest, and can turn a setting off', () => {
  const dtypes = enableX64(() => [
    jnp.zeros([1], { dtype: 'int64' }).dtype,
    enableX64(() => jnp.zeros([1], { dtype: 'int64' }).dtype, { newVal: false }),
    jnp.zeros([1], { dtype: 'int64' }).dtype,
  ]);
  expect(dtypes).toEqual(['int64', 'int32', 'int64']);
});

test('a jitted function is traced anew with 64-bit types', () => {
  const f = jit(() => jnp.array([0.1], { dtype: 'float64' }));
  expect(f().dtype).toBe('float32');
  expect(enableX64(() => f()).dtype).toBe('float64');
  expect(f().dtype).toBe('float32');
});

test('debugNans refuses NaN inside, and only there', () => {
  const f = jit((x: number) => jnp.log(x));
  expect(f(-1).item()).toBeNaN();
  expect(() => debugNans(() => f(-1))).toThrow(NonFinite);
  expect(debugNans(() => f(-1), { newVal: false }).item()).toBeNaN();
});

test('disableJit lets values be read inside of jitted functions', () => {
  const seen: number[] = [];
  const f = jit((x: NdArray) => {
    seen.push(x.item() as number);
    return x;
  });
  disableJit(() => f(jnp.array(3)));
  expect(seen).toEqual([3]);
});

test('an engine in JavaScript keeps no list of arrays', () => {
  jnp.array([1, 2]);
  expect(liveArrays()).toEqual([]);
});

describeXla('liveArrays', () => {
  test('lists what is in the memory of the device', () => {
    config.update('engine', 'xla');
    const before = liveArrays().length;
    const x = jnp.add(jnp.array([1, 2, 3]), 1);
    const live = liveArrays();
    expect(live.length).toBeGreaterThan(before);
    expect(live.some((y) => y.dtype === 'float32' && `${Array.from(y.dataSync(), Number)}` === '2,3,4')).toBe(true);
    x.dispose();
    expect(liveArrays().some((y) => `${Array.from(y.dataSync(), Number)}` === '2,3,4')).toBe(false);
    config.update('engine', 'reference');
  });
});
