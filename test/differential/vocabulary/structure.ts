/** Words that move elements without changing them. */
import { sameShape } from '../../../src/array/shape.js';
import { Misfit, type Word } from '../scope.js';

/** Other shapes of as many elements. */
const shapesOf = (size: number): number[][] => {
  const shapes: number[][] = [[size], [size, 1]];
  for (const n of [2, 3, 4]) if (size % n === 0 && size > n) shapes.push([n, size / n], [size / n, n]);
  if (size === 1) shapes.push([]);
  if (size === 8) shapes.push([2, 2, 2]);
  if (size === 12) shapes.push([2, 3, 2]);
  return shapes;
};

const reshaped: Word = (s) => {
  const x = s.any();
  s.emit('reshape', [x, s.one(shapesOf(s.at(x).size))]);
};

const transposed: Word = (s) => {
  const x = s.any(2);
  const axes = [...Array(s.at(x).ndim).keys()];
  const turn = 1 + s.choose(axes.length - 1);
  s.emit('transpose', [x, [...axes.slice(turn), ...axes.slice(0, turn)]]);
};

const broadcast: Word = (s) => {
  const x = s.any();
  const { shape } = s.at(x);
  const place = s.choose(shape.length + 1);
  const larger = [...shape.slice(0, place), s.one([2, 3]), ...shape.slice(place)];
  s.emit('broadcastInDim', [x, larger, shape.map((_, i) => (i < place ? i : i + 1))]);
};

const expanded: Word = (s) => {
  const x = s.any();
  s.emit('expandDims', [x, [s.choose(s.at(x).ndim + 1)]]);
};

const squeezed: Word = (s) => {
  const x = s.value((v) => v.shape.includes(1));
  s.emit('squeeze', [x, [s.at(x).shape.indexOf(1)]]);
};

const reversed: Word = (s) => {
  const x = s.any(1);
  s.emit('rev', [x, [s.axis(x)]]);
};

const padded: Word = (s) => {
  const x = s.number(1);
  const { dtype, shape } = s.at(x);
  const filler = s.emit('full', [[], s.choose(2)], { options: { dtype } });
  s.emit('pad', [x, filler, shape.map(() => [s.one([0, 1, -1]), s.one([1, 0, 2]), s.choose(2)])]);
};

const joined: Word = (s) => {
  const x = s.any(1);
  const axis = s.axis(x);
  const { dtype, shape } = s.at(x);
  const y = s.value(
    (v) => v.dtype === dtype && v.ndim === shape.length && v.shape.every((n, i) => i === axis || n === shape[i]),
  );
  s.emit('concatenate', [[x, y], axis]);
};

const sliced: Word = (s) => {
  const x = s.any(1);
  const { shape } = s.at(x);
  const start = shape.map((n) => s.choose(n));
  const limit = shape.map((n, i) => n - s.choose(n - start[i]));
  s.emit('slice', [x, start, limit], { options: { strides: shape.map(() => 1 + s.choose(2)) } });
};

const divided: Word = (s) => {
  const x = s.any(1);
  const axis = s.axis(x);
  const n = s.at(x).shape[axis];
  if (n < 2) throw new Misfit('an axis of one');
  const first = 1 + s.choose(n - 1);
  s.emit('split', [x, [first, n - first]], { options: { axis } });
};

const tiled: Word = (s) => {
  const x = s.any(1);
  s.emit('tile', [x, s.at(x).shape.map(() => 1 + s.choose(2))]);
};

const constant: Word = (s) => {
  const shape = s.one([[3], [2], [], [2, 3]]);
  s.emit('full', [shape, s.one([0.5, 1, -1.25, 2])], { options: { dtype: s.dtype } });
};

const counted: Word = (s) => {
  const shape = s.one([[3], [2, 3], [2], [3, 2]]);
  s.emit('broadcastedIota', [s.one(['int32', s.dtype]), shape, s.choose(shape.length)]);
};

const copied: Word = (s) => {
  const x = s.float();
  const y = s.value((v) => sameShape(v.shape, s.at(x).shape));
  s.emit(s.one(['stopGradient', 'optimizationBarrier']), [y]);
};

export const structure: Readonly<Record<string, Word>> = {
  reshaped,
  transposed,
  broadcast,
  expanded,
  squeezed,
  reversed,
  padded,
  joined,
  sliced,
  divided,
  tiled,
  constant,
  counted,
  copied,
};
