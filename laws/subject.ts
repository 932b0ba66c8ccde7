/**
 * What gradient laws are about: a function of trees, and where its arguments are drawn from.
 *
 * The laws see it as a flat function of its differentiable leaves, `g(xs) -> ys`, all else held fixed; the trees come
 * back when paths are named. Floating-point leaves are widened to float64 where the function lets them.
 */
import * as fc from 'fast-check';
import { config, jit, makeJaxpr } from 'fluxion';
import { type DType, isComplex, isFloat, isInexact, Jaxpr, leafPaths, NdArray } from 'fluxion/extend';
import { flatten, type TreeDef, unflatten } from 'fluxion/tree';
import { arrayOf } from './arbitrary/array.js';
import { treeLike } from './arbitrary/tree.js';
import type { Chance } from './chance.js';
import { EPSILON } from './closeness.js';
import { numbersOf } from './quantity.js';

export type AnyFunction = (...args: never[]) => unknown;

/**
 * The arguments of a function by name, in order; each an example, or an arbitrary of fast-check.
 * `{ params: exampleParams, batch: batches }`
 */
export type Arguments = Readonly<Record<string, unknown>>;

export interface SubjectOptions {
  /** Names of the arguments to differentiate with respect to; all of them when not given. */
  readonly wrt?: readonly string[];
  /** `own` keeps the dtypes of the arguments; by default floats are widened to float64 where the function lets them. */
  readonly precision?: 'float64' | 'own';
}

/** What laws draw: the arguments, and the seed of directions and cotangents. */
export interface Draw {
  readonly args: readonly unknown[];
  readonly seed: number;
}

type Flat = (leaves: readonly NdArray[]) => NdArray[];

const asArray = (leaf: unknown): NdArray | null => {
  if (leaf instanceof NdArray) return leaf;
  if (typeof leaf === 'number') return arrayOf(Number.isInteger(leaf) ? 'int32' : 'float32', [], [leaf]);
  if (leaf instanceof Float32Array) return arrayOf('float32', [leaf.length], leaf);
  if (leaf instanceof Float64Array) return arrayOf('float64', [leaf.length], leaf);
  if (leaf instanceof Int32Array) return arrayOf('int32', [leaf.length], leaf);
  return null;
};

const widened = (x: NdArray): NdArray => {
  if (isFloat(x.dtype) && x.dtype !== 'float64') return arrayOf('float64', x.shape, numbersOf(x));
  return isComplex(x.dtype) && x.dtype !== 'complex128' ? arrayOf('complex128', x.shape, numbersOf(x)) : x;
};

/** The coarsest floating-point dtype in a program. */
export function coarsestDType(jaxpr: Jaxpr): DType {
  let coarsest: DType = 'float64';
  const visit = ({ equations, invars }: Jaxpr): void => {
    const dtypes = [...invars, ...equations.flatMap((e) => e.outputs)].map((v) => v.aval.dtype);
    for (const d of dtypes) if ((EPSILON[d] ?? 0) > (EPSILON[coarsest] ?? 0)) coarsest = d;
    for (const e of equations)
      for (const p of Object.values(e.params)) for (const j of [p].flat()) if (j instanceof Jaxpr) visit(j);
  };
  visit(jaxpr);
  return coarsest;
}

/** A function of trees of known structure as one of flat lists. */
class FlatProgram {
  readonly dtype: DType;
  readonly #compiled: ((leaves: readonly NdArray[]) => NdArray[]) | null;
  readonly #version = config.version;

  constructor(
    readonly call: Flat,
    example: readonly NdArray[],
  ) {
    let compiled: ((leaves: readonly NdArray[]) => NdArray[]) | null = null;
    let dtype: DType = 'float64';
    try {
      dtype = coarsestDType(makeJaxpr((xs: readonly NdArray[]) => call(xs))(example).jaxpr);
      const jitted = jit((xs: readonly NdArray[]) => call(xs));
      compiled = (xs) => jitted(xs) as unknown as NdArray[];
    } catch (error) {
      // A function that looks at values while it runs can be differentiated, though not staged.
      if (!(error instanceof Error) || error.name !== 'ConcretizationError') throw error;
      for (const x of example) if ((EPSILON[x.dtype] ?? 0) > (EPSILON[dtype] ?? 0)) dtype = x.dtype;
    }
    this.dtype = dtype;
    this.#compiled = compiled;
  }

  /** The values, computed as fast as may be. */
  run(leaves: readonly NdArray[]): NdArray[] {
    return this.#compiled && config.version === this.#version ? this.#compiled(leaves) : this.call(leaves);
  }
}

/** A point of the function's domain: its differentiable leaves, with everything else held fixed. */
export class Point {
  /** The differentiable leaves. */
  readonly xs: readonly NdArray[];
  readonly paths: readonly string[];
  /** `g(xs)`: the floating-point leaves of the result. */
  readonly g: (xs: readonly NdArray[]) => NdArray[];

  constructor(
    readonly subject: Subject,
    readonly program: FlatProgram,
    readonly leaves: readonly NdArray[],
    allPaths: readonly string[],
    readonly active: readonly boolean[],
    /** What was drawn: the same point of another function with these arguments can be asked for. */
    readonly draw: Draw,
  ) {
    this.xs = leaves.filter((_, i) => active[i]);
    this.paths = allPaths.filter((_, i) => active[i]);
    this.g = (xs) => program.call(this.all(xs));
  }

  /** All leaves, with these in the places of the differentiable ones. */
  all(xs: readonly NdArray[]): NdArray[] {
    let next = 0;
    return this.leaves.map((leaf, i) => (this.active[i] ? xs[next++] : leaf));
  }

  /** The values of `g`. */
  run(xs: readonly NdArray[] = this.xs): NdArray[] {
    return this.program.run(this.all(xs));
  }

  get dtype(): DType {
    return this.program.dtype;
  }

  get epsilon(): number {
    return EPSILON[this.dtype] ?? 2 ** -52;
  }

  /** Random tangents for the differentiable leaves. */
  direction(chance: Chance): NdArray[] {
    return this.xs.map((x) => directionLike(x, chance));
  }

  /** `xs + t direction`. */
  moved(direction: readonly NdArray[], t: number): NdArray[] {
    return this.xs.map((x, i) => combine(x, direction[i], t));
  }
}

/** Numbers of size about one with the shape and dtype of `x`. */
export const directionLike = (x: NdArray, chance: Chance): NdArray =>
  arrayOf(x.dtype, x.shape, chance.direction(x.size * (isComplex(x.dtype) ? 2 : 1)));

/** `x + t v`, computed in float64. */
export function combine(x: NdArray, v: NdArray, t: number): NdArray {
  const [a, b] = [numbersOf(x), numbersOf(v)];
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] + t * b[i];
  return arrayOf(x.dtype, x.shape, out);
}

/** A function and its arguments, as the laws see them. */
export class Subject {
  readonly name: string;
  readonly draws: fc.Arbitrary<Draw>;
  readonly #programs = new Map<string, FlatProgram>();
  #own: boolean;

  constructor(
    readonly f: AnyFunction,
    readonly args: Arguments,
    readonly options: SubjectOptions = {},
  ) {
    this.name = f.name || 'the function';
    this.#own = options.precision === 'own';
    const arbitraries = Object.values(args).map((arg) => (arg instanceof fc.Arbitrary ? arg : treeLike(arg)));
    this.draws = fc.record({ args: fc.tuple(...arbitraries), seed: fc.nat() });
  }

  /** The same function with leaves of examples put onto kinks: zeros and ties. */
  get hostile(): fc.Arbitrary<Draw> {
    const arbitraries = Object.values(this.args).map((arg) =>
      arg instanceof fc.Arbitrary ? arg : treeLike(arg, { specials: ['kinks'] }),
    );
    return fc.record({ args: fc.tuple(...arbitraries), seed: fc.nat() });
  }

  /** The point that was drawn. */
  at(draw: Draw): Point {
    const { args } = draw;
    const names = Object.keys(this.args);
    const flat = args.map((arg) => flatten(arg));
    const defs = flat.map(([, def]) => def);
    const raw = flat.flatMap(([leaves]) => leaves);
    const paths = defs.flatMap((def, i) => leafPaths(def, names[i]));
    const owner = defs.flatMap((def, i) => new Array<string>(def.numLeaves).fill(names[i]));
    const own = raw.map(asArray);
    const fixed = raw.filter((_, i) => own[i] === null);
    const arrays = own.filter((x): x is NdArray => x !== null);
    const arrayPaths = paths.filter((_, i) => own[i] !== null);
    const owners = owner.filter((_, i) => own[i] !== null);
    const places = own.map((x) => x !== null);
    const call = this.#flat(defs, places, fixed);
    const { program, leaves } = this.#program(defs, fixed, call, arrays);
    const wanted = this.options.wrt;
    const active = leaves.map((x, i) => isInexact(x.dtype) && (wanted?.includes(owners[i]) ?? true));
    return new Point(this, program, leaves, arrayPaths, active, draw);
  }

  #flat(defs: readonly TreeDef[], places: readonly boolean[], fixed: readonly unknown[]): Flat {
    return (leaves) => {
      let [array, other] = [0, 0];
      const all = places.map((isArray) => (isArray ? leaves[array++] : fixed[other++]));
      let next = 0;
      const trees = defs.map((def) => {
        next += def.numLeaves;
        return unflatten(def, all.slice(next - def.numLeaves, next));
      });
      const result = (this.f as (...args: unknown[]) => unknown)(...trees);
      return flatten(result)[0].flatMap((leaf) => {
        if (leaf instanceof NdArray) return isInexact(leaf.dtype) ? [leaf] : [];
        // A number that does not depend on the arguments is a constant result.
        return typeof leaf === 'number' ? [arrayOf('float64', [], [leaf])] : [];
      });
    };
  }

  /** The flat program for arguments of this kind, and the leaves in the precision that it takes. */
  #program(
    defs: readonly TreeDef[],
    fixed: readonly unknown[],
    call: Flat,
    arrays: readonly NdArray[],
  ): { program: FlatProgram; leaves: readonly NdArray[] } {
    const choose = (): readonly NdArray[] => (this.#own ? arrays : arrays.map(widened));
    const key = (xs: readonly NdArray[]): string =>
      `${config.version}:${defs.map((d) => d.id)}:${fixed.map(String)}:${xs.map((x) => x.aval.id)}`;
    let leaves = choose();
    let program = this.#programs.get(key(leaves));
    if (program === undefined) {
      try {
        program = new FlatProgram(call, leaves);
      } catch (error) {
        if (this.#own || !(error instanceof Error) || error.name !== 'DTypeMismatch') throw error;
        // It insists on its own dtypes, for instance because it captured arrays of them.
        this.#own = true;
        leaves = choose();
        program = new FlatProgram(call, leaves);
      }
      this.#programs.set(key(leaves), program);
    }
    return { program, leaves };
  }
}
