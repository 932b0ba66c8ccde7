import { beforeAll, describe, expect, test } from 'vitest';
import { BranchMismatch, CarryMismatch } from '../../src/error/control.js';
import {
  config,
  DeviceArray,
  grad,
  InvalidArgument,
  jit,
  jvp,
  linearTranspose,
  makeJaxpr,
  type NdArray,
  NotDifferentiable,
  ShapeMismatch,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/control.js';
import { add, convertElementType, cos, lt, mul, sin } from '../../src/lax/elementwise.js';
import { add as plus } from '../../src/numpy/arithmetic.js';
import { reduceSum } from '../../src/primitive/reduce.js';
import { describeEngines } from '../helpers/engines.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

const functions: Readonly<Record<string, (...args: never[]) => unknown>> = {
  runningSum: (carry: NdArray, x: NdArray) => [add(carry, x), mul(carry, x)],
  damped: ([p, v]: NdArray[], x: NdArray) => {
    const v1 = add(mul(v, 0.9), x);
    const p1 = add(p, sin(v1));
    return [[p1, v1], p1];
  },
  belowTen: ([value]: NdArray[]) => lt(value, 10),
  double: ([value, count]: NdArray[]) => [mul(value, 2), add(count, 1)],
  sine: (x: NdArray) => sin(x),
  cube: (x: NdArray) => mul(mul(x, x), x),
  half: (x: NdArray) => mul(x, 0.5),
  add: (x: NdArray, y: NdArray) => add(x, y),
  mul: (x: NdArray, y: NdArray) => mul(x, y),
  addIndex: (i: NdArray, x: NdArray) => add(x, mul(convertElementType(i, x.dtype), x)),
};

const isNamed = (value: unknown): value is { function: string } =>
  typeof value === 'object' && value !== null && 'function' in value;
const named = (value: unknown): unknown =>
  isNamed(value) ? functions[value.function] : Array.isArray(value) ? value.map(named) : value;
const leavesOf = (tree: unknown): NdArray[] => (Array.isArray(tree) ? tree.flatMap(leavesOf) : [tree as NdArray]);
const called =
  (f: unknown): Call =>
  (...args: never[]) =>
    leavesOf((f as (...args: unknown[]) => unknown)(...args.map(named)));

const calls: Readonly<Record<string, Call>> = {
  scan: called(lax.scan),
  whileLoop: called(lax.whileLoop),
  foriLoop: called(lax.foriLoop),
  cond: called(lax.cond),
  switch: called(lax.switch),
  map: called(lax.map),
  associativeScan: called(lax.associativeScan),
};

describeEngines(() => describeFixtures('primitives/control', calls, { ulps: 8, at: 'array' }));

const float32 = (shape: readonly number[], ...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape, data: Float32Array.from(values) });
const numbers = (x: unknown): number[] => Array.from((x as NdArray).dataSync(), Number);
const sum = (x: NdArray): NdArray =>
  reduceSum(
    x,
    x.shape.map((_, i) => i),
  );

describe('the carry of a loop', () => {
  beforeAll(() => config.update('engine', 'reference'));

  test('starts as a plain number and takes the dtype that the body gives it', () => {
    const [total] = lax.scan((c, x: NdArray) => [plus(c, x), null], 0, { xs: float32([3], 1, 2, 4) });
    expect(total.dtype).toBe('float32');
    expect(total.item()).toBe(7);
  });
  test('keeps its dtype when the body returns a plain number', () => {
    const [last] = lax.scan(() => [0, null], float32([], 3), { length: 2 });
    expect(last.aval.toString()).toBe('f32[]');
  });
  test('must keep its shape, and the error names the leaf', () => {
    const init = { position: float32([2], 1, 2), speed: float32([], 1) };
    const body = (c: { position: NdArray; speed: NdArray }) =>
      [{ position: c.position, speed: c.position }, null] as const;
    const failed = (): unknown => lax.scan(body, init, { length: 2 });
    expect(failed).toThrow(CarryMismatch);
    expect(failed).toThrow('carry.speed comes in as float32[] and goes out as float32[2]');
  });
  test('must keep its dtype', () => {
    const failed = (): unknown =>
      lax.whileLoop(
        (x) => lt(x, 3),
        (x) => convertElementType(x, 'int32'),
        float32([], 1),
      );
    expect(failed).toThrow('carry comes in as float32[] and goes out as int32[]');
  });
  test('must keep its structure', () => {
    const failed = (): unknown => lax.scan((c: NdArray) => [[c, c] as never, null], float32([], 1), { length: 1 });
    expect(failed).toThrow(CarryMismatch);
  });
});

describe('scan', () => {
  test('refuses arrays of unlike lengths', () => {
    const xs = { a: float32([2], 1, 2), b: float32([3], 1, 2, 3) };
    const failed = (): unknown => lax.scan((c) => [c, null], 0, { xs });
    expect(failed).toThrow(ShapeMismatch);
    expect(failed).toThrow('xs.b');
  });
  test('needs a length from somewhere', () => {
    expect(() => lax.scan((c) => [c, null], 0, {})).toThrow(InvalidArgument);
  });
  test('wants a pair from its body', () => {
    expect(() => lax.scan(((c: NdArray) => c) as never, float32([], 0), { length: 1 })).toThrow('a pair [carry, y]');
  });
  test('computes what does not depend on the step once, before the loop of the backward pass', () => {
    const w = float32([2], 0.3, 0.4);
    const f = (v: NdArray): NdArray => {
      const [c] = lax.scan((carry: NdArray) => [mul(carry, cos(v)), null], float32([2], 1, 1), { length: 3 });
      return sum(c as NdArray);
    };
    const text = `${makeJaxpr(grad(f))(w)}`;
    // sin(v), the derivative of cos(v), appears once and outside of both loops.
    expect(text.match(/ sin /g)).toHaveLength(1);
    expect(text.indexOf(' sin ')).toBeLessThan(text.indexOf('scan['));
    // d/dv cos(v)^3 = -3 cos(v)^2 sin(v)
    const expected = [0.3, 0.4].map((v) => -3 * Math.cos(v) ** 2 * Math.sin(v));
    numbers(grad(f)(w)).forEach((g, i) => {
      expect(g).toBeCloseTo(expected[i], 6);
    });
  });
  test('counts in its carry without hindering the transpose', () => {
    const f = (x: NdArray): NdArray => {
      const step = ([i, y]: readonly NdArray[]) => [
        [add(i, 1), mul(y, convertElementType(add(i, 1), 'float32'))],
        null,
      ];
      const [[, y]] = lax.scan(step as never, [0, x], { length: 4 }) as unknown as [[NdArray, NdArray]];
      return y;
    };
    expect(numbers(grad(f)(float32([], 2)))).toEqual([24]);
    const [pulled] = linearTranspose(f, float32([], 0))(float32([], 1));
    expect(numbers(pulled)).toEqual([24]);
  });
  test('is traced once for the same body and types', () => {
    let traces = 0;
    const body = (c: NdArray, x: NdArray) => {
      traces++;
      return [add(c, x), c] as const;
    };
    for (let k = 0; k < 3; k++) lax.scan(body as never, float32([], k), { xs: float32([2], 1, 2) });
    expect(traces).toBe(1);
  });
  test('gives the same with any unrolling', () => {
    const run = (unroll: number | boolean): number[] =>
      numbers(lax.scan((c, x: NdArray) => [plus(mul(c, 2), x), c], 0, { xs: float32([5], 1, 2, 3, 4, 5), unroll })[1]);
    for (const unroll of [2, 3, 5, 8, true]) expect(run(unroll)).toEqual(run(1));
  });
});

describe('whileLoop', () => {
  const doubled = (x: NdArray): NdArray =>
    lax.whileLoop(
      (y) => lt(y, 100),
      (y) => mul(y, 2),
      x,
    ) as NdArray;

  test('refuses reverse mode, and says what to use', () => {
    expect(() => grad(doubled)(float32([], 3))).toThrow(NotDifferentiable);
    expect(() => grad(doubled)(float32([], 3))).toThrow('Use scan, foriLoop');
  });
  test('gives the value all the same', () => {
    expect(vjp(doubled, float32([], 3))[0].item()).toBe(192);
  });
  test('lets gradients pass by that do not depend on it', () => {
    const f = (x: NdArray): NdArray => mul(x, lax.stopGradient(doubled(x)));
    expect(grad(f)(float32([], 3)).item()).toBe(192);
  });
  test('lets gradients go past what it only hands on, also through a loop inside', () => {
    const handedOn = (x: NdArray): NdArray => {
      const [, same] = lax.whileLoop(
        ([i]: readonly NdArray[]) => lt(i, 3),
        ([i, y]: readonly NdArray[]) =>
          [add(i, 1), lax.scan((c: NdArray) => [c, null] as const, y, { length: 2 })[0]] as never,
        [float32([], 0), x],
      ) as readonly NdArray[];
      return mul(same, x);
    };
    expect(grad(handedOn)(float32([], 3)).item()).toBe(6);
    expect(jit(grad(handedOn))(float32([], 3)).item()).toBe(6);
  });
  test('runs each example of a batch as long as its own condition holds', () => {
    expect(numbers(vmap(doubled)(float32([4], 1, 3, 200, 99)))).toEqual([128, 192, 200, 198]);
  });
  test('has forward derivatives, batched too', () => {
    const slope = (x: NdArray): NdArray => jvp(doubled, [x], [float32([], 1)])[1];
    expect(numbers(vmap(slope)(float32([3], 1, 3, 200)))).toEqual([128, 64, 1]);
  });
  test('wants one bool from its condition', () => {
    expect(() =>
      lax.whileLoop(
        (x) => x,
        (x) => x,
        float32([], 1),
      ),
    ).toThrow('one bool');
  });
});

describe('foriLoop', () => {
  test('is differentiable in reverse mode when its bounds are known', () => {
    const power = (x: NdArray): NdArray => lax.foriLoop(0, 3, (_, y) => mul(y, x), float32([], 1)) as NdArray;
    expect(grad(power)(float32([], 2)).item()).toBe(12);
  });
  test('takes traced bounds', () => {
    const f = jit((n: NdArray) => lax.foriLoop(0, n, (i, y) => add(y, i), 0));
    expect(f(DeviceArray.fromHost({ dtype: 'int32', shape: [], data: Int32Array.of(5) })).item()).toBe(10);
  });
});

describe('cond', () => {
  const yes = DeviceArray.fromHost({ dtype: 'bool', shape: [], data: Uint8Array.of(1) });

  test('joins the captured values of its branches', () => {
    const [a, b] = [float32([2], 1, 2), float32([2], 10, 20)];
    const f = (x: NdArray): NdArray =>
      lax.cond(
        lt(sum(x), 5),
        (y) => mul(y, a),
        (y) => add(mul(y, b), a),
        x,
      ) as NdArray;
    expect(numbers(f(float32([2], 1, 1)))).toEqual([1, 2]);
    expect(numbers(f(float32([2], 3, 3)))).toEqual([31, 62]);
    expect(numbers(grad((x: NdArray) => sum(f(x)))(float32([2], 3, 3)))).toEqual([10, 20]);
  });
  test('keeps one place for residuals that two branches do not need at once', () => {
    const f = (x: NdArray): NdArray =>
      lax.cond(
        yes,
        (y) => sin(sin(y)),
        (y) => cos(cos(y)),
        x,
      ) as NdArray;
    const text = `${makeJaxpr(grad((x: NdArray) => sum(f(x))))(float32([3], 1, 2, 3))}`;
    // The value and two residuals leave the forward branch: the derivatives at x and at sin(x), or cos(x).
    expect(text).toMatch(/\w+:f32\[3\] \w+:f32\[3\] \w+:f32\[3\] = cond/);
    expect(text).not.toMatch(/(\w+:f32\[3\] ){4}= cond/);
  });
  test('refuses branches of unlike types, naming the leaf', () => {
    const failed = (): unknown =>
      lax.cond(
        yes,
        (x: NdArray) => ({ a: x, b: x }),
        (x: NdArray) => ({ a: x, b: lt(x, 0) }),
        float32([2], 1, 2),
      );
    expect(failed).toThrow(BranchMismatch);
    expect(failed).toThrow('result.b is float32[2] in trueFun and bool[2] in falseFun');
  });
  test('lets a plain number stand for a float', () => {
    const f = (x: NdArray): NdArray =>
      lax.cond(
        lt(x, 0),
        (y) => y,
        () => 0,
        x,
      ) as NdArray;
    expect(f(float32([], 3)).aval.toString()).toBe('f32[]');
  });
  test('wants a scalar to decide by', () => {
    expect(() =>
      lax.cond(
        lt(float32([2], 1, 2), 1),
        () => 1,
        () => 2,
      ),
    ).toThrow(ShapeMismatch);
  });
  test('does not compute the branch that is not taken', () => {
    const f = (x: NdArray) =>
      lax.cond(
        lt(x, 10),
        (y) => y,
        (y) =>
          lax.whileLoop(
            () => true,
            (z) => z,
            y,
          ),
        x,
      );
    expect(valueAndGrad((x: NdArray) => f(x) as NdArray)).toBeTypeOf('function');
    expect((f(float32([], 3)) as NdArray).item()).toBe(3);
  });
});

describe('map', () => {
  test('gives the same in batches of any size', () => {
    const xs = float32([7, 2], ...Array.from({ length: 14 }, (_, i) => i));
    const f = (x: NdArray): NdArray => mul(x, x);
    for (const batchSize of [1, 2, 3, 7, 10]) {
      expect(numbers(lax.map(f, xs, { batchSize }))).toEqual(numbers(lax.map(f, xs)));
    }
  });
});

describe('associativeScan', () => {
  test('keeps the order of a function that is associative but not commutative', () => {
    // Affine maps x -> a x + b under composition.
    const compose = ([a, b]: readonly NdArray[], [c, d]: readonly NdArray[]) => [mul(a, c), add(mul(b, c), d)];
    const [a, b] = [float32([6], 2, 3, -1, 2, 1, -2), float32([6], 1, 0, 2, -1, 3, 1)];
    const [, offsets] = lax.associativeScan(compose as never, [a, b]) as readonly NdArray[];
    let value = 0;
    const expected = numbers(a).map((slope, i) => {
      value = value * slope + numbers(b)[i];
      return value;
    });
    expect(numbers(offsets)).toEqual(expected);
  });
});
