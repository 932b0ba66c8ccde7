/**
 * Every example gets what all examples have, and its transpose: sums of which each example gets its part.
 *
 * Source: jax.lax.all_gather, jax.lax.psum_scatter.
 */
import type { NdArray } from '../../array/array.js';
import type { ShapedArray } from '../../array/aval.js';
import { canonicalAxis, withAxis, withoutAxes } from '../../array/shape.js';
import { ShapeMismatch } from '../../error/error.js';
import { attr } from '../../ir/lowering.js';
import { bindOne } from '../../trace/context.js';
import { linear, mapCotangent } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { reduceSum } from '../reduce.js';
import { moveAxis, reshape } from '../structure.js';
import {
  batchCollective,
  bindCollective,
  type CollectiveParams,
  collectiveRules,
  GLOBAL_IDS,
  meeting,
  reducer,
} from './kit.js';

export interface GatherScatterParams extends CollectiveParams {
  /** The axis of the whole along which the parts lie. */
  readonly dimension: number;
  /** Parts are joined along an existing axis, instead of stacked along a new one. */
  readonly tiled: boolean;
}

/** Two neighbouring axes as one. */
export const mergeAxes = (x: NdArray, axis: number): NdArray =>
  reshape(x, [...x.shape.slice(0, axis), x.shape[axis] * x.shape[axis + 1], ...x.shape.slice(axis + 2)]);

/** One axis as two, the first of size `size`. */
export const splitAxis = (x: NdArray, axis: number, size: number): NdArray =>
  reshape(x, [...x.shape.slice(0, axis), size, x.shape[axis] / size, ...x.shape.slice(axis + 1)]);

const resized = (x: ShapedArray, axis: number, size: number): ShapedArray =>
  x.withShape(x.shape.map((d, i) => (i === axis ? size : d)));

const shifted = <P extends GatherScatterParams>(params: P): P => ({ ...params, dimension: params.dimension + 1 });
const names = (params: CollectiveParams): readonly string[] => [params.axisName];

/** What all examples have, stacked or joined (`lax.all_gather`). */
export const allGatherP = definePrimitive<GatherScatterParams>((self) => ({
  name: 'all_gather',
  type: ([x], { dimension, tiled, axisSize }) => {
    const axis = canonicalAxis(dimension, x.ndim + (tiled ? 0 : 1), 'allGather', 'axis');
    return [tiled ? resized(x, axis, x.shape[axis] * axisSize) : x.withShape(withAxis(x.shape, axis, axisSize))];
  },
  derivative: linear(self, ([ct], [x], params) => [mapCotangent(ct, x.aval, (c) => psumScatter(c, params))]),
  batch: batchCollective(
    (examples, { dimension, tiled }) => {
      const stacked = moveAxis(examples, 0, dimension);
      return { output: tiled ? mergeAxes(stacked, dimension) : stacked, dim: null };
    },
    (x, params) => bindOne(self(), [x], shifted(params)),
  ),
  agrees: true,
  ...collectiveRules<GatherScatterParams>('allGather', names, (e, x, { dimension, tiled, axisName }, result) => {
    const part = tiled ? x : e.reshape(x, withAxis(x.aval.shape, dimension, 1));
    const attributes = { all_gather_dim: attr.i64(dimension), ...meeting(e, [axisName]), ...GLOBAL_IDS };
    return e.op('all_gather', [part], result, attributes);
  }),
}));
export const allGather = (x: NdArray, params: GatherScatterParams): NdArray => bindCollective(allGatherP, x, params);

/** The sum over the examples, of which each gets one part (`lax.psum_scatter`). */
export const reduceScatterP = definePrimitive<GatherScatterParams>((self) => ({
  name: 'reduce_scatter',
  type: ([x], { dimension, tiled, axisName, axisSize }) => {
    const axis = canonicalAxis(dimension, x.ndim, 'psumScatter', 'scatterDimension');
    const size = x.shape[axis];
    if (tiled ? size % axisSize !== 0 : size !== axisSize) {
      throw new ShapeMismatch({
        op: 'psumScatter',
        argument: 'x',
        expected: `axis ${axis} must ${tiled ? 'be a multiple of' : 'have'} the size of '${axisName}', ${axisSize}`,
        actual: x.shape,
        hint: tiled ? undefined : 'Pass { tiled: true } to give each example a block.',
      });
    }
    return [tiled ? resized(x, axis, size / axisSize) : x.withShape(withoutAxes(x.shape, [axis]))];
  },
  derivative: linear(self, ([ct], [x], params) => [mapCotangent(ct, x.aval, (c) => allGather(c, params))]),
  batch: batchCollective(
    (examples, { dimension, tiled }, axis) => {
      const sum = reduceSum(examples, [0]);
      return { output: tiled ? splitAxis(sum, dimension, axis.size) : sum, dim: dimension };
    },
    (x, params) => bindOne(self(), [x], shifted(params)),
  ),
  ...collectiveRules<GatherScatterParams>('psumScatter', names, (e, x, { dimension, tiled, axisName }, result) => {
    const part = tiled ? result : result.withShape(withAxis(result.shape, dimension, 1));
    const attributes = { scatter_dimension: attr.i64(dimension), ...meeting(e, [axisName]), ...GLOBAL_IDS };
    return e.reshape(e.op('reduce_scatter', [x], part, attributes, [reducer(e, 'add', x.aval)]), result.shape);
  }),
}));
export const psumScatter = (x: NdArray, params: GatherScatterParams): NdArray =>
  bindCollective(reduceScatterP, x, params);
