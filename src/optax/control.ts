/**
 * Loops and branches over states that hold trees of the user's.
 *
 * `fluxion/lax` works out the type of a carry from its leaves, which a tree of unknown type does not tell. Here the types
 * are what the author of an algorithm says; at run time they are `lax`'s own functions.
 */
import type { NdArray } from '../array/array.js';
import { cond as laxCond } from '../lax/cond.js';
import { scan as laxScan } from '../lax/scan.js';
import { whileLoop as laxWhileLoop } from '../lax/while-loop.js';

/** `lax.cond`. */
export const cond = laxCond as unknown as <T>(predicate: NdArray, whenTrue: () => T, whenFalse: () => T) => T;

/** `lax.whileLoop`. */
export const whileLoop = laxWhileLoop as unknown as <S>(
  goesOn: (state: S) => NdArray,
  next: (state: S) => S,
  start: S,
) => S;

/** `lax.scan`. */
export const scan = laxScan as unknown as <C, X, Y>(
  step: (carry: C, x: X) => readonly [carry: C, y: Y],
  start: C,
  options: { readonly xs: X; readonly reverse?: boolean },
) => readonly [carry: C, ys: Y];
