/**
 * Host functions inside traced programs.
 *
 * The `reference` engine calls them as it meets them. `xla` has no way to call back into Node, so a program is split
 * around a call: what comes before it is one compiled program, what comes after another. Printing and other calls without
 * results split nothing. A loop or a branch with a call inside is run on the host, turn by turn, by the interpreter of the
 * reference engine: right, and slow. To keep a loop compiled, stack what the call needs and make it after the loop.
 * Source: jax.pure_callback, jax.experimental.io_callback, jax.debug.
 */

import { DeviceArray, type NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { checkArgument } from '../array/kind.js';
import { sameShape } from '../array/shape.js';
import { CallbackMismatch } from '../error/callback.js';
import { InvalidArgument } from '../error/error.js';
import {
  debugCallbackP,
  type HostFunction,
  ioCallbackP,
  pureCallbackP,
  type VmapMethod,
} from '../primitive/callback.js';
import { convertElementType } from '../primitive/convert.js';
import { bind } from '../trace/context.js';
import { firstDifference, flatten, leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import { nameOf } from './flat-function.js';
import { arraysOf, flattenArrays } from './leaves.js';
import { ShapeDtypeStruct } from './make-jaxpr.js';

type Callback = (...args: never[]) => unknown;

/** The result that is announced by a tree of `ShapeDtypeStruct`s or arrays: the same tree of arrays. */
export type Announced<T> = T extends ShapeDtypeStruct | NdArray | number | boolean
  ? NdArray
  : T extends readonly unknown[]
    ? { readonly [K in keyof T]: Announced<T[K]> }
    : T extends object
      ? { readonly [K in keyof T]: Announced<T[K]> }
      : T;

/** Takes the options object off the end of the arguments: a plain object with one of these fields only. */
function takeOptions(args: readonly unknown[], field: string): { args: readonly unknown[]; option: unknown } {
  const last = args[args.length - 1];
  const isOptions =
    typeof last === 'object' &&
    last !== null &&
    Object.getPrototypeOf(last) === Object.prototype &&
    Object.keys(last).join() === field &&
    ['string', 'boolean'].includes(typeof (last as Record<string, unknown>)[field]);
  return isOptions
    ? { args: args.slice(0, -1), option: (last as Record<string, unknown>)[field] }
    : { args, option: undefined };
}

/** The announced results as types. */
function announced(op: string, tree: unknown): { avals: ShapedArray[]; def: TreeDef } {
  const [leaves, def] = flatten(tree);
  const avals = leaves.map((leaf, i) => {
    if (leaf instanceof ShapeDtypeStruct) return shaped(leaf.shape, leaf.dtype);
    return arraysOf([leaf], op, () => [leafPaths(def, 'resultShapeDtypes')[i]])[0].aval.strong;
  });
  return { avals, def };
}

/** A user's function of trees as one of flat lists, whose results are checked against what was announced. */
function hostFunction(
  op: string,
  callback: Callback,
  argDefs: readonly TreeDef[],
  results: ReturnType<typeof announced>,
): HostFunction {
  const name = nameOf(callback);
  return (flat) => {
    let next = 0;
    const args = argDefs.map((def) => {
      next += def.numLeaves;
      return unflatten(def, flat.slice(next - def.numLeaves, next));
    });
    const result = (callback as (...args: unknown[]) => unknown)(...args);
    if (results.avals.length === 0) return [];
    const { leaves, treedef } = flattenArrays(result, op, 'result');
    if (treedef !== results.def) {
      const difference = firstDifference(results.def, treedef, 'the result');
      throw new CallbackMismatch({
        op,
        callback: name,
        ...(difference ?? { path: 'the result', expected: '', actual: '' }),
      });
    }
    return leaves.map((leaf, i) => {
      const wanted = results.avals[i];
      // With all examples of a vmap at once the result has an axis more than was announced.
      const { shape } = leaf;
      const fits = sameShape(shape.slice(shape.length - wanted.ndim), wanted.shape) && shape.length - wanted.ndim <= 1;
      const converted = leaf.weakType ? convertElementType(leaf, wanted.dtype) : leaf;
      if (!fits || converted.dtype !== wanted.dtype || !(converted instanceof DeviceArray)) {
        const path = leafPaths(treedef, 'the result')[i];
        throw new CallbackMismatch({ op, callback: name, path, expected: `${wanted}`, actual: `${leaf.aval}` });
      }
      return converted;
    });
  };
}

function prepare(op: string, callback: Callback, resultShapeDtypes: unknown, args: readonly unknown[]) {
  if (typeof callback !== 'function') {
    throw new InvalidArgument({ op, argument: 'callback', expected: 'a function', actual: typeof callback });
  }
  const results = announced(op, resultShapeDtypes);
  const flat = args.map((arg, i) => flattenArrays(arg, op, `argument ${i}`));
  const host = hostFunction(
    op,
    callback,
    flat.map((x) => x.treedef),
    results,
  );
  const params = { callback: host, name: nameOf(callback), results: results.avals };
  return { params, leaves: flat.flatMap((x) => x.leaves), def: results.def };
}

const METHODS: readonly VmapMethod[] = ['sequential', 'expandDims', 'broadcastAll'];

/**
 * The result of a host function without side effects, as part of a traced program (`jax.pure_callback`).
 *
 * @param callback a function of concrete arrays (trees as given), returning the announced tree; called synchronously
 * @param resultShapeDtypes the tree of its result, with `ShapeDtypeStruct`s or arrays at the leaves
 * @param args trees of arrays; `{ vmapMethod }` may follow: `'sequential'`, `'expandDims'` or `'broadcastAll'` @default null
 * @throws CallbackMismatch when it returns something else
 * @throws CallbackNotBatchable under `vmap` without a `vmapMethod`
 * @throws NotDifferentiable under a derivative; wrap it in `customJvp` or `customVjp`
 */
export function pureCallback<const T>(
  callback: Callback,
  resultShapeDtypes: T,
  ...args: readonly unknown[]
): Announced<T> {
  checkArgument('pureCallback', 'callback', callback, 'function');
  const { args: given, option } = takeOptions(args, 'vmapMethod');
  if (option !== undefined && !METHODS.includes(option as VmapMethod)) {
    const expected = `one of ${METHODS.map((m) => `'${m}'`).join(', ')}`;
    throw new InvalidArgument({ op: 'pureCallback', argument: 'vmapMethod', expected, actual: `'${option}'` });
  }
  const { params, leaves, def } = prepare('pureCallback', callback, resultShapeDtypes, given);
  const results = bind(pureCallbackP, leaves, { ...params, vmapMethod: (option as VmapMethod) ?? null });
  return unflatten(def, results) as Announced<T>;
}

/**
 * The result of a host function that also does something (`jax.experimental.io_callback`): called exactly once whenever
 * the program runs, in the program's order.
 *
 * @param args trees of arrays; `{ ordered }` may follow, which forbids `vmap` @default false
 * @throws CallbackMismatch, CallbackNotBatchable, NotDifferentiable as `pureCallback`
 */
export function ioCallback<const T>(
  callback: Callback,
  resultShapeDtypes: T,
  ...args: readonly unknown[]
): Announced<T> {
  checkArgument('ioCallback', 'callback', callback, 'function');
  const { args: given, option } = takeOptions(args, 'ordered');
  const { params, leaves, def } = prepare('ioCallback', callback, resultShapeDtypes, given);
  return unflatten(def, bind(ioCallbackP, leaves, { ...params, ordered: option === true })) as Announced<T>;
}

/**
 * Calls a host function with the values that arrays have when the program runs (`jax.debug.callback`). Gradients pass it
 * by; under `vmap` it is called for each example.
 */
export function debugCallback<A extends readonly unknown[]>(callback: (...args: A) => void, ...args: A): void {
  checkArgument('callback', 'callback', callback, 'function');
  const { params, leaves } = prepare('debug.callback', callback as unknown as Callback, [], args);
  bind(debugCallbackP, leaves as NdArray[], params);
}
