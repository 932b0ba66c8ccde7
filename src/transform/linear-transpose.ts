/**
 * The transpose of a function that is linear already.
 *
 * Source: jax.linear_transpose.
 */

import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { checkArgument } from '../array/kind.js';
import { DTypeMismatch } from '../error/error.js';
import type { Cotangent } from '../ir/primitive.js';
import { Linear } from '../ir/zero.js';
import { currentTrace, withNewTrace } from '../trace/context.js';
import { instantiate } from '../trace/derivative.js';
import { flatten, leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays, Gradient } from '../tree/types.js';
import { leavesLike } from './custom-call.js';
import { FlatFunction, nameOf } from './flat-function.js';
import { hasTangent } from './jvp.js';
import { arraysOf } from './leaves.js';
import { PartialEvalTrace } from './linearize.js';
import { ShapeDtypeStruct } from './make-jaxpr.js';
import { backwardPass } from './transpose.js';

/**
 * The transpose of a linear function of flat lists, at arguments of these types. What does not depend on the arguments
 * is computed at once.
 * @throws NotDifferentiable when an operation is not linear
 */
export function transposeFlat(
  description: string,
  f: (args: NdArray[]) => readonly NdArray[],
  avals: readonly ShapedArray[],
): { outAvals: ShapedArray[]; pull: (cotangents: readonly Cotangent[]) => Cotangent[] } {
  const trace = new PartialEvalTrace(currentTrace(), description);
  return withNewTrace(trace, () => {
    const unknowns = avals.map((aval) => trace.unknown(aval));
    const outputs = f(unknowns);
    const moving = outputs.map((y) => trace.isUnknown(y));
    const { jaxpr, consts } = trace.builder.build(
      unknowns.map((x) => x.variable),
      outputs.filter((_, i) => moving[i]),
    );
    const pull = (cotangents: readonly Cotangent[]): Cotangent[] => {
      const operands = [...consts, ...avals.map((aval) => new Linear(aval))];
      const flowing = cotangents.filter((_, i) => moving[i]);
      return backwardPass(jaxpr, operands, flowing).slice(consts.length) as Cotangent[];
    };
    return { outAvals: outputs.map((y) => y.aval), pull };
  });
}

/**
 * The transpose of the linear function `fun` (`jax.linear_transpose`): from cotangents of its output to an array of
 * cotangents of its arguments. `primals` only tell the types of the arguments; `ShapeDtypeStruct`s do as well.
 *
 * @throws NotDifferentiable when `fun` is not linear
 * @throws DTypeMismatch when an argument has no inexact dtype
 * @example linearTranspose((x: NdArray) => x.mul(3), jnp.array(1))(2) // => [6]
 */
export function linearTranspose<A extends readonly unknown[], R>(
  fun: (...args: A) => R,
  ...primals: A
): (cotangent: Arrays<R> | R) => { [K in keyof A]: Gradient<A[K]> } {
  checkArgument('linearTranspose', 'fun', fun, 'function');
  const op = `linearTranspose(${nameOf(fun as (...args: never[]) => unknown)})`;
  const flat = primals.map((p) => flatten(p));
  const defs = flat.map(([, def]) => def);
  const paths = (): string[] => defs.flatMap((def, i) => leafPaths(def, `argument ${i}`));
  const avals = flat
    .flatMap(([leaves]) => leaves)
    .map((leaf, i) =>
      leaf instanceof ShapeDtypeStruct
        ? shaped(leaf.shape, leaf.dtype)
        : arraysOf([leaf], op, () => [paths()[i]])[0].aval.strong,
    );
  avals.forEach((aval, i) => {
    if (hasTangent(aval)) return;
    const expected = 'a linear function has arguments of floating-point or complex dtype';
    throw new DTypeMismatch({ op, argument: paths()[i], expected, actual: aval.dtype });
  });
  const flatF = new FlatFunction(fun as unknown as (...args: never[]) => unknown, defs, op);
  const { outAvals, pull } = transposeFlat(op, (xs) => flatF.call(xs), avals);
  const outTree = flatF.outTree as TreeDef;
  return (cotangent) => {
    const rule = { function: op, rule: 'caller' };
    const results = pull(leavesLike(cotangent, outTree, outAvals, rule, 'cotangent')).map(instantiate);
    let next = 0;
    return Object.freeze(
      defs.map((def) => {
        next += def.numLeaves;
        return unflatten(def, results.slice(next - def.numLeaves, next));
      }),
    ) as never;
  };
}
