/**
 * Transformations over each other, as JAX nests them: every single one, all pairs, a sample of triples.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  checkpoint,
  config,
  customJvp,
  customVjp,
  DeviceArray,
  grad,
  jit,
  jvp,
  type NdArray,
  NotDifferentiable,
  vjp,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/control.js';
import { abs, add, div, exp, gt, log, log1p, max, mul, pow, sin, tanh } from '../../src/lax/elementwise.js';
import { select } from '../../src/primitive/compare.js';
import { concatenate } from '../../src/primitive/concatenate.js';
import { dotGeneral } from '../../src/primitive/contract.js';
import { cumsum } from '../../src/primitive/cumulative.js';
import { like } from '../../src/primitive/elementwise.js';
import { gather } from '../../src/primitive/gather.js';
import { reduceSum } from '../../src/primitive/reduce.js';
import { reshape } from '../../src/primitive/structure.js';
import { describeXla } from '../helpers/xla.js';

type Scalar = (x: NdArray) => NdArray;

const float64 = (shape: readonly number[], ...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float64', shape, data: Float64Array.from(values) });
const stack = (...xs: NdArray[]): NdArray =>
  concatenate(
    xs.map((x) => reshape(x, [1])),
    0,
  );
const sum = (x: NdArray): NdArray => reduceSum(x, [0]);

const functions: Readonly<Record<string, Scalar>> = {
  sine: (x) => sin(x),
  cube: (x) => mul(mul(x, x), x),
  quotient: (x) => div(sin(x), add(1, mul(x, x))),
  sigmoid: (x) => div(1, add(1, exp(mul(x, -1)))),
  softplus: (x) => log1p(exp(x)),
  power: (x) => pow(abs(x), 2.5),
  piecewise: (x) => select(gt(x, 1), mul(x, x), mul(3, x)),
  tie: (x) => mul(max(x, 1), x),
  network: (x) => {
    const weights = float64([2, 3], 0.5, -1, 0.25, 1.5, 0.75, -0.5);
    return sum(
      tanh(
        dotGeneral(weights, stack(x, mul(x, x), like(x, 1)), {
          dimensionNumbers: [
            [[1], [0]],
            [[], []],
          ],
        }),
      ),
    );
  },
  taken: (x) => {
    const indices = DeviceArray.fromHost({ dtype: 'int32', shape: [3, 1], data: Int32Array.of(0, 2, 2) });
    const numbers = {
      offsetDims: [],
      collapsedSliceDims: [0],
      startIndexMap: [0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    };
    const powers = stack(x, mul(x, x), mul(mul(x, x), x));
    return sum(gather(powers, indices, numbers, [1], { mode: 'clip' }));
  },
  accumulated: (x) => sum(mul(cumsum(stack(x, mul(2, x), mul(3, x)), 0), stack(x, like(x, 1), x))),
  logSumExp: (x) => log(sum(exp(stack(x, mul(2, x), like(x, 1))))),
  constant: (x) => like(x, 3),
};

/** Made once for each function, so that programs are found again. */
const transforms: Readonly<Record<string, (f: Scalar) => Scalar>> = {
  jit: (f) => jit(f) as Scalar,
  grad: (f) => grad(f) as Scalar,
  jvp: (f) => (x) => jvp(f, [x], [like(x, 1)])[1] as NdArray,
  vjp: (f) => (x) => {
    const [y, pull] = vjp(f, x);
    return pull(like(y as NdArray, 2))[0] as NdArray;
  },
  vmap: (f) => (x) => sum(vmap(f)(mul(x, float64([3], 1, 0.5, -0.25))) as NdArray),
  checkpoint: (f) => checkpoint(f) as Scalar,
  scan: (f) => {
    const body = (carry: NdArray) => {
      const next = f(carry);
      return [next, mul(next, 0.5)] as const;
    };
    return (x) => {
      const [carry, outputs] = lax.scan(body as never, x, { length: 3 }) as unknown as readonly [NdArray, NdArray];
      return add(carry, sum(outputs));
    };
  },
  cond: (f) => {
    const square = (y: NdArray): NdArray => mul(y, y);
    return (x) => lax.cond(gt(x, 1), f, square, x) as NdArray;
  },
  customVjp: (f) =>
    customVjp(f).defvjp(
      (x: NdArray) => [f(x), x],
      (x: NdArray, ct: NdArray) => [mul(mul(3, ct), grad(f)(x) as NdArray)],
    ) as Scalar,
  customJvp: (f) =>
    customJvp(f).defjvp((primals, tangents) => {
      const [value, tangent] = jvp(f, primals as [NdArray], tangents as [NdArray]);
      return [value, mul(2, tangent as NdArray)];
    }) as Scalar,
};

interface Case {
  readonly function: string;
  readonly transforms: readonly string[];
  readonly x: readonly number[];
  readonly value?: readonly (number | string)[];
  readonly refused?: string;
}

const path = fileURLToPath(new URL('../fixtures/transforms/nestings.json', import.meta.url));
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly Case[] };

function run({ function: name, transforms: nesting, x, value }: Case): void {
  const f = nesting.reduceRight((inner, transform) => transforms[transform](inner), functions[name]);
  x.forEach((at, i) => {
    const expected = Number(value?.[i]);
    const actual = f(float64([], at)).item();
    // A few ulps for each float64 transcendental; a scan applies f to its own result, so errors grow with the slopes of f.
    const ulps = nesting.includes('scan') ? 1024 : 64;
    const allowed = ulps * 2 ** -52 * Math.max(1, Math.abs(expected));
    expect(Math.abs(actual - expected), `at ${at}: ${actual}, JAX has ${expected}`).toBeLessThanOrEqual(allowed);
  });
}

function describeNestings(wanted: (c: Case) => boolean): void {
  for (const c of cases) {
    if (!wanted(c)) continue;
    const title = `${c.transforms.map((t) => `${t} of `).join('')}${c.function}`;
    if (c.refused) {
      test(`${title} is refused`, () => expect(() => run(c)).toThrow(NotDifferentiable));
    } else test(title, () => run(c));
  }
}

beforeAll(() => config.update('enableX64', true));

describe('nestings on the reference engine', () => {
  beforeAll(() => config.update('engine', 'reference'));
  describeNestings(() => true);
});

// Compiling takes tens of milliseconds for each: the pairs of one function, and no triples.
describeXla('nestings on XLA', () => {
  beforeAll(() => config.update('engine', 'xla'));
  describeNestings((c) => c.function === 'quotient' && c.transforms.length < 3);
});
