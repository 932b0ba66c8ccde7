/**
 * Forward mode: a value travels together with its derivative in one direction.
 *
 *     jvp(f)(x, dx) = (f(x), f'(x) dx)
 *
 * Every pair is tagged with the interpreter that made it, which is what keeps nested derivatives apart (perturbation
 * confusion): a pair of another interpreter is a constant here. Source: JAX, autodidax, part 1.
 */
import type { NdArray } from '../array/array.js';
import { DeviceArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { isInexact } from '../array/dtype.js';
import { deriving, sharingLocation } from '../error/location.js';
import type { Primitive, Tangent } from '../ir/primitive.js';
import { isZero, Zero } from '../ir/zero.js';
import { bind, currentTrace, Trace, withNewTrace, withTrace } from '../trace/context.js';
import { AbstractTracer } from '../trace/tracer.js';

/** A primal value and its tangent. */
class JvpTracer extends AbstractTracer {
  constructor(
    readonly trace: JvpTrace,
    readonly primal: NdArray,
    readonly tangent: NdArray,
  ) {
    super();
  }

  get aval(): ShapedArray {
    return this.primal.aval;
  }

  /** The primal may be known although it is being differentiated: its elements can be read then. */
  override dataSync() {
    return this.primal.dataSync();
  }

  override data() {
    return this.primal.data();
  }

  override item(): number {
    return this.primal.item();
  }

  override toString(): string {
    return this.primal instanceof DeviceArray ? this.primal.toString() : super.toString();
  }
}

class JvpTrace extends Trace {
  override readonly records: boolean;

  constructor(
    readonly parent: Trace,
    readonly description: string,
  ) {
    super();
    this.records = parent.records;
  }

  /** A value with a tangent; a zero tangent needs no pair. */
  pair(primal: NdArray, tangent: Tangent): NdArray {
    return isZero(tangent) ? primal : new JvpTracer(this, primal, tangent);
  }

  primalOf(value: NdArray): NdArray {
    return value instanceof JvpTracer && value.trace === this ? value.primal : value;
  }

  tangentOf(value: NdArray): Tangent {
    return value instanceof JvpTracer && value.trace === this ? value.tangent : new Zero(value.aval);
  }

  override bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[] {
    const primals = args.map((x) => this.primalOf(x));
    if (args.every((x, i) => x === primals[i]) || primitive.derivative.kind === 'none') {
      return withTrace(this.parent, () => bind(primitive, primals, params));
    }
    const { jvp } = primitive.derivative;
    const tangents = args.map((x) => this.tangentOf(x));
    const derive = () =>
      deriving(primitive.name, false, () => withTrace(this.parent, () => jvp(primals, tangents, params)));
    const result = this.records ? sharingLocation(derive) : derive();
    return result.primals.map((primal, i) => this.pair(primal, result.tangents[i]));
  }
}

/** The values and tangents of `f` at `primals` in the direction `tangents`, on flat lists. */
export function jvpFlat(
  description: string,
  f: (args: NdArray[]) => readonly NdArray[],
  primals: readonly NdArray[],
  tangents: readonly Tangent[],
): { primals: NdArray[]; tangents: Tangent[] } {
  const trace = new JvpTrace(currentTrace(), description);
  return withNewTrace(trace, () => {
    const outputs = f(primals.map((x, i) => trace.pair(x, tangents[i])));
    return { primals: outputs.map((y) => trace.primalOf(y)), tangents: outputs.map((y) => trace.tangentOf(y)) };
  });
}

/** True for the dtypes that have tangents. */
export const hasTangent = (aval: ShapedArray): boolean => isInexact(aval.dtype);
