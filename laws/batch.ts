/**
 * Several points as one batch and as a list: what transformations over axes are compared with.
 *
 * The loop stacks on the host, so that no transformation is judged by itself.
 */
import { grad, vmap } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { type Scalar, weighted } from './calculus.js';
import type { Chance } from './chance.js';
import { stackAlong } from './stack.js';
import { directionLike, type Point } from './subject.js';

export type Arrays = readonly NdArray[];

/** `g` made scalar by cotangents of size one. */
export const scalarOf = (point: Point, chance: Chance): Scalar =>
  weighted(
    point.g,
    point.run().map((y) => directionLike(y, chance)),
  );

/** The gradient of a scalar function of a list of arrays. */
export const gradient =
  (F: Scalar) =>
  (xs: Arrays): NdArray[] =>
    grad(F)(xs) as unknown as NdArray[];

/** Three points near each other, as one batch and as a list. */
export function batchOf(point: Point, chance: Chance, axis = 0): { batch: NdArray[]; each: NdArray[][] } {
  const each = [0, 1, 2].map((k) => (k === 0 ? [...point.xs] : point.moved(point.direction(chance), 0.125)));
  const batch = point.xs.map((x, i) =>
    stackAlong(
      each.map((xs) => xs[i]),
      Math.min(axis, x.ndim),
    ),
  );
  return { batch, each };
}

/** `g` on each point, stacked. */
export const loop = (g: (xs: Arrays) => NdArray[], each: readonly Arrays[]): NdArray[] => {
  const all = each.map(g);
  return all[0].map((_, k) => stackAlong(all.map((ys) => ys[k])));
};

/** `vmap(g)` on lists of arrays. */
export const mapped = (g: (xs: Arrays) => NdArray[], batch: Arrays, options = {}): NdArray[] =>
  vmap(g, options)(batch) as unknown as NdArray[];
