import { describe, expect, test } from 'vitest';
import { config, DeviceArray, type DType, grad, jvp, makeJaxpr, type NdArray, vmap } from '../../src/index.js';
import {
  bitcastConvertType,
  convertElementType,
  optimizationBarrier,
  stopGradient,
} from '../../src/primitive/convert.js';
import { mul } from '../../src/primitive/elementwise.js';
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

describeFixtures(
  'primitives/convert',
  {
    convertElementType: (x: NdArray, dtype: DType) => convertElementType(x, dtype),
    bitcastConvertType: (x: NdArray, dtype: DType) => bitcastConvertType(x, dtype),
  },
  { ulps: 0 },
);

const scalar = (value: number): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape: [], data: Float32Array.of(value) });

describe('conversion', () => {
  test('rounds 64-bit integers once, also where a double cannot hold them', () => {
    // 2^62 + 2^38 + 1 lies just above the middle of two float32 numbers, and a double drops the 1.
    const x = DeviceArray.fromHost({
      dtype: 'int64',
      shape: [2],
      data: BigInt64Array.of((1n << 62n) + (1n << 38n) + 1n, -((1n << 62n) + (1n << 38n) + 1n)),
    });
    expect(convertElementType(x, 'float32').jsSync()).toEqual([2 ** 62 + 2 ** 39, -(2 ** 62) - 2 ** 39]);
  });
});

describe('the bits of a number', () => {
  test('come back in another axis of a narrower dtype, lowest first, also under vmap', () => {
    const x = DeviceArray.fromHost({ dtype: 'uint32', shape: [2], data: Uint32Array.of(0x04030201, 0x08070605) });
    const expected = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ];
    expect(bitcastConvertType(x, 'uint8').jsSync()).toEqual(expected);
    expect(vmap((v: NdArray) => bitcastConvertType(v, 'uint8'))(x).jsSync()).toEqual(expected);
    expect(bitcastConvertType(bitcastConvertType(x, 'uint8'), 'uint32').jsSync()).toEqual(x.jsSync());
  });
});

describe('identities', () => {
  test('stopGradient makes its operand a constant of every derivative', () => {
    expect(grad((x: NdArray) => mul(stopGradient(x), x))(scalar(3)).item()).toBe(3);
    const [, tangent] = jvp((x: NdArray) => mul(stopGradient(x), x), [scalar(3)], [scalar(2)]);
    expect(tangent.item()).toBe(6);
  });
  test('optimizationBarrier lets values, tangents and cotangents pass', () => {
    const f = (x: NdArray): NdArray => {
      const [a, b] = optimizationBarrier([x, mul(x, x)]);
      return mul(a, b);
    };
    expect(f(scalar(2)).item()).toBe(8);
    expect(grad(f)(scalar(2)).item()).toBe(12);
    expect(grad(grad(f))(scalar(2)).item()).toBe(12);
    expect(`${makeJaxpr(f)(scalar(2))}`).toContain('optimization_barrier');
  });
});
