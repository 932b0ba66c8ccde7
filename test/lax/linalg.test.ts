import { describe, expect, test } from 'vitest';
import { config, grad, jit, type NdArray } from '../../src/index.js';
import { linalg } from '../../src/lax/index.js';
import {
  array,
  conj,
  expandDims,
  eye,
  matmul,
  matrixTranspose,
  multiply,
  sin,
  sum,
  zeros,
} from '../../src/numpy/index.js';
import { arrayOf, type Call, describeFixtures, expectArray, type Fixture, readFixtures } from '../helpers/fixtures.js';
import { describeXla } from '../helpers/xla.js';

config.update('engine', 'reference');

const adjoint = (x: NdArray): NdArray => conj(matrixTranspose(x));

/** Functions of factorizations that every right one has in common; the same as in test/oracle/lax.py. */
const factors = {
  eighFunction: (x: NdArray) => {
    const [v, w] = linalg.eigh(x);
    return [matmul(multiply(v, expandDims(sin(w), -2)), adjoint(v)), w];
  },
  svdFunction: (x: NdArray) => {
    const [u, s, vh] = linalg.svd(x, { fullMatrices: false });
    return [matmul(multiply(u, expandDims(sin(s), -2)), vh), s];
  },
  singularValues: (x: NdArray) => linalg.svd(x, { computeUv: false }),
  fullSingularVectors: (x: NdArray) => {
    const [u, , vh] = linalg.svd(x);
    return [matmul(u, adjoint(u)), matmul(adjoint(vh), vh)];
  },
};

const calls: Readonly<Record<string, Call>> = {
  ...Object.fromEntries(Object.entries(linalg).map(([name, f]) => [`linalg.${name}`, f as Call])),
  ...factors,
};
// LAPACK computes in float32; the matrices' condition numbers are below 30.
const closeness = { ulps: 64, at: 'array', atLeast: 1 } as const;
describeFixtures('primitives/linalg', calls, { ulps: 16, at: 'array' });
describeFixtures('lax/linalg', calls, closeness);

describe('a decomposition', () => {
  test('of a matrix that is not one is refused', () => {
    expect(() => linalg.lu(array([1, 2]))).toThrow(/matrices are needed/);
    expect(() => linalg.eigh(zeros([2, 3]))).toThrow(/square/);
  });

  test('has no derivative of singular vectors that are not determined', () => {
    const f = (x: NdArray): NdArray => sum(linalg.svd(x)[0]);
    expect(() =>
      grad(f)(
        array([
          [1, 2, 3],
          [4, 5, 7],
        ]),
      ),
    ).toThrow(/fullMatrices/);
  });

  test('of an empty matrix is empty', () => {
    expect(linalg.qr(zeros([0, 2])).map((x) => x.shape)).toEqual([
      [0, 0],
      [0, 2],
    ]);
    expect(linalg.svd(zeros([2, 0])).map((x) => x.shape)).toEqual([[2, 2], [0], [0, 0]]);
  });

  test('of the identity is the identity', () => {
    const [lu, pivots] = linalg.lu(eye(3));
    expect([lu.jsSync(), pivots.jsSync()]).toEqual([eye(3).jsSync(), [0, 1, 2]]);
  });
});

describeXla('the decompositions on XLA', () => {
  const wanted = ({ op, inputs, x64 }: Fixture): boolean => !x64 && inputs[0].shape.length === 2 && op in calls;
  for (const fixture of readFixtures('lax/linalg').filter(wanted)) {
    test(`${fixture.op} ${JSON.stringify(fixture.args)} of ${fixture.inputs[0].dtype}[${fixture.inputs[0].shape}]`, () => {
      config.update('engine', 'xla');
      try {
        const [first, ...rest] = fixture.args;
        const f = calls[fixture.op] as (...args: readonly unknown[]) => NdArray | readonly NdArray[];
        const given = fixture.inputs.map(arrayOf);
        const args = [first, ...rest].map((a) =>
          typeof a === 'string' && a.startsWith('$') ? given[Number(a.slice(1))] : a,
        );
        const arrays = args.filter((a) => typeof a === 'object' && a !== null && 'aval' in a) as NdArray[];
        const call = jit((...xs: NdArray[]) => {
          let next = 0;
          return f(...args.map((a) => (arrays.includes(a as NdArray) ? xs[next++] : a)));
        });
        const result = call(...arrays) as unknown as NdArray | readonly NdArray[];
        const outputs = (Array.isArray(result) ? result : [result]) as readonly NdArray[];
        fixture.outputs.forEach((expected, i) => {
          expectArray(outputs[i], expected, { ulps: 256, at: 'array', atLeast: 1 }, `output ${i}`);
        });
      } finally {
        config.update('engine', 'reference');
      }
    });
  }
});
