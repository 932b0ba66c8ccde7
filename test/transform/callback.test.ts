import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  CallbackMismatch,
  CallbackNotBatchable,
  config,
  customJvp,
  debug,
  grad,
  InvalidArgument,
  ioCallback,
  jit,
  type NdArray,
  NotDifferentiable,
  pureCallback,
  ShapeDtypeStruct,
  vmap,
} from '../../src/index.js';
import { scan } from '../../src/lax/control.js';
import * as jnp from '../../src/numpy/index.js';
import { describeXla } from '../helpers/xla.js';

const vector = (...values: number[]): NdArray => jnp.array(values, { dtype: 'float32' });
const scalarType = new ShapeDtypeStruct([], 'float32');
const vectorType = new ShapeDtypeStruct([2], 'float32');

/** A host function that remembers what it was called with. */
function recorded<A extends readonly unknown[], R>(f: (...args: A) => R) {
  const calls: unknown[] = [];
  const callback = (...args: A): R => {
    calls.push(...args.map((x) => (x as NdArray).jsSync()));
    return f(...args);
  };
  return { calls, callback };
}

function suite(engine: string): void {
  beforeEach(() => config.update('engine', engine));
  afterEach(() => {
    vi.restoreAllMocks();
  });

  describe(`host functions on ${engine}`, () => {
    test('pureCallback gives its result, at once and in a jitted function', () => {
      const { calls, callback } = recorded((x: NdArray) => Math.hypot(...(x.jsSync() as number[])));
      const f = (x: NdArray): NdArray => jnp.add(pureCallback(callback, scalarType, jnp.multiply(x, 2)), 1);
      expect(f(vector(1.5, 2)).item()).toBe(6);
      expect(jit(f)(vector(1.5, 2)).item()).toBe(6);
      expect(calls).toEqual([
        [3, 4],
        [3, 4],
      ]);
    });

    test('a program may call several times, also in functions that it calls', () => {
      const { calls, callback } = recorded((x: NdArray) => x);
      const inner = jit((x: NdArray) => pureCallback(callback, vectorType, jnp.sin(x)));
      const f = jit((x: NdArray) => jnp.add(inner(x), inner(jnp.add(x, 1))));
      const y = f(vector(0, 1)).jsSync() as number[];
      expect(y[0]).toBeCloseTo(Math.sin(0) + Math.sin(1), 6);
      expect(y[1]).toBeCloseTo(Math.sin(1) + Math.sin(2), 6);
      expect(calls.length).toBe(2);
    });

    test('trees go in and out', () => {
      const swap = ({ a, b }: { a: NdArray; b: NdArray }) => ({ first: b, second: [a] });
      const f = jit((p: { a: NdArray; b: NdArray }) =>
        pureCallback(swap, { first: scalarType, second: [vectorType] }, p),
      );
      const out = f({ a: vector(1, 2), b: jnp.array(5, { dtype: 'float32' }) });
      expect([out.first.item(), out.second[0].jsSync()]).toEqual([5, [1, 2]]);
    });

    test('a result that was not announced so is refused', () => {
      const wrongShape = (): NdArray => vector(1, 2, 3);
      const wrongType = (): NdArray => jnp.array([1, 2], { dtype: 'int32' });
      const call = (callback: () => unknown) => () =>
        jit((x: NdArray) => pureCallback(callback, vectorType, x))(vector(0, 0));
      expect(call(wrongShape)).toThrow(CallbackMismatch);
      expect(call(wrongShape)).toThrow('the callback wrongShape was announced as f32[2], but it is f32[3]');
      expect(call(wrongType)).toThrow(CallbackMismatch);
      expect(call(() => ({ a: vector(1, 2) }))).toThrow(CallbackMismatch);
    });

    test("the callback's own error comes out", () => {
      const f = jit((x: NdArray) =>
        pureCallback(
          () => {
            throw new RangeError('the sensor is off');
          },
          vectorType,
          x,
        ),
      );
      expect(() => f(vector(1, 2))).toThrow(new RangeError('the sensor is off'));
    });

    test('ioCallback is called although nobody uses its result, in order, each time', () => {
      const log: string[] = [];
      const f = jit((x: NdArray) => {
        const noted = (name: string, y: NdArray): NdArray => {
          log.push(`${name} ${y.item()}`);
          return y;
        };
        ioCallback((y: NdArray) => noted('first', y), scalarType, jnp.sum(x));
        ioCallback((y: NdArray) => noted('second', y), scalarType, jnp.max(x));
        return jnp.multiply(x, 2);
      });
      expect(f(vector(1, 2)).jsSync()).toEqual([2, 4]);
      f(vector(3, 5));
      expect(log).toEqual(['first 3', 'second 2', 'first 8', 'second 5']);
    });

    test('a callback in a loop sees every step', () => {
      const seen: number[] = [];
      const f = jit((xs: NdArray) => {
        const body = (carry: NdArray, x: NdArray): [NdArray, NdArray] => {
          const next = jnp.add(carry, x);
          debug.callback((c: NdArray) => void seen.push(c.item()), next);
          return [next, jnp.multiply(next, next)];
        };
        return scan(body, jnp.array(0, { dtype: 'float32' }), { xs });
      });
      const [last, squares] = f(vector(1, 2, 3)) as unknown as [NdArray, NdArray];
      expect([last.item(), squares.jsSync(), seen]).toEqual([6, [1, 9, 36], [1, 3, 6]]);
    });

    test('debug.callback sees the forward values of a gradient, and changes nothing', () => {
      const { calls, callback } = recorded((_: NdArray) => undefined);
      const f = (x: NdArray): NdArray => {
        const y = jnp.square(x);
        debug.callback(callback, y);
        return jnp.sum(y);
      };
      expect(jit(grad(f))(vector(3, 4)).jsSync()).toEqual([6, 8]);
      expect(calls).toEqual([[9, 16]]);
    });

    test('debug.print writes when the program runs', () => {
      const lines: unknown[] = [];
      vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
      const f = jit((x: NdArray) => {
        debug.print('x = {}, sum {total:.2f}', x, { total: jnp.sum(x) });
        return jnp.sin(x);
      });
      f(vector(1, 2.5));
      f(vector(0, 1));
      vmap(f)(jnp.array([[5], [6]], { dtype: 'float32' }));
      expect(lines).toEqual([
        'x = [1, 2.5], sum 3.50',
        'x = [0, 1], sum 1.00',
        'x = [5], sum 5.00',
        'x = [6], sum 6.00',
      ]);
    });

    test('vmap needs to be told how', () => {
      const total = (x: NdArray, y: NdArray): NdArray => jnp.add(jnp.sum(x, { axis: -1 }), y);
      const mapped = (vmapMethod?: string) => {
        const { calls, callback } = recorded(total);
        const call = (x: NdArray, y: NdArray): unknown =>
          vmapMethod
            ? pureCallback(callback, scalarType, x, y, { vmapMethod })
            : pureCallback(callback, scalarType, x, y);
        const f = jit(vmap(call, { inAxes: [0, null] }));
        const out = f(
          jnp.array(
            [
              [1, 2],
              [3, 4],
            ],
            { dtype: 'float32' },
          ),
          jnp.array(10, { dtype: 'float32' }),
        );
        return { out: (out as NdArray).jsSync(), calls };
      };
      expect(() => mapped()).toThrow(CallbackNotBatchable);
      expect(mapped('sequential')).toEqual({ out: [13, 17], calls: [[1, 2], 10, [3, 4], 10] });
      expect(mapped('expandDims')).toEqual({
        out: [13, 17],
        calls: [
          [
            [1, 2],
            [3, 4],
          ],
          [10],
        ],
      });
      expect(mapped('broadcastAll')).toEqual({
        out: [13, 17],
        calls: [
          [
            [1, 2],
            [3, 4],
          ],
          [10, 10],
        ],
      });
      expect(() => mapped('all')).toThrow(InvalidArgument);
      const ordered = (x: NdArray): unknown => ioCallback((y: NdArray) => y, scalarType, x, { ordered: true });
      expect(() => vmap(ordered)(vector(1, 2))).toThrow(CallbackNotBatchable);
    });

    test('has no derivative but one that is given', () => {
      const host = (x: NdArray): NdArray => pureCallback((y: NdArray) => Math.sin(y.item()), scalarType, x);
      const x = jnp.array(0.5, { dtype: 'float32' });
      expect(() => grad(host)(x)).toThrow(NotDifferentiable);
      const sine = customJvp(host);
      sine.defjvp(([p]: readonly NdArray[], [t]: readonly NdArray[]) => [sine(p), jnp.multiply(jnp.cos(p), t)]);
      expect(grad((y: NdArray) => sine(y))(x).item()).toBeCloseTo(Math.cos(0.5), 6);
      expect(jit(grad((y: NdArray) => sine(y)))(x).item()).toBeCloseTo(Math.cos(0.5), 6);
    });

    test('donated arguments are given up all the same', () => {
      const f = jit((x: NdArray) => pureCallback((y: NdArray) => y, vectorType, jnp.add(x, 1)), {
        donateArgnums: 0,
      });
      const x = vector(1, 2);
      expect(f(x).jsSync()).toEqual([2, 3]);
      expect(() => x.dataSync()).toThrow('donated to jit');
    });
  });
}

suite('reference');
describe('on TensorFlow.js', () => suite('tfjs:wasm'));
describeXla('split programs', () => suite('xla'));

describe('the text of debug.print', () => {
  test('a field without a value is refused while tracing', () => {
    expect(() => debug.print('{x}')).toThrow(InvalidArgument);
    expect(() => debug.print('{} {}', 1)).toThrow('whose field {1} has no value');
    expect(() => debug.print('{x')).toThrow("whose '{' at 0 stands alone");
    expect(() => debug.print('{x:>8}', { x: 1 })).toThrow("with the specification '>8'");
  });

  test('braces, trees, rounding', () => {
    const lines: unknown[] = [];
    vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
    debug.print('{{{0}}} {p}', 7, { p: { w: vector(1, 2), b: 3 } });
    debug.print('{:.3e} {:.3g} {:.1f}', jnp.array(12345.678), jnp.array(0.00012345), jnp.array([1.27, 2]));
    vi.restoreAllMocks();
    expect(lines).toEqual(['{7} {b: 3, w: [1, 2]}', '1.235e+04 0.000123 [1.3, 2.0]']);
  });
});
