/**
 * Shapes as types, gradually: what the compiler knows about a shape it computes with, what it does not know it lets pass.
 *
 * A shape is a tuple of dimensions: literal (`[128, 10]`), named (`['batch', 10]`), generic (`[B, 10]`) or `number`, a size
 * that is not known. `readonly Dim[]`, the default, is a shape of which not even the rank is known; it fits everywhere and
 * whatever is computed from it is of unknown shape again. A name is a size of its own, equal to itself alone. The rules are
 * those of the run time; where they fail, the argument needs a `ShapeError` with the sentence that the compiler prints.
 *
 * Source of the idea: Siek and Taha, "Gradual typing for functional languages" (2006): two types are consistent when they
 * agree wherever both are known.
 */
import type { Dim, NdArray } from './array.js';
import type { ScalarLike } from './convert.js';

/** A shape as a type. */
export type Dims = readonly Dim[];

declare const MISTAKE: unique symbol;

/** What the argument of an operation lacks when there is no result: no value has this type, and its argument says why. */
export interface ShapeError<Sentence extends string> {
  readonly [MISTAKE]: Sentence;
}

/** The shape of a result that there cannot be. It counts as an unknown shape, so that one mistake is reported once. */
export interface NoShape<Sentence extends string> extends ReadonlyArray<Dim>, ShapeError<Sentence> {}

/** Added to the type of an argument: nothing where the result has a shape, else the reason why not, which nothing fits. */
export type Fits<Result extends Dims> = Result extends ShapeError<infer Sentence> ? ShapeError<Sentence> : unknown;

/** The shape of an array-like, as far as it is known. */
export type ShapeOf<X> = [X] extends [NdArray<infer S>] ? S : [X] extends [ScalarLike] ? [] : Dims;

/** Whether nothing is known about a shape, not even its rank. */
export type IsUnknown<S extends Dims> = number extends S['length'] ? true : false;

/** A shape as the user gives it: a number for a vector, a list of sizes. */
export type ShapeFrom<S extends number | readonly number[] | null | undefined> = S extends number
  ? [S]
  : S extends readonly number[]
    ? Plain<S>
    : Dims;

/** A shape that one can write to; lists of unknown length are unknown shapes. */
export type Plain<S extends Dims> = number extends S['length'] ? Dims : { -readonly [I in keyof S]: S[I] };

/** A shape as a person writes it: `[128, batch]`. */
export type Text<S extends Dims> = `[${Join<S>}]`;
type Join<S extends Dims> = S extends readonly [infer First extends Dim, ...infer Rest extends Dims]
  ? Rest extends readonly []
    ? `${First}`
    : `${First}, ${Join<Rest>}`
  : '';

/** Whether two sizes may be the same: they are equal, or one is not known. */
export type MayEqual<P extends Dim, Q extends Dim> = [P, Q] extends [Q, P]
  ? true
  : number extends P
    ? true
    : number extends Q
      ? true
      : false;

/** The size that two are broadcast to; never when they differ and neither is 1. */
type BroadcastDim<P extends Dim, Q extends Dim> = [P, Q] extends [Q, P]
  ? P
  : [P] extends [1]
    ? Q
    : [Q] extends [1]
      ? P
      : number extends P
        ? [Q] extends [number]
          ? Q
          : number
        : number extends Q
          ? [P] extends [number]
            ? P
            : number
          : never;

/** From the last axis to the first, as NumPy does; `A` and `B` stay whole for the message. */
type BroadcastFromRight<
  P extends Dims,
  Q extends Dims,
  A extends Dims,
  B extends Dims,
  Out extends Dims = [],
> = P extends readonly [...infer Ps extends Dims, infer Last extends Dim]
  ? Q extends readonly [...infer Qs extends Dims, infer Other extends Dim]
    ? [BroadcastDim<Last, Other>] extends [never]
      ? NoShape<`${Text<A>} and ${Text<B>} do not broadcast: ${Last} is not ${Other}`>
      : BroadcastFromRight<Ps, Qs, A, B, [BroadcastDim<Last, Other>, ...Out]>
    : [...P, ...Out]
  : [...Q, ...Out];

/** The shape that two shapes broadcast to. Equal sizes stay, 1 and missing axes are stretched. */
export type Broadcast<A extends Dims, B extends Dims> =
  IsUnknown<A> extends true ? Dims : IsUnknown<B> extends true ? Dims : BroadcastFromRight<A, B, A, B>;

/** The array that an elementwise function makes of two array-likes. */
export type BroadcastOf<X, Y> = Broadcast<ShapeOf<X>, ShapeOf<Y>>;

/** The shape of data: of nested lists as far as their lengths are known and alike. */
export type DataShape<X> = [X] extends [readonly unknown[]]
  ? number extends X['length']
    ? Dims
    : X extends readonly [infer First, ...infer Rest]
      ? DataShape<First> extends infer Inner extends Dims
        ? IsUnknown<Inner> extends true
          ? Dims
          : AllOfShape<Rest, Inner> extends true
            ? [X['length'], ...Inner]
            : Dims
        : never
      : [0]
  : ShapeOf<X>;

type AllOfShape<Rest extends readonly unknown[], S extends Dims> = Rest extends readonly [infer First, ...infer More]
  ? [DataShape<First>] extends [S]
    ? AllOfShape<More, S>
    : false
  : true;
