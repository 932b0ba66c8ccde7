/** Words that look along axes: reductions, running sums, orders, windows. */
import { isFloat } from '../../../src/array/dtype.js';
import type { Ref } from '../program.js';
import { Misfit, type Scope, type Word } from '../scope.js';

/** Some axes of a value: one, or all. */
const axesOf = (s: Scope, ref: Ref): number[] => {
  const { ndim } = s.at(ref);
  return s.choose(3) === 2 ? [...Array(ndim).keys()] : [s.axis(ref)];
};

const reduced: Word = (s) => {
  const x = s.number(1);
  s.emit(s.one(['reduceSum', 'reduceMax', 'reduceMin', 'reduceProd', 'reduceSum']), [x, axesOf(s, x)]);
};

const combined: Word = (s) => {
  const x = s.value((v) => v.ndim > 0 && (v.dtype === 'bool' || v.dtype === 'int32'));
  s.emit(s.one(['reduceAnd', 'reduceOr', 'reduceXor']), [x, axesOf(s, x)]);
};

const running: Word = (s) => {
  const x = s.number(1);
  const sums = ['cumsum', 'cumprod', 'cummax', 'cummin'];
  const op = s.one(isFloat(s.at(x).dtype) ? [...sums, 'cumlogsumexp'] : sums);
  s.emit(op, [x], { options: { axis: s.axis(x), reverse: s.choose(2) === 1 } });
};

const place: Word = (s) => {
  const x = s.number(1);
  s.emit(s.one(['argmax', 'argmin']), [x, s.axis(x), 'int32']);
};

const sorted: Word = (s) => {
  const x = s.number(1);
  s.emit('sort', [x], { options: { dimension: s.axis(x) } });
};

const sortedTogether: Word = (s) => {
  const x = s.number(1);
  const { shape } = s.at(x);
  const y = s.value((v) => `${v.shape}` === `${shape}` && !v.dtype.startsWith('complex'));
  s.emit('sortBy', [[x, y]], { options: { dimension: s.axis(x), numKeys: 1 } });
};

const largest: Word = (s) => {
  const x = s.number(1);
  const { shape } = s.at(x);
  s.emit('topK', [x, 1 + s.choose(shape[shape.length - 1])]);
};

const windowed: Word = (s) => {
  const x = s.value((v) => isFloat(v.dtype) && v.ndim > 0);
  const { shape } = s.at(x);
  const [combiner, init] = s.one([
    ['add', 0],
    ['max', '-Infinity'],
    ['min', 'Infinity'],
  ] as const);
  const window = shape.map((n) => 1 + s.choose(Math.min(n, 2)));
  const strides = shape.map(() => 1 + s.choose(2));
  const padding = shape.map(() => (init === 0 ? [s.choose(2), s.choose(2)] : [0, 0]));
  s.emit('reduceWindow', [x, init, combiner, window], { options: { windowStrides: strides, padding } });
};

/** Every pair of an axis and its dual, by the fast Fourier transform. */
const transformed: Word = (s) => {
  const x = s.value((v) => (v.dtype === 'float32' || v.dtype === 'float64') && v.ndim > 0);
  const { shape } = s.at(x);
  const n = shape[shape.length - 1];
  if (n < 2) throw new Misfit('an axis of one');
  s.emit('fft', [x, 'RFFT', [n]]);
};

export const reduction: Readonly<Record<string, Word>> = {
  reduced,
  sums: reduced,
  combined,
  running,
  place,
  sorted,
  sortedTogether,
  largest,
  windowed,
  transformed,
};
