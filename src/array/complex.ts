/**
 * Complex numbers as pairs: the functions that the reference rules need, in float64.
 *
 * Branch cuts are those of C99 and JAX; the inverse functions are written so that nothing cancels near their branch
 * points. Source: W. Kahan, "Branch cuts for complex elementary functions" (1987).
 */

export type Complex = readonly [re: number, im: number];

export const add = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
export const mul = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
export const scale = ([a, b]: Complex, k: number): Complex => [a * k, b * k];
export const neg = ([a, b]: Complex): Complex => [-a, -b];
export const conj = ([a, b]: Complex): Complex => [a, -b];
export const abs = ([a, b]: Complex): number => Math.hypot(a, b);

/** Quotient by Smith's method: the larger part of the divisor is divided out first, so that its square cannot overflow. */
export function div([a, b]: Complex, [c, d]: Complex): Complex {
  if (c === 0 && d === 0) return [a / c, b / c];
  if (Math.abs(c) >= Math.abs(d)) {
    const r = d / c;
    const n = c + d * r;
    return [(a + b * r) / n, (b - a * r) / n];
  }
  const r = c / d;
  const n = d + c * r;
  return [(a * r + b) / n, (b * r - a) / n];
}

/** `x` to an integer power, by repeated squaring. */
export function integerPow(x: Complex, n: number): Complex {
  let power: Complex = [1, 0];
  let square = x;
  for (let m = Math.abs(n); m > 0; m = Math.floor(m / 2)) {
    if (m % 2 === 1) power = mul(power, square);
    square = mul(square, square);
  }
  return n < 0 ? div([1, 0], power) : power;
}

/** `x / |x|`, and 0 at 0. */
export function sign(x: Complex): Complex {
  const r = abs(x);
  return r === 0 ? [0, 0] : [x[0] / r, x[1] / r];
}

/** A factor times a trigonometric value, where an infinite factor of an exact zero gives the zero. */
const times = (factor: number, value: number): number => (value === 0 ? value : factor * value);

export const exp = ([a, b]: Complex): Complex =>
  a === Number.NEGATIVE_INFINITY
    ? [0, 0]
    : [times(Math.exp(a), Math.cos(b)), times(Math.exp(a), b === 0 ? b : Math.sin(b))];

/** `exp(x) - 1`, accurate near 0: `cos b - 1 = -2 sin^2(b/2)`. */
export function expm1([a, b]: Complex): Complex {
  const half = Math.sin(b / 2);
  return [Math.expm1(a) * Math.cos(b) - 2 * half * half, times(Math.exp(a), Math.sin(b))];
}

export const log = ([a, b]: Complex): Complex => {
  const r = Math.hypot(a, b);
  const [large, small] = Math.abs(a) > Math.abs(b) ? [Math.abs(a), Math.abs(b)] : [Math.abs(b), Math.abs(a)];
  const re = r > 0.5 && r < 2 ? Math.log1p((large - 1) * (large + 1) + small * small) / 2 : Math.log(r);
  return [re, Math.atan2(b, a)];
};

export const log1p = ([a, b]: Complex): Complex =>
  Math.hypot(a, b) < 0.5 ? [Math.log1p(a * (2 + a) + b * b) / 2, Math.atan2(b, 1 + a)] : log([1 + a, b]);

/** The square root with non-negative real part. */
export function sqrt([a, b]: Complex): Complex {
  if (a === 0 && b === 0) return [0, b];
  if (Math.abs(b) === Number.POSITIVE_INFINITY) return [Number.POSITIVE_INFINITY, b];
  if (a === Number.POSITIVE_INFINITY) return [a, 0 * Math.sign(b)];
  if (a === Number.NEGATIVE_INFINITY) return [0, b < 0 || Object.is(b, -0) ? a : -a];
  const t = Math.sqrt((Math.abs(a) + Math.hypot(a, b)) / 2);
  if (a >= 0) return [t, b / (2 * t)];
  return [Math.abs(b) / (2 * t), b < 0 || Object.is(b, -0) ? -t : t];
}

export const rsqrt = (x: Complex): Complex => div([1, 0], sqrt(x));

/** `exp(y log x)`; `0^0 = 1`, and 0 to a positive real power is 0. */
export function pow(x: Complex, y: Complex): Complex {
  if (y[0] === 0 && y[1] === 0) return [1, 0];
  if (x[0] === 0 && x[1] === 0 && y[1] === 0 && y[0] > 0) return [0, 0];
  return exp(mul(y, log(x)));
}

export const logistic = (x: Complex): Complex => div([1, 0], add([1, 0], exp(neg(x))));

export const sinh = ([a, b]: Complex): Complex => [times(Math.sinh(a), Math.cos(b)), times(Math.cosh(a), Math.sin(b))];
export const cosh = ([a, b]: Complex): Complex => [times(Math.cosh(a), Math.cos(b)), times(Math.sinh(a), Math.sin(b))];
export function tanh([a, b]: Complex): Complex {
  if (Math.abs(a) > 20) return [Math.sign(a), 4 * Math.sin(b) * Math.cos(b) * Math.exp(-2 * Math.abs(a))];
  const t = Math.tan(b);
  const s = Math.sinh(a);
  const beta = 1 + t * t;
  const n = 1 + beta * s * s;
  return [(beta * Math.sqrt(1 + s * s) * s) / n, t / n];
}

const timesI = ([a, b]: Complex): Complex => [-b, a];
const overI = ([a, b]: Complex): Complex => [b, -a];

export const sin = (x: Complex): Complex => overI(sinh(timesI(x)));
export const cos = (x: Complex): Complex => cosh(timesI(x));
export const tan = (x: Complex): Complex => overI(tanh(timesI(x)));

export function asin(x: Complex): Complex {
  const minus = sqrt([1 - x[0], -x[1]]);
  const plus = sqrt([1 + x[0], x[1]]);
  return [Math.atan2(x[0], mul(minus, plus)[0]), Math.asinh(mul(conj(minus), plus)[1])];
}

export function acos(x: Complex): Complex {
  const minus = sqrt([1 - x[0], -x[1]]);
  const plus = sqrt([1 + x[0], x[1]]);
  return [2 * Math.atan2(minus[0], plus[0]), Math.asinh(mul(conj(plus), minus)[1])];
}

export function acosh(x: Complex): Complex {
  const minus = sqrt([x[0] - 1, x[1]]);
  const plus = sqrt([x[0] + 1, x[1]]);
  return [Math.asinh(mul(conj(minus), plus)[0]), 2 * Math.atan2(minus[1], plus[0])];
}

export const atanh = ([a, b]: Complex): Complex => [
  Math.log1p((4 * a) / ((1 - a) * (1 - a) + b * b)) / 4,
  Math.atan2(2 * b, (1 - a) * (1 + a) - b * b) / 2,
];

export const asinh = (x: Complex): Complex => overI(asin(timesI(x)));
export const atan = (x: Complex): Complex => overI(atanh(timesI(x)));
