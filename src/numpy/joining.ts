/**
 * Joining arrays, splitting them, repeating them. Source: jax.numpy.
 */

import { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultInt, scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis, range } from '../array/shape.js';
import { ConcretizationError, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { Tracer } from '../trace/context.js';
import { joinOptions, repeatOptions } from './options.js';
import { promoteDTypes } from './promote.js';
import { atleast1d, atleast2d, atleast3d } from './shape.js';
import type { Sections } from './splitting.js';

/** Options of `concat` and `concatenate`. */
export interface JoinOptions {
  /** The axis to join along; the flattened arrays when null. Default 0. */
  readonly axis?: number | null;
  readonly dtype?: DType | null;
}

type Arrays = readonly ArrayLike[] | NdArray;

/** The arrays of a list; an array is the list of its parts along axis 0. */
function listOf(op: string, arrays: Arrays, dtype: DType | null | undefined): NdArray[] {
  if (!(arrays instanceof NdArray)) checkArgument(op, 'arrays', arrays, 'list');
  const list = arrays instanceof NdArray ? unstack(arrays) : arrays;
  if (list.length === 0) {
    throw new InvalidArgument({ op, argument: 'arrays', expected: 'at least one array', actual: 'an empty list' });
  }
  if (!dtype)
    return promoteDTypes(
      op,
      list.map((x, i) => asArray(x, op, `arrays[${i}]`)),
    );
  const target = checkDType(dtype, op);
  return list.map((x, i) => cast(asArray(x, op, `arrays[${i}]`), target));
}

/**
 * Arrays joined along an axis that they have.
 * @throws ShapeMismatch when their other axes differ
 */
export function concatenate(arrays: Arrays, options: JoinOptions = {}): NdArray {
  checkOptions('concatenate', options, joinOptions);
  const { axis = 0, dtype } = options;
  const list = listOf('concatenate', arrays, dtype);
  if (axis === null) {
    return primitive.concatenate(
      list.map((x) => primitive.reshape(x, [x.size])),
      0,
    );
  }
  if (list[0].ndim === 0) {
    throw new ShapeMismatch({
      op: 'concatenate',
      argument: 'arrays[0]',
      expected: 'scalars have no axis to join along',
      actual: [],
      hint: 'Use stack.',
    });
  }
  return primitive.concatenate(list, canonicalAxis(axis, list[0].ndim, 'concatenate'));
}

/** As `concatenate` (the array API's name). */
export const concat = concatenate;

/**
 * Arrays of one shape joined along a new axis.
 * @throws ShapeMismatch when their shapes differ
 */
export function stack(
  arrays: Arrays,
  options: { readonly axis?: number; readonly dtype?: DType | null } = {},
): NdArray {
  checkOptions('stack', options, { axis: 'axis', dtype: 'dtype?' });
  const { axis = 0, dtype } = options;
  const list = listOf('stack', arrays, dtype);
  const place = canonicalAxis(axis, list[0].ndim + 1, 'stack');
  list.forEach((x, i) => {
    if (x.shape.join() !== list[0].shape.join()) {
      throw new ShapeMismatch({
        op: 'stack',
        argument: `arrays[${i}]`,
        expected: `the first one has shape [${list[0].shape.join(', ')}]`,
        actual: x.shape,
      });
    }
  });
  return primitive.concatenate(
    list.map((x) => primitive.expandDims(x, [place])),
    place,
  );
}

/** The parts of an array along an axis, without that axis. */
export function unstack(a: ArrayLike, options: { readonly axis?: number } = {}): NdArray[] {
  checkOptions('unstack', options, { axis: 'axis' });
  const x = asArray(a, 'unstack');
  const axis = canonicalAxis(options.axis ?? 0, x.ndim, 'unstack');
  return range(x.shape[axis]).map((i) => primitive.squeeze(cut(x, axis, i, i + 1), [axis]));
}

/** Elements `start` to `limit` of one axis. */
export function cut(x: NdArray, axis: number, start: number, limit: number, stride = 1): NdArray {
  if (start === 0 && limit === x.shape[axis] && stride === 1) return x;
  return primitive.slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((n, i) => (i === axis ? limit : n)),
    stride === 1 ? null : x.shape.map((_, i) => (i === axis ? stride : 1)),
  );
}

interface StackOptions {
  readonly dtype?: DType | null;
}

function each(op: string, arrays: Arrays, form: (...x: ArrayLike[]) => NdArray | NdArray[]): NdArray[] {
  if (!(arrays instanceof NdArray)) checkArgument(op, 'tup', arrays, 'list');
  return (arrays instanceof NdArray ? unstack(arrays) : arrays).map(
    (x, i) => form(asArray(x, op, `tup[${i}]`)) as NdArray,
  );
}

/** Arrays joined along the rows: vectors are rows. */
export const vstack = (tup: Arrays, options: StackOptions = {}): NdArray =>
  concatenate(each('vstack', tup, atleast2d), { axis: 0, ...checkOptions('vstack', options, { dtype: 'dtype?' }) });

/** Arrays joined along the columns; vectors end to end. */
export function hstack(tup: Arrays, options: StackOptions = {}): NdArray {
  checkOptions('hstack', options, { dtype: 'dtype?' });
  const list = each('hstack', tup, atleast1d);
  return concatenate(list, { axis: list[0]?.ndim === 1 ? 0 : 1, ...options });
}

/** Arrays joined along the third axis. */
export const dstack = (tup: Arrays, options: StackOptions = {}): NdArray =>
  concatenate(each('dstack', tup, atleast3d), { axis: 2, ...checkOptions('dstack', options, { dtype: 'dtype?' }) });

/** Vectors as the columns of a matrix, matrices beside each other. */
export const columnStack = (tup: Arrays): NdArray =>
  concatenate(
    each('columnStack', tup, (a) => {
      const x = asArray(a, 'columnStack');
      return x.ndim < 2 ? primitive.reshape(x, [x.size, 1]) : x;
    }),
    { axis: 1 },
  );

/** `values` joined to the end of an array; both flattened when no axis is given. */
export const append = (arr: ArrayLike, values: ArrayLike, options: { readonly axis?: number | null } = {}): NdArray =>
  concatenate([arr, values], { axis: checkOptions('append', options, { axis: 'axis?' }).axis ?? null });

/** Nested lists of blocks joined from the inside out: the innermost along the last axis (`jnp.block`). */
export function block(arrays: ArrayLike): NdArray {
  const depthOf = (node: ArrayLike): number => (Array.isArray(node) ? 1 + Math.max(0, ...node.map(depthOf)) : 0);
  const depth = depthOf(arrays);
  const leaves = (node: ArrayLike): NdArray[] =>
    Array.isArray(node) ? node.flatMap(leaves) : [asArray(node, 'block')];
  const ndim = Math.max(depth, ...leaves(arrays).map((x) => x.ndim));
  const join = (node: ArrayLike, level: number): NdArray => {
    if (Array.isArray(node)) {
      return concatenate(
        node.map((child: ArrayLike) => join(child, level + 1)),
        { axis: level - depth },
      );
    }
    const x = asArray(node as ArrayLike, 'block');
    return primitive.reshape(x, [...new Array<number>(ndim - x.ndim).fill(1), ...x.shape]);
  };
  return join(arrays, 0);
}

/** The array repeated like tiles, `reps[i]` times along axis `i` (counted from the last). */
export function tile(A: ArrayLike, reps: Sections): NdArray {
  checkArgument('tile', 'reps', reps, 'sizes');
  const x = asArray(A, 'tile', 'A');
  const times = typeof reps === 'number' ? [reps] : reps;
  const ndim = Math.max(x.ndim, times.length);
  const shape = [...new Array<number>(ndim - x.ndim).fill(1), ...x.shape];
  const counts = [...new Array<number>(ndim - times.length).fill(1), ...times];
  const spread = primitive.broadcastInDim(
    primitive.reshape(x, shape),
    shape.flatMap((n, i) => [counts[i], n]),
    shape.map((_, i) => 2 * i + 1),
  );
  return primitive.reshape(
    spread,
    shape.map((n, i) => n * counts[i]),
  );
}

/** Options of `repeat`. */
export interface RepeatOptions {
  /** The axis; the flattened array when null. */
  readonly axis?: number | null;
  /** The size of the result along the axis: needed when `repeats` is a traced array. */
  readonly totalRepeatLength?: number | null;
}

/**
 * Each element repeated. `repeats`: how often, one number or one for each.
 * @throws ConcretizationError for traced `repeats` without `totalRepeatLength`
 */
export function repeat(a: ArrayLike, repeats: ArrayLike, options: RepeatOptions = {}): NdArray {
  checkOptions('repeat', options, repeatOptions);
  const source = asArray(a, 'repeat', 'a');
  const { axis = null, totalRepeatLength = null } = options;
  const x = axis === null ? primitive.reshape(source, [source.size]) : source;
  const d = canonicalAxis(axis ?? 0, x.ndim, 'repeat');
  if (typeof repeats === 'number' && totalRepeatLength === null) {
    const shape = [...x.shape.slice(0, d + 1), repeats, ...x.shape.slice(d + 1)];
    const spread = primitive.broadcastInDim(
      x,
      shape,
      x.shape.map((_, i) => (i <= d ? i : i + 1)),
    );
    return primitive.reshape(
      spread,
      x.shape.map((n, i) => (i === d ? n * repeats : n)),
    );
  }
  const counts = asArray(repeats, 'repeat', 'repeats');
  if (counts instanceof Tracer && totalRepeatLength === null) {
    throw new ConcretizationError({ wanted: 'repeat without { totalRepeatLength }', tracer: `${counts}` });
  }
  const n = x.shape[d];
  const dtype = defaultInt();
  const each = primitive.broadcastInDim(cast(counts, dtype), [n], counts.ndim === 0 ? [] : [0]);
  const ends = primitive.cumsum(each, 0, false);
  const length = totalRepeatLength ?? Number(n === 0 ? 0 : primitive.reduceSum(each, [0]).item());
  // Output place i belongs to the element whose repeats end first after i.
  const place = primitive.iota(dtype, [length, n], 0);
  const passed = primitive.le(primitive.broadcastInDim(ends, [length, n], [1]), place);
  const index = primitive.min(primitive.reduceSum(cast(passed, dtype), [1]), scalar(Math.max(n - 1, 0), dtype));
  return takeRows(x, index, d);
}

/** Elements of axis `d` at in-range positions. */
export function takeRows(x: NdArray, index: NdArray, d: number): NdArray {
  return primitive.gather(
    x,
    primitive.reshape(index, [...index.shape, 1]),
    {
      offsetDims: range(x.ndim + index.ndim - 1).filter((i) => i < d || i >= d + index.ndim),
      collapsedSliceDims: [d],
      startIndexMap: [d],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    x.shape.map((n, i) => (i === d ? 1 : n)),
    { mode: 'promiseInBounds' },
  );
}

/**
 * Elements moved along axes by `shift` places; those that leave come in at the other end. Without `axis`, the flattened
 * array is rolled.
 */
export function roll(
  a: ArrayLike,
  shift: number | readonly number[],
  options: { readonly axis?: number | readonly number[] | null } = {},
): NdArray {
  checkOptions('roll', options, { axis: 'axes?' });
  checkArgument('roll', 'shift', shift, 'sizes');
  const x = asArray(a, 'roll', 'a');
  const { axis = null } = options;
  if (axis === null) {
    const total = (typeof shift === 'number' ? [shift] : shift).reduce((p, q) => p + q, 0);
    return primitive.reshape(rollAxis(primitive.reshape(x, [x.size]), total, 0), x.shape);
  }
  const axes = (typeof axis === 'number' ? [axis] : axis).map((d) => canonicalAxis(d, x.ndim, 'roll'));
  const shifts = typeof shift === 'number' ? axes.map(() => shift) : shift;
  const pairs = shifts.length === axes.length ? axes : shifts.map(() => axes[0]);
  return pairs.reduce((out, d, i) => rollAxis(out, shifts[i], d), x);
}

function rollAxis(x: NdArray, shift: number, d: number): NdArray {
  const n = x.shape[d];
  if (n === 0) return x;
  const by = ((shift % n) + n) % n;
  return by === 0 ? x : primitive.concatenate([cut(x, d, n - by, n), cut(x, d, 0, n - by)], d);
}

export type { Arrays };
