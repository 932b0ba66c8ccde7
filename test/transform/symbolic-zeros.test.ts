/**
 * Rules that are shown what is not being differentiated. What is seen where was compared with JAX 0.10.2 line by line.
 */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type CustomVjpPrimal,
  checkpoint,
  config,
  customJvp,
  customVjp,
  DeviceArray,
  grad,
  jit,
  jvp,
  type NdArray,
  SymbolicZero,
  TracedNondiffArgument,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/index.js';

const float32 = (shape: readonly number[], ...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape, data: Float32Array.from(values) });
const x = float32([], 0.5);
const y = float32([], 2);
const xs = float32([2], 0.5, 1);
const numbers = (value: unknown): number[] => Array.from((value as NdArray).dataSync(), Number);
const close = (value: unknown, ...expected: number[]): void =>
  numbers(value).forEach((v, i) => {
    expect(Math.abs(v - expected[i])).toBeLessThan(2 ** -22);
  });
const sum = (v: NdArray): NdArray => lax.reduceSum(v, [0]);

beforeAll(() => config.update('engine', 'reference'));

const seen: unknown[] = [];
beforeEach(() => {
  seen.length = 0;
});

describe('customJvp with symbolicZeros', () => {
  const f = customJvp((a: NdArray, b: NdArray) => lax.mul(lax.sin(a), b)).defjvp(
    ([a, b]: [NdArray, NdArray], tangents: [NdArray | SymbolicZero, NdArray | SymbolicZero]) => {
      seen.push(tangents.map((t) => t instanceof SymbolicZero));
      const [da, db] = tangents;
      const parts = [
        da instanceof SymbolicZero ? null : lax.mul(lax.mul(lax.cos(a), b), da),
        db instanceof SymbolicZero ? null : lax.mul(lax.sin(a), db),
      ].filter((part) => part !== null);
      return [lax.mul(lax.sin(a), b), parts.reduce((s, part) => lax.add(s, part))];
    },
    { symbolicZeros: true },
  ) as (a: NdArray, b: NdArray) => NdArray;

  test('sees which arguments move', () => {
    close(grad(f, { argnums: 0 })(x, y), 2 * Math.cos(0.5));
    close(grad(f, { argnums: 1 })(x, y), Math.sin(0.5));
    close(jvp(f, [x, y], [float32([], 1), float32([], 1)])[1], 2 * Math.cos(0.5) + Math.sin(0.5));
    expect(seen).toEqual([
      [false, true],
      [true, false],
      [false, false],
    ]);
  });

  const cases: readonly (readonly [string, () => unknown, readonly number[]])[] = [
    ['jit', () => grad(jit(f), { argnums: 0 })(x, y), [2 * Math.cos(0.5)]],
    ['checkpoint', () => grad(checkpoint(f), { argnums: 0 })(x, y), [2 * Math.cos(0.5)]],
    [
      'vmap of grad',
      () => vmap(grad(f, { argnums: 0 }), { inAxes: [0, null] })(xs, y),
      [2 * Math.cos(0.5), 2 * Math.cos(1)],
    ],
    [
      'grad of vmap',
      () => grad((a: NdArray) => sum(vmap(f, { inAxes: [0, null] })(a, y)))(xs),
      [2 * Math.cos(0.5), 2 * Math.cos(1)],
    ],
  ];
  test.each(cases)('sees it under %s', (_, run, expected) => {
    close(run(), ...expected);
    expect(seen).toEqual([[false, true]]);
  });

  test('may return a zero as a tangent', () => {
    const flat = customJvp((a: NdArray) => lax.floor(a)).defjvp(
      (([a]: [NdArray], [da]: [NdArray]) => [lax.floor(a), new SymbolicZero(da.aval)]) as never,
      { symbolicZeros: true },
    );
    close(grad(flat)(x), 0);
  });
});

describe('customVjp with symbolicZeros', () => {
  const g = customVjp((a: NdArray, b: NdArray) => [lax.mul(lax.sin(a), b), lax.add(a, b)] as const).defvjp(
    (a: CustomVjpPrimal, b: CustomVjpPrimal) => {
      seen.push(['forward', a.perturbed, b.perturbed]);
      const values = [a.value, b.value];
      return [[lax.mul(lax.sin(a.value), b.value), lax.add(a.value, b.value)], values];
    },
    ([a, b]: [NdArray, NdArray], cotangents: (NdArray | SymbolicZero)[]) => {
      seen.push(['backward', ...cotangents.map((c) => c instanceof SymbolicZero)]);
      const [p, q] = cotangents.map((c) => (c instanceof SymbolicZero ? lax.full(c.shape, 0, { dtype: c.dtype }) : c));
      return [lax.add(lax.mul(lax.mul(lax.cos(a), b), p), q), lax.add(lax.mul(lax.sin(a), p), q)];
    },
    { symbolicZeros: true },
  ) as (a: NdArray, b: NdArray) => readonly [NdArray, NdArray];
  const first = (a: NdArray): NdArray => g(a, y)[0];

  const cases: readonly (readonly [string, () => unknown, readonly number[], readonly unknown[]])[] = [
    ['the first result by the first argument', () => grad(first)(x), [2 * Math.cos(0.5)], [true, false, false, true]],
    ['the second result by the second', () => grad((b: NdArray) => g(x, b)[1])(y), [1], [false, true, true, false]],
    [
      'everything',
      () => grad((a: NdArray, b: NdArray) => lax.add(...(g(a, b) as [NdArray, NdArray])))(x, y),
      [2 * Math.cos(0.5) + 1],
      [true, false, false, false],
    ],
    ['jit', () => grad(jit(first))(x), [2 * Math.cos(0.5)], [true, false, false, true]],
    ['vmap of grad', () => vmap(grad(first))(xs), [2 * Math.cos(0.5), 2 * Math.cos(1)], [true, false, false, true]],
    [
      'grad of vmap',
      () => grad((a: NdArray) => sum(vmap(first)(a)))(xs),
      [2 * Math.cos(0.5), 2 * Math.cos(1)],
      [true, false, false, true],
    ],
  ];
  test.each(cases)('both passes see what moves: %s', (_, run, expected, [a, b, p, q]) => {
    close(run(), ...expected);
    expect(seen).toEqual([
      ['forward', a, b],
      ['backward', p, q],
    ]);
  });
});

describe('arguments that are not differentiated', () => {
  test('are found by name in the object that stands last, and given to the rules', () => {
    const power = customVjp((a: NdArray, { n }: { n: number }) => lax.integerPow(a, n), {
      nondiffArgnames: ['n'],
    }).defvjp(
      (a: NdArray, { n }: { n: number }) => [lax.integerPow(a, n), a],
      (n: number, _: NdArray, ct: NdArray) => [lax.mul(ct, 100 * n)],
    );
    close(power(x, { n: 3 }), 0.125);
    close(grad(power as never as (a: NdArray, o: { n: number }) => NdArray)(x, { n: 3 }), 300);
  });

  test('leave the other fields of that object differentiable', () => {
    const scaled = customJvp((a: NdArray, o: { k: NdArray; name: string }) => lax.mul(a, o.k), {
      nondiffArgnames: ['name'],
    }).defjvp(((name: string, [a, { k }]: [NdArray, { k: NdArray }], [da, { k: dk }]: [NdArray, { k: NdArray }]) => {
      seen.push(name);
      return [lax.mul(a, k), lax.add(lax.mul(da, k), lax.mul(a, dk))];
    }) as never);
    const f = (k: NdArray): NdArray => scaled(x, { k, name: 'ours' }) as NdArray;
    close(grad(f)(y), 0.5);
    expect(seen).toEqual(['ours']);
  });

  test('may not be traced values in customVjp', () => {
    const h = customVjp((a: NdArray, b: NdArray) => lax.mul(a, b), { nondiffArgnums: [0] }).defvjp(
      (a: NdArray, b: NdArray) => [lax.mul(a, b), null],
      (a: NdArray, _: null, ct: NdArray) => [lax.mul(a, ct)],
    );
    expect(() => grad((a: NdArray) => h(a, y) as NdArray)(x)).toThrow(TracedNondiffArgument);
    expect(() => jit((a: NdArray) => h(a, y))(x)).toThrow(
      'holds a traced value of type f32[]. These are for functions, strings and settings',
    );
    close(h(x, y), 1);
  });
});
