/**
 * Discrete cosine transforms (`jax.scipy.fft`): `y_k = 2 sum_n x_n cos(pi k (2 n + 1) / (2 N))`, and back.
 *
 * Through a Fourier transform of the same length of the elements in another order. Makhoul, "A fast cosine transform in one
 * and two dimensions" (1980).
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { canonicalAxes, canonicalAxis, range } from '../../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import * as lax from '../../lax/index.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';

/** What all cosine transforms take. */
export interface CosineOptions {
  /** Which cosine transform; only the second one is there, as in JAX. Default 2. */
  readonly type?: 2;
  /** `ortho` for an orthogonal matrix; null or `backward` for sums without a factor forth. Default null. */
  readonly norm?: 'backward' | 'ortho' | null;
}

/** Options of `dct` and `idct`. */
export interface DctOptions extends CosineOptions {
  /** The length; the axis is cut, or filled with zeros. */
  readonly n?: number | null;
  /** Default the last. */
  readonly axis?: number;
}

/** Options of `dctn` and `idctn`. */
export interface DctnOptions extends CosineOptions {
  /** The lengths of the axes. */
  readonly s?: readonly number[] | null;
  /** Default all, or the last ones that `s` is for. */
  readonly axes?: readonly number[] | null;
}

function check(op: string, { type = 2, norm = null }: CosineOptions): void {
  if (type !== 2) {
    throw new InvalidArgument({
      op,
      argument: 'type',
      expected: '2, the only one that is implemented',
      actual: `${type}`,
    });
  }
  if (norm !== null && norm !== 'backward' && norm !== 'ortho') {
    const expected = "'backward', 'ortho' or null";
    throw new InvalidArgument({ op, argument: 'norm', expected, actual: `'${norm as string}'` });
  }
}

/** A function of real arrays applied to the two parts of a complex one. */
const byParts = (x: NdArray, f: (part: NdArray) => NdArray): NdArray =>
  isComplex(x.dtype) ? lax.complex(f(x.real), f(x.imag)) : f(x);

/** The axis cut or filled up to a length. */
function resized(op: string, x: NdArray, axis: number, n: number | null | undefined): NdArray {
  if (n === null || n === undefined || n === x.shape[axis]) return x;
  if (!Number.isInteger(n) || n < 1) {
    throw new InvalidArgument({ op, argument: 'n', expected: 'a positive integer', actual: `${n}` });
  }
  const config = range(x.ndim).map((k): [number, number, number] => [0, k === axis ? n - x.shape[axis] : 0, 0]);
  return primitive.pad(x, primitive.like(x, 0), config);
}

/** A vector `[N]` laid along an axis. */
const along = (v: NdArray, axis: number, ndim: number): NdArray =>
  v.reshape(range(ndim).map((k) => (k === axis ? v.size : 1)));

const places = (x: NdArray, axis: number): NdArray => primitive.iota(x.dtype, [x.shape[axis]], 0);

/** What an orthogonal transform divides by. */
function orthogonal(x: NdArray, axis: number): NdArray {
  const n = x.shape[axis];
  const factor = jnp.where(places(x, axis).eq(0), 4, 2).astype(x.dtype).mul(n).sqrt();
  return along(factor, axis, x.ndim);
}

/** `exp(i sign pi k / (2 N))` along an axis. */
function quarterWave(x: NdArray, axis: number, sign: 1 | -1): NdArray {
  const angle = places(x, axis).mul((sign * Math.PI) / (2 * x.shape[axis]));
  return along(lax.complex(angle.cos(), angle.sin()), axis, x.ndim);
}

/** Elements in even places, then those in odd places backwards. */
const order = (n: number): number[] => {
  const odd = range(n).filter((k) => k % 2 === 1);
  return [...range(n).filter((k) => k % 2 === 0), ...odd.reverse()];
};

const reordered = (x: NdArray, axis: number, list: readonly number[]): NdArray =>
  jnp.take(x, jnp.array(list, { dtype: 'int32' }), { axis, mode: 'clip' });

function forward(x: NdArray, axis: number, norm: CosineOptions['norm']): NdArray {
  const n = x.shape[axis];
  const spectrum = jnp.fft.fft(reordered(x, axis, order(n)), { axis });
  const out = spectrum.mul(quarterWave(x, axis, -1)).real.mul(2);
  return norm === 'ortho' ? out.div(orthogonal(out, axis)) : out;
}

function backward(x: NdArray, axis: number, norm: CosineOptions['norm']): NdArray {
  const n = x.shape[axis];
  const divisor = orthogonal(x, axis);
  const scaled = norm === 'ortho' ? x.div(divisor) : x.div(divisor).div(divisor);
  const spectrum = scaled.mul(quarterWave(x, axis, 1)).mul(2 * n);
  const back = range(n).map((k) => order(n).indexOf(k));
  return reordered(jnp.fft.ifft(spectrum, { axis }).real, axis, back);
}

const one =
  (op: string, transform: typeof forward) =>
  (x: ArrayLike, options: DctOptions = {}): NdArray => {
    check(op, options);
    const given = inexactArray(op, x);
    const axis = canonicalAxis(options.axis ?? -1, given.ndim, op);
    return byParts(resized(op, given, axis, options.n), (part) => transform(part, axis, options.norm));
  };

const several =
  (op: string, transform: typeof forward) =>
  (x: ArrayLike, options: DctnOptions = {}): NdArray => {
    check(op, options);
    const given = inexactArray(op, x);
    const { s = null, axes = null } = options;
    if (s !== null && s.length > given.ndim) {
      const expected = `s has ${s.length} lengths, and as many axes are needed`;
      throw new ShapeMismatch({ op, argument: 'x', expected, actual: given.shape });
    }
    const own = axes === null && s !== null ? range(s.length).map((k) => k - s.length) : axes;
    const all = canonicalAxes(own, given.ndim, op);
    const whole = all.reduce((y, axis, k) => resized(op, y, axis, s?.[k]), given);
    return byParts(whole, (part) => all.reduce((y, axis) => transform(y, axis, options.norm), part));
  };

/** The cosine transform along an axis. */
export const dct = one('dct', forward);
/** The inverse of `dct`. */
export const idct = one('idct', backward);
/** The cosine transform along several axes. */
export const dctn = several('dctn', forward);
/** The inverse of `dctn`. */
export const idctn = several('idctn', backward);
