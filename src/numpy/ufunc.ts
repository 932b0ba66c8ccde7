/**
 * The kit for NumPy's universal functions: promote, broadcast, apply a primitive.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { BroadcastOf, Fits, ShapeOf } from '../array/shape-types.js';
import { inexactArray, promoteArgs, promoteArgsInexact, promoteDTypes } from './promote.js';

export type Unary = <X extends ArrayLike>(x: X) => NdArray<ShapeOf<X>>;
export type Binary = <X extends ArrayLike, Y extends ArrayLike>(
  x1: X,
  x2: Y & Fits<BroadcastOf<X, Y>>,
) => NdArray<BroadcastOf<X, Y>>;

/** A function of one array in its own dtype. */
export const unary =
  (name: string, f: (x: NdArray) => NdArray): Unary =>
  (x) =>
    f(promoteDTypes(name, [x])[0]);

/** A function of one floating-point or complex array; integers become floats. */
export const unaryInexact =
  (name: string, f: (x: NdArray) => NdArray): Unary =>
  (x) =>
    f(inexactArray(name, x));

/** A function of two arrays in their common dtype. */
export const binary =
  (name: string, f: (x: NdArray, y: NdArray) => NdArray): Binary =>
  (x1, x2) => {
    const [x, y] = promoteArgs(name, x1, x2);
    return f(x, y);
  };

/** A function of two arrays in their common floating-point or complex dtype. */
export const binaryInexact =
  (name: string, f: (x: NdArray, y: NdArray) => NdArray): Binary =>
  (x1, x2) => {
    const [x, y] = promoteArgsInexact(name, x1, x2);
    return f(x, y);
  };
