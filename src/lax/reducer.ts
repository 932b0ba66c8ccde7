/**
 * What a user's `computation` of two scalars is: one of the monoids that engines know, or any associative function.
 *
 * The function is staged on two scalars; if its program is one equation of a known monoid on its two arguments, it is that
 * monoid. Any other is applied by `vmap` to halves of the elements, in order, until one is left.
 */
import { DeviceArray, type NdArray } from '../array/array.js';
import { type ArrayLike, isScalarLike } from '../array/convert.js';
import { type DType, isBool } from '../array/dtype.js';
import { limitsOf } from '../array/limits.js';
import { readNumbers } from '../array/numeric.js';
import { Literal } from '../ir/jaxpr.js';
import * as primitive from '../primitive/index.js';
import { Tracer } from '../trace/context.js';
import { stage } from '../trace/stage.js';
import { vmap } from '../transform/vmap.js';
import {
  bitwiseAnd,
  bitwiseOr,
  bitwiseXor,
  add as laxAdd,
  max as laxMax,
  min as laxMin,
  mul as laxMul,
} from './elementwise.js';

/** An associative operation with an identity that engines reduce by. */
export interface Monoid {
  readonly identity: (dtype: DType) => number | bigint | boolean;
  readonly combine: (x: NdArray, y: NdArray) => NdArray;
  readonly reduce: (x: NdArray, axes: readonly number[]) => NdArray;
  /** Over windows; null where there is no such primitive. */
  readonly window: ((x: NdArray, params: primitive.WindowParams) => NdArray) | null;
}

const allBits = (dtype: DType): number | boolean => (isBool(dtype) ? true : -1);
const noBits = (dtype: DType): number | boolean => (isBool(dtype) ? false : 0);

const { add, mul, max, min, and, or, xor } = primitive;

/** By the name of the primitive. */
const monoids: Readonly<Record<string, Monoid>> = {
  add: { identity: () => 0, combine: add, reduce: primitive.reduceSum, window: primitive.reduceWindowSum },
  mul: { identity: () => 1, combine: mul, reduce: primitive.reduceProd, window: null },
  max: {
    identity: (d) => limitsOf(d).lowest,
    combine: max,
    reduce: primitive.reduceMax,
    window: primitive.reduceWindowMax,
  },
  min: {
    identity: (d) => limitsOf(d).highest,
    combine: min,
    reduce: primitive.reduceMin,
    window: primitive.reduceWindowMin,
  },
  and: { identity: allBits, combine: and, reduce: primitive.reduceAnd, window: null },
  or: { identity: noBits, combine: or, reduce: primitive.reduceOr, window: null },
  xor: { identity: noBits, combine: xor, reduce: primitive.reduceXor, window: null },
};

const functions = new Map<unknown, Monoid>([
  [laxAdd, monoids.add],
  [laxMul, monoids.mul],
  [laxMax, monoids.max],
  [laxMin, monoids.min],
  [bitwiseAnd, monoids.and],
  [bitwiseOr, monoids.or],
  [bitwiseXor, monoids.xor],
]);

/** A function of two lists of scalars. */
export type Combine = (x: readonly NdArray[], y: readonly NdArray[]) => NdArray[];

/** The monoid that a function of scalars is; null when it is another. `computation` is what the user wrote. */
export function monoidOf(computation: unknown, combine: Combine, operands: readonly NdArray[]): Monoid | null {
  if (operands.length !== 1) return null;
  const known = functions.get(computation);
  if (known) return known;
  const scalar = operands[0].aval.withShape([]).strong;
  const { jaxpr, consts } = stage('reduce', [scalar, scalar], ([x, y]) => combine([x], [y]));
  const [equation] = jaxpr.equations;
  if (jaxpr.equations.length !== 1 || consts.length > 0 || jaxpr.outvars[0] !== equation.outputs[0]) return null;
  const [x, y] = equation.inputs;
  const isOfBoth = x !== y && !(x instanceof Literal) && !(y instanceof Literal);
  return isOfBoth && Object.hasOwn(monoids, equation.primitive.name) ? monoids[equation.primitive.name] : null;
}

/** True when a start value is known to be the identity of a monoid. */
export function isIdentity(start: ArrayLike, monoid: Monoid, dtype: DType): boolean {
  const identity = Number(monoid.identity(dtype));
  if (isScalarLike(start)) return typeof start !== 'object' && Number(start) === identity;
  if (start instanceof Tracer || !(start instanceof DeviceArray) || start.size !== 1) return false;
  return readNumbers({ dtype: start.dtype, shape: [], data: start.readHost() })[0] === identity;
}

/** A function of scalars applied to arrays of one shape, element by element. */
export function elementwise(combine: Combine): Combine {
  return (xs, ys) => {
    const { shape, size } = xs[0];
    const flat = (list: readonly NdArray[]): NdArray[] => list.map((x) => primitive.reshape(x, [size]));
    const mapped = vmap((x: readonly NdArray[], y: readonly NdArray[]) => combine(x, y));
    return (mapped(flat(xs), flat(ys)) as readonly NdArray[]).map((x) => primitive.reshape(x, shape));
  };
}

/** Rows `0, 1, ...` of arrays combined to one, in order. */
export function combineRows(rows: readonly NdArray[], combine: Combine): NdArray[] {
  let values = rows;
  let n = rows[0].shape[0];
  const step = elementwise(combine);
  while (n > 1) {
    const pairs = n - (n % 2);
    const every = (start: number): NdArray[] => values.map((x) => primitive.sliceInDim(x, start, pairs, 2, 0));
    const combined = step(every(0), every(1));
    const rest = n % 2 === 0 ? null : values.map((x) => primitive.sliceInDim(x, n - 1, n, 1, 0));
    values = rest === null ? combined : combined.map((x, i) => primitive.concatenate([x, rest[i]], 0));
    n = values[0].shape[0];
  }
  return values.map((x) => primitive.squeeze(x, [0]));
}
