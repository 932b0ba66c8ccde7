import { describe, expect, test } from 'vitest';
import {
  config,
  DeviceArray,
  DTypeMismatch,
  InvalidArgument,
  type NdArray,
  ShapeMismatch,
  vjp,
} from '../../src/index.js';
import { eq, ge, gt, le, lt, ne, select, selectN } from '../../src/primitive/compare.js';
import { describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');

describeFixtures('primitives/compare', { eq, ne, lt, le, gt, ge, select, selectN }, { ulps: 0 });

const float32 = (...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });
const int32 = (...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });
const bool = (...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'bool', shape: [values.length], data: Uint8Array.from(values) });

describe('selectN', () => {
  test('clamps an integer choice to the cases there are', () => {
    const which = int32(-7, 0, 1, 2, 9);
    const cases = [0, 1, 2].map((k) => int32(...Array.from({ length: 5 }, () => k)));
    expect(selectN(which, ...cases).jsSync()).toEqual([0, 0, 1, 2, 2]);
  });
  test('sends cotangents only to what was chosen, clamped choices included', () => {
    const which = int32(-7, 0, 1, 2, 9);
    const cases: [NdArray, NdArray, NdArray] = [float32(0, 0, 0, 0, 0), float32(1, 1, 1, 1, 1), float32(2, 2, 2, 2, 2)];
    const [, pull] = vjp((a: NdArray, b: NdArray, c: NdArray) => selectN(which, a, b, c), ...cases);
    const cotangents = pull(float32(1, 2, 3, 4, 5)) as readonly NdArray[];
    expect(cotangents.map((ct) => ct.jsSync())).toEqual([
      [1, 2, 0, 0, 0],
      [0, 0, 3, 0, 0],
      [0, 0, 0, 4, 5],
    ]);
  });
  test('refuses a bool choice among three, unlike dtypes and unlike shapes', () => {
    const x = float32(1, 2);
    expect(() => selectN(bool(0, 1), x, x, x)).toThrow(InvalidArgument);
    expect(() => selectN(bool(0, 1), x, int32(1, 2))).toThrow(DTypeMismatch);
    expect(() => selectN(bool(0, 1), x, float32(1, 2, 3))).toThrow(ShapeMismatch);
    expect(() => selectN(x, x, x)).toThrow(DTypeMismatch);
  });
});
