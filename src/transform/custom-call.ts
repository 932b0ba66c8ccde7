/**
 * What functions with custom derivatives share: their arguments as flat lists, and the checking of what rules return.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { describeValue } from '../array/convert.js';
import { isInexact } from '../array/dtype.js';
import { resultType } from '../array/promotion.js';
import { sameShape } from '../array/shape.js';
import { CustomRuleMismatch } from '../error/derivative.js';
import type { Tangent } from '../ir/primitive.js';
import { Zero } from '../ir/zero.js';
import { convertElementType } from '../primitive/convert.js';
import { instantiate } from '../trace/derivative.js';
import { firstDifference, flatten, leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import { type Body, stageBody, type TreeFunction } from './body.js';
import { joinNamed, positionsAmong, splitNamed } from './call-arguments.js';
import { nameOf } from './flat-function.js';
import { flattenArrays, leafArray } from './leaves.js';

/** A call of a function with a custom derivative: its differentiable arguments flat, the others as they are. */
export interface CustomCall {
  readonly name: string;
  /** Arguments that are handed to the rules first, as they are: by position, then by name. */
  readonly nondiff: readonly unknown[];
  readonly leaves: readonly NdArray[];
  readonly defs: readonly TreeDef[];
  readonly body: Body;
  /** All arguments of the function, from the differentiable ones. */
  args(leaves: readonly unknown[]): unknown[];
  /** The differentiable arguments as trees. */
  trees(leaves: readonly unknown[]): unknown[];
  /** Types of the outputs. */
  readonly outAvals: readonly ShapedArray[];
}

/** Which arguments are handed to the rules as they are. */
export interface CustomDerivativeOptions {
  /** Positions of arguments that are no arrays, such as functions: the rules get them first, as they are. */
  readonly nondiffArgnums?: readonly number[];
  /** Names of fields of the object that may stand last: the rules get these after the arguments by position. */
  readonly nondiffArgnames?: readonly string[];
}

/** Stages `f` for a call with these arguments. */
export function customCall(
  op: string,
  f: TreeFunction,
  all: readonly unknown[],
  options: CustomDerivativeOptions = {},
): CustomCall {
  const name = nameOf(f);
  const { nondiffArgnums = [], nondiffArgnames = [] } = options;
  const { args: given, named } = splitNamed(all, nondiffArgnames);
  const nondiffPositions = [...positionsAmong(nondiffArgnums, given.length, `${op}(${name})`, 'nondiffArgnums')];
  // An object that held names only is no argument of the rules.
  const rest = given[given.length - 1];
  const emptied = given !== all && rest !== all[all.length - 1] && Object.keys(rest as object).length === 0;
  const positions = emptied ? [...nondiffPositions, given.length - 1] : nondiffPositions;
  const flat = given.flatMap((arg, i) => (positions.includes(i) ? [] : [flattenArrays(arg, name, `argument ${i}`)]));
  const defs = flat.map((x) => x.treedef);
  const leaves = flat.flatMap((x) => x.leaves);
  const trees = (xs: readonly unknown[]): unknown[] => {
    let next = 0;
    return defs.map((def) => {
      next += def.numLeaves;
      return unflatten(def, xs.slice(next - def.numLeaves, next));
    });
  };
  const insert = (dynamic: readonly unknown[]): unknown[] => {
    let next = 0;
    const args = given.map((arg, i) => (positions.includes(i) ? arg : dynamic[next++]));
    return [...joinNamed({ args, named }, nondiffArgnames)];
  };
  const called: TreeFunction =
    positions.length === 0 && named.length === 0
      ? f
      : (...dynamic) => (f as (...all: unknown[]) => unknown)(...insert(dynamic));
  const avals = leaves.map((x) => x.aval);
  const body = stageBody(op, called, defs, avals);
  return {
    name,
    nondiff: [...nondiffPositions.map((p) => given[p]), ...named],
    leaves,
    defs,
    body,
    args: (xs) => insert(trees(xs)),
    trees,
    outAvals: body.jaxpr.outAvals,
  };
}

/** Who returned something, for errors. */
export interface Rule {
  readonly function: string;
  readonly rule: string;
}

/**
 * The leaves of a tree that must look like `avals`; plain numbers take their dtypes, symbolic zeros are made arrays.
 * @throws CustomRuleMismatch naming the leaf that does not
 */
export function leavesLike(
  tree: unknown,
  def: TreeDef,
  avals: readonly ShapedArray[],
  rule: Rule,
  root: string,
): NdArray[] {
  const [raw, treedef] = flatten(tree);
  if (treedef !== def) {
    const difference = firstDifference(def, treedef, root);
    throw new CustomRuleMismatch({
      ...rule,
      ...(difference ?? { path: root, expected: `${def}`, actual: `${treedef}` }),
    });
  }
  return raw.map((leaf, i) => leafLike(leaf, avals[i], rule, () => leafPaths(def, root)[i]));
}

function leafLike(leaf: unknown, aval: ShapedArray, rule: Rule, path: () => string): NdArray {
  const array = leaf instanceof Zero ? instantiate(leaf) : leafArray(leaf);
  const refuse = (actual: string): never => {
    throw new CustomRuleMismatch({ ...rule, path: path(), expected: `${aval}`, actual });
  };
  if (array === null) return refuse(describeValue(leaf));
  if (!sameShape(array.shape, aval.shape)) return refuse(`${array.aval}`);
  if (array.dtype === aval.dtype) return array;
  const yields = array.weakType && resultType([array.aval, aval]).dtype === aval.dtype;
  return yields ? convertElementType(array, aval.dtype) : refuse(`${array.aval}`);
}

/** Tangents that a rule returned: those of values that have none are zeros, whatever the rule says. */
export const tangentsOf = (tangents: readonly NdArray[], avals: readonly ShapedArray[]): Tangent[] =>
  tangents.map((t, i) => (isInexact(avals[i].dtype) ? t : new Zero(avals[i])));

/**
 * The cotangents that a rule returned for its arguments, those of inexact leaves only; null stands for the zeros of a
 * whole subtree.
 * @throws CustomRuleMismatch naming the leaf that does not look like its argument
 */
export function cotangentsLike(
  trees: readonly unknown[],
  defs: readonly TreeDef[],
  avals: readonly ShapedArray[],
  rule: Rule,
): Tangent[] {
  const found: Tangent[] = [];
  let next = 0;
  const visit = (tree: unknown, def: TreeDef, path: string): void => {
    const isMissing = tree === null || tree === undefined;
    if (def.kind === 'leaf') {
      const aval = avals[next++];
      if (!isInexact(aval.dtype)) return;
      found.push(isMissing ? new Zero(aval.strong) : leafLike(tree, aval, rule, () => path));
      return;
    }
    const children = isMissing ? def.children.map(() => null) : childrenLike(tree, def, rule, path);
    const step = (i: number): string => (def.kind === 'object' ? `${path}.${def.keys[i]}` : `${path}[${i}]`);
    def.children.forEach((child, i) => {
      visit(children[i], child, step(i));
    });
  };
  defs.forEach((def, i) => {
    visit(trees[i], def, `the cotangent of argument ${i}`);
  });
  return found;
}

/** The subtrees of a node that must be of the kind of `def`. */
function childrenLike(tree: unknown, def: TreeDef, rule: Rule, path: string): readonly unknown[] {
  const isObject = typeof tree === 'object' && tree !== null && !Array.isArray(tree);
  if (def.kind === 'array' && Array.isArray(tree) && tree.length === def.children.length) return tree;
  if (def.kind === 'object' && isObject && def.keys.every((key) => key in tree)) {
    return def.keys.map((key) => (tree as Record<string, unknown>)[key]);
  }
  if (def.kind === 'custom' && def.type !== null && flatten(tree)[1].type === def.type) {
    return def.type.flatten(tree).children;
  }
  throw new CustomRuleMismatch({ ...rule, path, expected: `${def}`, actual: `${flatten(tree)[1]}` });
}
