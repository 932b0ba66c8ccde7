/**
 * A signal without its mean, or without its best straight lines. Source: jax.scipy.signal.detrend.
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { canonicalAxis, range } from '../../array/shape.js';
import { InvalidArgument } from '../../error/error.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray } from '../../numpy/promote.js';

/** Options of `detrend`. */
export interface DetrendOptions {
  /** The axis of time. Default the last. */
  readonly axis?: number;
  /** `constant`: the mean is taken away; `linear`: a line of least squares. Default `linear`. */
  readonly type?: 'linear' | 'constant';
  /** Where one line ends and the next begins. Default 0: one line. */
  readonly bp?: number | readonly number[];
}

/**
 * The signal without its trend.
 * @throws InvalidArgument for another `type`, or break points beyond the signal
 */
export function detrend(data: ArrayLike, options: DetrendOptions = {}): NdArray {
  const op = 'detrend';
  const { type = 'linear', bp = 0 } = options;
  const x = inexactArray(op, data);
  const axis = canonicalAxis(options.axis ?? -1, x.ndim, op);
  if (type === 'constant') return x.sub(x.mean({ axis, keepdims: true }));
  if (type !== 'linear') {
    const expected = "'linear' or 'constant'";
    throw new InvalidArgument({ op, argument: 'type', expected, actual: `'${type as string}'` });
  }
  const n = x.shape[axis];
  const breaks = [...new Set([0, ...[bp].flat(), n])].sort((p, q) => p - q);
  if (breaks[0] < 0 || breaks[breaks.length - 1] > n || !breaks.every(Number.isInteger)) {
    throw new InvalidArgument({ op, argument: 'bp', expected: `integers from 0 to ${n}`, actual: `${bp}` });
  }
  const first = jnp.moveaxis(x, axis, 0);
  const columns = first.reshape([n, -1]);
  const parts = range(breaks.length - 1).map((k) => {
    const count = breaks[k + 1] - breaks[k];
    const part = columns.get(jnp.slice(breaks[k], breaks[k + 1]));
    const time = jnp.arange(1, { stop: count + 1, dtype: x.dtype }).div(count);
    const line = jnp.stack([jnp.onesLike(time), time], { axis: 1 });
    const [coefficients] = jnp.linalg.lstsq(line, part);
    return part.sub(jnp.matmul(line, coefficients, { precision: 'highest' }));
  });
  return jnp.moveaxis(jnp.concatenate(parts, { axis: 0 }).reshape(first.shape), 0, axis);
}
