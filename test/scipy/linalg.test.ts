import { describe, expect, test } from 'vitest';
import { config, grad, type NdArray } from '../../src/index.js';
import { allclose, array, exp, eye, matmul, sum, transpose, zeros } from '../../src/numpy/index.js';
import * as linalg from '../../src/scipy/linalg/index.js';

config.update('engine', 'reference');

const a = array([
  [4, 1, 0.5],
  [1, 3, -1],
  [0.5, -1, 5],
]);
const general = array([
  [0, 2, 1],
  [1, 1, -1],
  [3, 0.5, 2],
]);
const b = array([
  [1, 2],
  [0, -1],
  [3, 0.5],
]);
const close = (x: NdArray, y: NdArray): boolean => allclose(x, y, { rtol: 1e-5, atol: 1e-5 }).item() === 1;

describe('factors give the matrix back', () => {
  test('of Cholesky, lower and upper', () => {
    const [upper, lower] = [linalg.cholesky(a), linalg.cholesky(a, { lower: true })];
    expect([close(matmul(transpose(upper), upper), a), close(matmul(lower, transpose(lower)), a)]).toEqual([
      true,
      true,
    ]);
  });

  test('of LU', () => {
    const [p, l, u] = linalg.lu(general);
    expect(close(matmul(p, matmul(l, u)), general)).toBe(true);
    const [pl, again] = linalg.lu(general, { permuteL: true });
    expect(close(matmul(pl, again), general)).toBe(true);
  });

  test('of QR with pivots', () => {
    const [q, r, p] = linalg.qr(general, { pivoting: true });
    const columns = (p.jsSync() as number[]).map((k) => (transpose(general).jsSync() as number[][])[k]);
    expect(close(matmul(q, r), transpose(array(columns)))).toBe(true);
  });
});

describe('solutions solve', () => {
  test.each([0, 1, 2] as const)('by LU with trans = %i', (trans) => {
    const x = linalg.luSolve(linalg.luFactor(general), b, { trans });
    expect(close(matmul(trans === 0 ? general : transpose(general), x), b)).toBe(true);
  });

  test.each([true, false])('by Cholesky with lower = %s', (lower) => {
    expect(close(matmul(a, linalg.choSolve(linalg.choFactor(a, { lower }), b)), b)).toBe(true);
    expect(close(matmul(a, linalg.solve(a, b, { assumeA: 'pos', lower })), b)).toBe(true);
  });

  test.each(['N', 'T'] as const)('of triangular systems with trans = %s', (trans) => {
    const l = linalg.cholesky(a, { lower: true });
    const x = linalg.solveTriangular(l, b, { lower: true, trans });
    expect(close(matmul(trans === 'T' ? transpose(l) : l, x), b)).toBe(true);
  });
});

describe('expm', () => {
  test('of a diagonal matrix is that of its elements', () => {
    const d = array([
      [1, 0],
      [0, -2],
    ]);
    expect(
      close(
        linalg.expm(d),
        array([
          [Math.E, 0],
          [0, Math.exp(-2)],
        ]),
      ),
    ).toBe(true);
  });

  test('of a rotation by 10 is a rotation', () => {
    const turn = array([
      [0, -10],
      [10, 0],
    ]);
    expect(
      close(
        linalg.expm(turn),
        array([
          [Math.cos(10), -Math.sin(10)],
          [Math.sin(10), Math.cos(10)],
        ]),
      ),
    ).toBe(true);
  });

  test('has the derivative of exp for one row and column', () => {
    const f = (x: NdArray): NdArray => sum(linalg.expm(x));
    const x = array([[0.7]]);
    expect(close(grad(f)(x), exp(x))).toBe(true);
  });
});

test('blockDiag puts blocks on the diagonal', () => {
  const blocks = linalg.blockDiag(eye(2), array([5, 6]), zeros([1, 0]));
  expect(blocks.jsSync()).toEqual([
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 5, 6],
    [0, 0, 0, 0],
  ]);
});
