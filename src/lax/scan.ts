/**
 * Loops with a known number of steps: `scan`, and `map`, which carries nothing.
 *
 * Source: jax.lax.scan, jax.lax.map.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { concatenate } from '../primitive/concatenate.js';
import { scanP } from '../primitive/control/scan.js';
import { sliceInDim } from '../primitive/slice.js';
import { reshape } from '../primitive/structure.js';
import { bind } from '../trace/context.js';
import { stageBody, type TreeFunction } from '../transform/body.js';
import { flattenArrays } from '../transform/leaves.js';
import { vmap } from '../transform/vmap.js';
import { leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays, MapLeaves } from '../tree/types.js';
import { settleCarry } from './carry.js';
import { mapOptions } from './options.js';

/** What a body may return where the carry has `T`: its leaves may be plain numbers. */
export type Carry<T> = MapLeaves<T, NdArray | number | boolean>;

/** Options of `scan`. */
export interface ScanOptions<X> {
  /** The tree whose arrays are scanned along their leading axis; null for none, and then `length` is needed. */
  readonly xs?: X;
  /** The number of steps, where it does not follow from `xs`. */
  readonly length?: number;
  /** From the last step to the first. Outputs stay at the place of their inputs. */
  readonly reverse?: boolean;
  /** Steps written out in one turn of the loop; true for all of them. */
  readonly unroll?: number | boolean;
}

/**
 * Carries state over the leading axis of arrays (`jax.lax.scan`):
 *
 *     [carry, y] = f(carry, xs[i])   for each i;   the y's are stacked
 *
 * @param f `(carry, x) => [carry, y]`; staged once. The carry keeps its structure, shapes and dtypes.
 * @returns `[final carry, stacked ys]`
 * @throws CarryMismatch when the carry changes its type, naming the leaf
 * @throws ShapeMismatch when the leading axes of `xs` are unlike, or not `length`
 * @throws InvalidArgument when there is neither `xs` nor `length`, or `f` does not return a pair
 * @example lax.scan((sum, x) => [sum.add(x), sum], 0, { xs: jnp.array([1, 2, 3]) }) // => [6, [0, 1, 3]]
 */
export function scan<const C, Y, X = null>(
  f: (carry: Arrays<C>, x: Arrays<X>) => readonly [carry: NoInfer<Carry<C>>, y: Y],
  init: C,
  options: ScanOptions<X>,
): readonly [carry: Arrays<C>, ys: Arrays<Y>];
export function scan(f: TreeFunction, init: unknown, options: ScanOptions<unknown>): unknown {
  checkArgument('scan', 'f', f, 'function');
  checkOptions('scan', options, { xs: 'any', length: 'integer', reverse: 'boolean', unroll: 'any' });
  const op = 'scan';
  const { xs = null, reverse = false, unroll = 1 } = options;
  const { leaves, treedef } = flattenArrays(init, op, 'init');
  const scanned = flattenArrays(xs, op, 'xs');
  const length = lengthOf(op, scanned.leaves, scanned.treedef, options.length);
  const steps = unroll === true ? Math.max(1, length) : unroll === false ? 1 : unroll;
  if (!Number.isInteger(steps) || steps < 1) {
    throw new InvalidArgument({
      op,
      argument: 'unroll',
      expected: 'a positive integer or a boolean',
      actual: `${unroll}`,
    });
  }
  const slices = scanned.leaves.map((x) => x.aval.withShape(x.shape.slice(1)));
  const settled = settleCarry(
    op,
    treedef,
    leaves,
    (avals) => stageBody(op, f, [treedef, scanned.treedef], [...avals, ...slices]),
    (outTree) => pairOf(op, outTree).children[0],
  );
  const { body, jaxpr } = settled;
  const outputs = bind(scanP, [...body.consts, ...settled.init, ...scanned.leaves], {
    jaxpr,
    length,
    numConsts: body.consts.length,
    numCarry: leaves.length,
    reverse,
    unroll: steps,
  });
  // A carry that the body only hands on is what it was, whoever differentiates.
  const first = body.consts.length;
  const isHandedOn = (i: number): boolean => i < leaves.length && jaxpr.outvars[i] === jaxpr.invars[first + i];
  return unflatten(
    body.outTree,
    outputs.map((y, i) => (isHandedOn(i) ? settled.init[i] : y)),
  );
}

function pairOf(op: string, outTree: TreeDef): TreeDef {
  if (outTree.kind === 'array' && outTree.children.length === 2) return outTree;
  throw new InvalidArgument({
    op,
    argument: 'the result of the body',
    expected: 'a pair [carry, y]; y may be null',
    actual: `${outTree}`,
  });
}

/** The size of the leading axis of all leaves. */
function lengthOf(op: string, leaves: readonly NdArray[], def: TreeDef, given: number | undefined): number {
  if (given !== undefined && (!Number.isInteger(given) || given < 0)) {
    throw new InvalidArgument({ op, argument: 'length', expected: 'a number of steps', actual: `${given}` });
  }
  let length = given;
  leaves.forEach((x, i) => {
    const path = (): string => leafPaths(def, 'xs')[i];
    if (x.ndim === 0) {
      throw new ShapeMismatch({ op, argument: path(), expected: 'it needs an axis to be scanned along', actual: [] });
    }
    length ??= x.shape[0];
    if (x.shape[0] !== length) {
      const expected =
        given === undefined
          ? `the leading axis of ${leafPaths(def, 'xs')[0]} has size ${length}`
          : `its leading axis must have size ${length}, the length`;
      throw new ShapeMismatch({ op, argument: path(), expected, actual: x.shape });
    }
  });
  if (length === undefined) {
    throw new InvalidArgument({ op, argument: 'options', expected: '{ xs } or { length }', actual: 'without either' });
  }
  return length;
}

/** Options of `map`. */
export interface MapOptions {
  /** Examples computed at once, by `vmap`: between a loop (1) and a plain `vmap`. */
  readonly batchSize?: number;
}

/**
 * Applies `f` to each element along the leading axis, one after the other (`jax.lax.map`); as `vmap`, in less memory.
 */
export function map<X, Y>(f: (x: Arrays<X>) => Y, xs: X, options: MapOptions = {}): Arrays<Y> {
  checkArgument('map', 'f', f, 'function');
  checkOptions('map', options, mapOptions);
  const { batchSize } = options;
  if (batchSize === undefined) return mapped(f, xs);
  const op = 'map';
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new InvalidArgument({ op, argument: 'batchSize', expected: 'a positive integer', actual: `${batchSize}` });
  }
  const { leaves, treedef } = flattenArrays(xs, op, 'xs');
  const length = lengthOf(op, leaves, treedef, undefined);
  const turns = Math.floor(length / batchSize);
  const whole = turns * batchSize;
  const batched = vmap(f);
  const part = (from: number, to: number): NdArray[] => leaves.map((x) => sliceInDim(x, from, to, 1, 0));
  const asTree = (parts: readonly NdArray[]): Arrays<X> => unflatten(treedef, parts) as Arrays<X>;
  const rest = whole < length || turns === 0 ? flattenArrays(batched(asTree(part(whole, length))), op, 'result') : null;
  if (turns === 0 && rest) return unflatten(rest.treedef, rest.leaves) as Arrays<Y>;
  const blocks = part(0, whole).map((x) => reshape(x, [turns, batchSize, ...x.shape.slice(1)]));
  const done = flattenArrays(mapped(batched as (x: unknown) => unknown, asTree(blocks)), op, 'result');
  const flat = done.leaves.map((y) => reshape(y, [whole, ...y.shape.slice(2)]));
  return unflatten(done.treedef, rest ? flat.map((y, i) => concatenate([y, rest.leaves[i]], 0)) : flat) as Arrays<Y>;
}

const withoutCarry = new WeakMap<object, (carry: null, x: never) => readonly [null, unknown]>();

function mapped<X, Y>(f: (x: Arrays<X>) => Y, xs: X): Arrays<Y> {
  let body = withoutCarry.get(f);
  if (body === undefined) {
    body = (_, x) => [null, f(x)];
    withoutCarry.set(f, body);
  }
  return (scan(body as TreeFunction as never, null, { xs }) as readonly unknown[])[1] as Arrays<Y>;
}
