/**
 * Trees of arrays as vectors: sums, multiples, inner products. And what may stand for a linear operator.
 */
import { NdArray } from '../../../array/array.js';
import { type ArrayLike, describeValue } from '../../../array/convert.js';
import { isComplex } from '../../../array/dtype.js';
import { InvalidArgument, ShapeMismatch, TreeMismatch } from '../../../error/error.js';
import { asArray } from '../../../lax/operand.js';
import * as jnp from '../../../numpy/index.js';
import { inexactArray } from '../../../numpy/promote.js';
import { leaves, map, structure } from '../../../tree/index.js';

/** A tree of arrays, all of whose elements are one vector. */
export type Vector = unknown;
/** A linear map from vectors to vectors like them. */
export type Operator = (x: Vector) => Vector;
/** What users give: a function, or a square matrix. */
export type OperatorLike = ArrayLike | ((x: never) => unknown);

const precise = { precision: 'highest' } as const;
type Arrays = readonly NdArray[];
const arraysOf = (x: Vector): Arrays => leaves(x) as unknown as Arrays;
const each = (f: (...xs: Arrays) => NdArray, ...trees: readonly Vector[]): Vector =>
  (map as (f: (...xs: never[]) => NdArray, ...trees: readonly unknown[]) => unknown)(f as never, ...trees);
const total = (xs: Arrays): NdArray => xs.reduce((sum, x) => sum.add(x));

export const mapLeaves = each;
export const add = (x: Vector, y: Vector): Vector => each((a, b) => a.add(b), x, y);
export const sub = (x: Vector, y: Vector): Vector => each((a, b) => a.sub(b), x, y);
export const scale = (c: NdArray, x: Vector): Vector => each((a) => a.mul(c), x);

/** `x^H y`. */
export const inner = (x: Vector, y: Vector): NdArray => {
  const ys = arraysOf(y);
  return total(arraysOf(x).map((a, i) => jnp.vdot(a, ys[i], precise)));
};

/** The real part of `x^H y`. */
export const innerReal = (x: Vector, y: Vector): NdArray => {
  const ys = arraysOf(y);
  const part = (a: NdArray, b: NdArray): NdArray =>
    isComplex(a.dtype) || isComplex(b.dtype)
      ? jnp.vdot(a.real, b.real, precise).add(jnp.vdot(a.imag, b.imag, precise))
      : jnp.vdot(a, b, precise);
  return total(arraysOf(x).map((a, i) => part(a, ys[i])));
};

export const norm = (x: Vector): NdArray => innerReal(x, x).sqrt();
export const sizeOfVector = (x: Vector): number => arraysOf(x).reduce((n, a) => n + a.size, 0);
export const dtypeOf = (x: Vector): NdArray['dtype'] => jnp.resultType(...arraysOf(x));
export const isReal = (x: Vector): boolean => arraysOf(x).every((a) => !isComplex(a.dtype));

/** A right-hand side with floating-point or complex leaves. */
export const asVector = (op: string, argument: string, x: unknown): Vector =>
  map((leaf: unknown) => inexactArray(op, asArray(leaf as ArrayLike, op, argument)), x as object, {
    isLeaf: (node: unknown) => Array.isArray(node) && node.length > 0 && node.every((y) => typeof y === 'number'),
  });

/** The first guess: zeros, or the user's, in the dtypes of `b`. */
export function asGuess(op: string, x0: unknown, b: Vector): Vector {
  if (x0 === null || x0 === undefined) return each((y) => jnp.zerosLike(y), b);
  const x = asVector(op, 'x0', x0);
  if (structure(x) !== structure(b)) {
    throw new TreeMismatch({ op, argument: 'x0', path: '', expected: `${structure(b)}`, actual: `${structure(x)}` });
  }
  const bs = arraysOf(b);
  arraysOf(x).forEach((y, i) => {
    if (y.shape.join() === bs[i].shape.join()) return;
    const expected = `b has shape [${bs[i].shape.join(', ')}] there`;
    throw new ShapeMismatch({ op, argument: 'x0', expected, actual: y.shape });
  });
  return each((y, like) => y.astype(like.dtype), x, b);
}

/** A function, or the product with a square matrix; the identity when there is none. */
export function asOperator(op: string, argument: string, A: OperatorLike | null | undefined): Operator {
  if (A === null || A === undefined) return (x) => x;
  if (typeof A === 'function') return A as Operator;
  if (!(A instanceof NdArray) && !Array.isArray(A) && !ArrayBuffer.isView(A)) {
    const expected = 'a function or a square matrix';
    throw new InvalidArgument({ op, argument, expected, actual: describeValue(A) });
  }
  const matrix = asArray(A, op, argument);
  if (matrix.ndim !== 2 || matrix.shape[0] !== matrix.shape[1]) {
    throw new ShapeMismatch({ op, argument, expected: 'a square matrix is needed', actual: matrix.shape });
  }
  return (x) => jnp.dot(matrix, x as NdArray, precise);
}
