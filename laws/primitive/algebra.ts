/** Cases of products, convolutions and factorizations. */
import type { NdArray } from 'fluxion/extend';
import { arrayOf } from '../arbitrary/array.js';
import { add, mul } from '../calculus.js';
import type { Chance } from '../chance.js';
import { binding, type CaseSource, casesOf, numbers, operandsOf } from './case.js';

const sizes = (count: number, chance: Chance, max = 3): number[] =>
  Array.from({ length: count }, () => chance.integer(1, max));

const separately = { operands: [0, 1], jointly: false } as const;

/** Cases of a factorization that has no derivative of its own. */
const matrices = (name: string): CaseSource => ({
  cases: casesOf({ maxDims: 1 }, (shape, chance) => ({ args: [numbers([...shape, 3, 2], chance)], f: binding(name) })),
  wrt: [],
});

/** A matrix made symmetric and positive definite: `x x^T + I`, batched. */
function definite(x: NdArray): NdArray {
  const n = x.shape[x.ndim - 1];
  const batch = x.shape.slice(0, -2).map((_, i) => i);
  const last = x.ndim - 1;
  const [square] = binding('dot_general', {
    dimensionNumbers: [
      [[last], [last]],
      [batch, batch],
    ],
    precision: null,
    preferredElementType: null,
  })(x, x);
  const [rows] = binding('iota', { dtype: 'float64', shape: x.shape, dimension: last - 1 })();
  const [columns] = binding('iota', { dtype: 'float64', shape: x.shape, dimension: last })();
  const [diagonal] = binding('eq')(rows, columns);
  const [one] = binding('convert_element_type', { newDtype: 'float64', weakType: false })(diagonal);
  return add(square, mul(one, binding('broadcast_in_dim', { shape: x.shape, broadcastDimensions: [] })(scalar(n))[0]));
}

const scalar = (n: number): NdArray => numbers([], { next: () => 0 } as unknown as Chance, { range: [n, n + 1] });

export const algebraCases: Readonly<Record<string, CaseSource>> = {
  dot_general: {
    cases: operandsOf('dot_general', { maxDims: 0 }, (_, chance) => {
      const [b, c, l, r] = sizes(4, chance);
      const batched = chance.next() < 0.5;
      const turned = chance.next() < 0.5;
      const lhs = batched ? [b, l, c] : [l, c];
      const rhs = batched ? (turned ? [b, r, c] : [b, c, r]) : turned ? [r, c] : [c, r];
      const at = (shape: readonly number[], right: boolean): number =>
        right ? (turned ? shape.length - 1 : shape.length - 2) : shape.length - 1;
      return {
        args: [numbers(lhs, chance), numbers(rhs, chance)],
        params: {
          dimensionNumbers: [[[at(lhs, false)], [at(rhs, true)]], batched ? [[0], [0]] : [[], []]],
          precision: null,
          preferredElementType: null,
        },
      };
    }),
    exact: separately,
  },
  conv_general_dilated: {
    cases: operandsOf('conv_general_dilated', { maxDims: 0 }, (_, chance) => {
      const spatial = chance.integer(1, 2);
      const [batch, groups, perGroup, outputs] = sizes(4, chance, 2);
      const axes = Array.from({ length: spatial + 2 }, (_, i) => i);
      const each = <T>(make: () => T): T[] => Array.from({ length: spatial }, make);
      return {
        args: [
          numbers([batch, groups * perGroup, ...each(() => chance.integer(3, 4))], chance),
          numbers([groups * outputs, perGroup, ...each(() => chance.integer(1, 2))], chance),
        ],
        params: {
          windowStrides: each(() => chance.integer(1, 2)),
          padding: each(() => [chance.integer(0, 1), chance.integer(0, 1)]),
          lhsDilation: each(() => chance.integer(1, 2)),
          rhsDilation: each(() => chance.integer(1, 2)),
          dimensionNumbers: { lhsSpec: axes, rhsSpec: axes, outSpec: axes },
          featureGroupCount: groups,
          batchGroupCount: 1,
          precision: null,
          preferredElementType: null,
        },
      };
    }),
    exact: separately,
  },
  cholesky: {
    cases: casesOf({ maxDims: 1 }, (shape, chance) => {
      const n = chance.integer(1, 3);
      return { args: [numbers([...shape, n, n], chance)], f: (x) => binding('cholesky')(definite(x)) };
    }),
  },
  eigh: {
    cases: casesOf({ maxDims: 1 }, (shape, chance) => {
      const n = chance.integer(1, 3);
      const at = shape.length;
      const order = [...shape.map((_, i) => i), at + 1, at];
      // Symmetric, with eigenvalues that are well apart.
      const spread = arrayOf(
        'float64',
        [n, n],
        Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 8 * k : 0)),
      );
      return {
        args: [numbers([...shape, n, n], chance)],
        f: (x) => {
          const [turned] = binding('transpose', { permutation: order })(x);
          const [diagonal] = binding('broadcast_in_dim', {
            shape: [...shape, n, n],
            broadcastDimensions: [at, at + 1],
          })(spread);
          return binding('eigh', { lower: true })(add(add(x, turned), diagonal));
        },
      };
    }),
  },
  geqrf: matrices('geqrf'),
  householder_product: {
    cases: casesOf({ maxDims: 1 }, (shape, chance) => ({
      args: [numbers([...shape, 3, 2], chance), numbers([...shape, 2], chance)],
      f: binding('householder_product'),
    })),
    wrt: [],
  },
  fft: {
    cases: operandsOf('fft', { maxDims: 1 }, (shape, chance) => {
      const fftType = chance.pick(['FFT', 'IFFT', 'RFFT', 'IRFFT']);
      const n = chance.integer(2, 5);
      const size = fftType === 'IRFFT' ? Math.floor(n / 2) + 1 : n;
      const dtype = fftType === 'RFFT' ? 'float64' : 'complex128';
      return { args: [numbers([...shape, size], chance, { dtype })], params: { fftType, fftLengths: [n] } };
    }),
  },
  triangular_solve: {
    cases: operandsOf('triangular_solve', { maxDims: 1 }, (shape, chance) => {
      const [n, k] = sizes(2, chance);
      const leftSide = chance.next() < 0.5;
      return {
        args: [
          numbers([...shape, n, n], chance, { range: [0.75, 1.5] }),
          numbers([...shape, ...(leftSide ? [n, k] : [k, n])], chance),
        ],
        params: {
          leftSide,
          lower: chance.next() < 0.5,
          transposeA: chance.next() < 0.5,
          conjugateA: false,
          unitDiagonal: false,
        },
      };
    }),
  },
};
