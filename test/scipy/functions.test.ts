import { afterAll, describe, expect, test } from 'vitest';
import { config, grad, jit, type NdArray, vmap } from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as linalg from '../../src/scipy/linalg/index.js';
import { minimize } from '../../src/scipy/optimize/index.js';
import * as sparse from '../../src/scipy/sparse/linalg/index.js';
import * as special from '../../src/scipy/special/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');
afterAll(() => config.update('enableX64', false));

const rosenbrock = (x: NdArray): NdArray => {
  const [low, high] = [x.get(jnp.slice(0, -1)), x.get(jnp.slice(1, null))];
  return high.sub(low.square()).square().mul(100).add(low.neg().add(1).square()).sum();
};

/** Functions of functions, written here as the generator writes them in Python. */
const written = {
  besselJn: (z: NdArray, v: number, options: object) => special.besselJn(z, v, options),
  'lax.hessenberg': lax.linalg.hessenberg,
  'lax.tridiagonal': lax.linalg.tridiagonal,
  'funm.sin': (A: NdArray) => linalg.funm(A, (x) => x.sin()),
  'eigvals.sorted': (A: NdArray) => jnp.sort(jnp.linalg.eigvals(A).real),
  'eigvals.sum': (A: NdArray) => jnp.linalg.eigvals(A).pow(3).sum().real,
  'eig.magnitudes': (A: NdArray) => {
    const [w, , v] = lax.linalg.eig(A, { enableEigvecDerivs: true });
    return jnp.abs(jnp.take(v, jnp.argsort(w.real), { axis: 1 }));
  },
  'roots.sum': (p: NdArray) => jnp.roots(p, { stripZeros: false }).square().sum().real,
  cg: (A: NdArray, b: NdArray, options: object) => sparse.cg(A, b, options)[0],
  bicgstab: (A: NdArray, b: NdArray, options: object) => sparse.bicgstab(A, b, options)[0],
  gmres: (A: NdArray, b: NdArray, options: object) => sparse.gmres(A, b, options)[0],
  'minimize.rosenbrock': (x0: NdArray, method: string) => {
    const r = minimize(rosenbrock, x0, method);
    return [r.x, r.fun, r.success, r.status, r.nit, r.nfev];
  },
};
const calls = { ...special, ...linalg, ...written } as unknown as Record<string, Call>;

// Values are good to some ulps of the largest; recurrences, continued fractions and series of large terms lose more.
describeFixtures('scipy/integrals', calls, ({ op }) => ({
  ulps: /hyp|loggamma|besselJn|expn|wofz|erfcx/.test(op) ? 128 : 32,
  at: 'array',
  atLeast: 0.1,
}));
// LAPACK works in float32 on matrices of condition numbers up to 30; factors here are computed in double precision.
describeFixtures('scipy/matrices', calls, { ulps: 256, at: 'array', atLeast: 1 });
// Both sides stop within 1e-6 of the solution.
describeFixtures('scipy/solvers', calls, ({ x64 }) => ({ ulps: x64 ? 2 ** 20 : 512, at: 'array', atLeast: 1 }));

test('E_n(0) is 1 / (n - 1), where JAX has 1 / n', () => {
  config.update('enableX64', false);
  expect(special.expn(3, 0).item()).toBe(0.5);
});

const close = (x: NdArray, y: NdArray, tolerance = 1e-4): boolean =>
  Boolean(jnp.allclose(x, y, { rtol: tolerance, atol: tolerance }).item());
const general = jnp.array([
  [1, 2, -1, 0.5],
  [-2, 1, 3, 1],
  [0.5, -1, 2, -3],
  [1, 0, 2, -1],
]);

describe('a Schur form', () => {
  test.each(['real', 'complex'] as const)('gives the matrix back (%s)', (output) => {
    config.update('enableX64', false);
    const [t, z] = linalg.schur(general, { output });
    expect(close(z.matmul(t).matmul(z.mT.conj()).real, general)).toBe(true);
    expect(close(z.matmul(z.mT.conj()).real, jnp.eye(4))).toBe(true);
    expect(close(jnp.tril(t, { k: output === 'real' ? -2 : -1 }), jnp.zerosLike(t), 1e-6)).toBe(true);
  });

  test('becomes triangular', () => {
    const [t, z] = linalg.rsf2csf(...linalg.schur(general));
    expect(close(z.matmul(t).matmul(z.mT.conj()).real, general)).toBe(true);
    expect(close(jnp.tril(t, { k: -1 }).real, jnp.zeros([4, 4]))).toBe(true);
  });

  test('is there under jit and vmap', () => {
    const both = jnp.stack([general, general.T]);
    const [t, z] = jit(vmap((a: NdArray) => linalg.schur(a)))(both) as unknown as [NdArray, NdArray];
    expect(close(z.matmul(t).matmul(z.mT), both)).toBe(true);
  });

  test('has no derivative, and says so', () => {
    expect(() => grad((a: NdArray) => linalg.schur(a)[0].sum())(general)).toThrow(/schur cannot be differentiated/);
  });
});

describe('eigenvectors', () => {
  test('are right and left ones, of length 1', () => {
    const [w, left, right] = lax.linalg.eig(general);
    const a = general.astype('complex64');
    expect(close(jnp.abs(a.matmul(right).sub(right.mul(w))).max(), jnp.array(0))).toBe(true);
    expect(close(jnp.abs(a.T.matmul(left).sub(left.mul(w.conj()))).max(), jnp.array(0))).toBe(true);
    expect(close(jnp.linalg.norm(right, { axis: 0 }), jnp.ones(4))).toBe(true);
  });

  test('are differentiated only where one says that eigenvalues differ', () => {
    const f = (a: NdArray): NdArray => jnp.abs(jnp.linalg.eig(a)[1]).sum();
    expect(() => grad(f)(general)).toThrow(/enableEigvecDerivs/);
  });

  test('of a matrix that is not finite are NaN', () => {
    expect(
      jnp
        .isnan(jnp.linalg.eigvals(jnp.full([2, 2], Number.NaN)).real)
        .all()
        .item(),
    ).toBeTruthy();
  });
});

describe("derivatives that JAX doesn't have", () => {
  test('of a square root solve a Sylvester equation', () => {
    const a = general.matmul(general.T).add(jnp.eye(4));
    const slope = grad((x: NdArray) => linalg.sqrtm(x.matmul(x)).real.sum())(a);
    expect(close(slope, jnp.ones([4, 4]), 1e-2)).toBe(true);
  });

  test('of a Sylvester equation give its right-hand side back', () => {
    const [a, b] = [
      general.add(jnp.eye(4).mul(6)),
      jnp.array([
        [1, 2],
        [0, 3],
      ]),
    ];
    const x = jnp.array([
      [1, 2],
      [3, -1],
      [0, 1],
      [2, 2],
    ]);
    const f = (y: NdArray): NdArray =>
      linalg
        .solveSylvester(a, b, a.matmul(y).add(y.matmul(b)))
        .mul(x)
        .sum();
    expect(close(grad(f)(jnp.ones([4, 2])), x)).toBe(true);
  });
});

test('linear solvers take trees and functions', () => {
  const A = ({ p, q }: { p: NdArray; q: NdArray }) => ({ p: p.mul(2).add(q), q: q.mul(3).add(p) });
  const [x] = sparse.cg(A, { p: jnp.array([3, 0]), q: jnp.array([4, 5]) });
  const solution = x as unknown as { p: NdArray; q: NdArray };
  expect([solution.p.jsSync(), solution.q.jsSync()].flat()).toEqual([1, -1, 1, 2].map((n) => expect.closeTo(n, 4)));
});

describe('what cannot be done says what can', () => {
  test.each([
    ['schur', () => linalg.schur([[1]], { output: 'x' as 'real' }), /'real' or 'complex'/],
    ['toeplitz', () => linalg.leslie([1, 2], [1, 2]), /one less is needed/],
    ['hadamard', () => linalg.hadamard(3), /power of 2/],
    ['minimize', () => minimize(rosenbrock, [1, 2], 'newton'), /'BFGS'/],
    ['cg', () => sparse.cg([[1, 2]], [1]), /square/],
    ['cg', () => sparse.cg([[1]], [1], { x0: [1, 2] }), /b has shape \[1\]/],
    ['besselJn', () => special.besselJn(1, -1), /not negative/],
    ['spence', () => special.spence(jnp.array([1, 2]).astype('int32')), /float32 or float64/],
    ['sici', () => special.sici(jnp.fft.fft([1, 2])), /real numbers/],
    ['eig', () => lax.linalg.eig(jnp.ones([2, 2], { dtype: 'int32' })), /floating-point/],
  ])('%s', (_, f, message) => {
    config.update('enableX64', false);
    expect(f).toThrow(message);
  });
});
