/**
 * Laws of the second derivative, which exercise the derivatives of derivative rules.
 */
import { jvp } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { gradient as gradientOf, scalarOf } from '../batch.js';
import { type Scalar, weighted } from '../calculus.js';
import { rounded } from '../closeness.js';
import { centralDerivative, confirmedDerivative, isCoarse } from '../differences.js';
import { vacuous } from '../law.js';
import { pairing as dot, scalarQuantity } from '../quantity.js';
import type { Point } from '../subject.js';
import { sizes } from './first.js';
import { named, type PointLaw } from './law.js';

const isReal = (point: Point): boolean => point.xs.every((x) => !x.dtype.startsWith('complex'));

/** `H v` by forward over reverse. */
const hessianVector = (F: Scalar, point: Point, v: readonly NdArray[]): NdArray[] =>
  jvp(gradientOf(F), [point.xs], [v])[1] as NdArray[];

export const secondOrderLaws: readonly PointLaw[] = [
  {
    name: 'the Hessian is symmetric',
    statement: 'v . (H w) = w . (H v)',
    reference: 'Schwarz; holds wherever second derivatives are continuous',
    order: 2,
    runs: 8,
    sides: (point, chance) => {
      if (!isReal(point)) return vacuous('complex leaves');
      const F = scalarOf(point, chance);
      const [v, w] = [point.direction(chance), point.direction(chance)];
      const [hv, hw] = [hessianVector(F, point, v), hessianVector(F, point, w)];
      return {
        expected: [scalarQuantity('v . (H w)', dot(v, hw))],
        got: [scalarQuantity('w . (H v)', dot(w, hv))],
        closeness: rounded(point.dtype, sizes([...hv, ...hw]) * point.xs.reduce((n, x) => n + x.size, 1)),
      };
    },
  },
  {
    name: 'forward over reverse = reverse over forward',
    statement: 'jvp(grad F)(x, v) = grad(x -> jvp(F)(x, v))',
    reference: 'Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 1994; Schwarz',
    order: 2,
    runs: 8,
    sides: (point, chance) => {
      if (!isReal(point)) return vacuous('complex leaves');
      const F = scalarOf(point, chance);
      const v = point.direction(chance);
      const forward = hessianVector(F, point, v);
      const reverse = gradientOf((xs) => jvp(F, [xs], [v])[1] as NdArray)(point.xs);
      const twice = gradientOf((xs) => weighted(() => gradientOf(F)(xs), v)(xs))(point.xs);
      return {
        expected: [...named(point, forward), ...named(point, forward)],
        got: [...named(point, reverse), ...named(point, twice)],
        closeness: rounded(point.dtype, sizes(forward)),
      };
    },
  },
  {
    name: 'second derivatives agree with differences',
    statement: 'v . (H v) = (d/dt) v . grad F(x + t v) at t = 0',
    reference: 'Ridders 1982',
    order: 2,
    runs: 4,
    sides: (point, chance) => {
      if (!isReal(point)) return vacuous('complex leaves');
      const F = scalarOf(point, chance);
      const v = point.direction(chance);
      const got = dot(v, hessianVector(F, point, v));
      const f = (t: number): number => dot(v, gradientOf(F)(point.moved(v, t)));
      const options = { epsilon: 4 * point.epsilon, step: 2 ** -6 };
      let estimate = centralDerivative(f, options);
      const magnitude = Math.max(1, Math.abs(got), Math.abs(f(0)));
      if (
        isCoarse(estimate, magnitude) ||
        Math.abs(estimate.value - got) > 16 * estimate.error + 2 ** -40 * magnitude
      ) {
        const confirmed = confirmedDerivative(f, options);
        if (confirmed === null) return vacuous('the gradient is not smooth here, or its differences are too coarse');
        estimate = confirmed;
      }
      return {
        expected: [scalarQuantity('(d/dt) v . grad F(x + t v)', estimate.value, estimate.error)],
        got: [scalarQuantity('v . (H v)', got)],
        closeness: { kind: 'estimated', dtype: point.dtype, magnitude },
      };
    },
  },
];
