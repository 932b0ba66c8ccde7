/**
 * The same elements in another shape, as a type: the number of elements must agree where it is known.
 *
 * Sizes are multiplied in decimal digits, lowest first, as on paper. Where a size is not a literal, or a name, nothing is
 * checked; a size of -1 is not known.
 */
import type { Dim } from './array.js';
import type { Dims, IsUnknown, NoShape, Text } from './shape-types.js';

/** The wanted shape, where -1 is some number. */
type Wanted<N extends readonly number[]> = {
  -readonly [I in keyof N]: N[I] extends -1 ? number : N[I];
} extends infer W extends Dims
  ? W
  : Dims;

type ReshapeTo<S extends Dims, N extends readonly number[]> =
  IsUnknown<N> extends true
    ? Dims
    : IsUnknown<S> extends true
      ? Wanted<N>
      : SameSize<S, N> extends false
        ? NoShape<`reshape: ${Text<S>} and ${Text<N>} have not the same number of elements`>
        : Wanted<N>;

/** The shape `N`, a number for a vector, if the elements of `S` fill it. */
export type Reshape<S extends Dims, N extends number | readonly number[]> = [N] extends [number]
  ? ReshapeTo<S, [N]>
  : [N] extends [readonly number[]]
    ? ReshapeTo<S, N>
    : Dims;

/** Whether two shapes have as many elements; true where that is not known. */
type SameSize<S extends Dims, N extends Dims> = [Product<S>, Product<N>] extends [infer P, infer Q]
  ? [unknown] extends [P | Q]
    ? true
    : [P, Q] extends [Q, P]
      ? true
      : false
  : true;

/** Decimal digits, the lowest first. */
type Digits = readonly string[];

type DigitsOf<Text extends string, Out extends Digits = []> = Text extends `${infer First}${infer Rest}`
  ? DigitsOf<Rest, [First, ...Out]>
  : Out;

/** The product of all sizes; `unknown` when one of them is not a literal. */
type Product<S extends Dims, Out extends Digits = ['1']> = S extends readonly [
  infer First extends Dim,
  ...infer Rest extends Dims,
]
  ? number extends First
    ? unknown
    : First extends string | -1
      ? unknown
      : First extends 0
        ? ProductOfNothing<Rest>
        : Product<Rest, Times<Out, DigitsOf<`${First}`>>>
  : Out;

/** Nothing, unless a later size is not known. */
type ProductOfNothing<S extends Dims> = Product<S> extends infer P ? ([unknown] extends [P] ? unknown : ['0']) : never;

/** Lists as long as a digit says. */
interface Units {
  readonly '0': [];
  readonly '1': [0];
  readonly '2': [0, 0];
  readonly '3': [0, 0, 0];
  readonly '4': [0, 0, 0, 0];
  readonly '5': [0, 0, 0, 0, 0];
  readonly '6': [0, 0, 0, 0, 0, 0];
  readonly '7': [0, 0, 0, 0, 0, 0, 0];
  readonly '8': [0, 0, 0, 0, 0, 0, 0, 0];
  readonly '9': [0, 0, 0, 0, 0, 0, 0, 0, 0];
}
type Unit<Digit> = Digit extends keyof Units ? Units[Digit] : [];

/** A list as long as the product of the lengths of two. */
type Repeat<
  Count extends readonly 0[],
  U extends readonly 0[],
  Out extends readonly 0[] = [],
> = Count extends readonly [0, ...infer More extends readonly 0[]] ? Repeat<More, U, [...Out, ...U]> : Out;

/** The digit of this place in front, the carry given on. */
type Split<Length> = Length extends number
  ? `${Length}` extends `${infer Tens}${infer Ones}`
    ? Ones extends ''
      ? ['0', Tens]
      : [Tens, Ones]
    : never
  : never;

type TimesDigit<A extends Digits, D extends string, Carry extends string = '0'> = A extends readonly [
  infer First extends string,
  ...infer Rest extends Digits,
]
  ? Split<[...Repeat<Unit<D>, Unit<First>>, ...Unit<Carry>]['length']> extends [
      infer Tens extends string,
      infer Ones extends string,
    ]
    ? [Ones, ...TimesDigit<Rest, D, Tens>]
    : never
  : Carry extends '0'
    ? []
    : [Carry];

type Plus<A extends Digits, B extends Digits, Carry extends string = '0'> = A extends readonly [
  infer First extends string,
  ...infer Rest extends Digits,
]
  ? B extends readonly [infer Other extends string, ...infer Others extends Digits]
    ? Split<[...Unit<First>, ...Unit<Other>, ...Unit<Carry>]['length']> extends [
        infer Tens extends string,
        infer Ones extends string,
      ]
      ? [Ones, ...Plus<Rest, Others, Tens>]
      : never
    : Carry extends '0'
      ? A
      : Plus<A, [Carry]>
  : Carry extends '0'
    ? B
    : B extends readonly []
      ? [Carry]
      : Plus<[Carry], B>;

type Times<A extends Digits, B extends Digits> = B extends readonly [
  infer First extends string,
  ...infer Rest extends Digits,
]
  ? Rest extends readonly []
    ? TimesDigit<A, First>
    : Plus<TimesDigit<A, First>, ['0', ...Times<A, Rest>]>
  : [];
