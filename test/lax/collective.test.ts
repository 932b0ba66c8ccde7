import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  config,
  DeviceArray,
  grad,
  InvalidArgument,
  jit,
  makeJaxpr,
  type NdArray,
  ShapeMismatch,
  UnboundAxisName,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/collective.js';
import { concatenate, stack } from '../../src/numpy/joining.js';
import { outer } from '../../src/numpy/linear.js';
import { arrayOf, expectArray, type JsonArray } from '../helpers/fixtures.js';
import { readFixture } from '../helpers/oracle.js';
import { add, div, exp, mul, sin, square, subtract, sum } from '../transform/numpy.js';

config.update('engine', 'reference');
config.update('enableX64', true);

type Example = (x: NdArray) => NdArray;

const counted = (n: number): number[] => Array.from({ length: n }, (_, k) => k + 1);
const cubed: Example = (x) => mul(x, mul(x, x));

/** The functions of test/oracle/collectives.py. */
const functions: Readonly<Record<string, Example>> = {
  psum: (x) => lax.psum(sin(x), 'i'),
  psumOfConstant: (x) => mul(x, lax.psum(2.5, 'i')),
  psumTwice: (x) => lax.psum(mul(x, lax.psum(mul(x, x), 'i')), 'i'),
  pmean: (x) => lax.pmean(mul(x, x), 'i'),
  centered: (x) => cubed(subtract(x, lax.pmean(x, 'i'))),
  pmax: (x) => lax.pmax(x, 'i'),
  pmin: (x) => mul(x, lax.pmin(x, 'i')),
  softmax: (x) => square(div(exp(x), lax.psum(exp(x), 'i'))),
  axisIndex: (x) => mul(x, add(1, lax.axisIndex('i'))),
  axisSize: (x) => mul(x, lax.axisSize('i')),
  allGather: (x) => lax.allGather(mul(x, x), 'i'),
  allGatherLast: (x) => sin(lax.allGather(x, 'i', { axis: 1 })),
  allGatherTiled: (x) => square(lax.allGather(x, 'i', { tiled: true })),
  psumScatter: (x) => lax.psumScatter(stack([x, mul(2, x), mul(x, x), mul(-1, x)]), 'i'),
  psumScatterTiled: (x) => lax.psumScatter(concatenate([x, mul(2, x), mul(x, x), mul(-1, x)]), 'i', { tiled: true }),
  ppermute: (x) =>
    mul(
      lax.ppermute(x, 'i', [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 0],
      ]),
      x,
    ),
  pshuffle: (x) => mul(lax.pshuffle(x, 'i', [2, 0, 3, 1]), x),
  allToAll: (x) => lax.allToAll(outer(counted(4), mul(x, x)), 'i', 0, 1),
  allToAllTiled: (x) => lax.allToAll(outer(counted(8), x), 'i', 0, 1, { tiled: true }),
  insideJit: (x) => jit((y: NdArray) => mul(y, lax.psum(y, 'i')))(x),
  insideCheckpoint: (x) => checkpoint((y: NdArray) => sin(mul(y, lax.psum(y, 'i'))))(x),
  unmappedInJit: (x) =>
    mul(
      x,
      jit((y: NdArray) => lax.psum(y, 'i'))(
        DeviceArray.fromHost({ dtype: 'float64', shape: [], data: Float64Array.of(1) }),
      ),
    ),
};

const nested: Readonly<Record<string, Example>> = {
  psumOverBoth: (x) => mul(x, lax.psum(x, ['i', 'j'])),
  psumOverOuter: (x) => mul(x, lax.psum(x, 'j')),
  psumOfPsum: (x) => lax.psum(sin(lax.psum(x, 'j')), 'i'),
  indexOverBoth: (x) => mul(x, lax.axisIndex(['j', 'i'])),
  gatherOverBoth: (x) => square(lax.allGather(x, ['j', 'i'])),
  gatherOverOuter: (x) => square(lax.allGather(x, 'j', { axis: 1 })),
  scatterOverOuter: (x) => lax.psumScatter(stack([x, mul(x, x), mul(-1, x)]), 'j'),
  permuteOverOuter: (x) =>
    mul(
      lax.ppermute(x, 'j', [
        [0, 2],
        [1, 0],
        [2, 1],
      ]),
      x,
    ),
  exchangeOverOuter: (x) => lax.allToAll(outer(counted(3), mul(x, x)), 'j', 0, 1),
};

interface Case {
  readonly function: string;
  readonly inputs: readonly JsonArray[];
  readonly outputs: readonly JsonArray[];
  readonly gradients: readonly JsonArray[] | null;
  readonly outerGradients: readonly JsonArray[] | null;
}

const closeness = { ulps: 16, at: 'array' } as const;

describe('collectives inside vmap, as JAX computes them', () => {
  for (const fixture of readFixture<Case>('transforms/collectives').cases) {
    const f = functions[fixture.function] ?? nested[fixture.function];
    const mapped = (g: Example): Example => {
      const inner = vmap(g, { axisName: 'i' });
      return fixture.function in nested ? vmap(inner, { axisName: 'j' }) : inner;
    };
    const total =
      (g: Example): Example =>
      (x) =>
        sum(g(x));
    test(fixture.function, () => {
      const x = arrayOf(fixture.inputs[0]);
      expectArray(mapped(f)(x), fixture.outputs[0], closeness, 'value');
      expectArray(jit(mapped(f))(x), fixture.outputs[0], closeness, 'jitted value');
      const { gradients, outerGradients } = fixture;
      if (gradients) expectArray(mapped(grad(total(f)))(x), gradients[0], closeness, 'gradient inside');
      if (outerGradients) expectArray(grad(total(mapped(f)))(x), outerGradients[0], closeness, 'gradient outside');
    });
  }
});

const vector = (...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float64', shape: [values.length], data: Float64Array.from(values) });

describe('collectives', () => {
  test('pmax sends its cotangent to the largest example, in equal parts to those that tie', () => {
    const f = (x: NdArray): NdArray => sum(vmap((y: NdArray) => lax.pmax(y, 'i'), { axisName: 'i' })(x));
    expect(grad(f)(vector(1, 3, 3, -2)).jsSync()).toEqual([0, 2, 2, 0]);
  });

  test('the derivative of an allToAll of unlike axes can be taken inside', () => {
    // Each example sends x^2, 2 x^2 to the others, so the sum of all results has slope 2 x (1 + 2) in each.
    const f = (x: NdArray): NdArray => sum(lax.allToAll(outer(vector(1, 2), stack([square(x)])), 'i', 0, 1));
    expect(vmap(grad(f), { axisName: 'i' })(vector(3, 5)).jsSync()).toEqual([18, 30]);
  });

  test('work on trees', () => {
    const f = vmap((p: { a: NdArray; b: NdArray }) => lax.psum(p, 'i'), { axisName: 'i', outAxes: null });
    const { a, b } = f({ a: vector(1, 2), b: vector(10, 20) });
    expect([a.item(), b.item()]).toEqual([3, 30]);
  });

  test('give the same result for every example, which therefore needs no mapped output', () => {
    const f = vmap((x: NdArray) => lax.psum(x, 'i'), { axisName: 'i', outAxes: null });
    expect(f(vector(1, 2, 3)).item()).toBe(6);
  });

  test('those that nobody sends to get zeros from ppermute', () => {
    const f = vmap(
      (x: NdArray) =>
        lax.ppermute(x, 'i', [
          [0, 2],
          [2, 0],
        ]),
      { axisName: 'i' },
    );
    expect(f(vector(1, 2, 3)).jsSync()).toEqual([3, 0, 1]);
  });

  test('psum counts booleans', () => {
    const flags = DeviceArray.fromHost({ dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) });
    const count = vmap((x: NdArray) => lax.psum(x, 'i'), { axisName: 'i', outAxes: null })(flags);
    expect([count.dtype, count.item()]).toEqual(['int32', 2]);
  });

  test('a name is looked up in the innermost vmap that has it', () => {
    const f = vmap(
      vmap((x: NdArray) => lax.psum(x, 'i'), { axisName: 'i' }),
      { axisName: 'i' },
    );
    const x = DeviceArray.fromHost({ dtype: 'float64', shape: [2, 3], data: Float64Array.of(1, 2, 3, 10, 20, 30) });
    expect(f(x).jsSync()).toEqual([
      [6, 6, 6],
      [60, 60, 60],
    ]);
  });

  test('a jitted function is traced for each size of the axis it names', () => {
    const normalized = jit((x: NdArray) => div(x, lax.axisSize('i')));
    const f = vmap(normalized, { axisName: 'i' });
    expect(f(vector(2, 4)).jsSync()).toEqual([1, 2]);
    expect(f(vector(2, 4, 8, 16)).jsSync()).toEqual([0.5, 1, 2, 4]);
    expect(normalized.cacheSize()).toBe(2);
  });

  test('leave the program of vmap without any collective', () => {
    const f = vmap((x: NdArray) => lax.psum(x, 'i'), { axisName: 'i', outAxes: null });
    expect(`${makeJaxpr(f)(vector(1, 2, 3))}`).toBe(
      '{ lambda ; a:f64[3]. let b:f64[] = reduce_sum[axes=(0,)] a in (b,) }',
    );
  });
});

describe('mistakes with axis names', () => {
  test('a name that no vmap has is refused, with the names there are', () => {
    expect(() => lax.psum(vector(1), 'batch')).toThrow(UnboundAxisName);
    expect(() => vmap((x: NdArray) => lax.pmean(x, 'bach'), { axisName: 'batch' })(vector(1))).toThrow(
      "pmean: no enclosing vmap maps over an axis named 'bach'; the names in scope are 'batch'. " +
        "Name the axis where it is mapped: vmap(f, { axisName: 'bach' }).",
    );
  });

  test('a name is not known any more after its vmap', () => {
    vmap((x: NdArray) => x, { axisName: 'i' })(vector(1));
    expect(() => lax.axisIndex('i')).toThrow(UnboundAxisName);
  });

  test('pairs of ppermute must be a permutation, parts must have the size of the axis', () => {
    const mapped = (f: Example) => () => vmap(f, { axisName: 'i' })(vector(1, 2, 3));
    expect(
      mapped((x) =>
        lax.ppermute(x, 'i', [
          [0, 1],
          [2, 1],
        ]),
      ),
    ).toThrow(InvalidArgument);
    expect(mapped((x) => lax.ppermute(x, 'i', [[0, 3]]))).toThrow(InvalidArgument);
    expect(mapped((x) => lax.psumScatter(stack([x, x]), 'i'))).toThrow(ShapeMismatch);
    expect(mapped((x) => lax.allToAll(stack([x, x]), 'i', 0, 0))).toThrow(ShapeMismatch);
  });
});
