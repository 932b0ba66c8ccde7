import { expect, it } from 'vitest';
import * as jnp from '../../src/numpy/index.js';
import * as random from '../../src/random/index.js';
import { describeEngines } from '../helpers/engines.js';

describeEngines(() => {
  const cov = jnp.array([
    [2, 0.5],
    [0.5, 1],
  ]);

  it.each(['cholesky', 'eigh', 'svd'] as const)(
    'multivariateNormal by %s applies a square root of the covariance',
    (method) => {
      const key = random.PRNGKey(3);
      // Two samples are the rows of (L Z')', with the normal numbers Z drawn from the same key.
      const [[z00, z01], [z10, z11]] = random.normal(key, { shape: [2, 2] }).jsSync() as number[][];
      const samples = random.multivariateNormal(key, [0, 0], cov, { shape: [2], method }).jsSync() as number[][];
      const det = z00 * z11 - z01 * z10;
      const root = [0, 1].map((i) => [
        (samples[0][i] * z11 - samples[1][i] * z01) / det,
        (samples[1][i] * z00 - samples[0][i] * z10) / det,
      ]);
      const product = root.map((a) => root.map((b) => a[0] * b[0] + a[1] * b[1]));
      [2, 0.5, 0.5, 1].forEach((entry, k) => {
        expect(product[k >> 1][k & 1]).toBeCloseTo(entry, 4);
      });
    },
  );

  it('orthogonal matrices have orthonormal rows or columns, whichever are fewer', () => {
    for (const [n, m] of [
      [4, 4],
      [2, 5],
      [5, 2],
    ]) {
      const x = random.orthogonal(random.PRNGKey(0), n, { shape: [3], m });
      expect(x.shape).toEqual([3, n, m]);
      const transposed = jnp.matrixTranspose(x);
      const gram = n <= m ? jnp.matmul(x, transposed) : jnp.matmul(transposed, x);
      const error = jnp.max(jnp.abs(jnp.subtract(gram, jnp.eye(Math.min(n, m))))).item();
      expect(error).toBeLessThan(8 * 2 ** -23);
    }
  });
});
