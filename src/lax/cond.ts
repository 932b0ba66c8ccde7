/**
 * Choosing between functions by a value that is computed: `cond`, `switch`.
 *
 * All branches are staged, one of them runs. Source: jax.lax.cond, jax.lax.switch.
 */

import { type NdArray, scalarArray } from '../array/array.js';
import { isBool, isInteger } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { sameShape } from '../array/shape.js';
import { BranchMismatch } from '../error/control.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { Jaxpr, Var } from '../ir/jaxpr.js';
import { rememberedAll } from '../ir/remember.js';
import { clamp, ne } from '../primitive/compare.js';
import { condP } from '../primitive/control/cond.js';
import { convertElementType } from '../primitive/convert.js';
import { like } from '../primitive/elementwise.js';
import { bind } from '../trace/context.js';
import { type Body, stageBody, type TreeFunction } from '../transform/body.js';
import { flattenArrays, leafArray } from '../transform/leaves.js';
import { firstDifference, leafPaths, unflatten } from '../tree/tree.js';
import type { Arrays, MapLeaves } from '../tree/types.js';
import { commonDType, typeText, withOutputTypes } from './types.js';

type Operands<A extends readonly unknown[]> = { readonly [K in keyof A]: Arrays<A[K]> };

/** What another branch may return where the first returns `R`: its leaves may be plain numbers. */
export type BranchResult<R> = MapLeaves<R, NdArray | number | boolean>;

/**
 * `pred ? trueFun(...operands) : falseFun(...operands)` (`jax.lax.cond`); under `vmap` over `pred`, both are computed.
 *
 * @param pred a scalar, bool or number (which counts as true unless it is 0)
 * @throws BranchMismatch when the branches return unlike types, naming the leaf
 * @throws ShapeMismatch when `pred` is not a scalar
 */
export function cond<const A extends readonly unknown[], R>(
  pred: NdArray | boolean | number,
  trueFun: (...operands: Operands<A>) => R,
  falseFun: (...operands: Operands<A>) => NoInfer<BranchResult<R>>,
  ...operands: A
): Arrays<R> {
  checkArgument('cond', 'trueFun', trueFun, 'function');
  checkArgument('cond', 'falseFun', falseFun, 'function');
  const op = 'cond';
  const value = scalarOf(op, 'pred', pred);
  const holds = isBool(value.dtype) ? value : ne(value, like(value, 0));
  const branches = [falseFun as TreeFunction, trueFun as TreeFunction];
  const index = convertElementType(holds, 'int32');
  return choose(op, index, branches, ['falseFun', 'trueFun'], operands) as Arrays<R>;
}

/**
 * `branches[index](...operands)` (`jax.lax.switch`); an index out of range is clamped.
 *
 * @param index a scalar integer
 * @throws BranchMismatch when the branches return unlike types, naming the leaf
 */
export function switch_<const A extends readonly unknown[], R>(
  index: NdArray | number,
  branches: readonly [(...operands: Operands<A>) => R, ...((...operands: Operands<A>) => NoInfer<BranchResult<R>>)[]],
  ...operands: A
): Arrays<R> {
  checkArgument('switch', 'branches', branches, 'list');
  const op = 'switch';
  const value = scalarOf(op, 'index', index);
  if (!isInteger(value.dtype)) {
    throw new DTypeMismatch({ op, argument: 'index', expected: 'an index is an integer', actual: value.dtype });
  }
  const count: number = branches.length;
  if (count === 0) {
    throw new InvalidArgument({ op, argument: 'branches', expected: 'at least one function', actual: 'an empty list' });
  }
  const int32 = value.dtype === 'int32' && !value.weakType ? value : convertElementType(value, 'int32');
  const inRange = clamp(scalarArray(0, 'int32', false), int32, scalarArray(count - 1, 'int32', false));
  const names = branches.map((_, i) => `branch ${i}`);
  return choose(op, inRange, branches as unknown as readonly TreeFunction[], names, operands) as Arrays<R>;
}

function scalarOf(op: string, argument: string, given: NdArray | boolean | number): NdArray {
  const value = leafArray(given);
  if (value === null) {
    throw new InvalidArgument({ op, argument, expected: 'an array or a plain value', actual: `a ${typeof given}` });
  }
  if (value.ndim !== 0) {
    throw new ShapeMismatch({
      op,
      argument,
      expected: 'it must be a scalar',
      actual: value.shape,
      hint: 'To choose elementwise, use lax.select or vmap.',
    });
  }
  return value;
}

function choose(
  op: string,
  index: NdArray,
  branches: readonly TreeFunction[],
  names: readonly string[],
  operands: readonly unknown[],
): unknown {
  const flat = operands.map((x, i) => flattenArrays(x, op, `operands[${i}]`));
  const leaves = flat.flatMap((x) => x.leaves);
  const bodies = branches.map((branch) =>
    stageBody(
      op,
      branch,
      flat.map((x) => x.treedef),
      leaves.map((x) => x.aval),
    ),
  );
  const dtypes = commonTypes(op, bodies, names);
  const consts = [...new Set(bodies.flatMap((body) => body.consts))];
  const jaxprs = withSharedConsts(
    bodies.map((body) => withOutputTypes(body.jaxpr, dtypes)),
    bodies.map((body) => body.consts.map((c) => consts.indexOf(c))),
    consts.length,
  );
  const outputs = bind(condP, [index, ...consts, ...leaves], { branches: jaxprs });
  return unflatten(bodies[0].outTree, outputs);
}

/** The dtypes of the results: where branches differ only in that one returns a plain number, that of the other. */
function commonTypes(op: string, bodies: readonly Body[], names: readonly string[]): NdArray['dtype'][] {
  // `cond` has its branches in the order of their index; people name the true one first.
  const order = op === 'cond' ? [1, 0] : bodies.map((_, i) => i);
  const first = bodies[order[0]];
  const avals = first.jaxpr.outAvals;
  for (const k of order.slice(1)) {
    const body = bodies[k];
    const refuse = (path: string, expected: string, actual: string): never => {
      throw new BranchMismatch({ op, first: names[order[0]], second: names[k], path, expected, actual });
    };
    if (body.outTree !== first.outTree) {
      const difference = firstDifference(first.outTree, body.outTree, 'result');
      refuse(difference?.path ?? 'result', difference?.expected ?? '', difference?.actual ?? '');
    }
    body.jaxpr.outAvals.forEach((aval, i) => {
      const dtype = sameShape(avals[i].shape, aval.shape) ? commonDType(avals[i], aval) : null;
      if (dtype === null) refuse(leafPaths(first.outTree, 'result')[i], typeText(avals[i]), typeText(aval));
      else avals[i] = avals[i].withDType(dtype, avals[i].weakType && aval.weakType);
    });
  }
  return avals.map((aval) => aval.dtype);
}

/** Programs that take the captured values of all, in one order, and ignore those of the others. */
const withSharedConsts = rememberedAll(
  (jaxprs: readonly Jaxpr[], positions: readonly (readonly number[])[], count: number): readonly Jaxpr[] => {
    const avals = Array.from({ length: count }, (_, position) => {
      const owner = positions.findIndex((own) => own.includes(position));
      return jaxprs[owner].inAvals[positions[owner].indexOf(position)];
    });
    return jaxprs.map((jaxpr, k) => {
      const own = positions[k];
      const consts = avals.map((aval, position) => jaxpr.invars[own.indexOf(position)] ?? new Var(aval));
      return new Jaxpr([...consts, ...jaxpr.invars.slice(own.length)], jaxpr.equations, jaxpr.outvars);
    });
  },
);
