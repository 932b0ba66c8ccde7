/**
 * The dtypes of trees. Source: optax, `tree_utils/_casting.py`.
 */

import type { NdArray } from '../../array/array.js';
import type { DType } from '../../array/dtype.js';
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import { promoteTypes } from '../../dtypes/index.js';
import { DTypeMismatch, InvalidArgument } from '../../error/error.js';
import { structure } from '../../tree/map.js';
import { leafPaths } from '../../tree/tree.js';
import * as jnp from '../arithmetic.js';
import { leafArrays, leafwise } from './leafwise.js';

/** The tree with every leaf in `dtype`; the tree itself when that is null. */
export const cast = (tree: unknown, dtype: DType | null | undefined): unknown => {
  checkArgument('cast', 'dtype', dtype, 'dtype?');
  return dtype ? leafwise((x: NdArray) => jnp.astype(x, dtype), tree) : tree;
};

/** The tree with every leaf in the dtype of the other tree's leaf. */
export const castLike = (tree: unknown, otherTree: unknown): unknown =>
  leafwise((...[x, y]: [NdArray, NdArray]) => jnp.astype(x, jnp.asarray(y).dtype), tree, otherTree);

/** What a tree of several dtypes has as its own. */
export type MixedDTypeHandler = 'promote' | 'highest' | 'lowest';

/**
 * The dtype of the leaves; float32 for a tree without any.
 *
 * `mixedDtypeHandler` says what holds when they differ: the one they `promote` to, or the `highest` or `lowest` among
 * them in the order of promotion.
 * @throws DTypeMismatch when they differ and no handler is given, or have no order
 */
export function dtype(tree: unknown, options: { readonly mixedDtypeHandler?: MixedDTypeHandler | null } = {}): DType {
  checkOptions('dtype', options, { mixedDtypeHandler: ['highest', 'promote', 'lowest', null] });
  const handler = options.mixedDtypeHandler ?? null;
  const dtypes = leafArrays(tree).map((x) => x.dtype);
  if (dtypes.length === 0) return 'float32';
  switch (handler) {
    case null: {
      const odd = dtypes.findIndex((d) => d !== dtypes[0]);
      if (odd < 0) return dtypes[0];
      throw new DTypeMismatch({
        op: 'tree.dtype',
        argument: leafPaths(structure(tree), 'tree')[odd],
        expected: `the first leaf has dtype ${dtypes[0]}`,
        actual: dtypes[odd],
        hint: "Say what is meant with { mixedDtypeHandler: 'promote' | 'highest' | 'lowest' }.",
      });
    }
    case 'promote':
      return dtypes.reduce(promoteTypes);
    case 'highest':
      return dtypes.reduce((a, b) => (lower(a, b) === a ? b : a));
    case 'lowest':
      return dtypes.reduce(lower);
    default:
      throw new InvalidArgument({
        op: 'tree.dtype',
        argument: 'mixedDtypeHandler',
        expected: "null, 'promote', 'highest' or 'lowest'",
        actual: `'${handler}'`,
      });
  }
}

function lower(a: DType, b: DType): DType {
  const common = promoteTypes(a, b);
  if (common === a) return b;
  if (common === b) return a;
  throw new DTypeMismatch({ op: 'tree.dtype', argument: 'a leaf', expected: `${a} promotes to or from it`, actual: b });
}
