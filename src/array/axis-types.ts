/**
 * Axes as types: reductions, transposition, axes of size 1 put in and taken out.
 *
 * An axis must be a literal for its effect to be known; negative ones count from the end. Everything else gives the unknown
 * shape, except an axis out of range, which is a mistake.
 */
import type { Dim } from './array.js';
import type { Dims, IsUnknown, NoShape, Text } from './shape-types.js';

/** An axis, several, or all of them (`null`). */
export type Axis = number | readonly number[] | null;

/** The options of a reduction that decide over the shape of its result. */
export interface Over<A extends Axis = Axis, Keep extends boolean = boolean> {
  readonly axis?: A;
  readonly keepdims?: Keep;
}

/** The place of the `N`th axis from the end; never when there are not so many. */
type FromEnd<S extends Dims, N extends number, Before extends readonly 0[] = []> = S['length'] extends N
  ? Before['length']
  : S extends readonly [Dim, ...infer Rest extends Dims]
    ? FromEnd<Rest, N, [...Before, 0]>
    : never;

/** The axis counted from the front; never when it is out of range. */
type Canonical<S extends Dims, A extends number> = `${A}` extends `-${infer N extends number}`
  ? FromEnd<S, N>
  : `${A}` extends keyof S
    ? A
    : never;

/** All axes of a list, counted from the front, as a union; an axis out of range is `'outside'`. */
type CanonicalAll<S extends Dims, Axes extends readonly number[]> = {
  [I in keyof Axes]: [Canonical<S, Axes[I]>] extends [never] ? 'outside' : Canonical<S, Axes[I]>;
}[number];

/** The shape without some axes, or with size 1 there. */
type Without<
  S extends Dims,
  Axes,
  Keep extends boolean,
  Out extends Dims = [],
  Before extends readonly 0[] = [],
> = S extends readonly [infer First extends Dim, ...infer Rest extends Dims]
  ? Without<
      Rest,
      Axes,
      Keep,
      Before['length'] extends Axes ? (Keep extends true ? [...Out, 1] : Out) : [...Out, First],
      [...Before, 0]
    >
  : Out;

type Outside<
  S extends Dims,
  A extends readonly number[],
> = NoShape<`axis ${A extends readonly [number] ? `${A[0]}` : Text<A>} is out of range for ${Text<S>}`>;

type ReduceList<S extends Dims, A extends readonly number[], Keep extends boolean> =
  IsUnknown<A> extends true
    ? Dims
    : number extends A[number]
      ? Dims
      : 'outside' extends CanonicalAll<S, A>
        ? Outside<S, A>
        : Without<S, CanonicalAll<S, A>, Keep>;

/** The shape of a reduction over `A`, where reduced axes stay with size 1 when `Keep`. */
export type Reduce<S extends Dims, A extends Axis | undefined, Keep extends boolean> =
  IsUnknown<S> extends true
    ? Dims
    : boolean extends Keep
      ? Dims
      : [A] extends [null | undefined]
        ? Keep extends true
          ? { -readonly [I in keyof S]: 1 }
          : []
        : [A] extends [number]
          ? ReduceList<S, [A], Keep>
          : [A] extends [readonly number[]]
            ? ReduceList<S, A, Keep>
            : Dims;

/** The axes reversed. */
export type Reverse<S extends Dims> = IsUnknown<S> extends true ? Dims : ReverseKnown<S>;
type ReverseKnown<S extends Dims, Out extends Dims = []> = S extends readonly [
  infer First extends Dim,
  ...infer Rest extends Dims,
]
  ? ReverseKnown<Rest, [First, ...Out]>
  : Out;

/** The last two axes exchanged. */
export type MatrixTranspose<S extends Dims> = S extends readonly [
  ...infer Lead extends Dims,
  infer M extends Dim,
  infer N extends Dim,
]
  ? [...Lead, N, M]
  : Dims;

type Pick<S extends Dims, A extends readonly number[], Out extends Dims = []> = A extends readonly [
  infer First extends number,
  ...infer Rest extends readonly number[],
]
  ? Pick<S, Rest, [...Out, S[Canonical<S, First>]]>
  : Out;

/** The axes in the order of `A`; reversed without one. */
export type Transpose<S extends Dims, A extends readonly number[] | null | undefined> =
  IsUnknown<S> extends true
    ? Dims
    : [A] extends [null | undefined]
      ? ReverseKnown<S>
      : [A] extends [readonly number[]]
        ? IsUnknown<A> extends true
          ? Dims
          : number extends A[number]
            ? Dims
            : 'outside' extends CanonicalAll<S, A>
              ? Outside<S, A>
              : [A['length'], Exclude<keyof S & `${number}`, `${CanonicalAll<S, A> & number}`>] extends [
                    S['length'],
                    never,
                  ]
                ? Pick<S, A>
                : NoShape<`transpose: ${Text<A>} must name each axis of ${Text<S>} once`>
        : Dims;

/** Tuples with as many places as there will be axes: those of `S` and the new ones. */
type Places<S extends Dims, A extends readonly number[]> = [...S, ...A];

/** `S` with a 1 at each place of the union `Axes` of the result, whose places are counted by `All`. */
type Insert<
  S extends Dims,
  Axes,
  All extends readonly unknown[],
  Out extends Dims = [],
  Before extends readonly 0[] = [],
> = All extends readonly [unknown, ...infer Later]
  ? Before['length'] extends Axes
    ? Insert<S, Axes, Later, [...Out, 1], [...Before, 0]>
    : S extends readonly [infer First extends Dim, ...infer Rest extends Dims]
      ? Insert<Rest, Axes, Later, [...Out, First], [...Before, 0]>
      : Out
  : Out;

/** The shape with new axes of size 1 at the places `A` of the result. */
export type ExpandDims<S extends Dims, A extends number | readonly number[]> =
  IsUnknown<S> extends true
    ? Dims
    : [A] extends [number]
      ? ExpandList<S, [A]>
      : [A] extends [readonly number[]]
        ? ExpandList<S, A>
        : Dims;
type ExpandList<S extends Dims, A extends readonly number[]> =
  IsUnknown<A> extends true
    ? Dims
    : number extends A[number]
      ? Dims
      : 'outside' extends CanonicalAll<Places<S, A>, A>
        ? Outside<S, A>
        : Insert<S, CanonicalAll<Places<S, A>, A>, Places<S, A>>;

/** Sizes of 1 removed; whether a size is 1 must be known. */
type WithoutOnes<S extends Dims, Out extends Dims = []> = S extends readonly [
  infer First extends Dim,
  ...infer Rest extends Dims,
]
  ? number extends First
    ? Dims
    : WithoutOnes<Rest, First extends 1 ? Out : [...Out, First]>
  : Out;

/** The shape without axes of size 1: those of `A`, or all. */
export type Squeeze<S extends Dims, A extends Axis | undefined> =
  IsUnknown<S> extends true
    ? Dims
    : [A] extends [null | undefined]
      ? WithoutOnes<S>
      : [A] extends [number]
        ? SqueezeList<S, [A]>
        : [A] extends [readonly number[]]
          ? SqueezeList<S, A>
          : Dims;
type SqueezeList<S extends Dims, A extends readonly number[]> =
  IsUnknown<A> extends true
    ? Dims
    : number extends A[number]
      ? Dims
      : 'outside' extends CanonicalAll<S, A>
        ? Outside<S, A>
        : [Exclude<Pick<S, A>[number], 1>] extends [never]
          ? Without<S, CanonicalAll<S, A>, false>
          : number extends Pick<S, A>[number]
            ? Without<S, CanonicalAll<S, A>, false>
            : NoShape<`squeeze: axis ${Text<A>} of ${Text<S>} has not size 1`>;
