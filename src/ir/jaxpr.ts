/**
 * The one intermediate representation: a jaxpr, a list of equations over typed variables.
 *
 *     { lambda ; a:f32[3] b:f32[3]. let c:f32[3] = mul a 2.0:f32[]; d:f32[3] = add c b in (d,) }
 *
 * Plain data: every transformation reads one jaxpr and writes another, every engine runs one. Jaxprs inside equations
 * (of `jit`, `scan`, ...) close over nothing: what they use is an input. Source: JAX, "Understanding jaxprs".
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import type { Location } from '../error/location.js';
import type { Mesh } from '../sharding/mesh.js';
import type { Primitive } from './primitive.js';
import { jaxprText } from './print.js';

let count = 0;

/** A variable: bound once, by an equation or as an input. */
export class Var {
  readonly id: number = count++;
  constructor(readonly aval: ShapedArray) {}
}

/** A scalar constant written into the program. 64-bit integers are bigints, complex numbers pairs. */
export type Scalar = number | bigint | boolean | readonly [re: number, im: number];

export class Literal {
  constructor(
    readonly value: Scalar,
    readonly aval: ShapedArray,
  ) {}
}

export type Atom = Var | Literal;

/** What an equation does beyond computing its outputs; equations with effects are never removed or reordered. */
export type Effect = 'callback';

// biome-ignore lint/suspicious/noExplicitAny: a list of equations holds primitives with parameters of any shape
export type AnyPrimitive = Primitive<any>;

/** Parameters of an equation whose primitive is not known. */
export type Params = Readonly<Record<string, unknown>>;

export interface Equation {
  readonly primitive: AnyPrimitive;
  readonly inputs: readonly Atom[];
  readonly params: Params;
  readonly outputs: readonly Var[];
  /** The user's line that made it. */
  readonly location: Location | null;
}

let jaxprCount = 0;
/** The jaxprs among the parameters of an equation. */
export const jaxprsOf = (params: Params): Jaxpr[] =>
  Object.values(params)
    .flat()
    .filter((value) => value instanceof Jaxpr);

/** The names of mapped axes that an equation communicates over, itself or inside of its jaxprs. */
export const namedAxesOf = (primitive: AnyPrimitive, params: Params): readonly string[] => [
  ...(primitive.namedAxes?.(params) ?? []),
  ...jaxprsOf(params).flatMap((jaxpr) => jaxpr.namedAxes),
];

/** True when an equation, or something inside of its jaxprs, can only be done by the host. */
export const needsHost = ({ primitive, params }: Equation): boolean =>
  primitive.onHost === true || jaxprsOf(params).some((jaxpr) => jaxpr.needsHost);

export class Jaxpr {
  /** Unique per program, for keys. */
  readonly id: number = jaxprCount++;
  readonly effects: readonly Effect[];
  #namedAxes: readonly string[] | null = null;
  #needsHost: boolean | null = null;
  #meshes: readonly Mesh[] | null = null;
  constructor(
    readonly invars: readonly Var[],
    readonly equations: readonly Equation[],
    readonly outvars: readonly Atom[],
    /** Where each input comes from, for error messages: `params.encoder.w`. */
    readonly inputNames: readonly string[] | null = null,
  ) {
    const effects = new Set<Effect>();
    for (const equation of equations) {
      for (const effect of equation.primitive.effects?.(equation.params) ?? []) effects.add(effect);
    }
    this.effects = [...effects];
  }

  /** The names of mapped axes that its collectives communicate over. */
  get namedAxes(): readonly string[] {
    this.#namedAxes ??= [...new Set(this.equations.flatMap((e) => namedAxesOf(e.primitive, e.params)))];
    return this.#namedAxes;
  }

  /** True when something in it, or in a jaxpr inside, can only be done by the host. */
  get needsHost(): boolean {
    this.#needsHost ??= this.equations.some((e) => needsHost(e));
    return this.#needsHost;
  }

  /** The meshes that its equations speak of, those of jaxprs inside included. */
  get meshes(): readonly Mesh[] {
    if (this.#meshes === null) {
      const found = this.equations.flatMap(({ primitive, params }) => {
        const own = primitive.mesh?.(params) ?? null;
        return [...(own ? [own] : []), ...jaxprsOf(params).flatMap((jaxpr) => jaxpr.meshes)];
      });
      this.#meshes = [...new Map(found.map((mesh) => [mesh.key, mesh])).values()];
    }
    return this.#meshes;
  }

  get inAvals(): ShapedArray[] {
    return this.invars.map((v) => v.aval);
  }

  get outAvals(): ShapedArray[] {
    return this.outvars.map((v) => v.aval);
  }

  /** JAX's text for it. */
  toString(): string {
    return jaxprText(this);
  }
}

/** A jaxpr together with the arrays it captured, which are its first inputs. */
export interface ClosedJaxpr {
  readonly jaxpr: Jaxpr;
  readonly consts: readonly NdArray[];
}
