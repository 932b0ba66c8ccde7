/**
 * Laws of `scan`: it is the loop that it stands for, forwards and backwards, values and derivatives.
 *
 * The user's function is put into the body, beside a carry that remembers the order of the steps:
 *
 *     carry' = (carry + x) / 2,    y = g(x)
 */
import { jit } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { scan } from 'fluxion/lax';
import { type Arrays, batchOf, gradient, loop, scalarOf } from './batch.js';
import { add, like, mul, type Scalar } from './calculus.js';
import type { Chance } from './chance.js';
import { rounded } from './closeness.js';
import { named, type PointLaw, results } from './gradient/law.js';
import { stackAlong } from './stack.js';
import type { Point } from './subject.js';

const half = (x: NdArray): NdArray => mul(x, like(x, 0.5));
const remember = (carry: Arrays, xs: Arrays): NdArray[] => carry.map((c, i) => half(add(c, xs[i])));

/** `scan` of the body over a batch: the last carry and the stacked results. */
function scanned(g: (xs: Arrays) => NdArray[], start: Arrays, batch: Arrays, reverse: boolean): [NdArray[], NdArray[]] {
  const body = (carry: Arrays, xs: Arrays): readonly [NdArray[], NdArray[]] => [remember(carry, xs), g(xs)];
  return scan(body as never, start as never, { xs: batch as never, reverse }) as unknown as [NdArray[], NdArray[]];
}

const starts = (point: Point): NdArray[] => point.xs.map((x) => mul(x, like(x, 0)));

/** Both sides of one law: `scan` in either direction. */
function sides(point: Point, chance: Chance, staged: boolean) {
  const reverse = chance.next() < 0.5;
  const { batch, each } = batchOf(point, chance);
  const start = starts(point);
  const order = reverse ? [...each].reverse() : each;
  const run = (xs: Arrays) => scanned(point.g, start, xs, reverse);
  const [carry, ys] = staged ? (jit(run)(batch) as unknown as [NdArray[], NdArray[]]) : run(batch);
  return {
    expected: [...named(point, order.reduce(remember, start)), ...results(loop(point.g, each))],
    got: [...named(point, carry), ...results(ys)],
    closeness: rounded(point.dtype),
  };
}

export const loopLaws: readonly PointLaw[] = [
  {
    name: 'scan f = loop',
    forwardOnly: true,
    statement: 'scan((c, x) => [(c + x) / 2, g(x)], 0, xs) = the loop over xs[i], from either end',
    reference: 'jax.lax.scan',
    runs: 8,
    sides: (point, chance) => sides(point, chance, false),
  },
  {
    name: 'jit . scan = loop',
    forwardOnly: true,
    statement: 'jit(scan(...))(xs) = the loop over xs[i], from either end',
    reference: 'jax.lax.scan, jax.jit',
    runs: 8,
    sides: (point, chance) => sides(point, chance, true),
  },
  {
    name: 'grad . scan = gradients of the loop',
    statement: 'grad(xs -> sum of F along scan(xs))[i] = grad(F)(xs[i])',
    reference: 'jax.lax.scan: its derivative is another scan',
    runs: 8,
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const { batch, each } = batchOf(point, chance);
      const body = (sum: NdArray, xs: Arrays): readonly [NdArray, NdArray] => [add(sum, F(xs)), F(xs)];
      const along: Scalar = (xs) => {
        const zero = like(F(point.xs), 0);
        return (scan(body as never, zero as never, { xs: xs as never }) as unknown as readonly [NdArray])[0];
      };
      const all = each.map(gradient(F));
      return {
        expected: named(
          point,
          all[0].map((_, k) => stackAlong(all.map((gs) => gs[k]))),
        ),
        got: named(point, gradient(along)(batch)),
        closeness: rounded(point.dtype),
      };
    },
  },
];
