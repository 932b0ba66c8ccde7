/**
 * The rules of calculus, as laws of `grad`: what must hold for the gradient of anything built from the function.
 *
 * `F(x) = u . g(x)` is the user's function made scalar, `h` a smooth function of the same leaves whose gradient is known.
 */
import { grad, jvp, vmap } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { arrayOf } from '../arbitrary/array.js';
import { scalarOf } from '../batch.js';
import { add, cos, div, like, mul, type Scalar, sin, stopGradient, waves, weighted } from '../calculus.js';
import { exact, rounded } from '../closeness.js';
import { type Outcome, vacuous } from '../law.js';
import { pairing as dot, numbersOf, quantity, scalarQuantity } from '../quantity.js';
import { combine, type Point } from '../subject.js';
import { sizes } from './first.js';
import { named, type PointLaw, results } from './law.js';

const gradient = (f: Scalar, xs: readonly NdArray[]): NdArray[] => grad(f)(xs) as unknown as NdArray[];

/** `a x + b y`, leaf by leaf. */
const mix = (a: number, xs: readonly NdArray[], b: number, ys: readonly NdArray[]): NdArray[] =>
  xs.map((x, i) => combine(combine(x, x, a - 1), ys[i], b));

const numberOf = (x: NdArray): number => numbersOf(x)[0];

const compare = (point: Point, expected: readonly NdArray[], got: readonly NdArray[], magnitude = 1): Outcome => ({
  expected: named(point, expected),
  got: named(point, got),
  closeness: rounded(point.dtype, Math.max(magnitude, sizes(expected))),
});

export const calculusLaws: readonly PointLaw[] = [
  {
    name: 'sum rule',
    statement: 'grad(F + h) = grad F + grad h',
    reference: 'linearity of the derivative',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const got = gradient((xs) => add(F(xs), like(F(xs), 0.5)), point.xs);
      const both = gradient((xs) => addScalars(F(xs), waves(xs)), point.xs);
      return compare(point, mix(1, got, 1, gradient(waves, point.xs)), both);
    },
  },
  {
    name: 'constant multiples',
    statement: 'grad(3 F) = 3 grad F',
    reference: 'linearity of the derivative',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const one = gradient(F, point.xs);
      return compare(
        point,
        mix(3, one, 0, one),
        gradient((xs) => scaled(F(xs), 3), point.xs),
      );
    },
  },
  {
    name: 'product rule',
    statement: 'grad(F h) = h grad F + F grad h',
    reference: 'Leibniz',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const [f, h] = [numberOf(F(point.xs)), numberOf(waves(point.xs))];
      const [df, dh] = [gradient(F, point.xs), gradient(waves, point.xs)];
      const got = gradient((xs) => product(F(xs), waves(xs)), point.xs);
      return compare(point, mix(h, df, f, dh), got, Math.max(Math.abs(f), Math.abs(h) * sizes(df)));
    },
  },
  {
    name: 'quotient rule',
    statement: 'grad(F / (h^2 + 1)) = (grad F - 2 h F / (h^2 + 1) grad h) / (h^2 + 1)',
    reference: 'Leibniz',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const [f, h] = [numberOf(F(point.xs)), numberOf(waves(point.xs))];
      const [df, dh] = [gradient(F, point.xs), gradient(waves, point.xs)];
      const q = h * h + 1;
      const got = gradient((xs) => {
        const w = waves(xs);
        return quotient(F(xs), add(mul(w, w), like(w, 1)));
      }, point.xs);
      return compare(point, mix(1 / q, df, (-2 * h * f) / (q * q), dh), got, Math.max(Math.abs(f), sizes(df)));
    },
  },
  {
    name: 'chain rule',
    statement: 'grad(sin(F)) = cos(F) grad F',
    reference: 'Leibniz',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const value = F(point.xs);
      const slope = numberOf(cos(value));
      const df = gradient(F, point.xs);
      const got = gradient((xs) => sin(F(xs)), point.xs);
      // The sine of a large number knows its argument only to within eps times that number.
      return compare(point, mix(slope, df, 0, df), got, sizes(df) * Math.max(1, Math.abs(numberOf(value))));
    },
  },
  {
    name: 'chain rule inside',
    statement: 'd/ds F(x + s^2 v) at s = 1/2 is (J v at x + v/4), F reached through another function',
    reference: 'Leibniz',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const v = point.direction(chance);
      const at = point.moved(v, 0.25);
      const path = ([s]: readonly NdArray[]): NdArray =>
        F(point.xs.map((x, i) => (isComplexArray(x) ? x : add(x, mul(v[i], mul(s, s))))));
      const s = arrayOf(point.xs[0].dtype, [], [0.5]);
      if (point.xs.some((x) => isComplexArray(x) || x.dtype !== point.xs[0].dtype))
        return vacuous('leaves of unlike dtypes');
      const [got] = grad(path)([s]) as unknown as NdArray[];
      const df = gradient(F, at);
      return {
        expected: [scalarQuantity('d/ds', dot(v, df))],
        got: [quantity('d/ds', got)],
        closeness: rounded(point.dtype, sizes(df) * point.xs.reduce((n, x) => n + x.size, 1)),
      };
    },
  },
  {
    name: "Euler's rule",
    statement: '(d/ds) F(s x) at s = 1 is grad F(x) . x; for F homogeneous of degree k it is k F(x)',
    reference: "Euler's theorem on homogeneous functions",
    sides: (point, chance) => {
      if (point.xs.some((x) => isComplexArray(x) || x.dtype !== point.xs[0].dtype))
        return vacuous('leaves of unlike dtypes');
      const F = scalarOf(point, chance);
      const one = arrayOf(point.xs[0].dtype, [], [1]);
      const [, got] = jvp((s: NdArray) => F(point.xs.map((x) => mul(x, s))), [one], [one]);
      const df = gradient(F, point.xs);
      return {
        expected: [scalarQuantity('grad F . x', dot(df, point.xs))],
        got: [quantity('(d/ds) F(s x)', got as NdArray)],
        closeness: rounded(point.dtype, sizes(df) * sizes(point.xs) * point.xs.reduce((n, x) => n + x.size, 1)),
      };
    },
  },
  {
    name: 'constants have no gradient',
    statement: 'grad(stopGradient(F)) = 0, and the value is that of F',
    reference: 'jax.lax.stop_gradient',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const got = gradient((xs) => F(xs.map(stopGradient)), point.xs);
      const outside = gradient((xs) => stopGradient(F(xs)), point.xs);
      const zero = mix(0, point.xs, 0, point.xs).map((x) => combine(x, x, -1));
      return {
        expected: [...named(point, zero), ...named(point, zero), quantity('value', F(point.xs))],
        got: [...named(point, got), ...named(point, outside), quantity('value', F(point.xs.map(stopGradient)))],
        closeness: exact,
      };
    },
  },
  {
    name: 'gradients do not depend on the tree',
    statement: 'grad of F over { a: [x0], b: { c: x1, ... } } has the leaves of grad F over [x0, x1, ...]',
    reference: 'jax.tree: a transformation sees leaves, not the tree',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      type Nested = {
        readonly a: readonly NdArray[];
        readonly b: { readonly c: readonly NdArray[]; readonly d: null };
      };
      const nested: Nested = { a: point.xs.slice(0, 1), b: { c: point.xs.slice(1), d: null } };
      const got = grad((t: Nested) => F([...t.a, ...t.b.c]))(nested) as unknown as Nested;
      return {
        expected: named(point, gradient(F, point.xs)),
        got: named(point, [...got.a, ...got.b.c]),
        closeness: exact,
      };
    },
  },
  {
    name: 'grad . vmap = vmap . grad',
    statement: 'grad(sum over i of F(x_i)) = vmap(grad F)(x)',
    reference: 'the gradient of a sum of functions of separate variables',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const others = point.moved(point.direction(chance), 0.125);
      const batch = point.xs.map((x, i) => stacked([x, others[i]]));
      const got = gradient((xs) => {
        const each = vmap(F)(xs) as unknown as NdArray;
        return weighted(() => [each], [arrayOf(each.dtype, each.shape, [1, 1])])([]);
      }, batch);
      const loop = [gradient(F, point.xs), gradient(F, others)];
      const expected = point.xs.map((_, i) => stacked(loop.map((g) => g[i])));
      const mapped = vmap((xs: readonly NdArray[]) => gradient(F, xs))(batch) as unknown as NdArray[];
      return {
        expected: [...named(point, expected), ...named(point, expected)],
        got: [...named(point, got), ...named(point, mapped)],
        closeness: rounded(point.dtype, sizes(expected)),
      };
    },
  },
  {
    name: 'the pushforward is its own derivative',
    forwardOnly: true,
    statement: 'J is linear, so jvp(v -> J v)(v, w) = J w',
    reference: 'the derivative of a linear map is that map',
    sides: (point, chance) => {
      const [v, w] = [point.direction(chance), point.direction(chance)];
      const push = (t: readonly NdArray[]) => jvp(point.g, [point.xs], [t])[1] as NdArray[];
      const [, got] = jvp(push, [v], [w]);
      const jw = push(w);
      return {
        expected: results(jw, 'J w'),
        got: results(got as NdArray[], 'J w'),
        closeness: rounded(point.dtype, sizes(jw)),
      };
    },
  },
];

const isComplexArray = (x: NdArray): boolean => x.dtype.startsWith('complex');

/** Both arrays, along a new leading axis. */
export function stacked(arrays: readonly NdArray[]): NdArray {
  const parts = arrays.map(numbersOf);
  const all = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
  let next = 0;
  for (const part of parts) {
    all.set(part, next);
    next += part.length;
  }
  return arrayOf(arrays[0].dtype, [arrays.length, ...arrays[0].shape], all);
}

const addScalars = (x: NdArray, y: NdArray): NdArray => weighted(() => [x, y], [like(x, 1), like(y, 1)])([]);
const scaled = (x: NdArray, c: number): NdArray => mul(x, like(x, c));
const product = (x: NdArray, y: NdArray): NdArray => mul(x, matching(y, x));
const quotient = (x: NdArray, y: NdArray): NdArray => div(x, matching(y, x));
const matching = (y: NdArray, x: NdArray): NdArray => weighted(() => [like(x, 0), y], [like(x, 1), like(y, 1)])([]);
