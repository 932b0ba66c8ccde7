/**
 * The kit for collectives: operations in which the examples of a mapped axis meet.
 *
 * To the function being mapped, a collective over the axis is one operation on its own value. Batching is where it
 * becomes what it is: with the axis in front of all examples, `psum` is a sum along it, `ppermute` a permutation of it.
 * Batching over *another* axis only carries that axis along. No engine ever sees one: `vmap` has replaced them all.
 */
import type { NdArray } from '../../array/array.js';
import { UnboundAxisName } from '../../error/axis.js';
import type { BatchAxis, BatchDim, BatchResult, BatchRule, Primitive } from '../../ir/primitive.js';
import { bindOne } from '../../trace/context.js';
import { broadcastBatch, moveAxis } from '../structure.js';

/** All examples along axis 0; one that does not depend on the example is repeated. */
const examplesInFront = (x: NdArray, dim: BatchDim, axis: BatchAxis): NdArray =>
  dim === null ? broadcastBatch(x, axis.size) : moveAxis(x, dim, 0);

/** Parameters of collectives over one axis. */
export interface CollectiveParams {
  readonly axisName: string;
  readonly axisSize: number;
}

/** The value and the lowering of a collective that is not inside its axis: a mistake. */
export function unbound<P extends object>(op: string, names: (params: P) => readonly string[]) {
  const refuse = (params: P): never => {
    throw new UnboundAxisName({ op, name: names(params)[0], bound: [] });
  };
  return {
    evaluate: (_: unknown, params: P) => refuse(params),
    lower: (_emitter: unknown, _args: unknown, params: P) => refuse(params),
    namedAxes: names,
  } satisfies Partial<Primitive<P>>;
}

/**
 * Batching of a collective of one operand over one axis.
 *
 * @param meet the operation on all examples, which are along axis 0
 * @param carry the collective on an operand that has an axis of another `vmap` in front
 */
export const batchCollective =
  <P extends CollectiveParams>(
    meet: (examples: NdArray, params: P, axis: BatchAxis) => { readonly output: NdArray; readonly dim: BatchDim },
    carry: (x: NdArray, params: P) => NdArray,
  ): BatchRule<P> =>
  ([x], [dim], params, axis): BatchResult => {
    if (params.axisName === axis.name) {
      const { output, dim: outDim } = meet(examplesInFront(x, dim, axis), params, axis);
      return { outputs: [output], dims: [outDim] };
    }
    return { outputs: [carry(moveAxis(x, dim as number, 0), params)], dims: [0] };
  };

/** Applies a collective to checked operands: batching, where most end, does not ask for their types. */
export function bindCollective<P extends object>(primitive: Primitive<P>, x: NdArray, params: P): NdArray {
  primitive.type([x.aval], params);
  return bindOne(primitive, [x], params);
}
