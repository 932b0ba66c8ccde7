/**
 * The ways to say how a primitive is differentiated. Each makes the `derivative` field of a primitive.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import type {
  Cotangent,
  Derivative,
  JvpRule,
  LinearStructure,
  Operand,
  Primitive,
  Tangent,
  TransposeRule,
} from '../ir/primitive.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bind } from './context.js';

/** No derivative, for a reason that users will read. Tangents of the outputs are zero. */
export const nonDifferentiable = <P>(reason: string): Derivative<P> => ({ kind: 'none', reason });

/** A derivative by its own rule; `transpose` for primitives that can be linear in some of their inputs. */
export const smooth = <P>(
  jvp: JvpRule<P>,
  transpose: TransposeRule<P> | null = null,
  structure?: LinearStructure,
): Derivative<P> => ({ kind: 'smooth', jvp, transpose, structure });

/** Adds a transpose rule, for a primitive that is linear in some inputs only. */
export const withTranspose = <P>(derivative: Derivative<P>, transpose: TransposeRule<P>): Derivative<P> =>
  derivative.kind === 'smooth' ? smooth(derivative.jvp, transpose) : derivative;

/** Makes an array of zeros; given by the structure primitives, which alone know how. */
export type Zeros = (aval: ShapedArray) => NdArray;

let zeros: Zeros;
let addTwo: (x: NdArray, y: NdArray) => NdArray;

/** Hands this file the two operations that accumulation needs. */
export function installAccumulation(make: Zeros, add: (x: NdArray, y: NdArray) => NdArray): void {
  zeros = make;
  addTwo = add;
}

/** The value of a tangent or cotangent: zeros are computed now. */
export const instantiate = (tangent: Tangent): NdArray => (isZero(tangent) ? zeros(tangent.aval) : tangent);

/** The sum of two tangents or cotangents. */
export function addTangents(x: Tangent, y: Tangent): Tangent {
  if (isZero(x)) return y;
  if (isZero(y)) return x;
  return addTwo(x, y);
}

/**
 * The primitive is linear in the operands at `positions` *jointly* (all of them when not given); the others are
 * constants of that linear map. `self` is the primitive itself: the tangent is the primitive applied to tangents.
 */
export function linear<P extends object>(
  self: () => Primitive<P>,
  transpose: TransposeRule<P>,
  positions: readonly number[] | null = null,
): Derivative<P> {
  const jvp: JvpRule<P> = (primals, tangents, params) => {
    const outputs = bind(self(), primals, params);
    const moves = tangents.some((t, i) => (positions === null || positions.includes(i)) && !isZero(t));
    if (!moves) return { primals: outputs, tangents: outputs.map((y) => new Zero(y.aval)) };
    const inputs = primals.map((x, i) => (positions === null || positions.includes(i) ? instantiate(tangents[i]) : x));
    return { primals: outputs, tangents: bind(self(), inputs, params) };
  };
  return smooth(jvp, transpose, { kind: 'linear', positions });
}

/**
 * The primitive has two operands and is linear in each: `d(x y) = dx y + x dy`.
 * `transposeLeft(ct, y, x.aval)` and `transposeRight(ct, x, y.aval)` give the cotangent of the linear one.
 */
export function bilinear<P extends object>(
  self: () => Primitive<P>,
  transposeLeft: (ct: NdArray, y: NdArray, x: ShapedArray, params: P) => NdArray,
  transposeRight: (ct: NdArray, x: NdArray, y: ShapedArray, params: P) => NdArray,
): Derivative<P> {
  const jvp: JvpRule<P> = ([x, y], [dx, dy], params) => {
    const output = bind(self(), [x, y], params);
    const zero: Tangent = new Zero(output[0].aval);
    const left = isZero(dx) ? zero : bind(self(), [dx, y], params)[0];
    const right = isZero(dy) ? zero : bind(self(), [x, dy], params)[0];
    return { primals: output, tangents: [addTangents(left, right)] };
  };
  const transpose: TransposeRule<P> = ([ct], [x, y], params) => {
    if (isZero(ct)) return [null, null];
    if (isLinear(x)) return [transposeLeft(ct, y as NdArray, x.aval, params), null];
    return [null, transposeRight(ct, x as NdArray, (y as Operand).aval, params)];
  };
  return smooth(jvp, transpose, { kind: 'bilinear' });
}

/** Applies a function to a cotangent unless it is a zero. */
export const mapCotangent = (ct: Cotangent, aval: ShapedArray, f: (ct: NdArray) => NdArray): Cotangent =>
  isZero(ct) ? new Zero(aval) : f(ct);
