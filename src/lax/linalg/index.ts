/**
 * Factorizations of matrices, and systems that are solved with them (`jax.lax.linalg`). Leading axes are batches.
 */
export * from './cholesky.js';
export { EigImplementation, type EigOptions, eig } from './eig.js';
export { EighImplementation, type EighOptions, eigh } from './eigh.js';
export { lu, luPivotsToPermutation } from './lu.js';
export { householderProduct, type OrmqrOptions, ormqr, type QrOptions, qr } from './qr.js';
export { hessenberg, type SchurOptions, schur, tridiagonal } from './schur.js';
export { type QdwhOptions, qdwh, SvdAlgorithm, type SvdOptions, svd } from './svd.js';
export { type TridiagonalSolveOptions, tridiagonalSolve } from './tridiagonal.js';
