/**
 * The current interpreter: the one mutable cell of the tracing machinery.
 *
 * Every operation is handed to whatever interpreter is current. A transformation makes its own current while it runs
 * the user's function, and hands what it computes on to the one that was current before ("stackless": the interpreter
 * is context, not something fished out of the arguments). Source: JAX, autodidax2.
 */
import { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { InternalError, LeakedTracer } from '../error/error.js';
import { type Location, locationText } from '../error/location.js';
import type { Primitive } from '../ir/primitive.js';

/** An interpreter of operations. */
export abstract class Trace {
  /** False once the transformed function has returned: its tracers must not be used any more. */
  live = true;

  /** Whether what it is given may be written down, so that the user's line is worth looking for. */
  readonly records: boolean = true;

  /** What the user called: `jit(trainStep)`, `grad(loss)`. */
  abstract readonly description: string;

  abstract bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[];
}

/** A value that stands for an array while a function is being read by a transformation. */
export abstract class Tracer extends NdArray {
  abstract readonly trace: Trace;
  abstract override readonly aval: ShapedArray;
  /** The user's line that made it, where known. */
  readonly location: Location | null = null;
}

let current: Trace | null = null;

/** The interpreter that operations go to now. */
export function currentTrace(): Trace {
  if (current === null) throw new InternalError({ what: 'no interpreter is installed' });
  return current;
}

/** Makes the outermost interpreter, which computes at once. Called once, by the front door. */
export function installBaseTrace(trace: Trace): void {
  current = trace;
}

/** Runs `body` with another interpreter. */
export function withTrace<T>(trace: Trace, body: () => T): T {
  const before = current;
  current = trace;
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Runs `body` with a new interpreter, which is over when `body` returns. */
export function withNewTrace<T>(trace: Trace, body: () => T): T {
  try {
    return withTrace(trace, body);
  } finally {
    trace.live = false;
  }
}

/**
 * Applies a primitive through the current interpreter.
 * @throws LeakedTracer when an argument belongs to a call that has ended
 */
export function bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[] {
  for (const arg of args) {
    if (arg instanceof Tracer && !arg.trace.live) {
      throw new LeakedTracer({
        tracer: `A traced value of type ${arg.aval}`,
        transform: arg.trace.description,
        location: arg.location ? locationText(arg.location) : undefined,
      });
    }
  }
  return currentTrace().bind(primitive, args, params);
}

/** Applies a primitive that has one output. */
export function bindOne<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray {
  return bind(primitive, args, params)[0];
}
