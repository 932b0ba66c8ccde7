/**
 * Indexing: `x.get(...)`, `x.at(...)`, with everything that may stand in Python's square brackets.
 *
 * | Python              | here                                |
 * |---------------------|-------------------------------------|
 * | `x[1]`              | `x.get(1)`                          |
 * | `x[1:3]`, `x[::2]`  | `x.get(slice(1, 3))`, `x.get(slice(null, null, 2))` |
 * | `x[..., None]`      | `x.get('...', null)`                |
 * | `x[ids]`            | `x.get(ids)`, an integer array      |
 * | `x[mask]`           | `x.get(mask)`, a concrete boolean array |
 *
 * Basic indices become slices; those with arrays (also traced ones) one gather or scatter. A known
 * position outside is an error (`OutOfBounds`); positions in arrays are promised to be inside (and clamped) when reading,
 * dropped when writing, unless `mode` says otherwise. All this but the error is as in JAX.
 * Source: jax/_src/numpy/indexing.py, jax/_src/ops/scatter.py.
 */
import { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { layoutOf } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { defaultFill, type Index, type IndexOptions, type Plan, plan, scatterMode } from './index-plan.js';
import { broadcastArray, broadcastShape } from './promote.js';

/** The basic part: ranges of all axes. */
function sliced(x: NdArray, slices: Plan['slices']): NdArray {
  const whole = slices.every((s, i) => s.start === 0 && s.count === x.shape[i] && s.step === 1);
  if (whole) return x;
  const backwards = range(x.ndim).filter((i) => slices[i].step < 0 && slices[i].count > 0);
  // A falling range is the rising one of the same elements, reversed.
  const rising = slices.map(({ start, count, step }) => {
    if (count === 0) return { start: 0, limit: 0, step: 1 };
    const end = start + (count - 1) * step;
    return { start: Math.min(start, end), limit: Math.max(start, end) + 1, step: Math.abs(step) };
  });
  const part = primitive.slice(
    x,
    rising.map((r) => r.start),
    rising.map((r) => r.limit),
    rising.some((r) => r.step !== 1) ? rising.map((r) => r.step) : null,
  );
  return backwards.length > 0 ? primitive.rev(part, backwards) : part;
}

const startIndices = (positions: readonly NdArray[], shape: readonly number[]): NdArray => {
  const dtype = positions.some((p) => layoutOf(p.dtype).bytes === 8) ? 'int64' : 'int32';
  return primitive.concatenate(
    positions.map((p) => primitive.reshape(cast(p, dtype), [...shape, 1])),
    shape.length,
  );
};

/** `x[indices]`. */
export function getIndex(x: NdArray, indices: readonly Index[], options: IndexOptions = {}): NdArray {
  const p = plan(x, indices, options);
  let out = sliced(x, p.slices);
  if (p.axes.length > 0) {
    const source = out;
    out = primitive.gather(
      source,
      startIndices(p.positions, p.shape),
      {
        offsetDims: range(source.ndim - p.axes.length).map((i) => (i < p.place ? i : i + p.shape.length)),
        collapsedSliceDims: p.axes,
        startIndexMap: p.axes,
        operandBatchingDims: [],
        startIndicesBatchingDims: [],
      },
      source.shape.map((n, i) => (p.axes.includes(i) ? 1 : n)),
      {
        mode: scatterMode(options.mode ?? (options.fillValue == null ? 'promiseInBounds' : 'fill')),
        fillValue: options.fillValue ?? defaultFill(x),
        uniqueIndices: options.uniqueIndices ?? false,
        indicesAreSorted: options.indicesAreSorted ?? false,
      },
    );
  }
  if (p.removed.length > 0) out = primitive.squeeze(out, p.removed);
  return p.inserted.length > 0 ? primitive.expandDims(out, p.inserted) : out;
}

type Scatter = typeof primitive.scatter;

/** The array with `update` brought in at `indices` by a scatter. */
function scatterInto(
  x: NdArray,
  indices: readonly Index[],
  values: ArrayLike,
  scatter: Scatter,
  options: IndexOptions,
): NdArray {
  const p = plan(x, indices, options);
  const update = cast(asArray(values, 'at', 'values'), x.dtype);
  // Every index is a start of a window here: ranges are written out unless they take the whole axis.
  const whole = p.slices.map((s, i) => s.start === 0 && s.count === x.shape[i] && s.step === 1);
  const windows = range(x.ndim).filter((i) => whole[i] && !p.axes.includes(i));
  const listed = range(x.ndim).filter((i) => !whole[i] && !p.axes.includes(i));
  const kept = range(x.ndim).filter((i) => !p.axes.includes(i));
  // The result of reading: kept axes in order, those of the positions at `place`.
  const readShape = [
    ...kept.slice(0, p.place).map((i) => p.slices[i].count),
    ...p.shape,
    ...kept.slice(p.place).map((i) => p.slices[i].count),
  ];
  const userShape = readShape.filter((_, i) => !(p.axes.length === 0 && p.removed.includes(i)));
  for (const axis of p.inserted) userShape.splice(axis, 0, 1);
  const common = broadcastShape('at', [userShape, update.shape]);
  if (common.length !== userShape.length || common.some((n, i) => n !== userShape[i])) {
    throw new InvalidArgument({
      op: 'at',
      argument: 'values',
      expected: `an array that broadcasts to [${userShape.join(', ')}]`,
      actual: `of shape [${update.shape.join(', ')}]`,
    });
  }
  const broadcast = primitive.reshape(broadcastArray(update, userShape), readShape);
  const batchAxes = [...listed.map((i) => axisInRead(i, kept, p)), ...p.shape.map((_, k) => p.place + k)];
  const order = range(readShape.length).filter((i) => !batchAxes.includes(i));
  const batchShape = batchAxes.map((i) => readShape[i]);
  const updates = primitive.transpose(broadcast, [...batchAxes, ...order]);
  const columns = [
    ...listed.map((i, k) => {
      const { start, count, step } = p.slices[i];
      const positions = Int32Array.from({ length: count }, (_, j) => start + j * step);
      return primitive.broadcastInDim(asArray(positions, 'at'), batchShape, [k]);
    }),
    ...p.positions.map((position) =>
      primitive.broadcastInDim(
        position,
        batchShape,
        p.shape.map((_, k) => listed.length + k),
      ),
    ),
  ];
  const chosen = [...listed, ...p.axes];
  const starts =
    columns.length > 0
      ? startIndices(columns, batchShape)
      : primitive.broadcastInDim(scalar(0, 'int32'), [...batchShape, 0], []);
  return scatter(
    x,
    starts,
    updates,
    {
      updateWindowDims: order.map((_, k) => batchAxes.length + k),
      insertedWindowDims: [...chosen].sort((a, b) => a - b),
      scatterDimsToOperandDims: chosen,
      operandBatchingDims: [],
      scatterIndicesBatchingDims: [],
    },
    {
      mode: scatterMode(options.mode),
      indicesAreSorted: options.indicesAreSorted ?? false,
      // Ranges alone never name a place twice.
      uniqueIndices:
        (options.uniqueIndices ?? false) || (p.axes.length === 0 && windows.length + listed.length === x.ndim),
    },
  );
}

/** Where a kept axis of the array stands in the result of reading. */
const axisInRead = (axis: number, kept: readonly number[], p: Plan): number => {
  const k = kept.indexOf(axis);
  return k < p.place ? k : k + p.shape.length;
};

/** A place in an array, from which a changed copy is made: `x.at(0, slice(1, 3)).set(v)` (`x.at[0, 1:3].set(v)`). */
export class IndexedPlace {
  constructor(
    readonly array: NdArray,
    readonly indices: readonly Index[],
  ) {}

  /** The elements there. */
  get(options: IndexOptions = {}): NdArray {
    return getIndex(this.array, this.indices, options);
  }
  /** The array with these elements replaced. Which one wins when a position is named twice is not defined. */
  set(values: ArrayLike, options: IndexOptions = {}): NdArray {
    return scatterInto(this.array, this.indices, values, primitive.scatter, options);
  }
  /** The array with `values` added there; positions named twice are added to twice. */
  add(values: ArrayLike, options: IndexOptions = {}): NdArray {
    return scatterInto(this.array, this.indices, values, primitive.scatterAdd, options);
  }
  /** The array with `values` subtracted there. */
  subtract(values: ArrayLike, options: IndexOptions = {}): NdArray {
    const v = cast(asArray(values, 'at', 'values'), this.array.dtype);
    return this.add(primitive.neg(v), options);
  }
  /** The array with those elements multiplied by `values`. */
  multiply(values: ArrayLike, options: IndexOptions = {}): NdArray {
    return scatterInto(this.array, this.indices, values, primitive.scatterMul, options);
  }
  /** As `multiply`. */
  mul(values: ArrayLike, options: IndexOptions = {}): NdArray {
    return this.multiply(values, options);
  }
  /** The array with those elements divided by `values`. */
  divide(values: ArrayLike, options: IndexOptions = {}): NdArray {
    const one = primitive.broadcastInDim(scalar(1, this.array.dtype), this.array.shape, []);
    const divisor = scatterInto(one, this.indices, values, primitive.scatterMul, options);
    return primitive.div(this.array, divisor);
  }
  /** The array with those elements raised to the power `values`. */
  power(values: ArrayLike, options: IndexOptions = {}): NdArray {
    const current = this.get({ mode: 'clip', ...options });
    const exponent = cast(asArray(values, 'at', 'values'), this.array.dtype);
    return this.set(primitive.pow(current, broadcastArray(exponent, current.shape)), options);
  }
  /** The array with the smaller of element and value there. */
  min(values: ArrayLike, options: IndexOptions = {}): NdArray {
    return scatterInto(this.array, this.indices, values, primitive.scatterMin, options);
  }
  /** The array with the larger of element and value there. */
  max(values: ArrayLike, options: IndexOptions = {}): NdArray {
    return scatterInto(this.array, this.indices, values, primitive.scatterMax, options);
  }
  /** The array with `f` of the elements there; for positions named twice, once. */
  apply(f: (x: NdArray) => NdArray, options: IndexOptions = {}): NdArray {
    return this.set(f(this.get({ mode: 'clip', ...options })), options);
  }
}

/** A place in an array. */
export const at = (x: NdArray, ...indices: readonly Index[]): IndexedPlace => {
  checkArgument('at', 'x', x, NdArray);
  return new IndexedPlace(x, indices);
};
