/**
 * Making what a function captured explicit.
 *
 * Source: jax.closure_convert.
 */

import type { NdArray } from '../array/array.js';
import { isInexact } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { Tracer } from '../trace/context.js';
import { unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { stageBody, type TreeFunction } from './body.js';
import { evaluateJaxpr } from './interpret.js';
import { flattenArrays } from './leaves.js';

/**
 * The function with the values it captured as further arguments, and these values (`jax.closure_convert`).
 *
 * What could be differentiated is made explicit: traced values of inexact dtype. For functions that are handed to one
 * with a custom derivative, which can then treat all that matters as an argument.
 * @returns `[converted, captured]`, to be called as `converted(...args, ...captured)`
 */
export function closureConvert<A extends readonly unknown[], R>(
  fun: (...args: A) => R,
  ...exampleArgs: A
): readonly [converted: (...argsAndCaptured: [...A, ...NdArray[]]) => Arrays<R>, captured: readonly NdArray[]] {
  checkArgument('closureConvert', 'fun', fun, 'function');
  const op = 'closureConvert';
  const flat = exampleArgs.map((arg, i) => flattenArrays(arg, op, `argument ${i}`));
  const body = stageBody(
    op,
    fun as unknown as TreeFunction,
    flat.map((x) => x.treedef),
    flat.flatMap((x) => x.leaves.map((leaf) => leaf.aval)),
  );
  const hoisted = body.consts.map((c) => c instanceof Tracer && isInexact(c.dtype));
  const converted = (...given: readonly unknown[]): Arrays<R> => {
    const args = given.slice(0, exampleArgs.length);
    let next = exampleArgs.length;
    const consts = body.consts.map((c, i) => (hoisted[i] ? (given[next++] as NdArray) : c));
    const leaves = args.flatMap((arg, i) => flattenArrays(arg, op, `argument ${i}`).leaves);
    return unflatten(body.outTree, evaluateJaxpr(body.jaxpr, [...consts, ...leaves])) as Arrays<R>;
  };
  return [converted as never, body.consts.filter((_, i) => hoisted[i])];
}
