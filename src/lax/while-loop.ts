/**
 * Loops that run as long as a condition holds, or for a range of numbers.
 *
 * Source: jax.lax.while_loop, jax.lax.fori_loop.
 */

import { DeviceArray, type NdArray } from '../array/array.js';
import { isInteger } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { lt } from '../primitive/compare.js';
import { whileP } from '../primitive/control/while.js';
import { convertElementType } from '../primitive/convert.js';
import { add, like } from '../primitive/elementwise.js';
import { bind } from '../trace/context.js';
import { stageBody, type TreeFunction } from '../transform/body.js';
import { flattenArrays, leafArray } from '../transform/leaves.js';
import { unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { settleCarry } from './carry.js';
import { withoutInvariants } from './invariant-carry.js';
import { type Carry, scan } from './scan.js';

/**
 * Applies `bodyFun` again and again as long as `condFun` holds (`jax.lax.while_loop`).
 *
 * Forward mode goes through; reverse mode is refused, since the number of steps is not known beforehand, except to what
 * the loop only hands on.
 * @throws CarryMismatch when the carry changes its type, naming the leaf
 * @throws InvalidArgument when `condFun` does not return one bool
 * @example lax.whileLoop((x) => x.lt(10), (x) => x.mul(2), 1) // => 16
 */
export function whileLoop<const C>(
  condFun: (carry: Arrays<C>) => NdArray | boolean,
  bodyFun: (carry: Arrays<C>) => NoInfer<Carry<C>>,
  initVal: C,
): Arrays<C> {
  checkArgument('whileLoop', 'condFun', condFun, 'function');
  checkArgument('whileLoop', 'bodyFun', bodyFun, 'function');
  const op = 'whileLoop';
  const { leaves, treedef } = flattenArrays(initVal, op, 'initVal');
  const { body, jaxpr, init } = settleCarry(
    op,
    treedef,
    leaves,
    (avals) => stageBody(op, bodyFun as TreeFunction, [treedef], avals),
    (outTree) => outTree,
  );
  const condition = stageBody(
    op,
    condFun as TreeFunction,
    [treedef],
    init.map((x) => x.aval),
  );
  const [pred] = condition.jaxpr.outAvals;
  if (condition.outTree.kind !== 'leaf' || pred.dtype !== 'bool' || pred.ndim !== 0) {
    throw new InvalidArgument({
      op,
      argument: 'the result of condFun',
      expected: 'one bool',
      actual: condition.outTree.kind === 'leaf' ? `${pred}` : `${condition.outTree}`,
    });
  }
  const loop = withoutInvariants([condition.jaxpr, jaxpr], condition.consts.length, body.consts.length);
  const { invariant, condJaxpr, bodyJaxpr } = loop;
  const bodyConsts = [...body.consts, ...init.filter((_, i) => invariant[i])];
  const carry = init.filter((_, i) => !invariant[i]);
  const outputs = bind(whileP, [...condition.consts, ...bodyConsts, ...carry], {
    condJaxpr,
    bodyJaxpr,
    condNconsts: condition.consts.length,
    bodyNconsts: bodyConsts.length,
  });
  let next = 0;
  return unflatten(
    treedef,
    init.map((x, i) => (invariant[i] ? x : outputs[next++])),
  ) as Arrays<C>;
}

const counted = new WeakMap<object, TreeFunction>();

/** `[i, x] -> [i + 1, f(i, x)]`, the same one for the same `f`. */
function countedBody(f: (i: NdArray, value: never) => unknown): TreeFunction {
  let body = counted.get(f);
  if (body === undefined) {
    body = ([i, value]: readonly [NdArray, never]) => [[add(i, like(i, 1)), f(i, value)], null];
    counted.set(f, body);
  }
  return body;
}

/**
 * `for (i = lower; i < upper; i++) value = bodyFun(i, value)` (`jax.lax.fori_loop`).
 *
 * With bounds that are known (numbers, or arrays that are not being traced) it is a `scan` and can be differentiated in
 * reverse mode, else a `whileLoop`, which cannot.
 * @param bodyFun `(i, value) => value`; `i` is a scalar integer
 * @throws CarryMismatch when the value changes its type
 * @throws DTypeMismatch, ShapeMismatch when a bound is not a scalar integer
 */
export function foriLoop<const C>(
  lower: NdArray | number,
  upper: NdArray | number,
  bodyFun: (i: NdArray, value: Arrays<C>) => NoInfer<Carry<C>>,
  initVal: C,
  options: { readonly unroll?: number | boolean } = {},
): Arrays<C> {
  checkArgument('foriLoop', 'bodyFun', bodyFun, 'function');
  checkOptions('foriLoop', options, { unroll: 'any' });
  const [from, to] = [bound(lower, 'lower'), bound(upper, 'upper')];
  if (from instanceof DeviceArray && to instanceof DeviceArray) {
    const length = Math.max(0, to.item() - from.item());
    const body = countedBody(bodyFun as never) as never;
    const start = typeof lower === 'number' ? lower : from;
    const [carry] = scan(body, [start, initVal], { length, unroll: options.unroll }) as readonly [
      readonly unknown[],
      unknown,
    ];
    return carry[1] as Arrays<C>;
  }
  if (options.unroll !== undefined) {
    throw new InvalidArgument({
      op: 'foriLoop',
      argument: 'unroll',
      expected: 'left out when a bound is traced',
      actual: `${options.unroll}`,
    });
  }
  const end = to.dtype === from.dtype ? to : convertElementType(to, from.dtype);
  const carry = whileLoop(
    (([i, last]: readonly NdArray[]) => lt(i, last)) as never,
    (([i, last, value]: readonly never[]) => [add(i, like(i, 1)), last, bodyFun(i, value)]) as never,
    [from, end, initVal],
  ) as readonly unknown[];
  return carry[2] as Arrays<C>;
}

function bound(value: NdArray | number, argument: string): NdArray {
  const array = leafArray(value);
  if (array === null || !isInteger(array.dtype)) {
    throw new DTypeMismatch({
      op: 'foriLoop',
      argument,
      expected: 'a bound is an integer',
      actual: array?.dtype ?? typeof value,
    });
  }
  if (array.ndim !== 0) {
    throw new ShapeMismatch({ op: 'foriLoop', argument, expected: 'a bound is a scalar', actual: array.shape });
  }
  return array;
}
