/**
 * Products of vectors and matrices, all as one contraction (`dotGeneral`). Operands are promoted. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import type { Dot, Matmul } from '../array/contraction-types.js';
import { type ArrayLike, checkDType, describeValue } from '../array/convert.js';
import { type DType, isComplex } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, canonicalAxis, range } from '../array/shape.js';
import type { Fits, ShapeOf } from '../array/shape-types.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import type { Precision } from '../primitive/index.js';
import * as primitive from '../primitive/index.js';
import { crossOptions, productOptions, tensordotOptions } from './options.js';
import { broadcastArray, broadcastShape, promoteDTypes } from './promote.js';
import { moveaxis, ravel } from './shape.js';

/** Options of every product of arrays. */
export interface ProductOptions {
  /** How exact products of floats are on accelerators: `'default'`, `'high'`, `'highest'`. */
  readonly precision?: Precision | null;
  /** The dtype of accumulation and result. */
  readonly preferredElementType?: DType | null;
}

/** A contraction of operands of one dtype. */
export function contract(
  op: string,
  x: NdArray,
  y: NdArray,
  numbers: primitive.DotDimensionNumbers,
  options: ProductOptions,
): NdArray {
  const { precision = null, preferredElementType = null } = options;
  return primitive.dotGeneral(x, y, {
    dimensionNumbers: numbers,
    precision,
    preferredElementType: preferredElementType ? checkDType(preferredElementType, op, 'preferredElementType') : null,
  });
}

function needVectors(op: string, ...arrays: readonly NdArray[]): void {
  arrays.forEach((x, i) => {
    if (x.ndim > 0) return;
    throw new ShapeMismatch({
      op,
      argument: i === 0 ? 'a' : 'b',
      expected: 'it needs at least one axis',
      actual: x.shape,
      hint: 'Use multiply for scalars.',
    });
  });
}

function needEqual(op: string, x: NdArray, i: number, y: NdArray, j: number): void {
  if (x.shape[i] === y.shape[j]) return;
  throw new ShapeMismatch({
    op,
    argument: 'b',
    expected: `axis ${j} must have size ${x.shape[i]}, as axis ${i} of a, which has shape [${x.shape.join(', ')}]`,
    actual: y.shape,
  });
}

/**
 * The matrix product, batched over leading axes, which broadcast.
 *
 * `a: [..., m, k]`, `b: [..., k, n]`, returns `[..., m, n]`; a vector on the left is a row, on the right a column, and that
 * axis is removed from the result.
 * @throws ShapeMismatch for scalars, or inner sizes that differ
 */
export function matmul<X extends ArrayLike, Y extends ArrayLike>(
  a: X,
  b: Y & Fits<Matmul<ShapeOf<X>, ShapeOf<Y>>>,
  options?: ProductOptions,
): NdArray<Matmul<ShapeOf<X>, ShapeOf<Y>>>;
export function matmul(a: ArrayLike, b: ArrayLike, options: ProductOptions = {}): NdArray {
  checkOptions('matmul', options, productOptions);
  const [x, y] = promoteDTypes('matmul', [a, b]);
  needVectors('matmul', x, y);
  const inner = Math.max(0, y.ndim - 2);
  needEqual('matmul', x, x.ndim - 1, y, inner);
  if (x.ndim <= 2 && y.ndim <= 2)
    return contract(
      'matmul',
      x,
      y,
      [
        [[x.ndim - 1], [inner]],
        [[], []],
      ],
      options,
    );
  const [left, right] = [x.shape.slice(0, -2), y.shape.slice(0, -2)];
  // Only one operand is batched: its batch axes are ordinary free axes.
  if (y.ndim <= 2)
    return contract(
      'matmul',
      x,
      y,
      [
        [[x.ndim - 1], [inner]],
        [[], []],
      ],
      options,
    );
  if (x.ndim === 1) {
    return contract(
      'matmul',
      x,
      y,
      [
        [[0], [inner]],
        [[], []],
      ],
      options,
    );
  }
  const batch = broadcastShape('matmul', [left, right]);
  const p = broadcastArray(x, [...batch, ...x.shape.slice(-2)]);
  const q = broadcastArray(y, [...batch, ...y.shape.slice(-2)]);
  const axes = range(batch.length);
  return contract(
    'matmul',
    p,
    q,
    [
      [[p.ndim - 1], [q.ndim - 2]],
      [axes, axes],
    ],
    options,
  );
}

/**
 * NumPy's `dot`: the product over the last axis of `a` and the second-last (only) axis of `b`; scalars multiply.
 *
 * `a: [...p, k]`, `b: [...q, k, n]`, returns `[...p, ...q, n]`.
 */
export function dot<X extends ArrayLike, Y extends ArrayLike>(
  a: X,
  b: Y & Fits<Dot<ShapeOf<X>, ShapeOf<Y>>>,
  options?: ProductOptions,
): NdArray<Dot<ShapeOf<X>, ShapeOf<Y>>>;
export function dot(a: ArrayLike, b: ArrayLike, options: ProductOptions = {}): NdArray {
  checkOptions('dot', options, productOptions);
  const [x, y] = promoteDTypes('dot', [a, b]);
  if (x.ndim === 0 || y.ndim === 0) return primitive.mul(x, y);
  const inner = Math.max(0, y.ndim - 2);
  needEqual('dot', x, x.ndim - 1, y, inner);
  return contract(
    'dot',
    x,
    y,
    [
      [[x.ndim - 1], [inner]],
      [[], []],
    ],
    options,
  );
}

/** The product over the last axes of both: `[...p, k]`, `[...q, k]` to `[...p, ...q]`; scalars multiply. */
export function inner(a: ArrayLike, b: ArrayLike, options: ProductOptions = {}): NdArray {
  checkOptions('inner', options, productOptions);
  const [x, y] = promoteDTypes('inner', [a, b]);
  if (x.ndim === 0 || y.ndim === 0) return primitive.mul(x, y);
  needEqual('inner', x, x.ndim - 1, y, y.ndim - 1);
  return contract(
    'inner',
    x,
    y,
    [
      [[x.ndim - 1], [y.ndim - 1]],
      [[], []],
    ],
    options,
  );
}

/** All products of elements of two flattened arrays: `[m, n]`. */
export function outer(a: ArrayLike, b: ArrayLike): NdArray {
  const [x, y] = promoteDTypes('outer', [ravel(a), ravel(b)]);
  const shape = [x.size, y.size];
  return primitive.mul(primitive.broadcastInDim(x, shape, [0]), primitive.broadcastInDim(y, shape, [1]));
}

/** The scalar product of flattened arrays, the first one conjugated. */
export function vdot(a: ArrayLike, b: ArrayLike, options: ProductOptions = {}): NdArray {
  checkOptions('vdot', options, productOptions);
  const x = ravel(a);
  return dot(isComplex(x.dtype) ? primitive.conj(x) : x, ravel(b), options);
}

/** Scalar products along an axis, batched over the others, which broadcast; the first one conjugated. */
export function vecdot(
  x1: ArrayLike,
  x2: ArrayLike,
  options: ProductOptions & { readonly axis?: number } = {},
): NdArray {
  checkOptions('vecdot', options, {
    precision: ['default', 'high', 'highest', null],
    preferredElementType: 'dtype?',
    axis: 'axis',
  });
  const { axis = -1, ...rest } = options;
  const [a, b] = promoteDTypes('vecdot', [x1, x2]);
  needVectors('vecdot', a, b);
  const [p, q] = [moveaxis(a, axis, -1), moveaxis(b, axis, -1)];
  needEqual('vecdot', p, p.ndim - 1, q, q.ndim - 1);
  const shape = broadcastShape('vecdot', [p.shape, q.shape]);
  const batch = range(shape.length - 1);
  const left = broadcastArray(isComplex(p.dtype) ? primitive.conj(p) : p, shape);
  const last = shape.length - 1;
  return contract(
    'vecdot',
    left,
    broadcastArray(q, shape),
    [
      [[last], [last]],
      [batch, batch],
    ],
    rest,
  );
}

/** Matrix times vector, batched: `[..., m, n]`, `[..., n]` to `[..., m]`. */
export const matvec = (x1: ArrayLike, x2: ArrayLike): NdArray => {
  const y = asArray(x2, 'matvec', 'x2');
  const product = matmul(x1, primitive.expandDims(y, [y.ndim]));
  return primitive.squeeze(product, [product.ndim - 1]);
};

/** Vector (conjugated) times matrix, batched: `[..., n]`, `[..., n, k]` to `[..., k]`. */
export const vecmat = (x1: ArrayLike, x2: ArrayLike): NdArray => {
  const x = asArray(x1, 'vecmat', 'x1');
  const row = primitive.expandDims(isComplex(x.dtype) ? primitive.conj(x) : x, [x.ndim - 1]);
  const product = matmul(row, x2);
  return primitive.squeeze(product, [product.ndim - 2]);
};

/** Options of `tensordot`. */
export interface TensordotOptions extends ProductOptions {
  /** How many axes (the last of `a`, the first of `b`), or which ones of each. Default 2. */
  readonly axes?: number | readonly [number | readonly number[], number | readonly number[]];
}

/** The product over several axes: the free axes of `a`, then those of `b`, remain. */
export function tensordot(a: ArrayLike, b: ArrayLike, options: TensordotOptions = {}): NdArray {
  checkOptions('tensordot', options, tensordotOptions);
  const { axes = 2, ...rest } = options;
  const [x, y] = promoteDTypes('tensordot', [a, b]);
  const most = Math.min(x.ndim, y.ndim);
  const count = typeof axes === 'number' ? axes : 0;
  const isPair = Array.isArray(axes) && axes.length === 2;
  if (!(isPair || typeof axes === 'number') || !Number.isInteger(count) || count < 0 || count > most) {
    const expected = `a number up to ${most}, or two lists of axes`;
    throw new InvalidArgument({ op: 'tensordot', argument: 'axes', expected, actual: describeValue(axes) });
  }
  const [first, second] =
    typeof axes === 'number' ? [range(count).map((i) => x.ndim - count + i), range(count)] : [axes[0], axes[1]];
  const left = canonicalAxes(first, x.ndim, 'tensordot', 'axes[0]');
  const right = canonicalAxes(second, y.ndim, 'tensordot', 'axes[1]');
  if (left.length !== right.length) {
    throw new InvalidArgument({
      op: 'tensordot',
      argument: 'axes',
      expected: 'two lists of one length',
      actual: `lists of ${left.length} and ${right.length}`,
    });
  }
  for (const [i, axis] of left.entries()) needEqual('tensordot', x, axis, y, right[i]);
  return contract(
    'tensordot',
    x,
    y,
    [
      [left, right],
      [[], []],
    ],
    rest,
  );
}

/** The Kronecker product: each element of `a` times the whole of `b`. */
export function kron(a: ArrayLike, b: ArrayLike): NdArray {
  let [x, y] = promoteDTypes('kron', [a, b]);
  const ndim = Math.max(x.ndim, y.ndim);
  const lift = (z: NdArray): NdArray => primitive.reshape(z, [...new Array<number>(ndim - z.ndim).fill(1), ...z.shape]);
  [x, y] = [lift(x), lift(y)];
  const shape = range(ndim).flatMap((i) => [x.shape[i], y.shape[i]]);
  const product = primitive.mul(
    primitive.broadcastInDim(
      x,
      shape,
      range(ndim).map((i) => 2 * i),
    ),
    primitive.broadcastInDim(
      y,
      shape,
      range(ndim).map((i) => 2 * i + 1),
    ),
  );
  return primitive.reshape(
    product,
    range(ndim).map((i) => x.shape[i] * y.shape[i]),
  );
}

/** Options of `cross`. */
export interface CrossOptions {
  readonly axisa?: number;
  readonly axisb?: number;
  readonly axisc?: number;
  /** All three at once. */
  readonly axis?: number | null;
}

/**
 * The vector product of vectors of 3 (or 2, as in the plane) components along an axis; the others broadcast.
 * @throws ShapeMismatch for other numbers of components
 */
export function cross(a: ArrayLike, b: ArrayLike, options: CrossOptions = {}): NdArray {
  checkOptions('cross', options, crossOptions);
  const axisOf = (own: number | undefined): number => options.axis ?? own ?? -1;
  const [x0, y0] = promoteDTypes('cross', [a, b]);
  const x = moveaxis(x0, axisOf(options.axisa), -1);
  const y = moveaxis(y0, axisOf(options.axisb), -1);
  const [m, n] = [x.shape[x.ndim - 1], y.shape[y.ndim - 1]];
  if (![2, 3].includes(m) || ![2, 3].includes(n)) {
    throw new ShapeMismatch({
      op: 'cross',
      argument: 'a',
      expected: 'vectors need 2 or 3 components',
      actual: x.shape,
    });
  }
  const batch = broadcastShape('cross', [x.shape.slice(0, -1), y.shape.slice(0, -1)]);
  const part = (z: NdArray, k: number): NdArray => {
    const size = z.shape[z.ndim - 1];
    if (k >= size) return primitive.broadcastInDim(primitive.like(z, 0), batch, []);
    const one = primitive.slice(
      z,
      z.shape.map((_, i) => (i === z.ndim - 1 ? k : 0)),
      z.shape.map((s, i) => (i === z.ndim - 1 ? k + 1 : s)),
    );
    return broadcastArray(primitive.squeeze(one, [z.ndim - 1]), batch);
  };
  const minor = (i: number, j: number): NdArray =>
    primitive.sub(primitive.mul(part(x, i), part(y, j)), primitive.mul(part(x, j), part(y, i)));
  if (m === 2 && n === 2) return minor(0, 1);
  const out = primitive.concatenate(
    [minor(1, 2), minor(2, 0), minor(0, 1)].map((z) => primitive.expandDims(z, [batch.length])),
    batch.length,
  );
  return primitive.moveAxis(out, batch.length, canonicalAxis(axisOf(options.axisc), out.ndim, 'cross'));
}
