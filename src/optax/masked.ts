/**
 * A transformation for some of the parameters: the others' updates pass by unchanged.
 *
 * The inner transformation sees a tree in which the parameters that are left out are empty nodes, so that its state holds
 * nothing for them. Source: optax, `transforms/_masking.py`.
 */

import { checkOptions } from '../array/options.js';
import { structure } from '../tree/map.js';
import { registerPytreeNode } from '../tree/tree.js';
import { maskedOptions } from './options.js';
import {
  checkTransformation,
  GradientTransformation,
  type StateFor,
  type StateType,
  updateOf,
} from './transformation.js';
import { leafwise } from './tree/leafwise.js';

/** Stands where a parameter was left out: a node without children. */
class Masked {
  toJSON(): string {
    return 'MaskedNode()';
  }
}
const node = Object.freeze(new Masked());
registerPytreeNode(
  Masked,
  () => [[], null],
  () => node,
);

/** The type of what stands where a parameter was left out. */
export type MaskedNode = Masked;
/** What stands where a parameter was left out. */
export const MaskedNode = (): MaskedNode => node;

/** A tree of booleans with the structure of the parameters or of a prefix of it, or a function that makes one of them. */
export type MaskOrFn = unknown | ((params: unknown) => unknown);

/** The state of `masked`: that of the inner transformation, for the parameters that it sees. */
export interface MaskedState<Inner = unknown> {
  readonly innerState: Inner;
}
export interface MaskedStateType<F extends StateType> extends StateType {
  readonly state: MaskedState<StateFor<F, this['params']>>;
}

/** The mask for a tree. */
export const maskFor = (mask: MaskOrFn, tree: unknown): unknown => (typeof mask === 'function' ? mask(tree) : mask);

/** The tree with what the mask leaves out replaced by empty nodes. */
export const maskTree = (mask: unknown, tree: unknown): unknown =>
  selectBy(mask, (keep: boolean, subtree: unknown) => (keep ? subtree : node), tree);

/** `f(mask leaf, subtrees)` at each leaf of a mask: the mask may be a prefix of the trees. */
export const selectBy = (
  mask: unknown,
  f: (keep: boolean, ...subtrees: unknown[]) => unknown,
  ...trees: readonly unknown[]
): unknown => leafwise((keep: unknown, ...subtrees: unknown[]) => f(isTrue(keep), ...subtrees), mask, ...trees);

/** Mask leaves are booleans, or arrays of one whose value is known. */
const isTrue = (leaf: unknown): boolean =>
  typeof leaf === 'object' && leaf !== null && 'item' in leaf
    ? Boolean((leaf as { item(): number }).item())
    : Boolean(leaf);

/** Options of `masked`, `multiTransform` and `partition`. */
export interface MaskedOptions {
  /** Whether extra arguments that have the structure of the updates are masked, too. Default false. */
  readonly maskCompatibleExtraArgs?: boolean;
}

/**
 * Applies `inner` to the parameters whose mask is true.
 *
 * `masked(addDecayedWeights({ weightDecay: 1e-4 }), (params) => tree.map((p) => p.ndim > 1, params))`
 * @throws TreeMismatch when the mask is not a prefix of the updates
 * @example
 * const tx = optax.masked(optax.sgd(0.1), true);
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.4, 0.1]
 */
export function masked<F extends StateType>(
  inner: GradientTransformation<F>,
  mask: MaskOrFn,
  options: MaskedOptions = {},
): GradientTransformation<MaskedStateType<F>> {
  checkTransformation('masked', 'inner', inner);
  checkOptions('masked', options, maskedOptions);
  return GradientTransformation<MaskedStateType<F>>(
    (params) => ({ innerState: inner.init(maskTree(maskFor(mask, params), params)) as StateFor<F, unknown> }),
    (updates, state, params, extra) => {
      const maskOfUpdates = maskFor(mask, updates);
      let seenExtra = extra;
      if (options.maskCompatibleExtraArgs) {
        const shape = structure(updates);
        seenExtra = Object.fromEntries(
          Object.entries(extra).map(([k, v]) => [k, structure(v) === shape ? maskTree(maskOfUpdates, v) : v]),
        );
      }
      const [changed, innerState] = updateOf(
        inner as GradientTransformation,
        maskTree(maskOfUpdates, updates),
        state.innerState,
        params === null ? null : maskTree(maskOfUpdates, params),
        seenExtra,
      );
      const merged = selectBy(maskOfUpdates, (keep, after, before) => (keep ? after : before), changed, updates);
      return [merged, { innerState: innerState as StateFor<F, unknown> }];
    },
  );
}
