/**
 * Host functions as operations of a program: for their value (`pure_callback`), for what they do and return
 * (`io_callback`), or only for what they do (`debug_callback`).
 *
 * Only the host can run them; engines get programs that are split around them (`engine/split.ts`).
 * Source: jax.pure_callback, jax.experimental.io_callback, jax.debug.callback.
 */
import { DeviceArray, type NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import type { HostData } from '../array/host.js';
import { CallbackNotBatchable } from '../error/callback.js';
import { InternalError, NotDifferentiable } from '../error/error.js';
import type { BatchAxis, BatchDim, BatchResult, Primitive } from '../ir/primitive.js';
import { bind } from '../trace/context.js';
import { nonDifferentiable, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { concatenate } from './concatenate.js';
import { sliceInDim } from './slice.js';
import { broadcastBatch, expandDims, moveAxis, squeeze } from './structure.js';

/** A function of concrete arrays; its results are checked by whoever made it. */
export type HostFunction = (args: readonly NdArray[]) => readonly DeviceArray[];

/** How `vmap` maps a callback: one call for each example, or one call with all of them along axis 0. */
export type VmapMethod = 'sequential' | 'expandDims' | 'broadcastAll';

export interface CallbackParams {
  readonly callback: HostFunction;
  readonly name: string;
  readonly results: readonly ShapedArray[];
}

export interface PureCallbackParams extends CallbackParams {
  readonly vmapMethod: VmapMethod | null;
}

const hostOf = (x: DeviceArray): HostData => ({ dtype: x.dtype, shape: x.shape, data: x.readHost() });

/** What all three share. */
const onHost = <P extends CallbackParams>(op: string) =>
  ({
    type: (_inputs: readonly ShapedArray[], { results }: P) => [...results],
    evaluate: (args: readonly HostData[], { callback }: P) =>
      callback(args.map((x) => DeviceArray.fromHost({ ...x, data: x.data.slice() }))).map(hostOf),
    expand: (args: readonly NdArray[], { callback }: P): NdArray[] => [...callback(args)],
    lower: (): never => {
      throw new InternalError({ what: `${op} was given to a compiler, and only the host can do it` });
    },
    onHost: true,
  }) satisfies Partial<Primitive<P>>;

/** Without a rule of its own, the derivative of a host function is not known. */
const unknownDerivative = <P extends CallbackParams>(op: string) =>
  smooth<P>((_, __, { name }) => {
    throw new NotDifferentiable({
      op: `${op}(${name})`,
      reason: 'what a host function computes is not known; give it a derivative with customJvp or customVjp',
    });
  });

/** One call for each example. */
function eachExample<P extends CallbackParams>(
  self: Primitive<P>,
  args: readonly NdArray[],
  dims: readonly BatchDim[],
  params: P,
  axis: BatchAxis,
): BatchResult {
  const fronts = args.map((x, i) => (dims[i] === null ? x : moveAxis(x, dims[i], 0)));
  const calls = Array.from({ length: axis.size }, (_, k) =>
    bind(
      self,
      fronts.map((x, i) => (dims[i] === null ? x : squeeze(sliceInDim(x, k, k + 1, 1, 0), [0]))),
      params,
    ),
  );
  const outputs = params.results.map((_, i) =>
    concatenate(
      calls.map((results) => expandDims(results[i], [0])),
      0,
    ),
  );
  return { outputs, dims: outputs.map(() => 0) };
}

const batchedResults = (results: readonly ShapedArray[], size: number): ShapedArray[] =>
  results.map((x) => shaped([size, ...x.shape], x.dtype));

/** The results of a host function without side effects: may be called once, several times, or not at all. */
export const pureCallbackP = definePrimitive<PureCallbackParams>((self) => ({
  name: 'pure_callback',
  ...onHost<PureCallbackParams>('pureCallback'),
  derivative: unknownDerivative('pureCallback'),
  batch: (args, dims, params, axis) => {
    const { vmapMethod, results, name } = params;
    if (vmapMethod === 'sequential') return eachExample(self(), args, dims, params, axis);
    if (vmapMethod === null) {
      throw new CallbackNotBatchable({
        op: 'pureCallback',
        callback: name,
        reason:
          "nothing says how. Pass { vmapMethod: 'sequential' } for one call per example, or 'expandDims' or 'broadcastAll' " +
          'if it can take all examples along a first axis',
      });
    }
    const given = args.map((x, i) => {
      const dim = dims[i];
      if (dim !== null) return moveAxis(x, dim, 0);
      return vmapMethod === 'expandDims' ? expandDims(x, [0]) : broadcastBatch(x, axis.size);
    });
    const outputs = bind(self(), given, { ...params, results: batchedResults(results, axis.size) });
    return { outputs, dims: outputs.map(() => 0) };
  },
}));

/** The results of a host function that does something: called exactly once each time the program runs, in order. */
export const ioCallbackP = definePrimitive<CallbackParams & { ordered: boolean }>((self) => ({
  name: 'io_callback',
  ...onHost<CallbackParams & { ordered: boolean }>('ioCallback'),
  derivative: unknownDerivative('ioCallback'),
  batch: (args, dims, params, axis) => {
    if (!params.ordered) return eachExample(self(), args, dims, params, axis);
    const reason = 'it is ordered, and the examples of vmap have no order; pass { ordered: false }';
    throw new CallbackNotBatchable({ op: 'ioCallback', callback: params.name, reason });
  },
  effects: () => ['callback'],
}));

/** Calls a host function for what it does: transformations leave it alone, gradients pass it by. */
export const debugCallbackP = definePrimitive<CallbackParams>((self) => ({
  name: 'debug_callback',
  ...onHost<CallbackParams>('debug.callback'),
  derivative: nonDifferentiable('a debug callback has no results'),
  batch: (args, dims, params, axis) => eachExample(self(), args, dims, params, axis),
  effects: () => ['callback'],
}));
