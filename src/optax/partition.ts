/**
 * Different transformations for different parameters, chosen by labels; and parameters that are not trained.
 *
 * Source: optax, `transforms/_combining.py`, `_freezing.py`.
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { UnknownLabel } from '../error/optax.js';
import { flatten, unflatten } from '../tree/tree.js';
import { type MaskedOptions, type MaskedState, type MaskedStateType, type MaskOrFn, masked } from './masked.js';
import { maskedOptions } from './options.js';
import {
  checkTransformation,
  GradientTransformation,
  type NoState,
  type StateType,
  setToZero,
  updateOf,
} from './transformation.js';

/** A tree of labels with the structure of the parameters or of a prefix of it, or a function that makes one of them. */
export type ParamLabels = unknown | ((params: unknown) => unknown);

/** The state of each transformation, by label; each sees the parameters with its label only. */
export interface PartitionState {
  readonly innerStates: { readonly [label: string]: MaskedState };
}
export interface PartitionStateType extends StateType {
  readonly state: PartitionState;
}

const maskOf = (labels: unknown, label: string): unknown => {
  const [leaves, treedef] = flatten(labels);
  return unflatten(
    treedef,
    leaves.map((leaf) => leaf === label),
  );
};

/**
 * Applies to each parameter the transformation that its label names.
 *
 * `partition({ matrix: muon, rest: adam }, (params) => tree.map((p) => (p.ndim === 2 ? 'matrix' : 'rest'), params))`
 * @throws UnknownLabel when a label has no transformation
 */
export function partition(
  transforms: { readonly [label: string]: GradientTransformation },
  paramLabels: ParamLabels,
  options: MaskedOptions = {},
): GradientTransformation<PartitionStateType> {
  checkArgument('partition', 'transforms', transforms, 'object');
  checkOptions('partition', options, maskedOptions);
  const labelsFor = (tree: unknown): unknown => (typeof paramLabels === 'function' ? paramLabels(tree) : paramLabels);
  const known = Object.keys(transforms);
  const member = (labels: unknown, label: string) => masked(transforms[label], maskOf(labels, label), options);
  return GradientTransformation<PartitionStateType>(
    (params) => {
      const labels = labelsFor(params);
      const unknown = [...new Set(flatten(labels)[0] as string[])].filter((label) => !Object.hasOwn(transforms, label));
      if (unknown.length > 0) throw new UnknownLabel({ op: 'partition', unknown, known });
      const states = known.map((label) => [label, member(labels, label).init(params)]);
      return { innerStates: Object.freeze(Object.fromEntries(states)) };
    },
    (updates, state, params, extra) => {
      const labels = labelsFor(updates);
      const innerStates: Record<string, MaskedState> = {};
      for (const label of known) {
        const before = state.innerStates[label];
        [updates, innerStates[label]] = updateOf(member(labels, label), updates, before, params, extra);
      }
      return [updates, { innerStates: Object.freeze(innerStates) }];
    },
  );
}

/** The older name of `partition`. */
export const multiTransform = partition;

/** Makes the updates 0 where the mask is true, so that these parameters stay what they are. */
export const freeze = (mask: MaskOrFn): GradientTransformation<MaskedStateType<NoState>> => masked(setToZero(), mask);

/** Trains with `optimizer` where the mask is false; parameters where it is true stay what they are, and have no state. */
export function selectiveTransform(
  optimizer: GradientTransformation,
  freezeMask: unknown,
): GradientTransformation<PartitionStateType> {
  checkTransformation('selectiveTransform', 'optimizer', optimizer);
  const [leaves, treedef] = flatten(freezeMask);
  const labels = unflatten(
    treedef,
    leaves.map((leaf) => (leaf ? 'freeze' : 'train')),
  );
  return partition({ train: optimizer, freeze: setToZero() }, labels);
}
