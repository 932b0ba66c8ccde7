import { describe, expect, test } from 'vitest';
import {
  config,
  DeviceArray,
  grad,
  InvalidArgument,
  jet,
  jit,
  jvp,
  makeJaxpr,
  type NdArray,
  ShapeMismatch,
  vmap,
} from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as primitive from '../../src/primitive/index.js';
import { arrayOf, expectArray, type JsonArray } from '../helpers/fixtures.js';
import { readFixture } from '../helpers/oracle.js';

config.update('engine', 'reference');
config.update('enableX64', true);

const W = [
  [0.5, -1, 0.25],
  [1.5, 0.75, -0.5],
];

/** The functions of test/oracle/jet.py. */
const functions: Readonly<Record<string, (...args: NdArray[]) => NdArray>> = {
  exp: (x) => jnp.exp(x),
  expm1: (x) => jnp.expm1(x),
  log: (x) => jnp.log(x),
  log1p: (x) => jnp.log1p(x),
  sin: (x) => jnp.sin(x),
  cos: (x) => jnp.cos(x),
  tan: (x) => jnp.tan(x),
  sinh: (x) => jnp.sinh(x),
  cosh: (x) => jnp.cosh(x),
  tanh: (x) => jnp.tanh(x),
  sqrt: (x) => jnp.sqrt(x),
  cbrt: (x) => jnp.cbrt(x),
  square: (x) => jnp.square(x),
  arctan: (x) => jnp.arctan(x),
  arcsinh: (x) => jnp.arcsinh(x),
  logistic: primitive.logistic,
  rsqrt: primitive.rsqrt,
  erf: primitive.erf,
  lgamma: primitive.lgamma,
  cube: (x) => primitive.integerPow(x, 3),
  inverseSquare: (x) => primitive.integerPow(x, -2),
  power: (x) => jnp.power(x, 2.5),
  product: (x, y) => jnp.multiply(x, y),
  quotient: (x, y) => jnp.divide(x, y),
  powerOfBoth: (x, y) => jnp.power(x, y),
  atan2: (x, y) => jnp.arctan2(x, y),
  maximum: (x, y) => jnp.multiply(jnp.maximum(x, y), x),
  network: (x) => jnp.matmul(jnp.tanh(jnp.matmul(W, x)), jnp.array([1, 2], { dtype: 'float64' })),
  quadratic: (x, y) => jnp.multiply(jnp.dot(x, y), jnp.sum(x)),
  softmax: (x) => jnp.divide(jnp.exp(x), jnp.sum(jnp.exp(x))),
  jitted: (x) => jit((y: NdArray) => jnp.multiply(jnp.sin(y), y))(x),
  selected: (x) => jnp.where(jnp.greater(x, 1), jnp.multiply(x, x), jnp.sin(x)),
  composed: (x) => jnp.log(jnp.add(1, jnp.square(jnp.exp(jnp.sin(x))))),
};

interface Case {
  readonly function: string;
  readonly primals: readonly JsonArray[];
  readonly series: readonly (readonly JsonArray[])[];
  readonly output: JsonArray;
  readonly terms: readonly JsonArray[];
}

describe('jet agrees with nested forward mode in JAX, to the fifth order', () => {
  for (const { function: name, primals, series, output, terms } of readFixture<Case>('transforms/jet').cases) {
    test(name, () => {
      const f = functions[name];
      const curve = series.map((s) => s.map(arrayOf));
      const check = ([value, derivatives]: readonly [NdArray, readonly NdArray[]]): void => {
        expectArray(value, output, { ulps: 64, at: 'array' }, 'value');
        expect(derivatives.length).toBe(terms.length);
        terms.forEach((term, k) => {
          expectArray(derivatives[k], term, { ulps: 4096, at: 'array' }, `derivative ${k + 1}`);
        });
      };
      check(jet(f, primals.map(arrayOf), curve));
      check(jit((xs: NdArray[], s: NdArray[][]) => jet(f, xs, s))(primals.map(arrayOf), curve));
    });
  }
});

const scalar = (value: number): NdArray =>
  DeviceArray.fromHost({ dtype: 'float64', shape: [], data: Float64Array.of(value) });

describe('jet', () => {
  test('gives the derivatives of sin at 0', () => {
    const [value, terms] = jet((x: NdArray) => jnp.sin(x), [0], [[1, 0, 0, 0]]);
    expect(value.item()).toBe(0);
    expect(terms.map((t) => t.item())).toEqual([1, 0, -1, 0]);
  });

  test('is forward mode at first order, and Faa di Bruno at second', () => {
    const f = (x: NdArray): NdArray => jnp.exp(jnp.sin(x));
    const [, [first, second]] = jet(f, [scalar(0.4)], [[scalar(1.5), scalar(-2)]]);
    const slope = grad(f)(scalar(0.4)).item();
    const bend = grad(grad(f))(scalar(0.4)).item();
    expect(first.item()).toBeCloseTo(1.5 * slope, 14);
    expect(second.item()).toBeCloseTo(1.5 ** 2 * bend - 2 * slope, 13);
  });

  test('writes a program whose size grows with the square of the order, not with a power of two', () => {
    const size = (order: number): number => {
      const terms = [1, ...new Array<number>(order - 1).fill(0)];
      const f = (x: NdArray): NdArray => jnp.tanh(jnp.exp(jnp.sin(x)));
      return makeJaxpr((x: NdArray) => jet(f, [x], [terms])[1])(scalar(0.3)).jaxpr.equations.length;
    };
    expect(size(16) / size(8)).toBeLessThan(5);
  });

  test('composes with grad and vmap', () => {
    const third = (x: NdArray): NdArray => jet((y: NdArray) => jnp.sin(y), [x], [[1, 0, 0]])[1][2] as NdArray;
    expect(grad(third)(scalar(0.2)).item()).toBeCloseTo(Math.sin(0.2), 14);
    const mapped = vmap(third)(jnp.array([0, 1], { dtype: 'float64' })).jsSync() as number[];
    expect(mapped[1]).toBeCloseTo(-Math.cos(1), 14);
  });

  test('keeps the tree of the result, with a list of derivatives at each leaf', () => {
    const [value, terms] = jet((x: NdArray) => ({ a: jnp.multiply(x, 2), b: [jnp.square(x)] }), [3], [[1, 0]]);
    expect([value.a.item(), value.b[0].item()]).toEqual([6, 9]);
    expect(terms.a.map((t) => t.item())).toEqual([2, 0]);
    expect(terms.b[0].map((t) => t.item())).toEqual([6, 2]);
  });

  test('refuses series of unlike lengths and shapes', () => {
    expect(() => jet((x: NdArray, y: NdArray) => jnp.add(x, y), [1, 2], [[1], [1, 0]])).toThrow(InvalidArgument);
    expect(() => jet((x: NdArray) => x, [jnp.ones([2])], [[jnp.ones([3])]])).toThrow(ShapeMismatch);
  });
});

describe('a Hessian-vector product', () => {
  test('is forward mode over reverse mode', () => {
    const f = (x: NdArray): NdArray => jnp.sum(jnp.multiply(jnp.square(x), jnp.flip(x)));
    const product = (x: NdArray, v: NdArray): NdArray => jvp(grad(f), [x], [v])[1];
    // f = x0^2 x1 + x1^2 x0, with Hessian [[2 x1, 2 x0 + 2 x1], [2 x0 + 2 x1, 2 x0]]
    const x = jnp.array([3, 5], { dtype: 'float64' });
    expect(product(x, jnp.array([1, 0], { dtype: 'float64' })).jsSync()).toEqual([10, 16]);
    expect(product(x, jnp.array([1, -2], { dtype: 'float64' })).jsSync()).toEqual([-22, 4]);
  });
});
