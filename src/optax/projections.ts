/**
 * Projections: the nearest point of a set, for trees taken as one vector. After each step, they keep parameters inside.
 *
 * Source: optax, `projections/_projections.py`.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkOptions } from '../array/options.js';
import { relu } from '../nn/index.js';
import { customJvp } from '../transform/custom-jvp.js';
import { flatten, unflatten } from '../tree/tree.js';
import * as jnp from './arithmetic.js';
import { scaleOption } from './options.js';
import { leafArray, leafArrays, leafwise } from './tree/leafwise.js';
import { addScale, mul, norm, scale as scaleTree, vdot, where } from './tree/math.js';

export interface ScaleOption {
  /** The size of the set. Default 1. */
  readonly scale?: ArrayLike;
}

/**
 * `max(x, 0)`, element by element.
 * @example
 * optax.projections.projectionNonNegative(jnp.array([1, -2, 0.5])) // => [1, 0, 0.5]
 */
export const projectionNonNegative = (tree: unknown): unknown => leafwise((x: NdArray) => relu(x), tree);

/**
 * Each element brought between bounds, which are numbers or trees of the structure of `tree`.
 * @example
 * optax.projections.projectionBox(jnp.array([1, -2, 0.5]), -1, 0.75) // => [0.75, -1, 0.5]
 */
export function projectionBox(tree: unknown, lower: unknown, upper: unknown): unknown {
  const [leaves, treedef] = flatten(tree);
  const bounds = (bound: unknown): unknown[] => {
    const found = flatten(bound)[0];
    return found.length === 1 && leaves.length !== 1 ? leaves.map(() => found[0]) : found;
  };
  const [low, high] = [bounds(lower), bounds(upper)];
  return unflatten(
    treedef,
    leaves.map((x, i) => jnp.clip(leafArray(x), { min: low[i] as ArrayLike, max: high[i] as ArrayLike })),
  );
}

/**
 * Each element brought between 0 and `scale`.
 * @example
 * optax.projections.projectionHypercube(jnp.array([1, -2, 0.5])) // => [1, 0, 0.5]
 */
export function projectionHypercube(tree: unknown, options: ScaleOption = {}): unknown {
  const { scale = 1 } = checkOptions('projectionHypercube', options, scaleOption);
  return projectionBox(tree, 0, scale);
}

/** All elements as one vector, and the way back. */
function raveled(tree: unknown): [NdArray, (vector: NdArray) => unknown] {
  const leaves = leafArrays(tree);
  const [, treedef] = flatten(tree);
  const back = (vector: NdArray): unknown => {
    let end = 0;
    const ends = leaves.slice(0, -1).map((x) => {
      end += x.size;
      return end;
    });
    const parts = jnp.split(vector, ends);
    return unflatten(
      treedef,
      leaves.map((x, i) => jnp.astype(jnp.reshape(parts[i], x.shape), x.dtype)),
    );
  };
  return [jnp.concatenate(leaves.map((x) => jnp.ravel(x))), back];
}

/** The nearest vector of numbers that are not negative and sum to 1: sort, and find how many stay positive. */
const unitSimplex = customJvp((values: NdArray): NdArray => {
  const n = values.shape[0];
  const sorted = jnp.flip(jnp.sort(values));
  const sums = jnp.cumsum(sorted);
  const index = jnp.add(jnp.arange(n), 1);
  const isPositive = jnp.greater(jnp.add(jnp.div(1, index), jnp.sub(sorted, jnp.div(sums, index))), 0);
  const count = jnp.sum(jnp.astype(isPositive, 'int32'));
  const sumOfThose = jnp.sum(jnp.where(jnp.equal(index, count), sums, 0));
  return relu(jnp.add(jnp.div(1, count), jnp.sub(values, jnp.div(sumOfThose, count))));
}).defjvp(([values], [dValues]) => {
  const projected = unitSimplex(values) as NdArray;
  const support = jnp.astype(jnp.greater(projected, 0), values.dtype);
  const mean = jnp.div(jnp.sum(jnp.mul(support, dValues)), jnp.sum(support));
  return [projected, jnp.sub(jnp.mul(support, dValues), jnp.mul(mean, support))];
});

/**
 * The nearest tree of numbers that are not negative and sum to `scale`.
 * @example
 * optax.projections.projectionSimplex(jnp.array([1, -2, 0.5])) // => [0.75, 0, 0.25]
 */
export function projectionSimplex(tree: unknown, options: ScaleOption = {}): unknown {
  const { scale = 1 } = checkOptions('projectionSimplex', options, scaleOption);
  const [values, back] = raveled(tree);
  return back(jnp.mul(scale, unitSimplex(jnp.div(values, scale)) as NdArray));
}

/**
 * The nearest tree whose magnitudes sum to `scale`.
 * @example
 * optax.projections.projectionL1Sphere(jnp.array([1, -2, 0.5])) // => [0, -1, 0]
 */
export function projectionL1Sphere(tree: unknown, options: ScaleOption = {}): unknown {
  checkOptions('projectionL1Sphere', options, scaleOption);
  const signs = leafwise((x: NdArray) => jnp.sign(x), tree);
  const magnitudes = leafwise((x: NdArray) => jnp.abs(x), tree);
  return mul(signs, projectionSimplex(magnitudes, options));
}

/**
 * The nearest tree whose magnitudes sum to at most `scale`.
 * @example
 * optax.projections.projectionL1Ball(jnp.array([1, -2, 0.5])) // => [0, -1, 0]
 */
export function projectionL1Ball(tree: unknown, options: ScaleOption = {}): unknown {
  checkOptions('projectionL1Ball', options, scaleOption);
  const isInside = jnp.lessEqual(norm(tree, { ord: 1 }), options.scale ?? 1);
  return where(isInside, tree, projectionL1Sphere(tree, options));
}

/**
 * The nearest tree of norm `scale`; NaN for a tree of zeros.
 * @example
 * optax.projections.projectionL2Sphere(jnp.array([1, -2, 0.5])) // => [0.436436, -0.872872, 0.218218]
 */
export function projectionL2Sphere(tree: unknown, options: ScaleOption = {}): unknown {
  const { scale = 1 } = checkOptions('projectionL2Sphere', options, scaleOption);
  return scaleTree(jnp.div(scale, norm(tree)), tree);
}

/**
 * The nearest tree of norm at most `scale`.
 * @example
 * optax.projections.projectionL2Ball(jnp.array([1, -2, 0.5])) // => [0.436436, -0.872872, 0.218218]
 */
export function projectionL2Ball(tree: unknown, options: ScaleOption = {}): unknown {
  const { scale = 1 } = checkOptions('projectionL2Ball', options, scaleOption);
  const longest = jnp.maximum(norm(tree, { squared: true }), jnp.square(scale));
  return scaleTree(jnp.div(scale, jnp.sqrt(longest)), tree);
}

/**
 * Each element brought between `-scale` and `scale`.
 * @example
 * optax.projections.projectionLinfBall(jnp.array([1, -2, 0.5])) // => [1, -1, 0.5]
 */
export function projectionLinfBall(tree: unknown, options: ScaleOption = {}): unknown {
  const { scale = 1 } = checkOptions('projectionLinfBall', options, scaleOption);
  return projectionBox(tree, jnp.neg(scale), scale);
}

/** The nearest multiple of the tree `a`. */
export const projectionVector = (x: unknown, a: unknown): unknown => scaleTree(jnp.div(vdot(x, a), vdot(a, a)), a);

/** How much of `a` takes `x` to where `<x, a> = b`. */
const towards = (x: unknown, a: unknown, b: ArrayLike): NdArray => jnp.div(jnp.sub(b, vdot(x, a)), vdot(a, a));

/** The nearest tree with `<x, a> = b`. */
export const projectionHyperplane = (x: unknown, a: unknown, b: ArrayLike): unknown => addScale(x, towards(x, a, b), a);

/** The nearest tree with `<x, a> <= b`. */
export const projectionHalfspace = (x: unknown, a: unknown, b: ArrayLike): unknown =>
  addScale(x, jnp.clip(towards(x, a, b), { max: 0 }), a);
