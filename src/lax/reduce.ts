/**
 * Reductions by any associative function: over axes, and over windows.
 *
 * Sums, products, extrema and logical reductions are recognized and run as such. Source: jax.lax.reduce, reduce_window.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, range, sizeOf } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { flatten, unflatten } from '../tree/tree.js';
import type { MapLeaves } from '../tree/types.js';
import { asArray, cast } from './operand.js';
import { reduceWindowOptions } from './options.js';
import { type Combine, combineRows, elementwise, isIdentity, monoidOf } from './reducer.js';

/** An associative function of two trees of scalars like the operands. */
export type Computation<T> = (x: T, y: T) => T;
/** An associative function of two scalars. */
export type Scalars = (x: NdArray, y: NdArray) => NdArray;

/** Operands and start values as lists of arrays, and the user's function on such lists. */
function prepare<T>(op: string, operands: T, initValues: T, computation: Computation<T>) {
  const [leaves, treedef] = flatten(operands);
  const [starts] = flatten(initValues);
  const arrays = leaves.map((x, i) => asArray(x as ArrayLike, op, `operands[${i}]`));
  if (arrays.length === 0 || starts.length !== arrays.length) {
    const expected = `one for each of the ${arrays.length} operands (at least one)`;
    throw new InvalidArgument({ op, argument: 'initValues', expected, actual: `${starts.length}` });
  }
  const init = starts.map((x, i) => cast(asArray(x as ArrayLike, op, `initValues[${i}]`), arrays[i].dtype));
  const tree = (list: readonly NdArray[]): T => unflatten(treedef, list) as T;
  const combine: Combine = (x, y) =>
    flatten(computation(tree(x), tree(y)))[0].map((z, i) => cast(asArray(z as ArrayLike, op), arrays[i].dtype));
  return { arrays, starts: starts as ArrayLike[], init, tree, combine };
}

/**
 * Operands (an array, or a tree of arrays of one shape) combined over axes by an associative `computation`, starting from
 * `initValues`.
 * @throws AxisError for an axis out of range
 */
export function reduce(
  operands: NdArray,
  initValues: ArrayLike,
  computation: Scalars,
  dimensions: readonly number[],
): NdArray;
export function reduce<T extends object>(
  operands: T,
  initValues: MapLeaves<T, ArrayLike>,
  computation: Computation<T> | Scalars,
  dimensions: readonly number[],
): T;
export function reduce(
  operands: unknown,
  initValues: unknown,
  computation: Computation<never> | Scalars,
  dimensions: readonly number[],
): unknown {
  checkArgument('reduce', 'computation', computation, 'function');
  checkArgument('reduce', 'dimensions', dimensions, 'integers');
  const call = prepare('reduce', operands, initValues, computation as Computation<unknown>);
  const { arrays, starts, init, tree, combine } = call;
  const axes = canonicalAxes(dimensions, arrays[0].ndim, 'reduce', 'dimensions');
  const monoid = monoidOf(computation, combine, arrays);
  if (monoid !== null) {
    const total = monoid.reduce(arrays[0], axes);
    return tree([isIdentity(starts[0], monoid, total.dtype) ? total : monoid.combine(spread(init[0], total), total)]);
  }
  const kept = range(arrays[0].ndim).filter((axis) => !axes.includes(axis));
  const rows = arrays.map((x) => {
    const rest = kept.map((axis) => x.shape[axis]);
    const n = sizeOf(axes.map((axis) => x.shape[axis]));
    return primitive.reshape(primitive.transpose(x, [...axes, ...kept]), [n, ...rest]);
  });
  if (rows[0].shape[0] === 0) return tree(init.map((x, i) => primitive.broadcastInDim(x, rows[i].shape.slice(1), [])));
  const total = combineRows(rows, combine);
  return tree(
    elementwise(combine)(
      init.map((x, i) => spread(x, total[i])),
      total,
    ),
  );
}

const spread = (scalar: NdArray, like: NdArray): NdArray => primitive.broadcastInDim(scalar, like.shape, []);

/** Options of `reduceWindow`. */
export interface ReduceWindowOptions {
  /** Steps between windows along each axis. Default 1. */
  readonly windowStrides?: readonly number[] | null;
  /** `VALID` (the default), `SAME`, `SAME_LOWER`, or pairs of numbers. What is padded takes no part. */
  readonly padding?: string | readonly (readonly [low: number, high: number])[];
  /** Steps between elements in the space that windows move through. Default 1. */
  readonly baseDilation?: readonly number[] | null;
  /** Steps between the elements that a window covers. Default 1. */
  readonly windowDilation?: readonly number[] | null;
}

/**
 * The elements of each window combined by an associative `computation`, starting from `initValue`. Lists have one entry for
 * each axis of the operand.
 * @throws InvalidArgument when they have not, or the padding has no such name
 */
export function reduceWindow(
  operand: NdArray,
  initValue: ArrayLike,
  computation: Scalars,
  windowDimensions: readonly number[],
  options?: ReduceWindowOptions,
): NdArray;
export function reduceWindow<T extends object>(
  operand: T,
  initValue: MapLeaves<T, ArrayLike>,
  computation: Computation<T> | Scalars,
  windowDimensions: readonly number[],
  options?: ReduceWindowOptions,
): T;
export function reduceWindow(
  operand: unknown,
  initValue: unknown,
  computation: Computation<never> | Scalars,
  windowDimensions: readonly number[],
  options: ReduceWindowOptions = {},
): unknown {
  checkArgument('reduceWindow', 'computation', computation, 'function');
  checkArgument('reduceWindow', 'windowDimensions', windowDimensions, 'integers');
  checkOptions('reduceWindow', options, reduceWindowOptions);
  const call = prepare('reduceWindow', operand, initValue, computation as Computation<unknown>);
  const { arrays, starts, init, tree, combine } = call;
  const params = windowParams(arrays[0].shape, windowDimensions, options);
  const monoid = monoidOf(computation, combine, arrays);
  if (monoid?.window && isIdentity(starts[0], monoid, arrays[0].dtype)) return tree([monoid.window(arrays[0], params)]);
  const step: Combine = monoid === null ? elementwise(combine) : ([x], [y]) => [monoid.combine(x, y)];
  const elements = arrays.map((x, i) => windowElements(x, init[i], params));
  // Windows skip what is padded; the start value comes in once.
  const inside = primitive.full(arrays[0].aval.withDType('bool'), 1);
  const isElement = windowElements(inside, primitive.like(inside, 0), params);
  let result = init.map((x, i) => spread(x, elements[i][0]));
  for (const k of range(isElement.length)) {
    const before = result;
    const combined = step(
      before,
      elements.map((list) => list[k]),
    );
    result = combined.map((x, i) => primitive.select(isElement[k], x, before[i]));
  }
  return tree(result);
}

function windowParams(
  shape: readonly number[],
  windowDimensions: readonly number[],
  options: ReduceWindowOptions,
): primitive.WindowParams {
  if (windowDimensions.length !== shape.length || windowDimensions.some((n) => n < 1)) {
    const expected = `${shape.length} sizes of at least 1`;
    const actual = `[${windowDimensions.join(', ')}]`;
    throw new InvalidArgument({ op: 'reduceWindow', argument: 'windowDimensions', expected, actual });
  }
  const ones = windowDimensions.map(() => 1);
  const windowStrides = options.windowStrides ?? ones;
  const baseDilation = options.baseDilation ?? ones;
  const windowDilation = options.windowDilation ?? ones;
  const given = options.padding ?? 'VALID';
  if (typeof given !== 'string') checkArgument('reduceWindow', 'padding', given, 'list');
  const sizes = shape.map((n, k) => primitive.dilated(n, baseDilation[k]));
  const reach = windowDimensions.map((n, k) => primitive.dilated(n, windowDilation[k]));
  const padding = typeof given === 'string' ? primitive.namedPadding(given, sizes, reach, windowStrides) : given;
  return { windowDimensions, windowStrides, padding, baseDilation, windowDilation };
}

/** For each place in a window, the elements that all windows have there. */
function windowElements(x: NdArray, fill: NdArray, params: primitive.WindowParams): NdArray[] {
  const { windowDimensions, windowStrides, padding, baseDilation, windowDilation } = params;
  const padded = primitive.pad(
    x,
    fill,
    padding.map(([low, high], k): primitive.PaddingConfig => [low, high, baseDilation[k] - 1]),
  );
  const counts = padded.shape.map((n, k) =>
    Math.max(0, Math.floor((n - primitive.dilated(windowDimensions[k], windowDilation[k])) / windowStrides[k]) + 1),
  );
  const elements: NdArray[] = [];
  primitive.forEachIndex(windowDimensions, (index) => {
    const start = index.map((i, k) => i * windowDilation[k]);
    const limit = start.map((s, k) => s + Math.max(0, (counts[k] - 1) * windowStrides[k] + 1));
    elements.push(primitive.slice(padded, start, limit, windowStrides));
  });
  return elements;
}
