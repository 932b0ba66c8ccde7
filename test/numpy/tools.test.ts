import { afterAll, describe, expect, test } from 'vitest';
import { config, jit, type NdArray } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');
afterAll(() => config.update('enableX64', false));

const dotted = (name: string, space: object): object =>
  Object.fromEntries(Object.entries(space).map(([key, f]) => [`${name}.${key}`, f]));

/** `x + 2 y` as a universal function, under the names that its methods have in the fixtures. */
const ufunc = (identity: number | null): jnp.Ufunc =>
  jnp.frompyfunc((x: NdArray, y: NdArray) => x.add(y.mul(2)), 2, 1, { identity });
const methods = (name: string, f: jnp.Ufunc): object => ({
  [`${name}.call`]: f,
  ...dotted(name, { reduce: f.reduce, accumulate: f.accumulate, outer: f.outer, reduceat: f.reduceat }),
  [`${name}.at`]: (a: NdArray, i: NdArray, b: NdArray) => f.at(a, i, b, { inplace: false }),
});

/** Functions of functions, written here as the generator writes them in Python. */
const written = {
  polyint: (p: NdArray, k: NdArray | { m?: number; k?: number } = {}) =>
    'dtype' in k ? jnp.polyint(p, { m: 2, k }) : jnp.polyint(p, k),
  piecewise: (x: NdArray) =>
    jnp.piecewise(x, [x.lt(0), x.gt(2)], [(y: NdArray) => y.mul(y), (y: NdArray) => y.sin(), 7]),
  'piecewise.zero': (x: NdArray) => jnp.piecewise(x, [x.lt(0)], [(y: NdArray) => y.neg()]),
  'vectorize.dot': jnp.vectorize((x: NdArray, y: NdArray) => jnp.dot(x, y), { signature: '(n),(n)->()' }),
  'vectorize.matvec': jnp.vectorize((m: NdArray, v: NdArray) => [m.matmul(v), v.sum()], {
    signature: '(m,n),(n)->(m),()',
  }),
  'vectorize.plain': jnp.vectorize((x: NdArray, y: NdArray) => x.mul(y).add(1)),
  'applyAlongAxis.cumsum': (axis: number, x: NdArray) => jnp.applyAlongAxis((v) => v.cumsum().mul(v.get(0)), axis, x),
  'applyAlongAxis.sum': (axis: number, x: NdArray) => jnp.applyAlongAxis((v) => v.sum(), axis, x),
  'applyOverAxes.sum': (x: NdArray, axes: number[]) => jnp.applyOverAxes((y, axis) => y.sum({ axis }), x, axes),
  histogramdd: (sample: NdArray, options: object) => {
    const [counts, edges] = jnp.histogramdd(sample, options);
    return [counts, ...edges];
  },
  uniqueAll: (x: NdArray, options: object) => {
    const { values, indices, inverseIndices, counts } = jnp.uniqueAll(x, options);
    return [values, indices, inverseIndices, counts];
  },
  uniqueCounts: (x: NdArray, options: object) => {
    const { values, counts } = jnp.uniqueCounts(x, options);
    return [values, counts];
  },
  uniqueInverse: (x: NdArray, options: object) => {
    const { values, inverseIndices } = jnp.uniqueInverse(x, options);
    return [values, inverseIndices];
  },
  ...methods('ufunc', ufunc(0)),
  ...methods('plain', ufunc(null)),
};
const calls = {
  ...jnp,
  ...dotted('linalg', jnp.linalg),
  ...dotted('fft', jnp.fft),
  ...written,
} as unknown as Record<string, Call>;

// Least squares and condition numbers go through singular values in float32, whose rounding is that of the largest one.
const isSolved = (op: string): boolean => /polyfit|linalg/.test(op);
describeFixtures('numpy/polynomial', calls, ({ op }) => ({ ulps: isSolved(op) ? 64 : 8, at: 'array', atLeast: 1 }));
// The tangent of Kaiser's window is the difference of two quotients of size 1 and more.
describeFixtures('numpy/tools', calls, ({ op }) => ({
  ulps: isSolved(op) ? 64 : 8,
  at: 'array',
  atLeast: op === 'kaiser' ? 1 : 0.1,
}));
describeFixtures('numpy/wide', calls, { ulps: 8, at: 'array', atLeast: 1 });

describe('the zeros of a polynomial', () => {
  test('are those it was made of', () => {
    config.update('enableX64', false);
    const found = jnp.sort(jnp.real(jnp.roots(jnp.poly([1, -2, 0.5]))));
    expect(jnp.allclose(found, jnp.array([-2, 0.5, 1]), { rtol: 1e-5 }).item()).toBeTruthy();
    expect(jnp.roots([0, 0, 1, -3]).shape).toEqual([1]);
    expect(jnp.roots([5]).shape).toEqual([0]);
  });

  test('are NaN in the place of zeros in front, under jit', () => {
    const f = jit((p: NdArray) => jnp.roots(p, { stripZeros: false }));
    const z = jnp.abs(f(jnp.array([0, 1, -3])));
    expect(z.jsSync()).toEqual([expect.closeTo(3, 5), Number.NaN]);
    expect(() => jit((p: NdArray) => jnp.roots(p))(jnp.array([1, 2]))).toThrow(/stripZeros/);
  });
});

describe('the order of a contraction', () => {
  const shapes = (...list: number[][]): NdArray[] => list.map((s) => jnp.ones(s));
  test('is the cheapest one', () => {
    expect(jnp.einsumPath('ab,bc,cd->ad', ...shapes([2, 100], [100, 3], [3, 50]))[0]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(jnp.einsumPath('ab,bc,cd->ad', ...shapes([50, 3], [3, 100], [100, 2]))[0]).toEqual([
      [1, 2],
      [0, 1],
    ]);
    expect(jnp.einsumPath('ab,bc->ac', ...shapes([2, 3], [3, 4]))).toEqual([[[0, 1]], 'ab,bc->ac']);
  });

  test('is all at once when nothing is to be optimized', () => {
    expect(jnp.einsumPath('a,a,a->', ...shapes([2], [2], [2]), { optimize: false })[0]).toEqual([[0, 1, 2]]);
  });
});

describe('what cannot be done says what can', () => {
  test.each([
    ['put', () => jnp.put([1, 2], 0, 3), /inplace: false/],
    ['place', () => jnp.place([1, 2], [1, 0], [], { inplace: false }), /vals/],
    ['fillDiagonal', () => jnp.fillDiagonal([1, 2], 0, { inplace: false }), /two axes/],
    ['packbits', () => jnp.packbits([0.5]), /integers or booleans/],
    ['vander', () => jnp.vander([[1]]), /vector/],
    ['vectorize', () => jnp.vectorize(jnp.dot as never, { signature: '(n),n->()' }), /signature/],
    ['vectorize', () => jnp.vectorize(jnp.dot as never, { signature: '(n),(n)->()' })([1], [1, 2]), /'n' has size 1/],
    ['piecewise', () => jnp.piecewise([1], [[true]], []), /1 or 2/],
    ['unwrap', () => jnp.unwrap(jnp.fft.fft([1, 2])), /real numbers/],
    ['cond', () => jnp.linalg.cond([1, 2]), /matrices/],
    ['tensorsolve', () => jnp.linalg.tensorsolve(jnp.ones([2, 3]), jnp.ones([2])), /2 elements/],
    ['histogramdd', () => jnp.histogramdd(jnp.ones([4, 2]), { bins: [3] }), /2 dimensions/],
    ['einsumPath', () => jnp.einsumPath('a->a', jnp.ones([2]), { optimize: 'best' }), /greedy/],
  ])('%s', (_, f, message) => {
    config.update('enableX64', false);
    expect(f).toThrow(message);
  });
});

test('canCast, isscalar and iterable answer as NumPy does', () => {
  expect(jnp.canCast('int32', 'float64')).toBe(true);
  expect(jnp.canCast('int32', 'float32')).toBe(false);
  expect(jnp.canCast('uint8', 'int16')).toBe(true);
  expect(jnp.canCast('uint16', 'int16')).toBe(false);
  expect(jnp.canCast('int64', 'int8', { casting: 'same_kind' })).toBe(true);
  expect(jnp.canCast('float32', 'int8', { casting: 'same_kind' })).toBe(false);
  expect(jnp.canCast('complex64', 'float32', { casting: 'unsafe' })).toBe(true);
  expect([jnp.isscalar(3), jnp.isscalar(jnp.array(3)), jnp.isscalar([3])]).toEqual([true, true, false]);
  expect([jnp.iterable([1]), jnp.iterable(jnp.array(3)), jnp.iterable(jnp.ones(2)), jnp.iterable(3)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('maskIndices gives the positions that a mask keeps', () => {
  const [i, j] = jnp.maskIndices(3, (m, k) => jnp.triu(m, { k }), { k: 1 });
  expect([i.jsSync(), j.jsSync()]).toEqual([
    [0, 0, 1],
    [1, 2, 2],
  ]);
});
