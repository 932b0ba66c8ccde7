/**
 * The kit for collectives: operations in which the examples of a mapped axis meet.
 *
 * To the function being mapped, a collective over the axis is one operation on its own value. Batching is where it
 * becomes what it is: with the axis in front of all examples, `psum` is a sum along it, `ppermute` a permutation of it.
 * Batching over *another* axis only carries that axis along. Under `vmap` no engine ever sees one; inside of `shardMap` the
 * examples are devices, and the collective becomes XLA's own.
 */
import type { NdArray } from '../../array/array.js';
import type { ShapedArray } from '../../array/aval.js';
import { UnboundAxisName } from '../../error/axis.js';
import { type Attributes, attr, type Emitter, type Value } from '../../ir/lowering.js';
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

/** How a collective is written for one of several devices. */
export type LowerOnDevices<P> = (emitter: Emitter, x: Value, params: P, result: ShapedArray) => Value;

/**
 * The value and the lowering of a collective. By itself it has no value; where neither `vmap` nor `shardMap` binds its
 * axis, it is a mistake.
 */
export function collectiveRules<P extends object>(
  op: string,
  names: (params: P) => readonly string[],
  lower: LowerOnDevices<P>,
) {
  const unbound = (params: P, bound: readonly string[]): Error => {
    const name = names(params).find((axis) => !bound.includes(axis)) ?? names(params)[0];
    return new UnboundAxisName({ op, name, bound });
  };
  return {
    evaluate: (_: unknown, params: P): never => {
      throw unbound(params, []);
    },
    lower: (emitter: Emitter, args: readonly Value[], params: P, outputs: readonly ShapedArray[]): Value[] => {
      const bound = emitter.manual?.axes ?? [];
      if (!names(params).every((axis) => bound.includes(axis))) throw unbound(params, bound);
      return [lower(emitter, args[0], params, outputs[0])];
    },
    namedAxes: names,
  } satisfies Partial<Primitive<P>>;
}

/** The groups of devices that meet along mesh axes, and the channel that they meet in. */
export const meeting = (emitter: Emitter, axes: readonly string[]): Attributes => ({
  channel_handle: '#stablehlo.channel_handle<handle = 1, type = 1>',
  replica_groups: attr.pairs(emitter.manual?.mesh.groupsAlong(axes) ?? []),
});

/** The mark of collectives whose groups are lists of devices, not of replicas. */
export const GLOBAL_IDS: Attributes = { use_global_device_ids: 'unit' };

/** A reduction of two scalars, as the collectives that reduce carry it. */
export const reducer = (emitter: Emitter, op: string, x: ShapedArray) => {
  const scalar = x.withShape([]).strong;
  return emitter.region([scalar, scalar], (a, b) => [emitter.op(op, [a, b], scalar)]);
};

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
