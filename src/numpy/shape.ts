/**
 * The same elements in another arrangement of axes. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import type { Axis, ExpandDims, MatrixTranspose, Squeeze, Transpose } from '../array/axis-types.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import type { Reshape } from '../array/reshape-types.js';
import { canonicalAxes, canonicalAxis, range, sizeOf } from '../array/shape.js';
import type { Fits, ShapeFrom, ShapeOf } from '../array/shape-types.js';
import { AxisError, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { checkShape, lowerTriangle, type ShapeLike } from './creation.js';
import { reshapeOptions } from './options.js';
import { broadcastArray, broadcastShape } from './promote.js';
import { sum } from './reduction.js';
import { choose } from './select.js';

/** The shape of an array-like. */
export const shape = (a: ArrayLike): readonly number[] => asArray(a, 'shape', 'a').shape;
/** The number of axes. */
export const ndim = (a: ArrayLike): number => asArray(a, 'ndim', 'a').ndim;
/** The number of elements, all or along axes. */
export function size(a: ArrayLike, options: { readonly axis?: number | readonly number[] | null } = {}): number {
  checkOptions('size', options, { axis: 'axes?' });
  const x = asArray(a, 'size', 'a');
  return sizeOf(canonicalAxes(options.axis, x.ndim, 'size').map((axis) => x.shape[axis]));
}

/** Options of `ravel` and `reshape`. */
export interface ReshapeOptions {
  /** `'C'`: the last index runs fastest; `'F'`: the first. Default `'C'`. */
  readonly order?: 'C' | 'F';
  readonly copy?: boolean | null;
}

/** The shape with its -1 replaced by what the number of elements leaves. */
function inferShape(x: NdArray, wanted: readonly number[]): number[] {
  const unknown = wanted.indexOf(-1);
  const known = sizeOf(wanted.filter((n) => n !== -1));
  const rest = unknown >= 0 ? x.size / known : 1;
  if (wanted.filter((n) => n === -1).length > 1 || !Number.isInteger(rest) || (unknown < 0 && known !== x.size)) {
    throw new ShapeMismatch({
      op: 'reshape',
      argument: 'a',
      expected: `[${wanted.join(', ')}] ${unknown >= 0 ? 'does not divide' : `has ${known} elements, not`} ${x.size}${unknown >= 0 ? ' elements' : ''}`,
      actual: x.shape,
    });
  }
  return wanted.map((n) => (n === -1 ? rest : n));
}

/**
 * The same elements in another shape; one size may be -1.
 * @throws ShapeMismatch when the number of elements differs
 */
export function reshape<X extends ArrayLike, const N extends ShapeLike>(
  a: X,
  newShape: N & Fits<Reshape<ShapeOf<X>, N>>,
  options?: ReshapeOptions,
): NdArray<Reshape<ShapeOf<X>, N>>;
export function reshape(a: ArrayLike, newShape: ShapeLike, options: ReshapeOptions = {}): NdArray {
  checkArgument('reshape', 'newShape', newShape, 'sizes');
  checkOptions('reshape', options, reshapeOptions);
  const x = asArray(a, 'reshape', 'a');
  const wanted = inferShape(x, typeof newShape === 'number' ? [newShape] : newShape);
  if (options.order !== 'F') return primitive.reshape(x, wanted);
  return transpose(primitive.reshape(transpose(x), wanted.slice().reverse()));
}

/** All elements as a vector. */
export const ravel = (a: ArrayLike, options: ReshapeOptions = {}): NdArray =>
  reshape(a, -1, checkOptions('ravel', options, reshapeOptions));

/** Axes in another order; reversed when `axes` is not given. */
export function transpose<X extends ArrayLike, const A extends readonly number[] | null = null>(
  a: X,
  options?: { readonly axes?: A } & Fits<Transpose<ShapeOf<X>, A>>,
): NdArray<Transpose<ShapeOf<X>, A>>;
export function transpose(a: ArrayLike, options: { readonly axes?: readonly number[] | null } = {}): NdArray {
  checkOptions('transpose', options, { axes: 'axes?' });
  const x = asArray(a, 'transpose', 'a');
  const axes = options.axes ? canonicalAxes(options.axes, x.ndim, 'transpose', 'axes') : range(x.ndim).reverse();
  if (axes.length !== x.ndim) {
    throw new AxisError({
      op: 'transpose',
      argument: 'axes',
      axis: `[${axes.join(', ')}]`,
      ndim: x.ndim,
      reason: `must name all ${x.ndim} axes`,
    });
  }
  return primitive.transpose(x, axes);
}
/** Axes in another order (the array API's name). */
export const permuteDims = <X extends ArrayLike, const A extends readonly number[]>(
  a: X,
  axes: A & Fits<Transpose<ShapeOf<X>, A>>,
): NdArray<Transpose<ShapeOf<X>, A>> => {
  checkArgument('permuteDims', 'axes', axes, 'integers');
  return transpose<ArrayLike, readonly number[]>(a, { axes });
};

/** The last two axes exchanged. */
export const matrixTranspose = <X extends ArrayLike>(x: X): NdArray<MatrixTranspose<ShapeOf<X>>> => swapaxes(x, -2, -1);

/** Two axes exchanged. */
export function swapaxes(a: ArrayLike, axis1: number, axis2: number): NdArray {
  checkArgument('swapaxes', 'axis1', axis1, 'axis');
  checkArgument('swapaxes', 'axis2', axis2, 'axis');
  const x = asArray(a, 'swapaxes', 'a');
  const [i, j] = [canonicalAxis(axis1, x.ndim, 'swapaxes', 'axis1'), canonicalAxis(axis2, x.ndim, 'swapaxes', 'axis2')];
  return primitive.transpose(
    x,
    range(x.ndim).map((axis) => (axis === i ? j : axis === j ? i : axis)),
  );
}

/** Axes moved to other places; the others keep their order. */
export function moveaxis(a: ArrayLike, source: ShapeLike, destination: ShapeLike): NdArray {
  checkArgument('moveaxis', 'source', source, 'axes');
  checkArgument('moveaxis', 'destination', destination, 'axes');
  const x = asArray(a, 'moveaxis', 'a');
  const from = canonicalAxes(source, x.ndim, 'moveaxis', 'source');
  const to = canonicalAxes(destination, x.ndim, 'moveaxis', 'destination');
  if (from.length !== to.length) {
    throw new InvalidArgument({
      op: 'moveaxis',
      argument: 'destination',
      expected: `a list of ${from.length} axes, as many as source`,
      actual: `${to.length}`,
    });
  }
  const rest = range(x.ndim).filter((axis) => !from.includes(axis));
  const order = new Array<number>(x.ndim).fill(-1);
  to.forEach((place, i) => {
    order[place] = from[i];
  });
  return primitive.transpose(
    x,
    order.map((axis) => (axis === -1 ? (rest.shift() as number) : axis)),
  );
}

/** One axis moved in front of another (NumPy's older form of `moveaxis`). */
export function rollaxis(a: ArrayLike, axis: number, options: { readonly start?: number } = {}): NdArray {
  checkArgument('rollaxis', 'axis', axis, 'axis');
  checkOptions('rollaxis', options, { start: 'integer' });
  const x = asArray(a, 'rollaxis', 'a');
  const from = canonicalAxis(axis, x.ndim, 'rollaxis');
  const { start = 0 } = options;
  const to = start < 0 ? start + x.ndim : start;
  return primitive.moveAxis(x, from, to > from ? to - 1 : to);
}

/** New axes of size 1 at these places of the result. */
export function expandDims<X extends ArrayLike, const A extends ShapeLike>(
  a: X,
  axis: A & Fits<ExpandDims<ShapeOf<X>, A>>,
): NdArray<ExpandDims<ShapeOf<X>, A>>;
export function expandDims(a: ArrayLike, axis: ShapeLike): NdArray {
  checkArgument('expandDims', 'axis', axis, 'axes');
  const x = asArray(a, 'expandDims', 'a');
  const count = typeof axis === 'number' ? 1 : axis.length;
  return primitive.expandDims(
    x,
    canonicalAxes(axis, x.ndim + count, 'expandDims').sort((p, q) => p - q),
  );
}

/**
 * Axes of size 1 removed: those given, or all.
 * @throws ShapeMismatch when a given axis has another size
 */
export function squeeze<X extends ArrayLike, const A extends Axis = null>(
  a: X,
  options?: { readonly axis?: A } & Fits<Squeeze<ShapeOf<X>, A>>,
): NdArray<Squeeze<ShapeOf<X>, A>>;
export function squeeze(a: ArrayLike, options: { readonly axis?: ShapeLike | null } = {}): NdArray {
  checkOptions('squeeze', options, { axis: 'axes?' });
  const x = asArray(a, 'squeeze', 'a');
  const { axis = null } = options;
  const axes = axis === null ? range(x.ndim).filter((i) => x.shape[i] === 1) : canonicalAxes(axis, x.ndim, 'squeeze');
  const wrong = axes.find((i) => x.shape[i] !== 1);
  if (wrong !== undefined) {
    throw new ShapeMismatch({
      op: 'squeeze',
      argument: 'a',
      expected: `axis ${wrong} must have size 1`,
      actual: x.shape,
    });
  }
  return primitive.squeeze(
    x,
    axes.sort((p, q) => p - q),
  );
}

/**
 * The array repeated to a shape.
 * @throws ShapeMismatch when it does not broadcast to it
 */
export function broadcastTo<const N extends ShapeLike>(a: ArrayLike, newShape: N): NdArray<ShapeFrom<N>>;
export function broadcastTo(a: ArrayLike, newShape: ShapeLike): NdArray {
  checkArgument('broadcastTo', 'newShape', newShape, 'sizes');
  const x = asArray(a, 'broadcastTo', 'array');
  const target = checkShape(newShape, 'broadcastTo');
  const common = broadcastShape('broadcastTo', [target, x.shape]);
  if (common.length !== target.length || common.some((n, i) => n !== target[i])) {
    throw new ShapeMismatch({
      op: 'broadcastTo',
      argument: 'array',
      expected: `it must broadcast to [${target.join(', ')}]`,
      actual: x.shape,
    });
  }
  return broadcastArray(x, target);
}

/** Arrays repeated to their common shape. */
export function broadcastArrays(...args: readonly ArrayLike[]): NdArray[] {
  const arrays = args.map((x, i) => asArray(x, 'broadcastArrays', `argument ${i}`));
  const target = broadcastShape(
    'broadcastArrays',
    arrays.map((x) => x.shape),
  );
  return arrays.map((x) => broadcastArray(x, target));
}

/** The shape that shapes broadcast to. */
export const broadcastShapes = (...shapes: readonly ShapeLike[]): number[] =>
  broadcastShape(
    'broadcastShapes',
    shapes.map((s) => checkShape(s, 'broadcastShapes')),
  );

const atleast =
  (op: string, form: (x: NdArray) => readonly number[]) =>
  (...arys: readonly ArrayLike[]): NdArray | NdArray[] => {
    const out = arys.map((a) => {
      const x = asArray(a, op);
      return primitive.reshape(x, form(x));
    });
    return out.length === 1 ? out[0] : out;
  };

/** Scalars become vectors of one element. */
export const atleast1d = atleast('atleast1d', (x) => (x.ndim === 0 ? [1] : x.shape));
/** Vectors become matrices of one row. */
export const atleast2d = atleast('atleast2d', ({ shape: s }) =>
  s.length >= 2 ? s : [1, ...(s.length === 0 ? [1] : s)],
);
/** Matrices become stacks of one column of depth: `[m, n]` to `[m, n, 1]`, `[n]` to `[1, n, 1]`. */
export const atleast3d = atleast('atleast3d', ({ shape: s }) =>
  s.length >= 3 ? s : s.length === 2 ? [...s, 1] : [1, s[0] ?? 1, 1],
);

/** Elements in reverse order along axes; along all when none is given. */
export function flip(m: ArrayLike, options: { readonly axis?: ShapeLike | null } = {}): NdArray {
  checkOptions('flip', options, { axis: 'axes?' });
  const x = asArray(m, 'flip', 'm');
  return primitive.rev(x, canonicalAxes(options.axis, x.ndim, 'flip'));
}
/** Columns in reverse order. */
export const fliplr = (m: ArrayLike): NdArray => flip(m, { axis: 1 });
/** Rows in reverse order. */
export const flipud = (m: ArrayLike): NdArray => flip(m, { axis: 0 });

/** Turned `k` times by 90 degrees in the plane of two axes. */
export function rot90(
  m: ArrayLike,
  options: { readonly k?: number; readonly axes?: readonly [number, number] } = {},
): NdArray {
  checkOptions('rot90', options, { k: 'integer', axes: 'axes' });
  const { k = 1, axes = [0, 1] } = options;
  const x = asArray(m, 'rot90', 'm');
  const [p, q] = canonicalAxes(axes, x.ndim, 'rot90', 'axes');
  switch (((k % 4) + 4) % 4) {
    case 1:
      return swapaxes(flip(x, { axis: q }), p, q);
    case 2:
      return flip(x, { axis: [p, q] });
    case 3:
      return flip(swapaxes(x, p, q), { axis: q });
    default:
      return x;
  }
}

const triangle =
  (op: string, keepLower: boolean) =>
  (m: ArrayLike, options: { readonly k?: number } = {}): NdArray => {
    checkOptions(op, options, { k: 'integer' });
    const x = asArray(m, op, 'm');
    if (x.ndim < 2) {
      throw new ShapeMismatch({ op, argument: 'm', expected: 'at least two axes are needed', actual: x.shape });
    }
    const { k = 0 } = options;
    const below = lowerTriangle(x.shape.slice(-2), keepLower ? k : k - 1);
    const mask = broadcastArray(keepLower ? below : primitive.not(below), x.shape);
    return choose(mask, x, scalar(0, x.dtype));
  };

/** The lower triangle: elements above diagonal `k` become 0. */
export const tril = triangle('tril', true);
/** The upper triangle: elements below diagonal `k` become 0. */
export const triu = triangle('triu', false);

/** The diagonal of the planes of two axes, as a new last axis. */
export function diagonal(
  a: ArrayLike,
  options: { readonly offset?: number; readonly axis1?: number; readonly axis2?: number } = {},
): NdArray {
  checkOptions('diagonal', options, { offset: 'integer', axis1: 'axis', axis2: 'axis' });
  const { offset = 0, axis1 = 0, axis2 = 1 } = options;
  const x = moveaxis(asArray(a, 'diagonal', 'a'), [axis1, axis2], [-2, -1]);
  const [rows, columns] = x.shape.slice(-2);
  const length = Math.max(0, Math.min(rows - Math.max(-offset, 0), columns - Math.max(offset, 0)));
  const batch = x.shape.slice(0, -2);
  // In row-major order the diagonal is an arithmetic progression: cut it out with a stride of columns + 1.
  const start = offset >= 0 ? offset : -offset * columns;
  const flat = primitive.reshape(x, [...batch, rows * columns]);
  return primitive.slice(
    flat,
    [...batch.map(() => 0), Math.min(start, rows * columns)],
    [...batch, length === 0 ? Math.min(start, rows * columns) : start + (length - 1) * (columns + 1) + 1],
    [...batch.map(() => 1), columns + 1],
  );
}

/** The diagonal of a matrix, or the matrix with a vector on its diagonal. */
export function diag(v: ArrayLike, options: { readonly k?: number } = {}): NdArray {
  checkOptions('diag', options, { k: 'integer' });
  const x = asArray(v, 'diag', 'v');
  const { k = 0 } = options;
  if (x.ndim === 2) return diagonal(x, { offset: k });
  if (x.ndim !== 1) {
    throw new ShapeMismatch({ op: 'diag', argument: 'v', expected: 'a vector or a matrix is needed', actual: x.shape });
  }
  const n = x.size + Math.abs(k);
  const padded = primitive.pad(x, scalar(0, x.dtype), [[Math.max(k, 0), Math.max(-k, 0), 0]]);
  const rows = primitive.broadcastInDim(padded, [n, n], [1]);
  const [i, j] = [primitive.iota('int32', [n, n], 0), primitive.iota('int32', [n, n], 1)];
  return choose(primitive.eq(primitive.add(i, scalar(k, 'int32')), j), rows, scalar(0, x.dtype));
}
/** The matrix with all elements of an array on its diagonal. */
export const diagflat = (v: ArrayLike, options: { readonly k?: number } = {}): NdArray =>
  diag(ravel(v), checkOptions('diagflat', options, { k: 'integer' }));

/** The sum along the diagonal. */
export function trace(
  a: ArrayLike,
  options: {
    readonly offset?: number;
    readonly axis1?: number;
    readonly axis2?: number;
    readonly dtype?: DType | null;
  } = {},
): NdArray {
  checkOptions('trace', options, { offset: 'integer', axis1: 'axis', axis2: 'axis', dtype: 'dtype?' });
  const { dtype, ...rest } = options;
  const d = diagonal(a, rest);
  return sum(d, { axis: -1, dtype });
}
