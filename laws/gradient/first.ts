/**
 * Laws of the first derivative: what differences say, and how forward and reverse mode must agree.
 *
 * `J` is the derivative of `g` at `xs`, `J'` its transpose, `v` and `w` directions, `u` a cotangent.
 */
import { grad, jvp, linearize, vjp } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { weighted } from '../calculus.js';
import { estimated, magnitudeOf, rounded } from '../closeness.js';
import { complexStep } from '../complex-step.js';
import { centralDerivative, confirmedDerivative, isCoarse } from '../differences.js';
import { type Outcome, vacuous } from '../law.js';
import { pairing as dot, numbersOf, quantity, scalarQuantity } from '../quantity.js';
import { combine, directionLike, type Point } from '../subject.js';
import { named, type PointLaw, results } from './law.js';

export const sizes = (xs: readonly NdArray[]): number => Math.max(1, magnitudeOf(xs.map((x) => quantity('', x))));

/** `f(t) = u . g(xs + t v)`, for differences. */
const along =
  (point: Point, v: readonly NdArray[], u: readonly NdArray[]) =>
  (t: number): number =>
    dot(u, point.run(point.moved(v, t)));

const hasNaN = (arrays: readonly NdArray[]): boolean =>
  arrays.some((x) => numbersOf(x).some((a) => !Number.isFinite(a)));

/** Compares a directional derivative with differences, and asks again before a smooth point is called wrong. */
function againstDifferences(point: Point, got: number, f: (t: number) => number, reach: number): Outcome {
  const options = { epsilon: point.epsilon, step: 2 ** -5 / reach };
  const estimate = centralDerivative(f, options);
  const magnitude = Math.max(1, ...[got, f(0)].map(Math.abs).filter(Number.isFinite));
  const sides = (expected: typeof estimate): Outcome => ({
    expected: [scalarQuantity('u . (d/dt) g(x + t v)', expected.value, expected.error)],
    got: [scalarQuantity('u . J v', got)],
    closeness: estimated(point.dtype, magnitude),
  });
  const allowance = 16 * estimate.error + 2 ** 13 * point.epsilon * magnitude;
  if (!isCoarse(estimate, magnitude) && Math.abs(estimate.value - got) <= allowance) return sides(estimate);
  if (!Number.isFinite(f(0))) return vacuous('the function is not finite here');
  const confirmed = confirmedDerivative(f, options);
  return confirmed === null
    ? vacuous('the function is not smooth here, or its differences are too coarse')
    : sides(confirmed);
}

/** Directions are as long as the leaves are: the step is relative to that. */
const reach = (xs: readonly NdArray[]): number => Math.max(1, Math.sqrt(xs.reduce((n, x) => n + x.size, 0)) / 4);

/** Cotangents for the results of `g`. */
function cotangents(point: Point, chance: Parameters<PointLaw['sides']>[1]): { ys: NdArray[]; u: NdArray[] } {
  const ys = point.run();
  return { ys, u: ys.map((y) => directionLike(y, chance)) };
}

export const firstOrderLaws: readonly PointLaw[] = [
  {
    name: 'forward mode agrees with differences',
    forwardOnly: true,
    statement: 'u . jvp(g)(x, v) = (d/dt) u . g(x + t v) at t = 0',
    reference: 'Ridders 1982; jax.test_util.check_jvp, with an error estimate in place of a tolerance',
    sides: (point, chance) => {
      const { u } = cotangents(point, chance);
      const v = point.direction(chance);
      const f = along(point, v, u);
      const [, dy] = jvp(point.g, [point.xs], [v]);
      return againstDifferences(point, dot(u, dy as NdArray[]), f, reach(point.xs));
    },
  },
  {
    name: 'reverse mode agrees with differences',
    statement: "(J'u) . v = (d/dt) u . g(x + t v) at t = 0",
    reference: 'Ridders 1982; jax.test_util.check_vjp, with an error estimate in place of a tolerance',
    sides: (point, chance) => {
      const { u } = cotangents(point, chance);
      const v = point.direction(chance);
      const f = along(point, v, u);
      const [, pull] = vjp(point.g, point.xs);
      const [ct] = pull(u as never);
      return againstDifferences(point, dot(v, ct as NdArray[]), f, reach(point.xs));
    },
  },
  {
    name: 'every leaf agrees with differences',
    statement: "(J'u)[leaf] . v = (d/dt) u . g(x + t v), v in one leaf alone",
    reference: 'the same, leaf by leaf: a failure names the path',
    runs: 4,
    sides: (point, chance) => {
      const { u } = cotangents(point, chance);
      const [, pull] = vjp(point.g, point.xs);
      const cts = pull(u as never)[0] as NdArray[];
      const at = chance.integer(0, point.xs.length - 1);
      const v = point.xs.map((x, i) => (i === at ? directionLike(x, chance) : combine(x, x, -1)));
      const outcome = againstDifferences(point, dot([v[at]], [cts[at]]), along(point, v, u), reach([point.xs[at]]));
      if ('vacuous' in outcome) return outcome;
      const rename = (side: typeof outcome.got) => side.map((q) => ({ ...q, path: point.paths[at] }));
      return { ...outcome, expected: rename(outcome.expected), got: rename(outcome.got) };
    },
  },
  {
    name: 'complex step',
    statement: 'u . J v = Im u . g(x + i h v) / h, for analytic g, exact to rounding since nothing is subtracted',
    reference:
      'Squire and Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 1998',
    sides: (point, chance) => {
      const { u, ys } = cotangents(point, chance);
      const v = point.direction(chance);
      const expected = complexStep(point, v);
      if (expected === null) return vacuous('the function is not made of analytic operations alone');
      const [, dy] = jvp(point.g, [point.xs], [v]);
      const magnitude = sizes([...ys, ...expected]);
      return {
        expected: [scalarQuantity('u . Im g(x + i h v) / h', dot(u, expected))],
        got: [scalarQuantity('u . J v', dot(u, dy as NdArray[]))],
        closeness: rounded(point.dtype, magnitude * 8),
      };
    },
  },
  {
    name: 'forward = reverse',
    statement: "u . (J v) = (J'u) . v",
    reference: 'the adjoint identity; Griewank and Walther, "Evaluating Derivatives", 2008, section 3.4',
    sides: (point, chance) => {
      const { u } = cotangents(point, chance);
      const v = point.direction(chance);
      const [, dy] = jvp(point.g, [point.xs], [v]);
      const [, pull] = vjp(point.g, point.xs);
      const cts = pull(u as never)[0] as NdArray[];
      const magnitude = sizes([...(dy as NdArray[]), ...cts]) * point.xs.reduce((n, x) => n + x.size, 0);
      return {
        expected: [scalarQuantity('u . (J v)', dot(u, dy as NdArray[]))],
        got: [scalarQuantity("(J'u) . v", dot(v, cts))],
        closeness: rounded(point.dtype, magnitude),
      };
    },
  },
  {
    name: 'tangents are linear',
    forwardOnly: true,
    statement: 'J(a v + b w) = a J v + b J w',
    reference: 'the derivative is a linear map',
    sides: (point, chance) => {
      const [v, w] = [point.direction(chance), point.direction(chance)];
      const b = chance.between(-2, 2);
      const push = (t: readonly NdArray[]) => jvp(point.g, [point.xs], [t])[1] as NdArray[];
      const [jv, jw] = [push(v), push(w)];
      return {
        expected: results(
          jv.map((x, i) => combine(x, jw[i], b)),
          'J(v + b w)',
        ),
        got: results(push(v.map((x, i) => combine(x, w[i], b))), 'J(v + b w)'),
        closeness: rounded(point.dtype, sizes([...jv, ...jw])),
      };
    },
  },
  {
    name: 'cotangents are linear',
    statement: "J'(u + b w) = J'u + b J'w",
    reference: 'the transpose of a linear map is linear',
    sides: (point, chance) => {
      const { ys, u } = cotangents(point, chance);
      const w = ys.map((y) => directionLike(y, chance));
      const b = chance.between(-2, 2);
      const [, pull] = vjp(point.g, point.xs);
      const back = (ct: readonly NdArray[]) => pull(ct as never)[0] as NdArray[];
      const [ju, jw] = [back(u), back(w)];
      return {
        expected: named(
          point,
          ju.map((x, i) => combine(x, jw[i], b)),
        ),
        got: named(point, back(u.map((x, i) => combine(x, w[i], b)))),
        closeness: rounded(point.dtype, sizes([...ju, ...jw])),
      };
    },
  },
  {
    name: 'linearize = jvp',
    statement: 'linearize(g, x)[1](v) = jvp(g)(x, v)[1], and the same value',
    reference: 'Radul et al., "You Only Linearize Once", POPL 2023',
    sides: (point, chance) => {
      const v = point.direction(chance);
      const [y, dy] = jvp(point.g, [point.xs], [v]);
      const [value, push] = linearize(point.g, point.xs);
      const tangent = push(v as never) as unknown as NdArray[];
      return {
        expected: [...results(y as NdArray[], 'g(x)'), ...results(dy as NdArray[], 'J v')],
        got: [...results(value as unknown as NdArray[], 'g(x)'), ...results(tangent, 'J v')],
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'no NaN gradient where the function is finite',
    statement: "g(x) finite implies J'u finite, at kinks, zeros and ties too",
    reference: 'the where trap: the derivative of the branch not taken, times zero, is NaN (JAX FAQ)',
    draws: (subject) => subject.hostile,
    sides: (point, chance) => {
      const { ys, u } = cotangents(point, chance);
      if (hasNaN(ys)) return vacuous('the function is not finite here');
      const cts = grad(weighted(point.g, u))(point.xs) as unknown as NdArray[];
      const bad = named(point, cts).map((q) => ({ ...q, values: q.values.filter((x) => !Number.isFinite(x)) }));
      const flat = bad.map((q) => ({ ...q, shape: [q.values.length] }));
      return {
        expected: flat.map((q) => ({ ...q, values: q.values.map(() => 0) })),
        got: flat,
        closeness: rounded(point.dtype),
      };
    },
  },
];
