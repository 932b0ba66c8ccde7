/**
 * Polynomials by their coefficients, from the highest power down (`jnp.polyadd`, `jnp.polyfit`, ...).
 *
 * `p: [n]` stands for `p_0 x^(n-1) + ... + p_(n-1)`. Source: jax.numpy.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { complexDType } from '../array/dtype.js';
import { finfo } from '../array/dtype-info.js';
import { range } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { scan } from '../lax/control.js';
import { asArray } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { power } from './arithmetic.js';
import { convolve } from './convolve.js';
import { ones, zeros } from './creation.js';
import { eigvals } from './eigen.js';
import { slice } from './index-plan.js';
import { concatenate } from './joining.js';
import { inexactArray, promoteDTypes, promoteDTypesInexact } from './promote.js';
import { argmin } from './reduction.js';
import { sizeFor } from './search.js';
import { whereThree } from './select.js';
import { diag } from './shape.js';
import { inv, lstsq } from './systems.js';
import { trimZeros } from './trim.js';

/** A number as a vector. */
const inRow = (x: NdArray): NdArray => (x.ndim === 0 ? x.reshape([1]) : x);

function vector(op: string, argument: string, x: NdArray): NdArray {
  if (x.ndim === 1) return x;
  throw new ShapeMismatch({ op, argument, expected: 'a vector is needed', actual: x.shape });
}

function checkOrder(op: string, m: number): void {
  if (Number.isInteger(m) && m >= 0) return;
  throw new InvalidArgument({ op, argument: 'm', expected: 'an integer, not negative', actual: `${m}` });
}

/** The sum of two polynomials. */
export const polyadd = (a1: ArrayLike, a2: ArrayLike): NdArray => added('polyadd', a1, a2, (x) => x);

/** The difference of two polynomials. */
export const polysub = (a1: ArrayLike, a2: ArrayLike): NdArray => added('polysub', a1, a2, (x) => x.neg());

function added(op: string, a1: ArrayLike, a2: ArrayLike, change: (x: NdArray) => NdArray): NdArray {
  const [p, given] = promoteDTypes(op, [a1, a2]).map((x, i) => vector(op, `a${i + 1}`, x));
  const q = change(given);
  const [long, short] = q.size <= p.size ? [p, q] : [q, p];
  if (short.size === 0) return long;
  return long.at(slice(long.size - short.size, null)).add(short);
}

/** The option of `polymul` and `polydiv`. */
export interface TrimOption {
  /** Whether zeros in front are left out of the result, whose size then depends on values. Default false. */
  readonly trimLeadingZeros?: boolean;
}

/** The product of two polynomials. */
export function polymul(a1: ArrayLike, a2: ArrayLike, options: TrimOption = {}): NdArray {
  let [p, q] = promoteDTypesInexact('polymul', [a1, a2]);
  if (options.trimLeadingZeros && (p.size > 1 || q.size > 1)) {
    [p, q] = [trimZeros(p, { trim: 'f' }), trimZeros(q, { trim: 'f' })];
  }
  const whole = (x: NdArray): NdArray => (x.size === 0 ? zeros(1, { dtype: x.dtype }) : x);
  return convolve(whole(p), whole(q));
}

/** `[quotient, remainder]` of two polynomials; the remainder has as many coefficients as `u`. */
export function polydiv(u: ArrayLike, v: ArrayLike, options: TrimOption = {}): [q: NdArray, r: NdArray] {
  const [dividend, divisor] = promoteDTypesInexact('polydiv', [u, v]);
  const [m, n] = [vector('polydiv', 'u', dividend).size - 1, vector('polydiv', 'v', divisor).size - 1];
  const scale = primitive.integerPow(divisor.get(0), -1);
  let rest = dividend;
  let quotient = zeros(Math.max(m - n + 1, 1), { dtype: rest.dtype });
  for (const k of range(Math.max(0, m - n + 1))) {
    const d = scale.mul(rest.get(k));
    quotient = quotient.at(k).set(d);
    rest = rest.at(slice(k, k + n + 1)).add(divisor.mul(d).neg());
  }
  if (!options.trimLeadingZeros) return [quotient, rest];
  const isSmall = rest.abs().lt(Math.sqrt(finfo(rest.dtype).eps));
  const kept = sizeFor('polydiv', whereThree(isSmall.all(), rest.size, argmin(isSmall)), null);
  return [quotient, rest.get(slice(kept, null))];
}

/** The `m`-th derivative of a polynomial. */
export function polyder(p: ArrayLike, options: { readonly m?: number } = {}): NdArray {
  const { m = 1 } = options;
  checkOrder('polyder', m);
  const x = vector('polyder', 'p', inexactArray('polyder', p));
  if (m === 0) return x;
  const n = x.size;
  const factors = range(Math.max(0, n - m)).map((i) => range(m).reduce((f, j) => f * (n - 1 - i - j), 1));
  return x.get(slice(0, Math.max(0, n - m))).mul(asArray(factors, 'polyder').astype(x.dtype));
}

/** The `m`-th integral of a polynomial, with the constants `k`: one for all, or one for each, the first one first. */
export function polyint(p: ArrayLike, options: { readonly m?: number; readonly k?: ArrayLike | null } = {}): NdArray {
  const op = 'polyint';
  const { m = 1 } = options;
  checkOrder(op, m);
  const [x, given] = promoteDTypesInexact(op, [p, options.k ?? 0]);
  const constants = inRow(given);
  if (constants.ndim !== 1 || (constants.size !== 1 && constants.size !== m)) {
    throw new ShapeMismatch({ op, argument: 'k', expected: `one number or ${m} are needed`, actual: given.shape });
  }
  if (m === 0) return x;
  const n = vector(op, 'p', x).size + m;
  const divisors = range(n).map((i) => range(m).reduce((f, j) => f * Math.max(1, n - 1 - i - j), 1));
  const all = constants.size === 1 ? primitive.broadcastInDim(constants.get(0), [m], []) : constants;
  return concatenate([x, all]).div(asArray(divisors, op).astype(x.dtype));
}

/**
 * A polynomial at `x`, by Horner's rule. Coefficients may be arrays that broadcast with `x`: `p: [n, ...]`.
 */
export function polyval(p: ArrayLike, x: ArrayLike, options: { readonly unroll?: number } = {}): NdArray {
  const [coefficients, at] = promoteDTypes('polyval', [p, x]);
  if (coefficients.ndim === 0) {
    throw new ShapeMismatch({ op: 'polyval', argument: 'p', expected: 'an axis is needed', actual: [] });
  }
  const start = at.mul(zeros(coefficients.shape.slice(1), { dtype: at.dtype }));
  const none = primitive.full(start.aval.strong, 0);
  const step = (y: NdArray, c: NdArray): readonly [NdArray, null] => [y.mul(at).add(c), null];
  return scan(step, none, { xs: coefficients, unroll: options.unroll ?? 16 })[0] as NdArray;
}

/** The polynomial `(x - z_0) (x - z_1) ...` with these zeros, or the characteristic one of a square matrix. */
export function poly(seqOfZeros: ArrayLike): NdArray {
  const given = inRow(inexactArray('poly', seqOfZeros));
  const isMatrix = given.ndim === 2 && given.shape[0] === given.shape[1] && given.shape[0] !== 0;
  const roots = vector('poly', 'seqOfZeros', isMatrix ? eigvals(given) : given);
  if (roots.size === 0) return ones([], { dtype: roots.dtype });
  const one = ones(1, { dtype: roots.dtype });
  return range(roots.size).reduce(
    (product, k) => convolve(product, concatenate([one, roots.get(slice(k, k + 1)).neg()])),
    one,
  );
}

/** Eigenvalues of the companion matrix. */
function rootsOf(p: NdArray): NdArray {
  if (p.size < 2) return zeros([0], { dtype: complexDType(p.dtype) });
  const companion = diag(ones(p.size - 2, { dtype: p.dtype }), { k: -1 });
  const row = p.get(slice(1, null)).neg().div(p.get(0));
  return eigvals(companion.at(0).set(row));
}

/**
 * The zeros of a polynomial, complex. Zeros in front are left out; with `{ stripZeros: false }`, as under `jit`, they make
 * NaN at the end instead.
 * @throws ConcretizationError for a traced array, unless `stripZeros` is false
 */
export function roots(p: ArrayLike, options: { readonly stripZeros?: boolean } = {}): NdArray {
  const x = vector('roots', 'p', inRow(inexactArray('roots', p)));
  if (x.size < 2) return zeros([0], { dtype: complexDType(x.dtype) });
  const isZero = x.eq(0);
  const leading = whereThree(isZero.all(), x.size, argmin(isZero));
  if (options.stripZeros ?? true) {
    return rootsOf(x.get(slice(sizeFor('roots, which needs { stripZeros: false } there,', leading, null), null)));
  }
  const safe = whereThree(leading.eq(x.size), scalar(1, x.dtype), x);
  const turned = primitive.iota('int32', [x.size], 0).add(leading).mod(x.size);
  const all = rootsOf(safe.get(turned));
  const place = primitive.iota('int32', [all.size], 0);
  const [, order] = primitive.sort([all.eq(0).astype('int32'), place], 0, { numKeys: 1 });
  const nan = primitive.complex(scalar(Number.NaN, finfo(all.dtype).dtype), scalar(Number.NaN, finfo(all.dtype).dtype));
  return whereThree(place.lt(leading.neg().add(all.size)), all.get(order), nan);
}

/** Powers of a vector in columns: `x^(N-1), ..., x, 1`, or rising. */
export function vander(
  x: ArrayLike,
  options: { readonly N?: number | null; readonly increasing?: boolean } = {},
): NdArray {
  const points = vector('vander', 'x', asArray(x, 'vander'));
  const n = options.N ?? points.size;
  checkOrder('vander', n);
  const exponents = range(n).map((k) => (options.increasing ? k : n - 1 - k));
  const row = asArray(exponents, 'vander').astype(points.dtype);
  return power(points.reshape([points.size, 1]), row.reshape([1, n]));
}

/** Options of `polyfit`. */
export interface PolyfitOptions {
  /** Singular values below this times the largest count as 0. Default the number of points times eps. */
  readonly rcond?: number | null;
  /** Whether `[p, residuals, rank, singular values, rcond]` is returned. Default false. */
  readonly full?: boolean;
  /** A weight for each point. */
  readonly w?: ArrayLike | null;
  /** Whether `[p, covariances]` is returned, scaled by the residuals or not. Default false. */
  readonly cov?: boolean | 'unscaled';
}

/**
 * The polynomial of degree `deg` that is nearest to points in the sense of least squares. `y` is a vector or has a column
 * for each polynomial.
 * @throws ShapeMismatch when arguments do not fit together
 */
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  deg: number,
  options?: PolyfitOptions & { full?: false; cov?: false },
): NdArray;
export function polyfit(x: ArrayLike, y: ArrayLike, deg: number, options: PolyfitOptions): NdArray | NdArray[];
export function polyfit(x: ArrayLike, y: ArrayLike, deg: number, options: PolyfitOptions = {}): NdArray | NdArray[] {
  const op = 'polyfit';
  const { full = false, w = null, cov = false } = options;
  if (!Number.isInteger(deg) || deg < 0) {
    throw new InvalidArgument({ op, argument: 'deg', expected: 'an integer, not negative', actual: `${deg}` });
  }
  const points = vector(op, 'x', asArray(x, op, 'x'));
  const values = asArray(y, op, 'y');
  if (points.size === 0 || values.ndim < 1 || values.ndim > 2 || values.shape[0] !== points.size) {
    const expected = `one or two axes are needed, the first as long as x: ${points.size}, and not empty`;
    throw new ShapeMismatch({ op, argument: 'y', expected, actual: values.shape });
  }
  const rcond = options.rcond ?? points.size * finfo(inexactArray(op, points).dtype).eps;
  const order = deg + 1;
  let [left, right] = promoteDTypesInexact(op, [vander(points, { N: order }), values]);
  if (w !== null) {
    const [weights] = promoteDTypesInexact(op, [w]);
    if (weights.ndim !== 1 || weights.size !== points.size) {
      throw new ShapeMismatch({ op, argument: 'w', expected: `${points.size} weights`, actual: weights.shape });
    }
    const column = weights.reshape([points.size, 1]);
    left = left.mul(column);
    right = right.mul(right.ndim === 2 ? column : weights);
  }
  const scale = left.square().sum({ axis: 0 }).sqrt();
  left = left.div(scale);
  const [solution, residuals, rank, s] = lstsq(left, right, { rcond });
  const p = solution.ndim > 1 ? solution.div(scale.reshape([order, 1])) : solution.div(scale);
  if (full) return [p, residuals, rank, s, scalar(rcond, finfo(p.dtype).dtype)];
  if (!cov) return p;
  const inverse = inv(left.T.dot(left)).div(scale.reshape([order, 1]).mul(scale));
  if (cov !== 'unscaled' && points.size <= order) {
    const expected = `more than ${order} points, for the covariances of ${order} coefficients`;
    throw new ShapeMismatch({ op, argument: 'x', expected, actual: points.shape });
  }
  const factor = cov === 'unscaled' ? ones(1, { dtype: p.dtype }) : inRow(residuals.div(points.size - order));
  if (values.ndim === 1) return [p, inverse.mul(factor.reshape([1, factor.size]))];
  return [p, inverse.reshape([order, order, 1]).mul(factor)];
}
