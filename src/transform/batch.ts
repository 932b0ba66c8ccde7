/**
 * Batching: one operation on an array with an extra axis in place of many operations.
 *
 * A value carries the position of its batch axis; the primitive's rule says how the operation is done on all of them
 * at once. Source: JAX, autodidax, part 3.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { withoutAxes } from '../array/shape.js';
import { sharingLocation } from '../error/location.js';
import { type AnyPrimitive, namedAxesOf, type Params } from '../ir/jaxpr.js';
import type { BatchAxis, BatchDim, Primitive } from '../ir/primitive.js';
import { broadcastBatch, moveAxis } from '../primitive/structure.js';
import { withNamedAxes } from '../trace/axis.js';
import { bind, currentTrace, Trace, withNewTrace, withTrace } from '../trace/context.js';
import { AbstractTracer } from '../trace/tracer.js';

/** A value with a batch axis that the function being batched does not see. */
class BatchTracer extends AbstractTracer {
  readonly aval: ShapedArray;

  constructor(
    readonly trace: BatchTrace,
    readonly value: NdArray,
    readonly dim: number,
  ) {
    super();
    this.aval = shaped(withoutAxes(value.shape, [dim]), value.dtype, value.weakType);
  }
}

/** The interpreter of one `vmap`. */
class BatchTrace extends Trace {
  override readonly records: boolean;

  constructor(
    readonly parent: Trace,
    readonly axis: BatchAxis,
    readonly description: string,
  ) {
    super();
    this.records = parent.records;
  }

  wrap(value: NdArray, dim: BatchDim): NdArray {
    return dim === null ? value : new BatchTracer(this, value, dim);
  }

  unwrap(value: NdArray): { value: NdArray; dim: BatchDim } {
    // The axis tells: the rule of a custom derivative is batched by another trace over the same axis as its function.
    return value instanceof BatchTracer && value.trace.axis === this.axis
      ? { value: value.value, dim: value.dim }
      : { value, dim: null };
  }

  override bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[] {
    const pairs = args.map((x) => this.unwrap(x));
    const values = pairs.map((p) => p.value);
    const dims = pairs.map((p) => p.dim);
    if (dims.every((d) => d === null) && !this.#meets(primitive, params)) {
      return withTrace(this.parent, () => bind(primitive, values, params));
    }
    const batch = () => withTrace(this.parent, () => primitive.batch(values, dims, params, this.axis));
    const result = this.records ? sharingLocation(batch) : batch();
    return result.outputs.map((y, i) => this.wrap(y, result.dims[i]));
  }

  /** Whether a collective over this axis is in it: such a one takes part even if none of its operands is batched. */
  #meets(primitive: AnyPrimitive, params: object): boolean {
    return this.axis.name !== null && namedAxesOf(primitive, params as Params).includes(this.axis.name);
  }
}

/** Runs `f` on values with batch axes; returns its outputs with theirs. */
export function batchFlat(
  description: string,
  f: (args: NdArray[]) => readonly NdArray[],
  args: readonly NdArray[],
  dims: readonly BatchDim[],
  axis: BatchAxis,
): { outputs: NdArray[]; dims: BatchDim[] } {
  const trace = new BatchTrace(currentTrace(), axis, description);
  return withNewTrace(trace, () => {
    const batched = args.map((x, i) => trace.wrap(x, dims[i]));
    const results = withNamedAxes([axis], () => f(batched)).map((y) => trace.unwrap(y));
    return { outputs: results.map((r) => r.value), dims: results.map((r) => r.dim) };
  });
}

/** Moves the batch axis of a result to where it is wanted; makes one where there is none. */
export function placeBatchAxis(value: NdArray, dim: BatchDim, wanted: number, size: number): NdArray {
  const front = dim === null ? broadcastBatch(value, size) : moveAxis(value, dim, 0);
  return moveAxis(front, 0, wanted < 0 ? wanted + front.ndim : wanted);
}
