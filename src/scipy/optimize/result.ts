/**
 * What a minimization finds.
 */
import type { NdArray } from '../../array/array.js';

/** What a minimization found, and what it took. */
export interface OptimizeResults {
  /** Where the minimum is. */
  readonly x: NdArray;
  /** Whether the gradient became small enough. */
  readonly success: NdArray;
  /** Why it stopped: 0 for success. */
  readonly status: NdArray;
  /** The value at `x`. */
  readonly fun: NdArray;
  /** The gradient at `x`. */
  readonly jac: NdArray;
  /** The approximate inverse of the Hessian; null where the method has none. */
  readonly hessInv: NdArray | null;
  /** How often the function, and its gradient, was evaluated. */
  readonly nfev: NdArray;
  readonly njev: NdArray;
  /** Steps. */
  readonly nit: NdArray;
}
