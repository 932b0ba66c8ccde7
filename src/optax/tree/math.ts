/**
 * Trees as vectors: sums, products, norms, moments, leaf by leaf or over all leaves.
 *
 * Trees in one call have one structure. Results are frozen; dtypes are promoted leaf by leaf, and a plain number takes the
 * dtype of the leaf. Source: optax, `tree_utils/_tree_math.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { type DType, isComplex } from '../../array/dtype.js';
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import { DTypeMismatch, InvalidArgument } from '../../error/error.js';
import { reduceAssociative } from '../../tree/map.js';
import * as jnp from '../arithmetic.js';
import { absSq, inDTypes } from '../numerics.js';
import { leafArrays, leafwise } from './leafwise.js';
import { allcloseOptions, likeOptions, sumOptions } from './options.js';

type Pair = [NdArray, NdArray];

/** Leaf by leaf `x + y + ...`. */
export const add = (treeX: unknown, treeY: unknown, ...otherTrees: readonly unknown[]): unknown =>
  leafwise((...leaves: NdArray[]) => leaves.reduce((sum, x) => jnp.add(sum, x)), treeX, treeY, ...otherTrees);
/** Leaf by leaf `x - y`. */
export const sub = (treeX: unknown, treeY: unknown): unknown =>
  leafwise((...[x, y]: Pair) => jnp.sub(x, y), treeX, treeY);
/** Leaf by leaf `x y`. */
export const mul = (treeX: unknown, treeY: unknown): unknown =>
  leafwise((...[x, y]: Pair) => jnp.mul(x, y), treeX, treeY);
/** Leaf by leaf `x / y`. */
export const div = (treeX: unknown, treeY: unknown): unknown =>
  leafwise((...[x, y]: Pair) => jnp.div(x, y), treeX, treeY);
/** `scalar x` for each leaf. */
export const scale = (scalar: ArrayLike, tree: unknown): unknown => leafwise((x: NdArray) => jnp.mul(scalar, x), tree);
/** Leaf by leaf `x + scalar y`. */
export const addScale = (treeX: unknown, scalar: ArrayLike, treeY: unknown): unknown => {
  const factor = jnp.asarray(scalar);
  return leafwise((...[x, y]: Pair) => jnp.add(x, jnp.mul(factor, y)), treeX, treeY);
};
/** The complex conjugate of each leaf. */
export const conj = (tree: unknown): unknown => leafwise((x: NdArray) => jnp.conj(x), tree);
/** The real part of each leaf. */
export const real = (tree: unknown): unknown => leafwise((x: NdArray) => jnp.real(x), tree);
/** Leaf by leaf `x` where `condition` (broadcast) holds, else `y`. */
export const where = (condition: ArrayLike, treeX: unknown, treeY: unknown): unknown =>
  leafwise((...[x, y]: Pair) => jnp.where(condition, x, y), treeX, treeY);

/** How a sum over leaves is ordered. */
export interface SumOptions {
  /** Whether leaves are added pairwise instead of from the left. Default false. */
  readonly associativeReduction?: boolean;
}

const total = (sums: readonly NdArray[], associative = false): NdArray => {
  if (sums.length === 0) return jnp.asarray(0);
  return associative ? reduceAssociative(jnp.add, sums) : sums.reduce((sum, x) => jnp.add(sum, x));
};

/** The sum of all elements of all leaves; 0 for an empty tree. */
export const sum = (tree: unknown, options: SumOptions = {}): NdArray =>
  total(
    leafArrays(tree).map((x) => jnp.sum(x)),
    checkOptions('sum', options, sumOptions).associativeReduction,
  );

/** The inner product `sum conj(x) y` over all leaves. */
export function vdot(treeX: unknown, treeY: unknown): NdArray {
  const products = leafwise(
    (...[x, y]: Pair) => jnp.tensordot(isComplex(x.dtype) ? jnp.conj(x) : x, y, { axes: x.ndim, precision: 'highest' }),
    treeX,
    treeY,
  );
  return total(leafArrays(products));
}

/** The largest element of all leaves; -infinity for a tree without elements. */
export const max = (tree: unknown): NdArray =>
  leafArrays(tree)
    .filter((x) => x.size > 0)
    .reduce((sofar, x) => jnp.maximum(sofar, jnp.max(x)), jnp.asarray(Number.NEGATIVE_INFINITY));
/** The smallest element of all leaves; infinity for a tree without elements. */
export const min = (tree: unknown): NdArray =>
  leafArrays(tree)
    .filter((x) => x.size > 0)
    .reduce((sofar, x) => jnp.minimum(sofar, jnp.min(x)), jnp.asarray(Number.POSITIVE_INFINITY));

/** The number of elements of all leaves. */
export const size = (tree: unknown): number => leafArrays(tree).reduce((n, x) => n + x.size, 0);

/** Which norm of a tree. */
export interface TreeNormOptions {
  /** 2 (default when null), 1, or infinity (also `'inf'`). */
  readonly ord?: 1 | 2 | 'inf' | 'infinity' | number | null;
  /** Whether its square is returned. Default false. */
  readonly squared?: boolean;
}

/**
 * The norm of all leaves taken as one vector. The derivative of the 2-norm at the origin is that of `sqrt`, not finite.
 * @throws InvalidArgument for another order than 1, 2 and infinity
 */
export function norm(tree: unknown, options: TreeNormOptions = {}): NdArray {
  const { ord = null, squared = false } = checkOptions('norm', options, { ord: 'any', squared: 'boolean' });
  const leaves = leafArrays(tree);
  if (ord === null || ord === 2) {
    const squares = total(leaves.map((x) => jnp.sum(absSq(x))));
    return squared ? squares : jnp.sqrt(squares);
  }
  const magnitudes = leaves.map((x) => jnp.abs(x));
  let value: NdArray;
  if (ord === 1) value = sum(magnitudes);
  else if (ord === Number.POSITIVE_INFINITY || ord === 'inf' || ord === 'infinity') value = max(magnitudes);
  else throw new InvalidArgument({ op: 'tree.norm', argument: 'ord', expected: '1, 2 or infinity', actual: `${ord}` });
  return squared ? jnp.square(value) : value;
}

/** Each leaf repeated along new leading axes. */
export const batchShape = (tree: unknown, options: { readonly shape?: readonly number[] } = {}): unknown => {
  const { shape = [] } = checkOptions('batchShape', options, { shape: 'integers' });
  return leafwise((leaf: NdArray) => {
    const x = jnp.asarray(leaf);
    return jnp.broadcastTo(x, [...shape, ...x.shape]);
  }, tree);
};

/** The element type of new leaves. */
export interface LikeOptions {
  /** Theirs when null. */
  readonly dtype?: DType | null;
}
/** Zeros of the shapes of the leaves. */
export const zerosLike = (tree: unknown, options: LikeOptions = {}): unknown => {
  checkOptions('zerosLike', options, likeOptions);
  return leafwise((x: NdArray) => jnp.zerosLike(x, options), tree);
};
/** Ones of the shapes of the leaves. */
export const onesLike = (tree: unknown, options: LikeOptions = {}): unknown => {
  checkOptions('onesLike', options, likeOptions);
  return leafwise((x: NdArray) => jnp.onesLike(x, options), tree);
};
/** One value in the shapes of the leaves. */
export const fullLike = (tree: unknown, fillValue: ArrayLike, options: LikeOptions = {}): unknown => {
  checkOptions('fullLike', options, likeOptions);
  return leafwise((x: NdArray) => jnp.fullLike(x, fillValue, options), tree);
};

/** Each leaf brought between bounds; no bound when null. */
export const clip = (
  tree: unknown,
  options: { readonly minValue?: ArrayLike | null; readonly maxValue?: ArrayLike | null } = {},
): unknown =>
  leafwise(
    (x: NdArray) =>
      jnp.clip(x, {
        min: checkOptions('clip', options, { minValue: 'array?', maxValue: 'array?' }).minValue ?? null,
        max: options.maxValue ?? null,
      }),
    tree,
  );

/** `1 - x` in the precision of the number itself, before any array rounds it. */
export const oneMinus = (x: ArrayLike): ArrayLike => (typeof x === 'number' ? 1 - x : jnp.sub(1, x));

/** `x^order`; a plain 1 changes nothing. */
const raise = (x: NdArray, order: number): NdArray =>
  order === 1 ? x : order === 2 ? jnp.mul(x, x) : jnp.power(x, order);

/** Leaf by leaf `(1 - decay) g^order + decay m`: the exponential moving average of a power of the updates. */
export const updateMoment = (updates: unknown, moments: unknown, decay: ArrayLike, order: number): unknown => {
  checkArgument('updateMoment', 'order', order, 'integer');
  return leafwise(
    (...[g, m]: Pair) => jnp.add(jnp.mul(oneMinus(decay), raise(g, order)), jnp.mul(decay, m)),
    updates,
    moments,
  );
};

/** As `updateMoment`, of the power of the magnitude: real for complex updates. */
export const updateMomentPerElemNorm = (
  updates: unknown,
  moments: unknown,
  decay: ArrayLike,
  order: number,
): unknown => {
  checkArgument('updateMomentPerElemNorm', 'order', order, 'integer');
  return leafwise(
    (...[g, m]: Pair) => {
      const power = isComplex(g.dtype) ? raise(absSq(g), order / 2) : raise(g, order);
      return jnp.add(jnp.mul(oneMinus(decay), power), jnp.mul(decay, m));
    },
    updates,
    moments,
  );
};

/** Leaf by leaf `max(|g| + eps, decay m)`: the exponentially weighted infinity norm. */
export const updateInfinityMoment = (updates: unknown, moments: unknown, decay: ArrayLike, eps: ArrayLike): unknown =>
  leafwise((...[g, m]: Pair) => jnp.maximum(jnp.add(jnp.abs(g), eps), jnp.mul(decay, m)), updates, moments);

/** Leaf by leaf `m / (1 - decay^count)`: a moving average that began at 0, freed of that beginning. */
export function biasCorrection(moment: unknown, decay: ArrayLike, count: ArrayLike): unknown {
  const correction = inDTypes(jnp.sub(1, jnp.power(decay, jnp.asarray(count))));
  return leafwise((m: NdArray) => jnp.div(m, correction(m.dtype)), moment);
}

/** Tolerances of `allclose`. */
export interface AllcloseOptions {
  readonly rtol?: number;
  readonly atol?: number;
  readonly equalNan?: boolean;
}

/** Whether all elements of all leaves are close, as a scalar array: `|a - b| <= atol + rtol |b|`. */
export function allclose(a: unknown, b: unknown, options: AllcloseOptions = {}): NdArray {
  checkOptions('allclose', options, allcloseOptions);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  const close = leafwise(
    (...[x, y]: Pair) => {
      const near = jnp.lessEqual(jnp.abs(jnp.sub(x, y)), jnp.add(atol, jnp.mul(rtol, jnp.abs(y))));
      const same = jnp.logicalOr(
        jnp.equal(x, y),
        jnp.logicalAnd(near, jnp.logicalAnd(jnp.isfinite(x), jnp.isfinite(y))),
      );
      return jnp.all(equalNan ? jnp.logicalOr(same, jnp.logicalAnd(jnp.isnan(x), jnp.isnan(y))) : same);
    },
    a,
    b,
  );
  return leafArrays(close).reduce((all, x) => jnp.logicalAnd(all, x), jnp.asarray(true));
}

/** @throws DTypeMismatch when a leaf is complex */
export function rejectComplex(op: string, tree: unknown): void {
  const leaf = leafArrays(tree).find((x) => isComplex(x.dtype));
  if (leaf === undefined) return;
  throw new DTypeMismatch({ op, argument: 'a parameter', expected: 'real parameters are needed', actual: leaf.dtype });
}
