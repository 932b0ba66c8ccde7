/**
 * What all samplers share: options, checks, and one compiled program per shape and dtype.
 */
import type { NdArray } from '../array/array.js';
import { checkDType, defaultFloat } from '../array/convert.js';
import { type DType, isComplex, isFloat } from '../array/dtype.js';
import { broadcastShapes, sameShape } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { broadcastArray } from '../numpy/promote.js';
import { type Jitted, jit } from '../transform/jit.js';

/** The option of every sampler without parameters. */
export interface ShapeOption {
  /** The shape of the result. Default: a scalar. */
  readonly shape?: readonly number[];
}

/** Options of samplers of floating-point numbers without parameters. */
export interface FloatOptions extends ShapeOption {
  /** A floating-point dtype. Default float32 (float64 with `enableX64`). */
  readonly dtype?: DType | null;
}

/** Options of samplers with array parameters. */
export interface ParameterOptions {
  /** The shape of the result, to which the parameters must broadcast. Default: their common shape. */
  readonly shape?: readonly number[] | null;
  /** A floating-point dtype. Default float32 (float64 with `enableX64`). */
  readonly dtype?: DType | null;
}

/**
 * The shape that the user asked for.
 * @throws InvalidArgument when it is not a list of sizes
 */
export function checkShape(shape: readonly number[] | undefined, op: string): readonly number[] {
  const sizes = shape ?? [];
  if (!Array.isArray(sizes) || sizes.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new InvalidArgument({
      op,
      argument: 'shape',
      expected: 'a list of sizes',
      actual: Array.isArray(sizes) ? `[${sizes.join(', ')}]` : `${sizes}`,
    });
  }
  return sizes;
}

/**
 * The shape of a result with parameters.
 * @throws ShapeMismatch when they do not broadcast to it
 */
export function parameterShape(
  shape: readonly number[] | null | undefined,
  op: string,
  parameters: readonly (readonly number[])[],
): readonly number[] {
  const common = broadcastShapes(...parameters);
  const wanted = shape === null || shape === undefined ? common : checkShape(shape, op);
  const all = wanted === null ? null : broadcastShapes(wanted, ...parameters);
  if (common === null || wanted === null || all === null || !sameShape(all, wanted)) {
    throw new ShapeMismatch({
      op,
      argument: 'a parameter',
      expected: wanted ? `it must broadcast to shape [${wanted.join(', ')}]` : 'the parameters must broadcast together',
      actual: parameters.find((p) => !broadcastShapes(p, wanted ?? common ?? [])) ?? parameters[0],
    });
  }
  return wanted;
}

/**
 * The dtype of a sampler of reals.
 * @throws DTypeMismatch when it is not a floating-point one
 */
export function checkFloat(dtype: DType | null | undefined, op: string, complexToo = false): DType {
  const checked = dtype === null || dtype === undefined ? defaultFloat() : checkDType(dtype, op);
  if (isFloat(checked) || (complexToo && isComplex(checked))) return checked;
  throw new DTypeMismatch({ op, argument: 'dtype', expected: 'a floating-point dtype is needed', actual: checked });
}

/** A parameter repeated to the shape of the result; scalars stay as they are. */
export const spread = (x: NdArray, shape: readonly number[]): NdArray =>
  x.ndim === 0 || sameShape(x.shape, shape) ? x : broadcastArray(x, shape);

const programs = new Map<string, Jitted<NdArray[], NdArray>>();

/**
 * Runs a sampler as one program. `statics` is everything that `body` depends on besides its arguments: the program is
 * made once for each.
 */
export function sample(
  op: string,
  statics: readonly unknown[],
  args: readonly NdArray[],
  body: (...args: NdArray[]) => NdArray,
): NdArray {
  const signature = `${op} ${JSON.stringify(statics)}`;
  let program = programs.get(signature);
  if (program === undefined) {
    Object.defineProperty(body, 'name', { value: op });
    program = jit(body) as Jitted<NdArray[], NdArray>;
    programs.set(signature, program);
  }
  return program(...args) as NdArray;
}
