/**
 * Complex parameters as pairs of real ones, for transformations that do not know complex numbers.
 *
 * Source: optax, `contrib/_complex_valued.py`.
 */

import type { NdArray } from '../../array/array.js';
import { isComplex } from '../../array/dtype.js';
import { complex } from '../../lax/elementwise.js';
import { flatten, unflatten } from '../../tree/tree.js';
import * as jnp from '../arithmetic.js';
import {
  checkTransformation,
  GradientTransformation,
  type OptState,
  type StateType,
  updateOf,
} from '../transformation.js';
import { leafwise } from '../tree/leafwise.js';

/** The two parts of a complex array, in the place of it. */
export interface SplitRealAndImaginaryArrays {
  readonly real: NdArray;
  readonly imaginary: NdArray;
}

/** The inner transformation's state, for trees of pairs. */
export interface SplitRealAndImaginaryState {
  readonly innerState: OptState;
}
export interface SplitState extends StateType {
  readonly state: SplitRealAndImaginaryState;
}

const split = (tree: unknown): unknown =>
  leafwise(
    (x: NdArray) => (isComplex(x.dtype) ? Object.freeze({ real: jnp.real(x), imaginary: jnp.imag(x) }) : x),
    tree,
  );

/** The tree of pairs with the structure of `like`, whose complex leaves say which nodes are pairs. */
function join(like: unknown, tree: unknown): unknown {
  const [leaves, treedef] = flatten(like);
  const found = flatten(tree)[0] as NdArray[];
  let next = 0;
  // A pair's leaves come in the order of its keys: imaginary, real.
  const joined = (leaves as NdArray[]).map((leaf) => {
    if (!isComplex(leaf.dtype)) return found[next++];
    const [imaginary, real] = [found[next++], found[next++]];
    return complex(real, imaginary);
  });
  return unflatten(treedef, joined);
}

/** Shows `inner` the real and the imaginary part of each complex leaf as two leaves. */
export function splitRealAndImaginary(inner: GradientTransformation): GradientTransformation<SplitState> {
  checkTransformation('splitRealAndImaginary', 'inner', inner);
  return GradientTransformation<SplitState>(
    (params) => ({ innerState: inner.init(split(params)) }),
    (updates, state, params, extra) => {
      const given = params === null ? null : split(params);
      const [changed, innerState] = updateOf(inner, split(updates), state.innerState, given, extra);
      return [join(updates, changed), { innerState }];
    },
  );
}
