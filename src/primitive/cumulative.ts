/**
 * Running sums, products, extrema and log-sum-exps along an axis.
 *
 * Derivatives of the nonlinear ones are those of `associativeScan` with pairs (value, tangent), as in JAX.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { type DType, isComplex, isInteger } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { limitsOf } from '../array/limits.js';
import { fromComplex, fromNumbers, readBig, readComplex, readNumbers } from '../array/numeric.js';
import { canonicalAxis, range, stridesOf } from '../array/shape.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import type { Derivative, KernelRule, Primitive } from '../ir/primitive.js';
import { bindOne } from '../trace/context.js';
import { linear, mapCotangent } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { add, like, mul, sub } from './arithmetic.js';
import { associativeScan } from './associative.js';
import { emitCompare, eq, select } from './compare.js';
import { exp, log1p } from './exponential.js';
import { abs, max, min, share } from './extrema.js';
import { type Accepts, checkAccepts, partials } from './pointwise.js';
import type { Monoid } from './reduce.js';
import { forEachIndex } from './structure.js';

export interface CumulativeParams {
  readonly axis: number;
  /** From the last element to the first. */
  readonly reverse: boolean;
}

/** The reference value: each line from its beginning, in float64, each prefix rounded once. */
function evaluateCumulative(x: HostData, { axis, reverse }: CumulativeParams, monoid: Monoid): HostData {
  const { dtype, shape } = x;
  const stride = stridesOf(shape)[axis];
  const n = shape[axis];
  const lines: number[] = [];
  const rest = shape.map((m, k) => (k === axis ? Math.min(1, m) : m));
  const strides = stridesOf(shape);
  forEachIndex(rest, (index) => lines.push(index.reduce((sum, k, a) => sum + k * strides[a], 0)));
  /** Calls `step` with the places of each element and of the one before it. */
  const walk = (step: (here: number, before: number) => void): void => {
    for (const start of lines) {
      for (let k = 1; k < n; k++) {
        const i = reverse ? n - 1 - k : k;
        step(start + i * stride, start + (reverse ? i + 1 : i - 1) * stride);
      }
    }
  };
  const { complex } = monoid;
  if (isComplex(dtype) && complex) {
    const { re, im } = readComplex(x);
    walk((i, j) => {
      [re[i], im[i]] = complex([re[j], im[j]], [re[i], im[i]]);
    });
    return fromComplex(dtype, shape, re, im);
  }
  if (dtype === 'int64' || dtype === 'uint64') {
    const data = readBig(x).slice();
    walk((i, j) => {
      data[i] = monoid.big(data[j], data[i]);
    });
    return { dtype, shape, data };
  }
  const combine = (isInteger(dtype) ? monoid.integer : undefined) ?? monoid.real;
  const values = readNumbers(x);
  walk((i, j) => {
    values[i] = combine(values[j], values[i]);
  });
  return fromNumbers(dtype, shape, values);
}

/** Each element with that 1, 2, 4, ... places before it: after the last step every prefix is complete. */
function lowerCumulative(
  e: Emitter,
  x: Value,
  { axis, reverse }: CumulativeParams,
  identity: Value,
  combine: (a: Value, b: Value) => Value,
): Value {
  const along = (value: number): number[] => x.aval.shape.map((_, k) => (k === axis ? value : 0));
  let result = x;
  for (let shift = 1; shift < x.aval.shape[axis]; shift *= 2) {
    const low = reverse ? -shift : shift;
    const moved = e.op('pad', [result, identity], x.aval, {
      edge_padding_low: attr.i64s(along(low)),
      edge_padding_high: attr.i64s(along(-low)),
      interior_padding: attr.i64s(along(0)),
    });
    result = combine(moved, result);
  }
  return result;
}

/** A kernel that runs along the last axis. */
const kernelCumulative =
  (name: string): KernelRule<CumulativeParams> =>
  (k, [x], { axis, reverse }) => {
    if (x.aval.dtype !== 'float32') k.decline(`${name} is made in floats`);
    const order = [...range(x.aval.ndim).filter((other) => other !== axis), axis];
    const moved = k.transpose(x, order);
    const attributes = { axis: x.aval.ndim - 1, exclusive: false, reverse };
    const run = k.op(name, { x: moved }, moved.aval, attributes);
    return [
      k.transpose(
        run,
        range(x.aval.ndim).map((other) => order.indexOf(other)),
      ),
    ];
  };

interface Rules {
  readonly name: string;
  readonly op: string;
  readonly accepts: Accepts;
  readonly monoid: Monoid;
  readonly derivative: (self: () => Primitive<CumulativeParams>) => Derivative<CumulativeParams>;
  /** A StableHLO operation, or how two values are combined. */
  readonly combine: string | ((e: Emitter, a: Value, b: Value) => Value);
  readonly kernel?: string;
}

function cumulative({ name, op, accepts, monoid, derivative, combine, kernel }: Rules): Primitive<CumulativeParams> {
  return definePrimitive<CumulativeParams>((self) => ({
    name,
    type: ([x], { axis }) => {
      checkAccepts(op, 'operand', x.dtype, accepts);
      canonicalAxis(axis, x.ndim, op);
      return [x];
    },
    evaluate: ([x], params) => [evaluateCumulative(x, params, monoid)],
    derivative: derivative(self),
    batch: ([x], [dim], { axis, reverse }) => {
      const d = dim as number;
      return { outputs: [bindOne(self(), [x], { axis: axis < d ? axis : axis + 1, reverse })], dims: [d] };
    },
    lower: (e, [x], params) => {
      const identity = e.constant(monoid.identity(x.aval.dtype), shaped([], x.aval.dtype));
      const two = (a: Value, b: Value): Value =>
        typeof combine === 'string' ? e.op(combine, [a, b], a.aval) : combine(e, a, b);
      return [lowerCumulative(e, x, params, identity, two)];
    },
    kernel: kernel === undefined ? undefined : kernelCumulative(kernel),
  }));
}

/** A value and its tangent. */
type Dual = readonly [x: NdArray, dx: NdArray];

/** The derivative of a running operation, from that of the operation on two values. */
const ofPairs = (combine: (a: Dual, b: Dual) => [NdArray, NdArray]) => (self: () => Primitive<CumulativeParams>) =>
  partials<CumulativeParams>(
    self,
    (dx, _, [x], { axis, reverse }) =>
      associativeScan((a, b) => combine([a[0], a[1]], [b[0], b[1]]), [x, dx], axis, reverse)[1],
  );

export const cumsumP = cumulative({
  name: 'cumsum',
  op: 'cumsum',
  accepts: 'number',
  monoid: {
    identity: () => 0,
    real: (x, y) => x + y,
    integer: (x, y) => x + y,
    big: (x, y) => x + y,
    complex: ([a, b], [c, d]) => [a + c, b + d],
  },
  derivative: (self) =>
    linear(self, ([ct], [x], { axis, reverse }) => [mapCotangent(ct, x.aval, (c) => cumsum(c, axis, !reverse))]),
  combine: 'add',
  kernel: 'Cumsum',
});

export const cumprodP = cumulative({
  name: 'cumprod',
  op: 'cumprod',
  accepts: 'number',
  monoid: {
    identity: () => 1,
    real: (x, y) => x * y,
    integer: Math.imul,
    big: (x, y) => x * y,
    complex: ([a, b], [c, d]) => [a * c - b * d, a * d + b * c],
  },
  derivative: ofPairs(([x, dx], [y, dy]) => [mul(x, y), add(mul(dx, y), mul(x, dy))]),
  combine: 'multiply',
  kernel: 'Cumprod',
});

/** Pairs of which the larger or smaller is kept; a tie splits the tangent in halves. */
const chosen =
  (choose: (x: NdArray, y: NdArray) => NdArray) =>
  ([x, dx]: Dual, [y, dy]: Dual): [NdArray, NdArray] => {
    const z = choose(x, y);
    return [z, add(mul(dx, share(x, z, y)), mul(dy, share(y, z, x)))];
  };

export const cummaxP = cumulative({
  name: 'cummax',
  op: 'cummax',
  accepts: 'ordered',
  monoid: { identity: (dtype: DType) => limitsOf(dtype).lowest, real: Math.max, big: (x, y) => (x > y ? x : y) },
  derivative: ofPairs(chosen((x, y) => max(x, y))),
  combine: 'maximum',
});

export const cumminP = cumulative({
  name: 'cummin',
  op: 'cummin',
  accepts: 'ordered',
  monoid: { identity: (dtype: DType) => limitsOf(dtype).highest, real: Math.min, big: (x, y) => (x < y ? x : y) },
  derivative: ofPairs(chosen((x, y) => min(x, y))),
  combine: 'minimum',
});

function logAddExp(x: number, y: number): number {
  const largest = Math.max(x, y);
  return Number.isFinite(largest) ? largest + Math.log1p(Math.exp(-Math.abs(x - y))) : x + y;
}

/** log(e^x + e^y); infinities, whose difference is not a number, are added. */
function logAddExpArrays(x: NdArray, y: NdArray): NdArray {
  const difference = sub(x, y);
  const sum = add(max(x, y), log1p(exp(sub(like(x, 0), abs(difference)))));
  return select(eq(difference, difference), sum, add(x, y));
}

/** How much of a term's tangent reaches log-sum-exp: its share of the sum. */
function softShare(x: NdArray, result: NdArray): NdArray {
  const finite = (z: NdArray): NdArray => select(eq(z, like(z, Number.POSITIVE_INFINITY)), like(z, 0), z);
  return exp(sub(finite(x), finite(result)));
}

export const cumlogsumexpP = cumulative({
  name: 'cumlogsumexp',
  op: 'cumlogsumexp',
  accepts: 'float',
  monoid: { identity: () => Number.NEGATIVE_INFINITY, real: logAddExp, big: (x) => x },
  derivative: ofPairs(([x, dx], [y, dy]) => {
    const z = logAddExpArrays(x, y);
    return [z, add(mul(dx, softShare(x, z)), mul(dy, softShare(y, z)))];
  }),
  combine: (e, x, y) => {
    const op = (name: string, ...args: Value[]): Value => e.op(name, args, x.aval);
    const difference = op('subtract', x, y);
    const decay = op('exponential', op('negate', op('abs', difference)));
    const sum = op('add', op('maximum', x, y), op('log_plus_one', decay));
    return op('select', emitCompare(e, 'EQ', difference, difference), sum, op('add', x, y));
  },
});

const by =
  (primitive: Primitive<CumulativeParams>) =>
  (x: NdArray, axis: number, reverse = false): NdArray =>
    bindOne(primitive, [x], { axis, reverse });

/** Running sums (`lax.cumsum`). */
export const cumsum = by(cumsumP);
/** Running products (`lax.cumprod`). */
export const cumprod = by(cumprodP);
/** Running maxima (`lax.cummax`). */
export const cummax = by(cummaxP);
/** Running minima (`lax.cummin`). */
export const cummin = by(cumminP);
/** Running log-sum-exps (`lax.cumlogsumexp`). */
export const cumlogsumexp = by(cumlogsumexpP);
