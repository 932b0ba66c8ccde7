/**
 * Programs without running them: as jaxprs, and as the shapes of their results.
 *
 * Source: jax.make_jaxpr, jax.eval_shape.
 */

import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import { jaxprText } from '../ir/print.js';
import type { Sharding } from '../sharding/sharding.js';
import { withNamedAxes } from '../trace/axis.js';
import { stage } from '../trace/stage.js';
import { flatten, leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import { asList } from './call-arguments.js';
import { FlatFunction, nameOf } from './flat-function.js';
import { arraysOf } from './leaves.js';
import { makeJaxprOptions } from './options.js';

/** A program with its captured arrays; prints as JAX's jaxprs do. */
export class ClosedProgram {
  constructor(
    readonly jaxpr: Jaxpr,
    readonly consts: readonly NdArray[],
    readonly outTree: TreeDef,
  ) {}

  get inAvals(): ShapedArray[] {
    return this.jaxpr.inAvals.slice(this.consts.length);
  }

  get outAvals(): ShapedArray[] {
    return this.jaxpr.outAvals;
  }

  toString(): string {
    return jaxprText(this.jaxpr, this.consts.length);
  }
}

/** Options of `makeJaxpr`. */
export interface MakeJaxprOptions {
  /** Arguments that are part of the program. */
  readonly staticArgnums?: number | readonly number[];
  /** Named axes that the function may communicate over, as pairs of name and size. */
  readonly axisEnv?: readonly (readonly [name: string, size: number])[];
}

/**
 * The function that returns the program of `f` for arguments like those it is given (`jax.make_jaxpr`).
 */
export function makeJaxpr<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  options: MakeJaxprOptions = {},
): (...args: A) => ClosedProgram {
  checkOptions('makeJaxpr', options, makeJaxprOptions);
  checkArgument('makeJaxpr', 'f', f, 'function');
  const statics = asList(options.staticArgnums);
  const axes = (options.axisEnv ?? []).map(([name, size]) => ({ name, size }));
  const description = `makeJaxpr(${nameOf(f as (...args: never[]) => unknown)})`;
  return (...args) => {
    const isStatic = (i: number): boolean => statics.includes(i) || statics.includes(i - args.length);
    const flat = args.map((arg, i) => (isStatic(i) ? null : flatten(arg)));
    const defs = flat.flatMap((x) => (x ? [x[1]] : []));
    const leaves = arraysOf(
      flat.flatMap((x) => x?.[0] ?? []),
      description,
      () => flat.flatMap((x, i) => (x ? leafPaths(x[1], `argument ${i}`) : [])),
    );
    const called = (...dynamic: unknown[]): unknown => {
      let next = 0;
      return (f as unknown as (...all: unknown[]) => unknown)(
        ...args.map((arg, i) => (isStatic(i) ? arg : dynamic[next++])),
      );
    };
    const flatF = new FlatFunction(called as (...args: never[]) => unknown, defs, description);
    const avals = leaves.map((x) => x.aval);
    const { jaxpr, consts } = withNamedAxes(axes, () => stage(description, avals, (xs) => flatF.call(xs)));
    return new ClosedProgram(jaxpr, consts, flatF.outTree as TreeDef);
  };
}

/** The shape and dtype of an array that is not there (`jax.ShapeDtypeStruct`). */
export class ShapeDtypeStruct {
  constructor(
    readonly shape: readonly number[],
    readonly dtype: ShapedArray['dtype'],
    readonly options: { readonly weakType?: boolean; readonly sharding?: Sharding } = {},
  ) {
    checkArgument('ShapeDtypeStruct', 'shape', shape, 'integers');
    checkArgument('ShapeDtypeStruct', 'dtype', dtype, 'dtype');
    checkOptions('ShapeDtypeStruct', options, { weakType: 'boolean', sharding: 'any' });
  }
}

/**
 * The tree of shapes and dtypes that `f` would return, without computing anything (`jax.eval_shape`). Arguments may
 * hold `ShapeDtypeStruct`s in place of arrays.
 */
export function evalShape<A extends readonly unknown[], R>(f: (...args: A) => R, ...args: A): unknown {
  checkArgument('evalShape', 'f', f, 'function');
  const description = `evalShape(${nameOf(f as (...args: never[]) => unknown)})`;
  const flat = args.map((arg) => flatten(arg));
  const avals = flat.flatMap(([raw, def], i) => avalsOf(raw, description, () => leafPaths(def, `argument ${i}`)));
  const flatF = new FlatFunction(
    f as unknown as (...args: never[]) => unknown,
    flat.map((x) => x[1]),
    description,
  );
  const { jaxpr } = stage(description, avals, (xs) => flatF.call(xs));
  return outInfo(flatF.outTree as TreeDef, jaxpr.outAvals);
}

/** The types of leaves that are arrays or stand for arrays. @throws NotALeaf */
export const avalsOf = (raw: readonly unknown[], op: string, paths: () => readonly string[]): ShapedArray[] =>
  raw.map((leaf, k) =>
    leaf instanceof ShapeDtypeStruct
      ? shaped(leaf.shape, leaf.dtype, leaf.options.weakType)
      : arraysOf([leaf], op, () => [paths()[k]])[0].aval,
  );

/** A result's tree of shapes and dtypes. */
export const outInfo = (outTree: TreeDef, avals: readonly ShapedArray[]): unknown =>
  unflatten(
    outTree,
    avals.map((a) => new ShapeDtypeStruct(a.shape, a.dtype, { weakType: a.weakType })),
  );
