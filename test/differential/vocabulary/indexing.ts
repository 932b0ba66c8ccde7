/** Words that read and write at computed places. */
import { isFloat } from '../../../src/array/dtype.js';
import type { Ref } from '../program.js';
import type { Scope, Word } from '../scope.js';

const scalarIndices = (s: Scope, count: number): Ref[] =>
  Array.from({ length: count }, () => s.value((v) => v.dtype === 'int32' && v.ndim === 0));

const dynamicSlice: Word = (s) => {
  const x = s.number(1);
  const { shape } = s.at(x);
  s.emit('dynamicSlice', [x, scalarIndices(s, shape.length), shape.map((n) => n - s.choose(n))]);
};

const dynamicUpdate: Word = (s) => {
  const x = s.number(1);
  const { shape, dtype } = s.at(x);
  const update = s.value((v) => v.dtype === dtype && v.ndim === shape.length && v.shape.every((n, i) => n <= shape[i]));
  s.emit('dynamicUpdateSlice', [x, update, scalarIndices(s, shape.length)]);
};

/** Rows by their numbers: `x[indices]`. */
const gathered: Word = (s) => {
  const x = s.number(1);
  const indices = s.value((v) => v.dtype === 'int32' && v.ndim > 0 && v.shape[v.ndim - 1] === 1);
  const { shape } = s.at(x);
  const batch = s.at(indices).ndim - 1;
  const numbers = {
    offsetDims: shape.slice(1).map((_, i) => batch + i),
    collapsedSliceDims: [0],
    startIndexMap: [0],
  };
  // NaN for what is outside would end the program here.
  s.emit('gather', [x, indices, numbers, [1, ...shape.slice(1)]], {
    options: { mode: s.one(['clip', 'fill']), fillValue: 0 },
  });
};

/** A window of two along the first axis, for each index. */
const windows: Word = (s) => {
  const x = s.value((v) => isFloat(v.dtype) && v.ndim === 1 && v.shape[0] >= 2);
  const indices = s.value((v) => v.dtype === 'int32' && v.ndim === 2 && v.shape[1] === 1);
  const numbers = { offsetDims: [1], collapsedSliceDims: [], startIndexMap: [0] };
  s.emit('gather', [x, indices, numbers, [2]], { options: { mode: s.one(['clip', 'fill']), fillValue: 0 } });
};

/**
 * Rows written at their numbers. Which of several updates to one place wins is nobody's promise, and products of several
 * have no derivative in JAX: these get indices that differ. Extrema of what is outside have NaN for derivatives in JAX:
 * these get indices that are inside.
 */
const scattered: Word = (s) => {
  const op = s.one(['scatterAdd', 'scatterSub', 'scatterMin', 'scatterMax', 'scatterMul', 'scatter']);
  const unique = op === 'scatter' || op === 'scatterMul';
  const x = s.float(1);
  const { shape, dtype } = s.at(x);
  const updates = s.value(
    (v) => v.dtype === dtype && v.ndim === shape.length && `${v.shape.slice(1)}` === `${shape.slice(1)}`,
  );
  const rows = s.at(updates).shape[0];
  const indices = unique
    ? s.emit('rev', [s.emit('broadcastedIota', ['int32', [rows, 1], 0]), [0]])
    : s.value((v) => v.dtype === 'int32' && `${v.shape}` === `${[rows, 1]}`);
  const inside = (index: Ref): Ref => {
    const [low, high] = [0, shape[0] - 1].map((n) => s.emit('full', [[], n], { options: { dtype: 'int32' } }));
    return s.emit('clamp', [low, index, high]);
  };
  const places = op === 'scatterMin' || op === 'scatterMax' ? inside(indices) : indices;
  const numbers = {
    updateWindowDims: shape.slice(1).map((_, i) => i + 1),
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0],
  };
  const options = { mode: unique ? 'fill' : s.one(['clip', 'fill']), uniqueIndices: unique };
  s.emit(op, [x, places, updates, numbers], { options });
};

const indexVectors: Word = (s) => {
  const x = s.value((v) => v.dtype === 'int32' && v.ndim > 0 && v.ndim < 3);
  s.emit('expandDims', [x, [s.at(x).ndim]]);
};

export const indexing: Readonly<Record<string, Word>> = {
  dynamicSlice,
  dynamicUpdate,
  gathered,
  rows: gathered,
  windows,
  scattered,
  writes: scattered,
  indexVectors,
};
