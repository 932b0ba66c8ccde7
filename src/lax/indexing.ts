/**
 * Gathering and scattering windows, dynamic slices. Source: jax.lax.
 */
import { NdArray } from '../array/array.js';
import { type ArrayLike, defaultInt, scalar } from '../array/convert.js';
import { layoutOf } from '../array/dtype.js';
import { canonicalAxis } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';
import { alike, asArray, asIndices, cast } from './operand.js';

/** Axes that may be left out default to none. */
type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;
export type GatherDimensionNumbers = Optional<
  primitive.GatherDimensionNumbers,
  'operandBatchingDims' | 'startIndicesBatchingDims'
>;
export type ScatterDimensionNumbers = Optional<
  primitive.ScatterDimensionNumbers,
  'operandBatchingDims' | 'scatterIndicesBatchingDims'
>;

/** What out-of-bounds windows do, by JAX's names. */
export const GatherScatterMode = {
  CLIP: 'clip',
  FILL_OR_DROP: 'fill',
  PROMISE_IN_BOUNDS: 'promiseInBounds',
} as const;

export type Mode = primitive.GatherScatterMode | 'drop' | 'promise_in_bounds' | keyof typeof GatherScatterMode;

function modeOf(mode: Mode | null | undefined): primitive.GatherScatterMode {
  switch (mode) {
    case 'clip':
    case 'CLIP':
      return 'clip';
    case 'promiseInBounds':
    case 'promise_in_bounds':
    case 'PROMISE_IN_BOUNDS':
      return 'promiseInBounds';
    case 'fill':
    case 'drop':
    case 'FILL_OR_DROP':
    case null:
    case undefined:
      return 'fill';
    default:
      throw new InvalidArgument({
        op: 'gather',
        argument: 'mode',
        expected: "'clip', 'fill', 'drop' or 'promiseInBounds'",
        actual: `${String(mode)}`,
      });
  }
}

export interface IndexingOptions {
  /** A promise that no window is named twice. */
  readonly uniqueIndices?: boolean;
  /** A promise that positions do not fall. */
  readonly indicesAreSorted?: boolean;
  /** Windows out of bounds: filled or dropped (default), clipped to the edge, or promised not to be. */
  readonly mode?: Mode | null;
}

/** Windows of `operand` at the corners that `startIndices` names along its last axis. */
export function gather(
  operand: ArrayLike,
  startIndices: ArrayLike,
  dimensionNumbers: GatherDimensionNumbers,
  sliceSizes: readonly number[],
  options: IndexingOptions & { readonly fillValue?: number | null } = {},
): NdArray {
  const { mode, fillValue = null, uniqueIndices = false, indicesAreSorted = false } = options;
  return primitive.gather(
    asArray(operand, 'gather', 'operand'),
    asIndices(startIndices, 'gather', 'startIndices'),
    { operandBatchingDims: [], startIndicesBatchingDims: [], ...dimensionNumbers },
    sliceSizes,
    { mode: modeOf(mode), fillValue, uniqueIndices, indicesAreSorted },
  );
}

const scattering =
  (op: string, f: typeof primitive.scatter) =>
  (
    operand: ArrayLike,
    scatterIndices: ArrayLike,
    updates: ArrayLike,
    dimensionNumbers: ScatterDimensionNumbers,
    options: IndexingOptions = {},
  ): NdArray => {
    const [x, update] = alike([operand, updates], op);
    const { mode, uniqueIndices = false, indicesAreSorted = false } = options;
    return f(
      x,
      asIndices(scatterIndices, op, 'scatterIndices'),
      update,
      { operandBatchingDims: [], scatterIndicesBatchingDims: [], ...dimensionNumbers },
      { mode: modeOf(mode), uniqueIndices, indicesAreSorted },
    );
  };

/** The operand with windows replaced by updates. Which one wins where windows overlap is not defined. */
export const scatter = scattering('scatter', primitive.scatter);
/** The operand with updates added to windows. */
export const scatterAdd = scattering('scatterAdd', primitive.scatterAdd);
/** The operand with updates subtracted from windows. */
export const scatterSub = scattering('scatterSub', (x, indices, updates, numbers, options) =>
  primitive.scatterAdd(x, indices, primitive.neg(updates), numbers, options),
);
/** The operand with windows multiplied by updates. */
export const scatterMul = scattering('scatterMul', primitive.scatterMul);
/** The operand with the smaller of window and update. */
export const scatterMin = scattering('scatterMin', primitive.scatterMin);
/** The operand with the larger of window and update. */
export const scatterMax = scattering('scatterMax', primitive.scatterMax);

export interface DynamicOptions {
  /** Whether negative positions count from the end: for all axes, or each. Default true. */
  readonly allowNegativeIndices?: boolean | readonly boolean[];
}

/** A position for each axis as a scalar array, counted from the front. */
function starts(
  op: string,
  shape: readonly number[],
  indices: readonly ArrayLike[] | NdArray,
  options: DynamicOptions,
): NdArray[] {
  const list =
    indices instanceof NdArray
      ? Array.from({ length: indices.size }, (_, i) => primitive.squeeze(primitive.slice(indices, [i], [i + 1]), [0]))
      : indices;
  const { allowNegativeIndices = true } = options;
  return list.map((index, axis) => {
    const n = shape[axis];
    if (typeof index === 'number') return scalar(index < 0 ? index + n : index, defaultInt());
    const x = asArray(index, op, `startIndices[${axis}]`);
    const allowed = typeof allowNegativeIndices === 'boolean' ? allowNegativeIndices : allowNegativeIndices[axis];
    if (!allowed || layoutOf(x.dtype).kind === 'uint') return x;
    const zero = scalar(0, x.dtype);
    return primitive.selectN(primitive.lt(x, zero), x, primitive.add(x, scalar(n, x.dtype)));
  });
}

/** Positions of one dtype, as the primitives want them. */
const uniform = (list: readonly NdArray[]): NdArray[] => {
  const same = list.every((x) => x.dtype === list[0].dtype);
  return same ? [...list] : list.map((x) => cast(x, defaultInt()));
};

/** A window of known size at positions that may be traced; moved inside where it would stick out. */
export function dynamicSlice(
  operand: ArrayLike,
  startIndices: readonly ArrayLike[] | NdArray,
  sliceSizes: readonly number[],
  options: DynamicOptions = {},
): NdArray {
  const x = asArray(operand, 'dynamicSlice', 'operand');
  return primitive.dynamicSlice(x, uniform(starts('dynamicSlice', x.shape, startIndices, options)), sliceSizes);
}

/** The operand with a window at positions that may be traced replaced; moved inside where it would stick out. */
export function dynamicUpdateSlice(
  operand: ArrayLike,
  update: ArrayLike,
  startIndices: readonly ArrayLike[] | NdArray,
  options: DynamicOptions = {},
): NdArray {
  const [x, value] = alike([operand, update], 'dynamicUpdateSlice');
  return primitive.dynamicUpdateSlice(x, value, uniform(starts('dynamicUpdateSlice', x.shape, startIndices, options)));
}

export interface InDimOptions extends DynamicOptions {
  /** Default 0. */
  readonly axis?: number;
}

const onlyAt = (ndim: number, axis: number, index: ArrayLike): ArrayLike[] =>
  Array.from({ length: ndim }, (_, i) => (i === axis ? index : 0));

/** `dynamicSlice` along one axis. */
export function dynamicSliceInDim(
  operand: ArrayLike,
  startIndex: ArrayLike,
  sliceSize: number,
  options: InDimOptions = {},
): NdArray {
  const x = asArray(operand, 'dynamicSliceInDim', 'operand');
  const axis = canonicalAxis(options.axis ?? 0, x.ndim, 'dynamicSliceInDim');
  const sizes = x.shape.map((n, i) => (i === axis ? sliceSize : n));
  return dynamicSlice(x, onlyAt(x.ndim, axis, startIndex), sizes, options);
}

/** One position of an axis, which stays with size 1 unless `keepdims` is false. */
export function dynamicIndexInDim(
  operand: ArrayLike,
  index: ArrayLike,
  options: InDimOptions & { readonly keepdims?: boolean } = {},
): NdArray {
  const { keepdims = true, ...rest } = options;
  const x = asArray(operand, 'dynamicIndexInDim', 'operand');
  const axis = canonicalAxis(options.axis ?? 0, x.ndim, 'dynamicIndexInDim');
  const part = dynamicSliceInDim(x, index, 1, { ...rest, axis });
  return keepdims ? part : primitive.squeeze(part, [axis]);
}

/** `dynamicUpdateSlice` along one axis. */
export function dynamicUpdateSliceInDim(
  operand: ArrayLike,
  update: ArrayLike,
  startIndex: ArrayLike,
  axis: number,
  options: DynamicOptions = {},
): NdArray {
  const x = asArray(operand, 'dynamicUpdateSliceInDim', 'operand');
  const d = canonicalAxis(axis, x.ndim, 'dynamicUpdateSliceInDim');
  return dynamicUpdateSlice(x, update, onlyAt(x.ndim, d, startIndex), options);
}

/** One position of an axis replaced; `update` may lack the axis. */
export function dynamicUpdateIndexInDim(
  operand: ArrayLike,
  update: ArrayLike,
  index: ArrayLike,
  axis: number,
  options: DynamicOptions = {},
): NdArray {
  const x = asArray(operand, 'dynamicUpdateIndexInDim', 'operand');
  const d = canonicalAxis(axis, x.ndim, 'dynamicUpdateIndexInDim');
  const value = asArray(update, 'dynamicUpdateIndexInDim', 'update');
  const window = value.ndim === x.ndim ? value : primitive.expandDims(value, [d]);
  return dynamicUpdateSliceInDim(x, window, index, d, options);
}
