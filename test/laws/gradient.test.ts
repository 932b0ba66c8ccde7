import type { NdArray } from 'fluxion';
import { arrayOf, examineLaws, gradLaws, summaryText, transformationLaws } from 'fluxion/laws';
import { expect, test } from 'vitest';
import { add, dotGeneral, mul, reduceSum, sub, tanh } from '../../src/primitive/index.js';
import { broadcastInDim } from '../../src/primitive/structure.js';

const dot = (x: NdArray, w: NdArray): NdArray =>
  dotGeneral(x, w, {
    dimensionNumbers: [
      [[1], [0]],
      [[], []],
    ],
  });
const bias = (y: NdArray, b: NdArray): NdArray => add(y, broadcastInDim(b, y.shape, [1]));
interface Layer {
  readonly w: NdArray;
  readonly b: NdArray;
}
const mlp = (params: readonly Layer[], x: NdArray, y: NdArray): NdArray => {
  let h = x;
  params.forEach(({ w, b }, i) => {
    h = bias(dot(h, w), b);
    if (i < params.length - 1) h = tanh(h);
  });
  const d = sub(h, y);
  return reduceSum(mul(d, d), [0, 1]);
};
const fill = (shape: number[], scale: number): NdArray => {
  const n = shape.reduce((a, b) => a * b, 1);
  return arrayOf(
    'float32',
    shape,
    Array.from({ length: n }, (_, i) => scale * Math.sin(i * 1.7 + 1)),
  );
};

test('the laws hold for a three-layer MLP', async () => {
  const sizes = [4, 16, 16, 2];
  const params = sizes.slice(1).map((n, i) => ({ w: fill([sizes[i], n], 0.5), b: fill([n], 0.1) }));
  const args = { params, x: fill([8, 4], 1), y: fill([8, 2], 1) };
  const report = await examineLaws([...gradLaws(mlp, args), ...transformationLaws(mlp, args)], { seed: 1 });
  console.log(summaryText(report));
  expect(report.broken.map((r) => r.failure?.error ?? r.failure)).toEqual([]);
});
