import { isComplex } from '../../src/array/dtype.js';
import type { NdArray } from '../../src/index.js';
import { add, div, like } from '../../src/primitive/arithmetic.js';
import { conj } from '../../src/primitive/complex.js';
import { cholesky, type TriangularSolveParams, triangularSolve } from '../../src/primitive/linalg.js';
import { moveAxis } from '../../src/primitive/structure.js';
import { describeEngines } from '../helpers/engines.js';
import { describeFixtures } from '../helpers/fixtures.js';

/** What `lax.linalg.cholesky` does before the primitive. */
function symmetrized(x: NdArray): NdArray {
  const turned = moveAxis(x, x.ndim - 1, x.ndim - 2);
  return div(add(x, isComplex(x.dtype) ? conj(turned) : turned), like(x, 2));
}

describeEngines(() => {
  // LAPACK computes in float32, the reference engine in float64; the matrices' condition numbers are below 30.
  describeFixtures(
    'primitives/linalg',
    {
      'linalg.cholesky': (x: NdArray, { symmetrizeInput = true }: { symmetrizeInput?: boolean } = {}) =>
        cholesky(symmetrizeInput ? symmetrized(x) : x),
      'linalg.triangularSolve': (a: NdArray, b: NdArray, options: Partial<TriangularSolveParams> = {}) => {
        const defaults = { leftSide: false, lower: false, transposeA: false, conjugateA: false, unitDiagonal: false };
        return triangularSolve(a, b, { ...defaults, ...options });
      },
    },
    { ulps: 16, at: 'array' },
  );
});
