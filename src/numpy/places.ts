/**
 * Positions of diagonals, triangles and masks, and copies of arrays changed there. Source: jax.numpy.
 *
 * Arrays are immutable, so what NumPy does in place is asked for with `{ inplace: false }`, as in JAX.
 */
import type { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt } from '../array/convert.js';
import { isBool } from '../array/dtype.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray, asIndices } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { ones } from './creation.js';
import { diagIndices, nonzero, trilIndices, triuIndices } from './search.js';
import { clip } from './select.js';
import { unravelIndex } from './take.js';
import { tileToSize } from './trim.js';

/** The option of functions that change their argument in NumPy: `place` and `fillDiagonal`. */
export interface InplaceOption {
  /** Must be false: arrays cannot be changed. Default true, which is refused. */
  readonly inplace?: boolean;
}

function refuseInplace(op: string, { inplace = true }: InplaceOption): void {
  if (!inplace) return;
  throw new InvalidArgument({
    op,
    argument: 'inplace',
    expected: 'false',
    actual: 'true, the default',
    hint: 'Arrays are immutable: pass { inplace: false } and use the array that is returned.',
  });
}

function matrixShape(op: string, arr: ArrayLike): readonly number[] {
  const { shape } = asArray(arr, op, 'arr');
  if (shape.length === 2) return shape;
  throw new ShapeMismatch({ op, argument: 'arr', expected: 'a matrix is needed', actual: shape });
}

/** Rows and columns of the lower triangle of a matrix like this one. */
export function trilIndicesFrom(arr: ArrayLike, options: { readonly k?: number } = {}): NdArray[] {
  const [n, m] = matrixShape('trilIndicesFrom', arr);
  return trilIndices(n, { k: options.k ?? 0, m });
}

/** Rows and columns of the upper triangle of a matrix like this one. */
export function triuIndicesFrom(arr: ArrayLike, options: { readonly k?: number } = {}): NdArray[] {
  const [n, m] = matrixShape('triuIndicesFrom', arr);
  return triuIndices(n, { k: options.k ?? 0, m });
}

/** The indices of the diagonal of an array like this one, whose axes are equally long. */
export function diagIndicesFrom(arr: ArrayLike): NdArray[] {
  const { shape } = asArray(arr, 'diagIndicesFrom', 'arr');
  if (shape.length < 2 || shape.some((n) => n !== shape[0])) {
    const expected = 'two axes or more of one size are needed';
    throw new ShapeMismatch({ op: 'diagIndicesFrom', argument: 'arr', expected, actual: shape });
  }
  return diagIndices(shape[0], { ndim: shape.length });
}

/** Positions where `maskFunc(ones([n, n]), k)` is not 0, such as those of `triu`. */
export const maskIndices = (
  n: number,
  maskFunc: (m: NdArray, k: number) => NdArray,
  options: { readonly k?: number; readonly size?: number | null } = {},
): NdArray[] => nonzero(maskFunc(ones([n, n]), options.k ?? 0), { size: options.size });

/** Vectors, each along its own axis, so that indexing with all of them takes every combination. */
export function ix(...args: readonly ArrayLike[]): NdArray[] {
  return args.map((arg, i) => {
    const x = asIndices(arg, 'ix', `args[${i}]`);
    if (x.ndim !== 1) {
      throw new ShapeMismatch({ op: 'ix', argument: `args[${i}]`, expected: 'a vector is needed', actual: x.shape });
    }
    if (isBool(x.dtype)) {
      throw new DTypeMismatch({ op: 'ix', argument: `args[${i}]`, expected: 'positions, not a mask', actual: x.dtype });
    }
    const shape = args.map((_, k) => (k === i ? x.size : 1));
    return primitive.broadcastInDim(x.size === 0 ? x.astype(defaultInt()) : x, shape, [i]);
  });
}

/** The array with other numbers on its diagonal, repeated as needed. */
export function fillDiagonal(
  a: ArrayLike,
  val: ArrayLike,
  options: InplaceOption & { readonly wrap?: false } = {},
): NdArray {
  const op = 'fillDiagonal';
  refuseInplace(op, options);
  if (options.wrap) throw new InvalidArgument({ op, argument: 'wrap', expected: 'false', actual: 'true' });
  const x = asArray(a, op, 'a');
  if (x.ndim < 2 || (x.ndim > 2 && x.shape.some((n) => n !== x.shape[0]))) {
    const expected = 'two axes are needed, or more of one size';
    throw new ShapeMismatch({ op, argument: 'a', expected, actual: x.shape });
  }
  const values = asArray(val, op, 'val');
  const n = Math.min(...x.shape);
  return x.at(...diagIndices(n, { ndim: x.ndim })).set(values.ndim === 0 ? values : tileToSize(values, n));
}

/** The array with the first values where a mask holds, one after the other, repeated as needed. */
export function place(arr: ArrayLike, mask: ArrayLike, vals: ArrayLike, options: InplaceOption = {}): NdArray {
  const op = 'place';
  refuseInplace(op, options);
  const [x, flags, values] = [asArray(arr, op, 'arr'), asArray(mask, op, 'mask'), asArray(vals, op, 'vals')];
  if (x.size !== flags.size) {
    throw new ShapeMismatch({ op, argument: 'mask', expected: `${x.size} elements are needed`, actual: flags.shape });
  }
  if (values.size === 0) {
    throw new ShapeMismatch({ op, argument: 'vals', expected: 'elements are needed', actual: values.shape });
  }
  if (x.size === 0) return x;
  const [index] = nonzero(flags.ravel(), { size: x.size, fillValue: x.size });
  const changed = x.ravel().at(index).set(tileToSize(values, x.size).astype(x.dtype), { mode: 'drop' });
  return changed.reshape(x.shape);
}

/** Options of `put`. */
export interface PutOptions extends InplaceOption {
  /** Positions out of bounds are dropped by default, else clipped or wrapped around. */
  readonly mode?: 'clip' | 'wrap' | null;
}

/** The array with values at positions of the flattened one, repeated as needed. */
export function put(a: ArrayLike, ind: ArrayLike, v: ArrayLike, options: PutOptions = {}): NdArray {
  const op = 'put';
  refuseInplace(op, options);
  const { mode = null } = options;
  const x = asArray(a, op, 'a');
  const [index, values] = [asIndices(ind, op, 'ind').ravel(), asArray(v, op, 'v').ravel()];
  if (x.size === 0 || index.size === 0 || values.size === 0) return x;
  if (mode !== null && mode !== 'clip' && mode !== 'wrap') {
    const expected = "'clip', 'wrap' or null";
    throw new InvalidArgument({ op, argument: 'mode', expected, actual: `'${mode as string}'` });
  }
  const inside =
    mode === 'clip' ? clip(index, { min: 0, max: x.size - 1 }) : mode === 'wrap' ? index.mod(x.size) : index;
  const places = mode === null ? [index] : unravelIndex(inside, x.shape);
  const whole = mode === null ? x.ravel() : x;
  const changed = whole.at(...places).set(tileToSize(values, index.size).astype(x.dtype), { mode: 'drop' });
  return changed.reshape(x.shape);
}
