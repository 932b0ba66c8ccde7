/**
 * Logarithms that are 0 where their factor is, entropies made of them, and functions of odds. Source: jax.scipy.special.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { promoteArgsInexact } from '../../numpy/promote.js';
import { choose } from '../../numpy/select.js';
import { type Binary, type Unary, unaryInexact } from '../../numpy/ufunc.js';
import * as primitive from '../../primitive/index.js';
import { type CustomJvp, customJvp } from '../../transform/custom-jvp.js';

const { add, and, div, eq, full, ge, gt, like, log, log1p, lt, mul, neg, ne, or, sub } = primitive;

const filled = (x: NdArray, value: number): NdArray => full(x.aval, value);

/** `log(p / (1 - p))`. */
export const logit: Unary = unaryInexact('logit', (p) => log(div(p, sub(like(p, 1), p))));
/** The logistic function, the inverse of `logit`. */
export const expit: Unary = unaryInexact('expit', primitive.logistic);

type Pair = CustomJvp<[x: NdArray, y: NdArray], NdArray>;

/** `x f(y)`, 0 where `x` is; its derivative in `x` is `f(y)`, also there. */
const times = (f: (y: NdArray) => NdArray, slope: (y: NdArray) => NdArray): Pair => {
  const product: Pair = customJvp((x: NdArray, y: NdArray): NdArray => {
    const counts = or(ne(x, filled(x, 0)), ne(y, y));
    return primitive.select(counts, mul(x, f(y)), filled(x, 0));
  }).defjvp(([x, y]: readonly NdArray[], [dx, dy]: readonly NdArray[]) => [
    product(x, y) as NdArray,
    add(mul(dx, f(y)), div(mul(dy, x), slope(y))),
  ]);
  return product;
};
const xTimesLog = times(log, (y) => y);
const xTimesLog1p = times(log1p, (y) => add(y, like(y, 1)));

/** Two floats of one shape. */
function pair(op: string, x: ArrayLike, y: ArrayLike): [NdArray, NdArray] {
  const [a, b] = promoteArgsInexact(op, x, y);
  const shape = a.ndim > 0 ? a.shape : b.shape;
  const fill = (z: NdArray): NdArray => (z.ndim === shape.length ? z : primitive.broadcastInDim(z, shape, []));
  return [fill(a), fill(b)];
}

/** `x log(y)`, 0 where `x` is 0. */
export const xlogy: Binary = (x, y) => xTimesLog(...pair('xlogy', x, y)) as NdArray;
/** `x log(1 + y)`, 0 where `x` is 0. */
export const xlog1py: Binary = (x, y) => xTimesLog1p(...pair('xlog1py', x, y)) as NdArray;

/** `-x log(x)`: 0 at 0, -infinity below. */
export const entr: Unary = unaryInexact('entr', (x) => {
  const value = neg(xTimesLog(x, x) as NdArray);
  return primitive.select(lt(x, filled(x, 0)), filled(x, Number.NEGATIVE_INFINITY), value);
});

/** `x log(x / y)` where both are positive, 0 where `x` is 0 and `y` is not negative; else infinity. */
function relative(x: NdArray, y: NdArray): NdArray {
  const zero = filled(x, 0);
  const bothPositive = and(gt(x, zero), gt(y, zero));
  const isNothing = and(eq(x, zero), ge(y, zero));
  const [a, b] = [choose(bothPositive, x, like(x, 1)), choose(bothPositive, y, like(y, 1))];
  const value = sub(xTimesLog(a, a) as NdArray, xTimesLog(a, b) as NdArray);
  return choose(bothPositive, value, choose(isNothing, zero, filled(x, Number.POSITIVE_INFINITY)));
}

/** Elements of the relative entropy, `p log(p / q)`. */
export const relEntr: Binary = (p, q) => relative(...pair('relEntr', p, q));

/** Elements of the Kullback-Leibler divergence, `p log(p / q) - p + q`. */
export const klDiv: Binary = (p, q) => {
  const [x, y] = pair('klDiv', p, q);
  return add(sub(relative(x, y), x), y);
};
