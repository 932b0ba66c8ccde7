/**
 * Values sent from example to example: along given pairs, or every example to every other.
 *
 * Source: jax.lax.ppermute, jax.lax.all_to_all.
 */
import { type NdArray, scalarArray } from '../../array/array.js';
import { withAxis, withoutAxes } from '../../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { attr } from '../../ir/lowering.js';
import { bindOne } from '../../trace/context.js';
import { linear, mapCotangent } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { concatenate } from '../concatenate.js';
import { sliceInDim } from '../slice.js';
import { broadcastInDim, moveAxis } from '../structure.js';
import { mergeAxes, splitAxis } from './all-gather.js';
import { batchCollective, bindCollective, type CollectiveParams, collectiveRules, meeting } from './kit.js';

export type Pair = readonly [source: number, destination: number];

export interface PermuteParams extends CollectiveParams {
  readonly perm: readonly Pair[];
}

const names = (params: CollectiveParams): readonly string[] => [params.axisName];

/** The rows of `x` in a new order; -1 is a row of zeros. Neighbouring rows are moved together. */
function arrange(x: NdArray, order: readonly number[]): NdArray {
  const pieces: NdArray[] = [];
  for (let start = 0; start < order.length; ) {
    const first = order[start];
    let end = start + 1;
    while (end < order.length && order[end] === (first < 0 ? -1 : first + end - start)) end++;
    const count = end - start;
    pieces.push(
      first < 0
        ? broadcastInDim(scalarArray(0, x.dtype, false), [count, ...x.shape.slice(1)], [])
        : sliceInDim(x, first, first + count, 1, 0),
    );
    start = end;
  }
  return pieces.length === 1 ? pieces[0] : concatenate(pieces, 0);
}

/** Example `destination` gets the value of example `source`, those that nobody sends to get zeros (`lax.ppermute`). */
export const ppermuteP = definePrimitive<PermuteParams>((self) => ({
  name: 'ppermute',
  type: ([x], { perm, axisSize, axisName }) => {
    const outside = perm.flat().find((i) => !Number.isInteger(i) || i < 0 || i >= axisSize);
    const repeated = [0, 1].some((k) => new Set(perm.map((pair) => pair[k])).size !== perm.length);
    if (outside !== undefined || repeated) {
      throw new InvalidArgument({
        op: 'ppermute',
        argument: 'perm',
        expected: `pairs [source, destination] of positions along '${axisName}', 0 to ${axisSize - 1}, no source and no destination twice`,
        actual: JSON.stringify(perm),
      });
    }
    return [x];
  },
  derivative: linear(self, ([ct], [x], params) => [
    mapCotangent(ct, x.aval, (c) =>
      bindOne(self(), [c], {
        ...params,
        perm: params.perm.map(([source, destination]): Pair => [destination, source]),
      }),
    ),
  ]),
  batch: batchCollective(
    (examples, { perm }, axis) => {
      const order = new Array<number>(axis.size).fill(-1);
      for (const [source, destination] of perm) order[destination] = source;
      return { output: arrange(examples, order), dim: 0 };
    },
    (x, params) => bindOne(self(), [x], params),
  ),
  ...collectiveRules<PermuteParams>('ppermute', names, (e, x, { perm, axisName }, result) => {
    const { replica_groups: _, ...channel } = meeting(e, [axisName]);
    const groups = e.manual?.mesh.groupsAlong([axisName]) ?? [];
    const pairs = groups.flatMap((group) => perm.map(([source, destination]) => [group[source], group[destination]]));
    return e.op('collective_permute', [x], result, { ...channel, source_target_pairs: attr.pairs(pairs) });
  }),
}));
export const ppermute = (x: NdArray, params: PermuteParams): NdArray => bindCollective(ppermuteP, x, params);

export interface AllToAllParams extends CollectiveParams {
  readonly splitAxis: number;
  readonly concatAxis: number;
  readonly tiled: boolean;
}

/**
 * Example `i` splits its value along one axis and sends part `j` to example `j`, which joins what it gets along another
 * axis (`lax.all_to_all`): a transpose of the mapped axis with an axis of the value.
 */
export const allToAllP = definePrimitive<AllToAllParams>((self) => ({
  name: 'all_to_all',
  type: ([x], { splitAxis: split, concatAxis: concat, tiled, axisSize, axisName }) => {
    const size = x.shape[split];
    if (size === undefined || (tiled ? size % axisSize !== 0 : size !== axisSize)) {
      throw new ShapeMismatch({
        op: 'allToAll',
        argument: 'x',
        expected: `axis ${split} must ${tiled ? 'be a multiple of' : 'have'} the size of '${axisName}', ${axisSize}`,
        actual: x.shape,
        hint: tiled ? undefined : 'Pass { tiled: true } to send blocks.',
      });
    }
    if (!tiled) return [x.withShape(withAxis(withoutAxes(x.shape, [split]), concat, axisSize))];
    const shape = [...x.shape];
    shape[split] /= axisSize;
    shape[concat] *= axisSize;
    return [x.withShape(shape)];
  },
  derivative: linear(self, ([ct], [x], params) => [
    mapCotangent(ct, x.aval, (c) =>
      bindOne(self(), [c], { ...params, splitAxis: params.concatAxis, concatAxis: params.splitAxis }),
    ),
  ]),
  batch: batchCollective(
    (examples, { splitAxis: split, concatAxis: concat, tiled }, axis) => {
      const parts = tiled ? splitAxis(examples, split + 1, axis.size) : examples;
      // Axis 0 is now the receiver, axis 1 the sender.
      const sent = moveAxis(parts, split + 1, 0);
      const joined = moveAxis(sent, 1, concat + 1);
      return { output: tiled ? mergeAxes(joined, concat + 1) : joined, dim: 0 };
    },
    (x, params) =>
      bindOne(self(), [x], { ...params, splitAxis: params.splitAxis + 1, concatAxis: params.concatAxis + 1 }),
  ),
  ...collectiveRules<AllToAllParams>('allToAll', names, (e, x, params, result) => {
    const { axisName, axisSize, tiled } = params;
    let { splitAxis: split, concatAxis: concat } = params;
    let whole = x;
    if (!tiled) {
      // The received parts lie along a new axis; what is left of the split axis, of size one, goes.
      if (concat > split) concat++;
      else split++;
      whole = e.reshape(x, withAxis(x.aval.shape, concat, 1));
    }
    const shape = [...whole.aval.shape];
    shape[split] /= axisSize;
    shape[concat] *= axisSize;
    const sent = e.op('all_to_all', [whole], result.withShape(shape), {
      split_dimension: attr.i64(split),
      concat_dimension: attr.i64(concat),
      split_count: attr.i64(axisSize),
      ...meeting(e, [axisName]),
    });
    return e.reshape(sent, result.shape);
  }),
}));
export const allToAll = (x: NdArray, params: AllToAllParams): NdArray => bindCollective(allToAllP, x, params);
