/**
 * Statistics of samples: the commonest element, ranks, the standard error of the mean. Source: jax.scipy.stats.
 */
import type { NdArray } from '../../array/array.js';
import { type ArrayLike, defaultFloat } from '../../array/convert.js';
import { canonicalAxis, sizeOf } from '../../array/shape.js';
import { InvalidArgument } from '../../error/error.js';
import { asArray } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';
import { inexactArray } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';
import { vmap } from '../../transform/vmap.js';

/** What NaN does: here it is an element like others, or makes the result NaN. */
export type NanPolicy = 'propagate';

function checkPolicy(op: string, policy: string, allowed: readonly string[] = ['propagate']): void {
  if (allowed.includes(policy)) return;
  const expected = allowed.map((name) => `'${name}'`).join(' or ');
  throw new InvalidArgument({ op, argument: 'nanPolicy', expected, actual: `'${policy}'` });
}

/** Options of `mode`. */
export interface ModeOptions {
  /** The axis; the flattened array when null. Default 0. */
  readonly axis?: number | null;
  readonly nanPolicy?: NanPolicy;
  readonly keepdims?: boolean;
}

/** The commonest element along an axis, the smallest one of several, and how often it occurs. */
export function mode(a: ArrayLike, options: ModeOptions = {}): { mode: NdArray; count: NdArray } {
  const { axis = 0, nanPolicy = 'propagate', keepdims = false } = options;
  checkPolicy('mode', nanPolicy);
  const given = asArray(a, 'mode', 'a');
  const x = given.ndim === 0 ? given.reshape([1]) : given;
  const d = axis === null ? 0 : canonicalAxis(axis, x.ndim, 'mode');
  const kept = x.shape.map((n, k) => (axis === null || k === d ? 1 : n));
  const shape = keepdims ? kept : axis === null ? [] : x.shape.filter((_, k) => k !== d);
  const first = axis === null ? x.ravel() : jnp.moveaxis(x, d, 0);
  if (first.shape[0] === 0) {
    const dtype = defaultFloat();
    return { mode: jnp.full(shape, Number.NaN, { dtype }), count: jnp.zeros(shape, { dtype }) };
  }
  const columns = first.reshape([first.shape[0], sizeOf(first.shape.slice(1))]);
  const commonest = (v: NdArray): readonly [NdArray, NdArray] => {
    const [values, counts] = jnp.unique(v, { returnCounts: true, size: v.size });
    return [values.get(counts.argmax()), counts.max()];
  };
  const [values, counts] = vmap(commonest, { inAxes: 1 })(columns) as readonly [NdArray, NdArray];
  return { mode: values.reshape(shape), count: counts.reshape(shape) };
}

/** The rank of equal elements: their mean, the least, the largest, counting distinct ones only, or in order. */
export type RankMethod = 'average' | 'min' | 'max' | 'dense' | 'ordinal';
const METHODS: readonly string[] = ['average', 'min', 'max', 'dense', 'ordinal'];

function ranksOf(x: NdArray, method: RankMethod): NdArray {
  const dtype = defaultFloat();
  const n = x.size;
  if (n === 0) return jnp.zeros([0], { dtype });
  const place = primitive.iota('int32', [n], 0);
  const [sorted, order] = primitive.sort([x, place], 0, { numKeys: 1 });
  const [, inverse] = primitive.sort([order, place], 0, { numKeys: 1 });
  const ranked = (): NdArray => {
    if (method === 'ordinal') return inverse.add(1).astype(dtype);
    const isNew = sorted.get(jnp.slice(1, null)).ne(sorted.get(jnp.slice(0, n - 1)));
    const starts = jnp.concatenate([jnp.array([true]), isNew]);
    const dense = starts.cumsum().get(inverse);
    if (method === 'dense') return dense.astype(dtype);
    const [first] = jnp.nonzero(starts, { size: n + 1, fillValue: n });
    const count = first.astype(dtype);
    if (method === 'max') return count.get(dense);
    const least = count.get(dense.sub(1)).add(1);
    return method === 'min' ? least : count.get(dense).add(least).mul(0.5);
  };
  return jnp.where(jnp.isnan(x).any(), Number.NaN, ranked());
}

export interface RankOptions {
  /** Default `average`. */
  readonly method?: RankMethod;
  /** The axis; the flattened array when null, the default. */
  readonly axis?: number | null;
  readonly nanPolicy?: NanPolicy;
}

/**
 * The rank of each element, from 1; all NaN where there is a NaN.
 * @throws InvalidArgument for another `method`
 */
export function rankdata(a: ArrayLike, options: RankOptions = {}): NdArray {
  const { method = 'average', axis = null, nanPolicy = 'propagate' } = options;
  checkPolicy('rankdata', nanPolicy);
  if (!METHODS.includes(method)) {
    const expected = METHODS.map((m) => `'${m}'`).join(', ');
    throw new InvalidArgument({ op: 'rankdata', argument: 'method', expected, actual: `'${method}'` });
  }
  const x = asArray(a, 'rankdata', 'a');
  return axis === null ? ranksOf(x.ravel(), method) : jnp.applyAlongAxis((v) => ranksOf(v, method), axis, x);
}

export interface SemOptions {
  /** The axis; the flattened array when null. Default 0. */
  readonly axis?: number | null;
  /** Degrees of freedom that are lost. Default 1. */
  readonly ddof?: number;
  /** Whether NaN makes the result NaN, or is left out. Default `propagate`. */
  readonly nanPolicy?: 'propagate' | 'omit';
  readonly keepdims?: boolean;
}

/** The standard error of the mean. */
export function sem(a: ArrayLike, options: SemOptions = {}): NdArray {
  const { axis = 0, ddof = 1, nanPolicy = 'propagate', keepdims = false } = options;
  checkPolicy('sem', nanPolicy, ['propagate', 'omit']);
  const x = inexactArray('sem', a);
  if (nanPolicy === 'propagate') {
    const n = axis === null ? x.size : x.shape[canonicalAxis(axis, x.ndim, 'sem')];
    return x.std({ axis, ddof, keepdims }).div(Math.sqrt(n));
  }
  const count = jnp.isnan(x).not().sum({ axis, keepdims });
  return jnp.nanstd(x, { axis, ddof, keepdims }).div(count.astype(x.dtype).sqrt());
}
