import { describe, expect, test } from 'vitest';
import { config, DeviceArray, grad, type NdArray, NotDifferentiable, vjp } from '../../src/index.js';
import { clamp } from '../../src/primitive/compare.js';
import { reducePrecision } from '../../src/primitive/convert.js';
import * as primitive from '../../src/primitive/elementwise.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';
import { closeness } from './elementwise-closeness.js';

config.update('engine', 'reference');

const calls: Readonly<Record<string, Call>> = {
  ...(primitive as unknown as Record<string, Call>),
  clamp,
  reducePrecision,
  reciprocal: (x: NdArray) => primitive.integerPow(x, -1),
  round: (x: NdArray, options: { roundingMethod: primitive.RoundingMethod }) =>
    primitive.round(x, options.roundingMethod),
};

describeFixtures('primitives/elementwise-unary', calls, closeness);
describeFixtures('primitives/elementwise-binary', calls, closeness);

const float32 = (...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });
const scalar = (value: number): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
const values = (x: NdArray): number[] => Array.from(x.dataSync(), Number);

describe('linear maps and their transposes', () => {
  // Small integers, so that sums are exact: <u, Jv> = <J'u, v> must hold with equality.
  const [x, u] = [float32(3, -1, 4, 1), float32(2, 7, -1, 8)];
  const inner = (a: NdArray, b: NdArray): number => values(a).reduce((sum, v, i) => sum + v * values(b)[i], 0);
  const maps: Readonly<Record<string, (x: NdArray) => NdArray>> = {
    neg: primitive.neg,
    'add(x, x)': (v) => primitive.add(v, v),
    'sub(0, x)': (v) => primitive.sub(primitive.like(v, 0), v),
    'mul(x, constant)': (v) => primitive.mul(v, float32(1, 2, -3, 5)),
    'mul(scalar, x)': (v) => primitive.mul(primitive.like(v, -2), v),
    'div(x, constant)': (v) => primitive.div(v, float32(1, 2, -4, 8)),
    'real(complex(x, y))': (v) => primitive.real(primitive.complex(v, primitive.neg(v))),
  };
  for (const [name, f] of Object.entries(maps)) {
    test(`${name} is adjoint to its transpose`, () => {
      const [, pull] = vjp(f, x);
      expect(inner(u, f(x))).toBe(inner(pull(u)[0] as NdArray, x));
    });
  }
});

describe('a scalar stands for a whole array', () => {
  test('its cotangent is the sum over the array', () => {
    const y = float32(1, 2, 3);
    const [, pull] = vjp((s: NdArray) => primitive.mul(s, y), scalar(5));
    expect(values(pull(float32(1, 10, 100))[0] as NdArray)).toEqual([321]);
  });
});

describe('derivatives where the mathematics leaves a choice', () => {
  test('abs has slope 1 at 0', () => {
    expect(grad(primitive.abs)(scalar(0)).item()).toBe(1);
  });
  test('a tie of max is split in halves', () => {
    const [, pull] = vjp(primitive.max, scalar(2), scalar(2));
    expect(pull(scalar(1)).map((ct) => (ct as NdArray).item())).toEqual([0.5, 0.5]);
  });
  test('zero to the power zero has slope 0 in the base for integer exponents', () => {
    const zero = DeviceArray.fromHost({ dtype: 'int32', shape: [], data: Int32Array.of(0) });
    expect(grad((x: NdArray) => primitive.pow(x, zero))(scalar(0)).item()).toBe(0);
  });
  test('floor, ceil, round and sign have slope 0', () => {
    for (const f of [primitive.floor, primitive.ceil, primitive.round, primitive.sign]) {
      expect(grad((x: NdArray) => f(x))(scalar(1.25)).item()).toBe(0);
    }
  });
  test('nextafter says that it has no derivative', () => {
    expect(() => grad((x: NdArray) => primitive.nextafter(x, scalar(9)))(scalar(1))).toThrow(NotDifferentiable);
  });
});
