/**
 * Changing trees that cannot be changed: a draft is edited, a new frozen tree comes out, and what was not touched is
 * shared with the old one.
 *
 * `diff` says how two trees differ as a list of patches (RFC 6902's operations), `applyDiff` turns the one into the
 * other. Source of the mechanism: immer; https://immerjs.github.io/immer/
 */

import { applyPatches, type Draft, enablePatches, Immer, type Patch } from 'immer';
import { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';

enablePatches();
const immer = new Immer({ autoFreeze: true });

/** One difference between two trees: at `path`, a value was added, removed or replaced. */
export type TreePatch = Patch;

/**
 * A new tree, made by editing a draft of `tree`; `tree` itself stays as it is, unchanged subtrees are shared.
 *
 * `produce(params, (draft) => { draft.head.w = w; })`
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a recipe that only edits returns nothing
export function produce<T>(tree: T, recipe: (draft: Draft<T>) => Draft<T> | undefined | void): T {
  checkArgument('produce', 'recipe', recipe, 'function');
  return immer.produce(tree, recipe as (draft: Draft<T>) => Draft<T> | undefined);
}

const isNode = (value: unknown): value is Record<string, unknown> | unknown[] => {
  if (typeof value !== 'object' || value === null || value instanceof NdArray) return false;
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * What to do to `before` so that it becomes `after`. Subtrees that are the same object are not looked into; leaves are
 * compared by identity, numbers by `Object.is`.
 */
export function diff(before: unknown, after: unknown): TreePatch[] {
  const patches: TreePatch[] = [];
  const visit = (a: unknown, b: unknown, path: (string | number)[]): void => {
    if (Object.is(a, b)) return;
    if (!isNode(a) || !isNode(b) || Array.isArray(a) !== Array.isArray(b)) {
      patches.push({ op: 'replace', path, value: b });
    } else if (Array.isArray(a) && Array.isArray(b)) {
      const common = Math.min(a.length, b.length);
      for (let i = 0; i < common; i++) visit(a[i], b[i], [...path, i]);
      for (let i = common; i < b.length; i++) patches.push({ op: 'add', path: [...path, i], value: b[i] });
      // Removed from the end, so that the positions of those before stay what they were.
      for (let i = a.length - 1; i >= common; i--) patches.push({ op: 'remove', path: [...path, i] });
    } else {
      const left = a as Record<string, unknown>;
      const right = b as Record<string, unknown>;
      for (const key of Object.keys(left)) {
        if (Object.hasOwn(right, key)) visit(left[key], right[key], [...path, key]);
        else patches.push({ op: 'remove', path: [...path, key] });
      }
      for (const key of Object.keys(right)) {
        if (!Object.hasOwn(left, key)) patches.push({ op: 'add', path: [...path, key], value: right[key] });
      }
    }
  };
  visit(before, after, []);
  return patches;
}

/** The tree with the patches applied; `applyDiff(before, diff(before, after))` has the contents of `after`. */
export function applyDiff<T extends object>(tree: T, patches: readonly TreePatch[]): T {
  checkArgument('applyDiff', 'patches', patches, 'list');
  for (const [i, patch] of patches.entries()) {
    checkArgument('applyDiff', `patches[${i}]`, patch, 'object');
    checkArgument('applyDiff', `patches[${i}].path`, patch.path, 'list');
  }
  return applyPatches(tree, patches);
}
