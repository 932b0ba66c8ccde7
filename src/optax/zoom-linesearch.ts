/**
 * Zoom: a line search for steps of sufficient decrease and small curvature, which quasi-Newton methods need.
 *
 * First the step is lengthened until an interval must hold such a step; then the interval is narrowed by cubic and quadratic
 * interpolation, or halved. The best step of sufficient decrease seen on the way is kept in case nothing better is found.
 *
 * Sources: Nocedal, Wright, "Numerical Optimization", 1999, algorithms 3.5 and 3.6; Hager, Zhang, "Algorithm 851:
 * CG_DESCENT", 2006 (approximate decrease); optax, `_src/linesearch.py`.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { valueAndGrad } from '../transform/grad.js';
import { filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { cond, whileLoop } from './control.js';
import { lineOf, refusingNaN, valueDType } from './linesearch.js';
import { safeIncrement } from './numerics.js';
import { zoomLinesearchOptions } from './options.js';
import { GradientTransformation, required, type StateType } from './transformation.js';
import { castLike } from './tree/casting.js';
import { addScale, conj, scale, vdot, where, zerosLike } from './tree/math.js';

/** How many steps the search took, and by how much its result fails both conditions. */
export interface ZoomLinesearchInfo {
  readonly numLinesearchSteps: NdArray;
  readonly decreaseError: NdArray;
  readonly curvatureError: NdArray;
}

/** The step size, the loss and its gradient there, and how the search went. */
export interface ScaleByZoomLinesearchState<Params = unknown> {
  readonly learningRate: NdArray;
  readonly value: NdArray;
  readonly grad: Params;
  readonly info: ZoomLinesearchInfo;
}
export interface ZoomState extends StateType {
  readonly state: ScaleByZoomLinesearchState<this['params']>;
}

/** Options of `scaleByZoomLinesearch`. */
export interface ZoomLinesearchOptions {
  /** The largest step; none when null. */
  readonly maxLearningRate?: number | null;
  /** The error of both conditions that is tolerated. Default 0. */
  readonly tol?: number;
  /** Multiplies the step while an interval is looked for. Default 2. */
  readonly increaseFactor?: number;
  /** The part of the decrease that the slope promises which is enough. Default 1e-4. */
  readonly slopeRtol?: number;
  /** The part of the first slope which is small. Default 0.9. */
  readonly curvRtol?: number;
  /** The change of the loss, relative to it, below which decrease is judged by slopes; never when null. Default 1e-6. */
  readonly approxDecRtol?: number | null;
  /** The length of interval at which the search ends. Default 1e-5. */
  readonly stepsizePrecision?: number;
  /** Whether the first try is the last step (`keep`) or 1. Default 'keep'. */
  readonly initialGuessStrategy?: 'keep' | 'one';
}

const defaults = {
  maxLearningRate: null,
  tol: 0,
  increaseFactor: 2,
  slopeRtol: 1e-4,
  curvRtol: 0.9,
  approxDecRtol: 1e-6 as number | null,
  stepsizePrecision: 1e-5,
  initialGuessStrategy: 'keep' as 'keep' | 'one',
};

/** A step with the loss and its slope there. */
interface Point {
  readonly step: NdArray;
  readonly value: NdArray;
  readonly slope: NdArray;
}
/** A point with the gradient there. */
interface Candidate extends Point {
  readonly grad: unknown;
}
interface Errors {
  readonly decrease: NdArray;
  readonly curvature: NdArray;
}
/** What the search knows: the last point, the ends of the interval (`low` is the better one), the point before the last. */
interface Search {
  readonly count: NdArray;
  readonly last: Candidate;
  readonly errors: Errors;
  readonly low: Point;
  readonly high: Point;
  readonly reference: Omit<Point, 'slope'>;
  readonly safe: Omit<Candidate, 'slope'>;
  readonly intervalFound: NdArray;
  readonly done: NdArray;
  readonly failed: NdArray;
}

const infinity = (): NdArray => jnp.asarray(Number.POSITIVE_INFINITY, { dtype: 'float32' });

const and = jnp.logicalAnd;
const or = jnp.logicalOr;
const not = jnp.logicalNot;
const choose = <T>(condition: NdArray, yes: T, no: T): T => where(condition, yes, no) as T;

/** The minimum of the cubic through a, b, c with slope `fpa` at a. */
function cubicMinimum(
  { step: a, value: fa, slope: fpa }: Point,
  b: Omit<Point, 'slope'>,
  c: Omit<Point, 'slope'>,
): NdArray {
  const db = jnp.sub(b.step, a);
  const dc = jnp.sub(c.step, a);
  const denominator = jnp.mul(jnp.square(jnp.mul(db, dc)), jnp.sub(db, dc));
  const rb = jnp.sub(jnp.sub(b.value, fa), jnp.mul(fpa, db));
  const rc = jnp.sub(jnp.sub(c.value, fa), jnp.mul(fpa, dc));
  const A = jnp.div(jnp.sub(jnp.mul(jnp.square(dc), rb), jnp.mul(jnp.square(db), rc)), denominator);
  const cube = (x: NdArray): NdArray => jnp.mul(jnp.square(x), x);
  const B = jnp.div(jnp.sub(jnp.mul(cube(db), rc), jnp.mul(cube(dc), rb)), denominator);
  const radical = jnp.sub(jnp.mul(B, B), jnp.mul(jnp.mul(3, A), fpa));
  return jnp.add(a, jnp.div(jnp.add(jnp.neg(B), jnp.sqrt(radical)), jnp.mul(3, A)));
}

/** The minimum of the parabola through a and b with slope `fpa` at a. */
function quadraticMinimum({ step: a, value: fa, slope: fpa }: Point, b: Point): NdArray {
  const db = jnp.sub(b.step, a);
  const B = jnp.div(jnp.sub(jnp.sub(b.value, fa), jnp.mul(fpa, db)), jnp.square(db));
  return jnp.sub(a, jnp.div(fpa, jnp.mul(2, B)));
}

/**
 * Scales updates by a step of sufficient decrease and small curvature:
 * `update(updates, state, params, { value, grad, valueFn })`.
 *
 * `value` and `grad` belong to `params`; `valueFn(params)` is the loss. The updates must point downhill already.
 * @throws InvalidArgument for an unknown strategy
 * @throws MissingParams, MissingExtraArgument
 * @example
 * const tx = optax.scaleByZoomLinesearch(10);
 * const w = jnp.array([1, 2]);
 * const valueFn = (p) => jnp.sum(jnp.square(p));
 * tx.update(w.mul(2), tx.init(w), w, { value: valueFn(w), grad: w.mul(2), valueFn })[0] // => [0.00390625, 0.0078125]
 */
export function scaleByZoomLinesearch(
  maxLinesearchSteps: number,
  options: ZoomLinesearchOptions = {},
): GradientTransformation<ZoomState> {
  checkArgument('scaleByZoomLinesearch', 'maxLinesearchSteps', maxLinesearchSteps, 'integer');
  checkOptions('scaleByZoomLinesearch', options, zoomLinesearchOptions);
  const o = filled(defaults, options);
  const op = 'scaleByZoomLinesearch';
  if (o.initialGuessStrategy !== 'keep' && o.initialGuessStrategy !== 'one') {
    throw new InvalidArgument({
      op,
      argument: 'initialGuessStrategy',
      expected: "'keep' or 'one'",
      actual: `'${o.initialGuessStrategy}'`,
    });
  }

  return GradientTransformation<ZoomState>(
    (params) => {
      const like = { dtype: valueDType(params) };
      return {
        learningRate: jnp.ones([], like),
        value: jnp.asarray(Number.POSITIVE_INFINITY, like),
        grad: zerosLike(params),
        info: Object.freeze({
          numLinesearchSteps: jnp.zeros([], { dtype: 'int32' }),
          decreaseError: infinity(),
          curvatureError: infinity(),
        }),
      };
    },
    (updates, state, params, extra) => {
      const given = required(op, params);
      const { value, grad, valueFn } = lineOf(op, extra);
      const slope = jnp.real(vdot(updates, grad));
      const guess = o.initialGuessStrategy === 'one' ? jnp.ones([]) : state.learningRate;

      const at = (step: NdArray): Candidate => {
        const [found, gradient] = valueAndGrad(valueFn)(addScale(given, step, updates)) as [NdArray, unknown];
        return { step, value: found, grad: gradient, slope: jnp.real(vdot(conj(gradient), updates)) };
      };

      const errorsAt = (point: Point): Errors => {
        const change = jnp.sub(point.value, value);
        let decrease = jnp.sub(change, jnp.mul(jnp.mul(o.slopeRtol, point.step), slope));
        if (o.approxDecRtol !== null) {
          const bySlope = jnp.sub(point.slope, jnp.mul(2 * o.slopeRtol - 1, slope));
          const isSmall = jnp.sub(change, jnp.mul(o.approxDecRtol, jnp.abs(value)));
          decrease = jnp.minimum(jnp.maximum(bySlope, isSmall), decrease);
        }
        const curvature = jnp.sub(jnp.abs(point.slope), jnp.mul(o.curvRtol, jnp.abs(slope)));
        return { decrease: refusingNaN(jnp.maximum(decrease, 0)), curvature: refusingNaN(jnp.maximum(curvature, 0)) };
      };
      const isEnough = ({ decrease, curvature }: Errors): NdArray =>
        jnp.lessEqual(jnp.maximum(decrease, curvature), o.tol);
      const withoutGrad = ({ step, value: v, slope: s }: Candidate): Point => ({ step, value: v, slope: s });
      const withoutSlope = <P extends Point>({ slope: _slope, ...rest }: P): Omit<P, 'slope'> => rest;
      const isLastTry = (search: Search): NdArray => jnp.greaterEqual(jnp.add(search.count, 1), maxLinesearchSteps);

      const lengthen = (search: Search): Search => {
        const before = search.last;
        const isFirst = jnp.equal(search.count, 0);
        let step = jnp.where(isFirst, guess, jnp.mul(o.increaseFactor, before.step));
        let isLongest: NdArray = jnp.asarray(false);
        if (o.maxLearningRate !== null) {
          isLongest = jnp.greaterEqual(step, o.maxLearningRate);
          step = jnp.minimum(step, o.maxLearningRate);
        }
        const next = at(step);
        const errors = errorsAt(next);
        const enough = isEnough(errors);
        const decreases = jnp.lessEqual(errors.decrease, o.tol);
        // Either the new point is too high or not below the one before: a minimum lies between them; or the loss has
        // turned upwards there: then too, with the new point as the better end.
        const rises = and(jnp.greaterEqual(next.value, before.value), jnp.greater(search.count, 0));
        const highIsNew = or(jnp.greater(errors.decrease, 0), rises);
        const lowIsNew = and(jnp.greaterEqual(next.slope, 0), not(highIsNew));
        const low = choose(lowIsNew, withoutGrad(next), withoutGrad(before));
        const intervalFound = or(or(highIsNew, lowIsNew), enough);
        const done = or(enough, and(isLongest, not(intervalFound)));
        return {
          count: safeIncrement(search.count),
          last: next,
          errors,
          low,
          high: choose(lowIsNew, withoutGrad(before), withoutGrad(next)),
          reference: withoutSlope(low),
          safe: choose(decreases, withoutSlope(next), search.safe),
          intervalFound,
          done,
          failed: and(isLastTry(search), not(done)),
        };
      };

      const narrow = (search: Search): Search => {
        const { low, high, reference, safe } = search;
        const length = jnp.abs(jnp.sub(high.step, low.step));
        const [left, right] = [jnp.minimum(high.step, low.step), jnp.maximum(high.step, low.step)];
        const isInside = (x: NdArray, margin: number): NdArray =>
          and(
            jnp.greater(x, jnp.add(left, jnp.mul(margin, length))),
            jnp.less(x, jnp.sub(right, jnp.mul(margin, length))),
          );
        const cubic = cubicMinimum(low, high, reference);
        const quadratic = quadraticMinimum(low, high);
        const half = jnp.div(jnp.add(low.step, high.step), 2);
        const middle = at(jnp.where(isInside(cubic, 0.2), cubic, jnp.where(isInside(quadratic, 0.1), quadratic, half)));
        const errors = errorsAt(middle);
        const isBetter = and(jnp.lessEqual(errors.decrease, o.tol), jnp.less(middle.value, safe.value));
        const nextSafe = choose(isBetter, withoutSlope(middle), safe);
        const done = isEnough(errors);
        const highIsMiddle = or(jnp.greater(errors.decrease, 0), jnp.greaterEqual(middle.value, low.value));
        const turns = jnp.greaterEqual(jnp.mul(middle.slope, jnp.sub(high.step, low.step)), 0);
        const highIsLow = and(turns, not(highIsMiddle));
        const point = withoutGrad(middle);
        const isShort = jnp.lessEqual(length, o.stepsizePrecision);
        const givesUp = or(isLastTry(search), and(isShort, jnp.greater(nextSafe.step, 0)));
        return {
          count: safeIncrement(search.count),
          last: middle,
          errors,
          low: choose(not(highIsMiddle), point, low),
          high: choose(highIsLow, low, choose(highIsMiddle, point, high)),
          reference: choose(or(highIsMiddle, highIsLow), withoutSlope(high), withoutSlope(low)),
          safe: nextSafe,
          intervalFound: search.intervalFound,
          done,
          failed: and(givesUp, not(done)),
        };
      };

      /** The best point of sufficient decrease in place of the last one, when there is one or that one is useless. */
      const settle = (search: Search): Search => {
        const isSafer = or(jnp.greater(search.safe.step, 0), jnp.isinf(search.errors.decrease));
        const last = choose<Omit<Candidate, 'slope'>>(isSafer, search.safe, withoutSlope(search.last));
        return { ...search, last: { ...last, slope: search.last.slope } };
      };

      const advance = (search: Search): Search => {
        const next = cond(
          search.intervalFound,
          () => castLike(narrow(search), search),
          () => castLike(lengthen(search), search),
        ) as unknown as Search;
        return castLike(choose(next.failed, settle(next), next), search) as unknown as Search;
      };

      const like = { dtype: valueDType(given) };
      const infinite = infinity();
      const start: Point = { step: jnp.zeros([]), value, slope };
      const no = jnp.asarray(false);
      const first: Search = {
        count: jnp.zeros([], { dtype: 'int32' }),
        last: { step: jnp.zeros([], like), value: jnp.astype(value, like.dtype), grad, slope },
        errors: { decrease: infinite, curvature: infinite },
        low: start,
        high: start,
        reference: withoutSlope(start),
        safe: { step: start.step, value, grad },
        intervalFound: no,
        done: no,
        failed: no,
      };
      const goesOn = (search: Search): NdArray => not(or(search.done, search.failed));
      const { last, errors, count } = whileLoop(goesOn, advance, first);
      const next = {
        learningRate: last.step,
        value: last.value,
        grad: last.grad,
        info: { numLinesearchSteps: count, decreaseError: errors.decrease, curvatureError: errors.curvature },
      };
      return [scale(last.step, updates), castLike(next, state) as ScaleByZoomLinesearchState];
    },
  );
}
