/** Words that sum products: contractions, convolutions, factorizations. */
import { isFloat } from '../../../src/array/dtype.js';
import { sizeOf } from '../../../src/array/shape.js';
import { Misfit, type Word } from '../scope.js';

/** One contracting axis of each, and sometimes a batch axis. */
const product: Word = (s) => {
  const x = s.number(1);
  const { shape, dtype } = s.at(x);
  const axis = s.axis(x);
  const y = s.value((v) => v.dtype === dtype && v.shape.includes(shape[axis]));
  const others = s.at(y).shape;
  const partner = others.lastIndexOf(shape[axis]);
  const batch = shape.flatMap((n, i) =>
    others.flatMap((m, j) => (i !== axis && j !== partner && n === m ? [[i, j] as const] : [])),
  );
  const paired = batch.length > 0 && s.choose(2) === 1 ? [s.one(batch)] : [];
  s.emit('dotGeneral', [
    x,
    y,
    [
      [[axis], [partner]],
      [paired.map(([i]) => i), paired.map(([, j]) => j)],
    ],
  ]);
};

const outer: Word = (s) => {
  const x = s.float(1);
  const { dtype } = s.at(x);
  const y = s.value((v) => v.dtype === dtype && v.ndim > 0);
  s.emit('dotGeneral', [
    x,
    y,
    [
      [[], []],
      [[], []],
    ],
  ]);
};

/** One or two spatial axes; batch and features are made of what is there. */
const convolved: Word = (s) => {
  const wide = (v: { dtype: string }): boolean => v.dtype === 'float32' || v.dtype === 'float64';
  const spatial = 1 + s.choose(2);
  const x = s.value((v) => wide(v) && v.ndim >= spatial);
  const { dtype, shape } = s.at(x);
  const k = s.value((v) => v.dtype === dtype && v.ndim >= spatial);
  const kernel = s.at(k).shape;
  const tail = (all: readonly number[]): readonly number[] => all.slice(all.length - spatial);
  const head = (all: readonly number[]): number => sizeOf(all.slice(0, all.length - spatial));
  // [head, ...space] is one batch of `head` features, or `head` examples of one feature.
  const grouped = s.choose(2) === 1;
  const features = head(shape);
  if (!grouped && head(kernel) % features !== 0) throw new Misfit('features do not fit');
  if (grouped && head(kernel) % features !== 0) throw new Misfit('groups do not fit');
  const lhs = s.emit('reshape', [x, [1, features, ...tail(shape)]]);
  const rhs = s.emit('reshape', [
    k,
    grouped ? [head(kernel), 1, ...tail(kernel)] : [head(kernel) / features, features, ...tail(kernel)],
  ]);
  const each = (f: () => number): number[] => Array.from({ length: spatial }, f);
  s.emit(
    'convGeneralDilated',
    [lhs, rhs, each(() => 1 + s.choose(2)), each(() => 0).map(() => [s.choose(3), s.choose(2)])],
    {
      options: {
        lhsDilation: each(() => 1 + s.choose(2)),
        rhsDilation: each(() => 1 + s.choose(2)),
        featureGroupCount: grouped ? features : 1,
      },
    },
  );
};

/** The Cholesky factor of x xᵀ + n I, and a system solved with it. */
const factorized: Word = (s) => {
  const x = s.value((v) => (v.dtype === 'float32' || v.dtype === 'float64') && v.ndim === 2 && v.shape[0] <= 3);
  const { dtype, shape } = s.at(x);
  const n = shape[0];
  const gram = s.emit('dotGeneral', [
    x,
    x,
    [
      [[1], [1]],
      [[], []],
    ],
  ]);
  const rows = s.emit('broadcastedIota', ['int32', [n, n], 0]);
  const columns = s.emit('broadcastedIota', ['int32', [n, n], 1]);
  const unit = s.emit('convertElementType', [s.emit('eq', [rows, columns]), dtype]);
  const factor = s.emit('cholesky', [s.emit('add', [s.emit('add', [gram, unit]), unit])]);
  if (s.choose(2) === 1) s.emit('triangularSolve', [factor, x], { options: { leftSide: true, lower: true } });
};

const summedProducts: Word = (s) => {
  const x = s.value((v) => isFloat(v.dtype) && v.ndim === 2);
  const { dtype, shape } = s.at(x);
  const y = s.value((v) => v.dtype === dtype && v.ndim === 2 && v.shape[0] === shape[1]);
  s.emit('dot', [x, y]);
};

export const contraction: Readonly<Record<string, Word>> = {
  product,
  products: product,
  outer,
  convolved,
  factorized,
  summedProducts,
};
