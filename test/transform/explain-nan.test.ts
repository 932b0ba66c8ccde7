import { afterEach, describe, expect, test } from 'vitest';
import {
  checkpoint,
  config,
  DeviceArray,
  explainNan,
  grad,
  jit,
  type NdArray,
  NonFinite,
  vmap,
} from '../../src/index.js';
import { scan, whileLoop } from '../../src/lax/control.js';
import { whereThree as where } from '../../src/numpy/select.js';
import { add, div, exp, greater, log, matmul, mul, sqrt, square, subtract, sum } from './numpy.js';

config.update('engine', 'reference');
afterEach(() => config.update('debugNans', false));

const vector = (...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });
const scalar = (value: number): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape: [], data: Float32Array.of(value) });

describe('explainNan', () => {
  test('finds the logarithm behind a where that hides its value and not its slope', () => {
    const loss = (x: NdArray): NdArray => sum(where(greater(x, 0), log(x), 0));
    const report = explainNan(loss)(vector(2, 0, 3));
    expect(report).toMatchObject({ finite: false, path: 'the gradient with respect to argument 0', value: Number.NaN });
    expect(report.origin).toMatchObject({ operation: 'log', primitive: 'div', pass: 'backward' });
    expect(report.origin?.location).toMatch(/explain-nan\.test\.ts:\d+:\d+ \(loss\)$/);
    expect(report.origin?.output).toEqual({ type: 'float32[3]', index: [1], value: Number.NaN });
    // What flows in at the element is 0, and it is divided by x, which is 0 as well.
    expect(report.origin?.inputs.map((x) => x.value)).toEqual([0, 0]);
    expect(report.text).toContain('move the guard inside, jnp.log(jnp.where(jnp.greater(x, 0), x, 1))');
  });

  test('says nothing is wrong once the guard is inside', () => {
    const loss = (x: NdArray): NdArray => sum(where(greater(x, 0), log(where(greater(x, 0), x, 1)), 0));
    expect(explainNan(loss)(vector(2, 0, 3))).toMatchObject({ finite: true, origin: null });
  });

  test('finds the infinite slope of a norm at 0, and where it was written', () => {
    const norm = (x: NdArray): NdArray => sqrt(sum(square(x)));
    const report = explainNan(norm)(vector(0, 0));
    expect(report.origin).toMatchObject({ operation: 'sqrt' });
    expect(report.origin?.pass).not.toBe('value');
    expect(report.origin?.location).toMatch(/explain-nan\.test\.ts:\d+:\d+ \(norm\)$/);
    expect(report.text).toContain('infinite at 0');
  });

  test('blames the value itself when the forward pass is not finite', () => {
    const report = explainNan((x: NdArray, y: NdArray) => sum(mul(div(x, y), x)))(vector(1, 2), vector(1, 0));
    expect(report).toMatchObject({ path: 'result', value: Number.POSITIVE_INFINITY });
    expect(report.origin).toMatchObject({ operation: 'div', primitive: 'div', pass: 'value', output: { index: [1] } });
    expect(report.origin?.inputs.map((x) => x.value)).toEqual([2, 0]);
  });

  test.each([
    ['gradient functions', grad((x: NdArray) => sum(sqrt(x)))],
    ['jitted ones', jit(grad((x: NdArray) => sum(sqrt(x))))],
    ['gradients of jitted ones', grad(jit((x: NdArray) => sum(sqrt(x))))],
    ['recomputed ones', grad(checkpoint((x: NdArray) => sum(sqrt(x))) as (x: NdArray) => NdArray)],
  ])('looks into %s', (_, f) => {
    const report = explainNan(f as (x: NdArray) => unknown)(vector(1, 0));
    expect(report.origin).toMatchObject({ operation: 'sqrt', output: { index: [1] } });
    expect(report.origin?.location).toContain('explain-nan.test.ts');
  });

  test('tells the step of a loop, forwards and backwards', () => {
    const shrink = (x: NdArray): NdArray => {
      const body = (c: NdArray, d: NdArray): [NdArray, NdArray] => [subtract(c, d), sqrt(subtract(c, d))];
      return sum(scan(body, x, { xs: vector(1, 1, 1, 1) })[1]);
    };
    // 3.5 - 4 is negative in the last of four steps.
    const forward = explainNan(shrink)(scalar(3.5)).origin;
    expect(forward).toMatchObject({
      operation: 'sqrt',
      pass: 'value',
      inside: ['scan, step 3'],
      output: { index: [] },
    });
    // From 4 the last root is that of 0, whose slope is infinite.
    const backward = explainNan(shrink)(scalar(4)).origin;
    expect(backward).toMatchObject({ operation: 'sqrt', inside: ['scan, step 3'] });
    expect(backward?.pass).not.toBe('value');
    const halve = (x: NdArray): NdArray =>
      whileLoop(
        (c) => greater(c, -1),
        (c) => sqrt(subtract(c, 2)),
        x,
      );
    expect(explainNan(halve, { backward: false })(scalar(5)).origin?.inside).toEqual(['while, step 1']);
  });

  test('looks into batched functions', () => {
    const f = vmap(grad((x: NdArray) => sqrt(x)));
    expect(explainNan(f)(vector(4, 0, 1)).origin).toMatchObject({ operation: 'sqrt', output: { index: [1] } });
  });

  test('does not blame an infinity that somebody wrote down, nor one that is selected away', () => {
    const masked = (x: NdArray): NdArray => {
      const scores = where(greater(x, 0), x, Number.NEGATIVE_INFINITY);
      return sum(mul(exp(scores), where(greater(x, 100), div(x, 0), x)));
    };
    expect(explainNan(masked, { backward: false })(vector(-1, 2)).finite).toBe(true);
  });

  test('blames the difference of two infinities, when these were written down', () => {
    const f = (x: NdArray): NdArray => {
      const y = where(greater(x, 0), x, Number.NEGATIVE_INFINITY);
      return sum(subtract(y, y));
    };
    expect(explainNan(f)(vector(-1, 2)).origin).toMatchObject({
      operation: 'sub',
      pass: 'value',
      output: { index: [0] },
    });
  });

  test('names an argument that was not finite to begin with', () => {
    const f = (p: { w: NdArray; b: NdArray }): NdArray => sum(add(p.w, p.b));
    const report = explainNan(f)({ w: vector(1), b: vector(Number.NaN) });
    expect(report.origin).toBeNull();
    expect(report.text).toBe('result is NaN. argument 0.b is not finite already.');
  });

  test('names the operands of an operation whose elements do not correspond by their range', () => {
    const huge = vector(1e30, 1e30);
    const report = explainNan((x: NdArray) => matmul(x, huge))(vector(1e30, -3));
    expect(report.origin?.inputs).toEqual([
      { type: 'float32[2]', value: null, range: [-3, Math.fround(1e30)] },
      { type: 'float32[2]', value: null, range: [Math.fround(1e30), Math.fround(1e30)] },
    ]);
    expect(report.text).toContain('larger than its dtype holds');
  });
});

describe("config.update('debugNans', true)", () => {
  const caught = (body: () => unknown): NonFinite => {
    try {
      body();
    } catch (error) {
      if (error instanceof NonFinite) return error;
      throw error;
    }
    throw new Error('nothing was thrown');
  };

  test('refuses the first operation that makes a NaN, with the line', () => {
    config.update('debugNans', true);
    const error = caught(function step() {
      log(scalar(-1));
    });
    expect(error.data.origin).toMatchObject({ operation: 'log', inputs: [{ value: -1 }] });
    expect(error.data.origin?.location).toMatch(/explain-nan\.test\.ts:\d+:\d+ \(step\)$/);
    expect(error.message).toContain('The result of log is NaN');
  });

  test('refuses a jitted call and says which step inside', () => {
    config.update('debugNans', true);
    const step = jit(
      function step(x: NdArray): NdArray {
        return grad((y: NdArray) => sum(sqrt(square(y))))(x);
      },
      { donateArgnums: 0 },
    );
    const error = caught(() => step(vector(3, 0)));
    expect(error.data).toMatchObject({ program: 'jit(step)', origin: { operation: 'sqrt', output: { index: [1] } } });
  });

  test('lets infinities pass, and everything once it is off', () => {
    config.update('debugNans', true);
    expect(div(scalar(1), scalar(0)).item()).toBe(Number.POSITIVE_INFINITY);
    config.update('debugNans', false);
    expect(log(scalar(-1)).item()).toBeNaN();
  });
});
