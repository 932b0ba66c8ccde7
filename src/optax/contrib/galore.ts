/**
 * GaLore: matrices are trained in a subspace of low rank, found anew from time to time, so that the optimizer's state is
 * small.
 *
 *     Q = the leading singular vectors of g, every updateProjGap steps        u = scale Q base(Q' g)
 *
 * Sources: Zhao et al., "GaLore: Memory-Efficient LLM Training by Gradient Low-Rank Projection", 2024; optax.
 */

import type { NdArray } from '../../array/array.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import { cond } from '../../lax/cond.js';
import { flatten, unflatten } from '../../tree/tree.js';
import { scaleByAdam } from '../adam.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import type { MaskOrFn } from '../masked.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { GradientTransformation, type StateType } from '../transformation.js';
import { leafArrays } from '../tree/leafwise.js';
import { addDecayedWeights } from '../weight-decay.js';
import { MuonDimensionNumbers, matricesOf, type WeightDimNumOrFn } from './muon.js';
import { galoreOptions, scaleByGaloreOptions } from './options.js';
import { leadingLeftSingularVectors } from './singular-vectors.js';

/** Which axes of a parameter are the rows of its matrix, and which the columns. */
export const GaLoreDimensionNumbers = MuonDimensionNumbers;
export type GaLoreDimensionNumbers = MuonDimensionNumbers;

/** The number of steps, the base optimizer's state for the small matrices, and the bases `[long side, rank]`. */
export interface GaLoreState<Params = unknown> {
  readonly count: NdArray;
  readonly baseOptimizerState: unknown;
  readonly projector: Params;
}
export interface GaloreState extends StateType {
  readonly state: GaLoreState<this['params']>;
}

/** Options of `scaleByGalore`. */
export interface ScaleByGaloreOptions {
  /** The rank of the subspace. Default 128. */
  readonly rank?: number;
  /** How many steps a subspace is kept. Default 200. */
  readonly updateProjGap?: number;
  /** Multiplies the updates. Default 1. */
  readonly scale?: number;
  /** Trains in the subspace. Default `scaleByAdam()`. */
  readonly baseOptimizer?: GradientTransformation | null;
  /** Which parameters are projected, and along which axes: one for all, a tree with null for the others, or a function of the parameters; matrices when null. */
  readonly weightDimensionNumbers?: WeightDimNumOrFn;
}

const scaleDefaults = { rank: 128, updateProjGap: 200, scale: 1, baseOptimizer: null, weightDimensionNumbers: null };

type Dims = GaLoreDimensionNumbers | null;
const isDims = (node: unknown): boolean =>
  node === null || (typeof node === 'object' && 'reductionAxis' in node && 'outputAxis' in node);

/**
 * Trains matrices in a subspace; the rest goes to the base optimizer as it is.
 * @throws InvalidArgument for a rank below 1
 */
export function scaleByGalore(options: ScaleByGaloreOptions = {}): GradientTransformation<GaloreState> {
  checkOptions('scaleByGalore', options, scaleByGaloreOptions);
  const { rank, updateProjGap, scale, baseOptimizer, weightDimensionNumbers } = filled(scaleDefaults, options);
  if (!Number.isInteger(rank) || rank < 1) {
    throw new InvalidArgument({
      op: 'scaleByGalore',
      argument: 'rank',
      expected: 'a positive integer',
      actual: `${rank}`,
    });
  }
  const base = (baseOptimizer ?? scaleByAdam()) as GradientTransformation;
  const given = weightDimensionNumbers as WeightDimNumOrFn | null;

  const dimensionsOf = (tree: unknown): Dims[] => {
    const dims = typeof given === 'function' ? (given as (tree: unknown) => unknown)(tree) : given;
    const leaves = leafArrays(tree);
    if (dims === null) return leaves.map((x) => (x.ndim === 2 ? GaLoreDimensionNumbers() : null));
    if (isDims(dims)) return leaves.map((x) => (x.ndim >= 2 ? (dims as Dims) : null));
    return flatten(dims, { isLeaf: isDims })[0] as Dims[];
  };

  /** How a leaf is projected: its matrix, on which side, and to which rank. */
  const projectionOf = (x: NdArray, dims: GaLoreDimensionNumbers) => {
    const { fanIn, fanOut, split, join } = matricesOf(x, dims);
    const matrix = (y: NdArray): NdArray => jnp.reshape(split(y), [fanIn, fanOut]);
    const whole = (y: NdArray): NdArray => join(jnp.reshape(y, [1, fanIn, fanOut]));
    return { fanIn, fanOut, matrix, whole, isTall: fanIn >= fanOut, rank: Math.min(rank, fanIn, fanOut) };
  };

  return GradientTransformation<GaloreState>(
    (params) => {
      const [, treedef] = flatten(params);
      const dims = dimensionsOf(params);
      const leaves = leafArrays(params);
      const projectors = leaves.map((p, i) => {
        const d = dims[i];
        if (d === null) return jnp.zeros([0, 0], { dtype: p.dtype });
        const { fanIn, fanOut, isTall, rank: r } = projectionOf(p, d);
        return jnp.zeros([isTall ? fanIn : fanOut, r], { dtype: p.dtype });
      });
      const small = leaves.map((p, i) => {
        const d = dims[i];
        if (d === null) return p;
        const { fanIn, fanOut, isTall, rank: r } = projectionOf(p, d);
        return jnp.zeros(isTall ? [r, fanOut] : [fanIn, r], { dtype: p.dtype });
      });
      return {
        count: zeroCount(),
        baseOptimizerState: base.init(unflatten(treedef, small)),
        projector: unflatten(treedef, projectors),
      };
    },
    (updates, state) => {
      const [, treedef] = flatten(updates);
      const dims = dimensionsOf(updates);
      const gradients = leafArrays(updates);
      const before = leafArrays(state.projector);
      const isTime = jnp.equal(jnp.remainder(state.count, updateProjGap), 0);
      const projectors = gradients.map((g, i) => {
        const d = dims[i];
        if (d === null) return before[i];
        const { matrix, isTall, rank: r } = projectionOf(g, d);
        return cond(
          isTime,
          () => {
            const wide = jnp.astype(matrix(g), 'float32');
            // Right singular vectors are the left ones of the transpose.
            const source = isTall ? wide : jnp.transpose(wide);
            return jnp.astype(leadingLeftSingularVectors(source, r), g.dtype);
          },
          () => before[i],
        ) as NdArray;
      });
      const small = gradients.map((g, i) => {
        const d = dims[i];
        if (d === null) return g;
        const { matrix, isTall } = projectionOf(g, d);
        const [m, q] = [matrix(g), projectors[i]];
        return isTall ? jnp.matmul(jnp.transpose(q), m) : jnp.matmul(m, q);
      });
      const [changed, baseOptimizerState] = base.update(unflatten(treedef, small), state.baseOptimizerState);
      const full = leafArrays(changed).map((u, i) => {
        const d = dims[i];
        if (d === null) return u;
        const { whole, isTall } = projectionOf(gradients[i], d);
        const q = projectors[i];
        const matrix = isTall ? jnp.matmul(q, u) : jnp.matmul(u, jnp.transpose(q));
        return jnp.astype(jnp.mul(scale, whole(matrix)), gradients[i].dtype);
      });
      return [
        unflatten(treedef, full),
        { count: safeIncrement(state.count), baseOptimizerState, projector: unflatten(treedef, projectors) },
      ];
    },
  );
}

/** Options of `galore`. */
export interface GaloreOptions extends ScaleByGaloreOptions {
  /** How strongly the parameters decay; multiplied by the learning rate. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which parameters decay; all when null. */
  readonly mask?: MaskOrFn | null;
}

const defaults = { ...scaleDefaults, weightDecay: 0, mask: null };

/** GaLore. `update` needs the parameters. State: `[{ count, baseOptimizerState, projector }, weight decay, learning rate]`. */
export const galore = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: GaloreOptions = {}) => {
    checkOptions('galore', options, galoreOptions);
    const { weightDecay, mask, ...rest } = filled(defaults, options);
    return chain(
      scaleByGalore(rest as ScaleByGaloreOptions),
      addDecayedWeights({ weightDecay, mask }),
      scaleByLearningRate(learningRate),
    );
  },
);
