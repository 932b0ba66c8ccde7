/**
 * Promotion: operands of unlike dtypes and shapes made alike, as NumPy and JAX do.
 *
 * Dtypes go up JAX's lattice, where plain numbers are weak; shapes are broadcast from the right. Scalars stay scalars,
 * since elementwise primitives repeat them by themselves. Source: jax/_src/numpy/util.py.
 */
import { NdArray } from '../array/array.js';
import { type ArrayLike, defaultFloat } from '../array/convert.js';
import { type DType, isBool, isInexact } from '../array/dtype.js';
import { resultType as latticeResult } from '../array/promotion.js';
import { broadcastShapes as broadcastTwo, sameShape } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import { inType, operand, typeOf } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';

interface ElementType {
  readonly dtype: DType;
  readonly weakType: boolean;
}

/** The type itself if it can carry tangents, else the default float; weak integers become weak floats. */
const inexactType = ({ dtype, weakType }: ElementType): ElementType =>
  isInexact(dtype) ? { dtype, weakType } : { dtype: defaultFloat(), weakType: weakType && !isBool(dtype) };

/** Operands in the dtype that promotion gives them. */
export function promoteDTypes(op: string, values: readonly ArrayLike[]): NdArray[] {
  const [first] = values;
  if (first instanceof NdArray && values.every((x) => x instanceof NdArray && x.dtype === first.dtype)) {
    return values as NdArray[];
  }
  return intoType(op, values, (type) => type);
}

/** As `promoteDTypes`, where integers and booleans become floats. */
export const promoteDTypesInexact = (op: string, values: readonly ArrayLike[]): NdArray[] =>
  intoType(op, values, inexactType);

/** As `promoteDTypes`, where booleans become integers. */
export const promoteDTypesNumeric = (op: string, values: readonly ArrayLike[]): NdArray[] =>
  intoType(op, values, (type) => (isBool(type.dtype) ? { dtype: 'int32', weakType: false } : type));

function intoType(op: string, values: readonly ArrayLike[], adjust: (common: ElementType) => ElementType): NdArray[] {
  const operands = values.map((x, i) => operand(x, op, argumentName(i, values.length)));
  const { dtype, weakType } = adjust(operands.length === 1 ? typeOf(operands[0]) : latticeResult(operands.map(typeOf)));
  return operands.map((x) => inType(x, dtype, weakType));
}

const argumentName = (i: number, n: number): string => (n === 1 ? 'x' : n === 2 ? ['x1', 'x2'][i] : `argument ${i}`);

/**
 * Operands of one shape, scalars excepted.
 * @throws ShapeMismatch when the shapes cannot be broadcast
 */
export function promoteShapes(op: string, arrays: readonly NdArray[]): NdArray[] {
  let shape: readonly number[] | null = null;
  let alike = true;
  for (const x of arrays) {
    if (x.ndim === 0) continue;
    if (shape === null) shape = x.shape;
    else if (!sameShape(shape, x.shape)) alike = false;
  }
  if (alike || shape === null) return arrays as NdArray[];
  const target = broadcastShape(
    op,
    arrays.map((x) => x.shape),
  );
  return arrays.map((x) => (x.ndim === 0 ? x : broadcastArray(x, target)));
}

/**
 * The shape that the shapes are broadcast to.
 * @throws ShapeMismatch naming the first one that does not fit
 */
export function broadcastShape(op: string, shapes: readonly (readonly number[])[]): number[] {
  const target = broadcastTwo(...shapes);
  if (target !== null) return target;
  let sofar: readonly number[] = [];
  for (const [i, shape] of shapes.entries()) {
    const next = broadcastTwo(sofar, shape);
    if (next === null) {
      throw new ShapeMismatch({
        op,
        argument: argumentName(i, shapes.length),
        expected: `it must broadcast with [${sofar.join(', ')}]`,
        actual: shape,
        hint: 'Sizes must be equal from the right, or 1; expandDims or reshape makes them so.',
      });
    }
    sofar = next;
  }
  return [...sofar];
}

/** The array repeated to a shape that it broadcasts to. */
export const broadcastArray = (x: NdArray, shape: readonly number[]): NdArray => {
  const offset = shape.length - x.ndim;
  return primitive.broadcastInDim(
    x,
    shape,
    x.shape.map((_, i) => offset + i),
  );
};

/** Operands of one dtype and one shape (scalars excepted). */
export const promoteArgs = (op: string, ...values: readonly ArrayLike[]): NdArray[] =>
  promoteShapes(op, promoteDTypes(op, values));

/** As `promoteArgs`, in a floating-point or complex dtype. */
export const promoteArgsInexact = (op: string, ...values: readonly ArrayLike[]): NdArray[] =>
  promoteShapes(op, promoteDTypesInexact(op, values));

/** One argument as an array that can carry tangents. */
export const inexactArray = (op: string, x: ArrayLike): NdArray =>
  x instanceof NdArray && isInexact(x.dtype) ? x : promoteDTypesInexact(op, [x])[0];
