/**
 * What a primitive's lowering rule may use: an emitter of StableHLO operations.
 *
 * Rules name operations and attributes; how the text is written is the engine's business.
 * Source: the StableHLO specification; https://openxla.org/stablehlo/spec
 */
import type { ShapedArray } from '../array/aval.js';
import type { DType } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import type { Mesh } from '../sharding/mesh.js';
import type { Jaxpr, Scalar } from './jaxpr.js';
import type { Manual } from './shardy.js';

/** A value in the emitted program. */
export interface Value {
  /** Its name in the text. */
  readonly id: string;
  readonly aval: ShapedArray;
  /** The same array with its axes in another order, where making it so costs less than moving its elements. */
  readonly permuted?: (permutation: readonly number[]) => Value;
}

/** Attributes by name; values are made by `attr`. */
export type Attributes = Readonly<Record<string, Attribute>>;
export type Attribute = string & { readonly __attribute?: never };

/** A block of operations that an operation owns, such as the body of a `while`. */
export interface Region {
  readonly text: string;
}

export interface Emitter {
  /** One operation of the `stablehlo` dialect (or a full name with a dot, such as `chlo.erf`) with several results. */
  many(
    name: string,
    operands: readonly Value[],
    results: readonly ShapedArray[],
    attributes?: Attributes,
    regions?: readonly Region[],
  ): Value[];
  /** One operation with one result. */
  op(
    name: string,
    operands: readonly Value[],
    result: ShapedArray,
    attributes?: Attributes,
    regions?: readonly Region[],
  ): Value;
  /** An array filled with one number. */
  constant(value: Scalar, aval: ShapedArray): Value;
  /** An array with these elements; for tables that a lowering rule needs, not for user data. */
  dense(data: HostData): Value;
  /** `value` repeated to the shape of `aval` (its own axes are the trailing ones when `axes` is not given). */
  broadcast(value: Value, shape: readonly number[], axes?: readonly number[]): Value;
  reshape(value: Value, shape: readonly number[]): Value;
  convert(value: Value, dtype: DType): Value;
  /** A block: `body` is given its arguments and returns what it yields. */
  region(args: readonly ShapedArray[], body: (...args: Value[]) => readonly Value[]): Region;
  /** The mesh axes along which this is written for one device; null where it is written for all of them. */
  readonly manual: Manual | null;
  /** A block that sees nothing from outside and is written for one device along mesh axes. */
  manualRegion(manual: Manual, args: readonly ShapedArray[], body: (...args: Value[]) => readonly Value[]): Region;
  /** The symbol of a mesh, which the module declares. */
  meshSymbol(mesh: Mesh): string;
  /** Emits the jaxpr once as a function and calls it. */
  call(jaxpr: Jaxpr, args: readonly Value[], name: string): Value[];
  /** Emits the jaxpr's equations in place. */
  inline(jaxpr: Jaxpr, args: readonly Value[]): Value[];
}

const list = (values: readonly (number | boolean)[]): string => values.join(', ');

/** Attributes of StableHLO operations. */
export const attr = {
  i64: (value: number): Attribute => `${value} : i64`,
  i32: (value: number): Attribute => `${value} : i32`,
  bool: (value: boolean): Attribute => `${value}`,
  string: (value: string): Attribute => JSON.stringify(value),
  /** `array<i64: 1, 2>` */
  i64s: (values: readonly number[]): Attribute => (values.length ? `array<i64: ${list(values)}>` : 'array<i64>'),
  bools: (values: readonly boolean[]): Attribute => (values.length ? `array<i1: ${list(values)}>` : 'array<i1>'),
  /** A matrix of integers, `dense<[[0, 1]]> : tensor<1x2xi64>`. */
  pairs: (rows: readonly (readonly number[])[]): Attribute =>
    rows.length === 0
      ? 'dense<> : tensor<0x2xi64>'
      : `dense<[${rows.map((r) => `[${list(r)}]`).join(', ')}]> : tensor<${rows.length}x${rows[0].length}xi64>`,
  /** `#stablehlo<comparison_direction LT>` */
  of: (kind: string, value: string): Attribute => `#stablehlo<${kind} ${value}>`,
  /** `#stablehlo.dot<a = [0], b = [1]>`: a structured attribute; values are lists of numbers or single numbers. */
  struct: (kind: string, fields: Readonly<Record<string, readonly number[] | number>>): Attribute =>
    `#stablehlo.${kind}<${Object.entries(fields)
      .filter(([, v]) => typeof v === 'number' || v.length > 0)
      .map(([k, v]) => `${k} = ${typeof v === 'number' ? v : `[${list(v)}]`}`)
      .join(', ')}>`,
  array: (values: readonly Attribute[]): Attribute => `[${values.join(', ')}]`,
} as const;
