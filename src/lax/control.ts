/**
 * Control flow of `fluxion/lax`: loops and branches inside of programs.
 */
export { type AssociativeScanOptions, associativeScan } from './associative-scan.js';
export { type BranchResult, cond, switch_, switch_ as switch } from './cond.js';
export { customLinearSolve, customRoot, type Endomorphism, type LinearSolveOptions } from './custom-solve.js';
export { type Carry, type MapOptions, map, type ScanOptions, scan } from './scan.js';
export { stopGradient } from './stop-gradient.js';
export { foriLoop, whileLoop } from './while-loop.js';
