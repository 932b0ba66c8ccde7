/**
 * Products of vectors and matrices as types: `[..., m, k]` times `[..., k, n]` is `[..., m, n]`.
 */
import type { Dim } from './array.js';
import type { Broadcast, Dims, IsUnknown, MayEqual, NoShape, Text } from './shape-types.js';

type Meet<Op extends string, K extends Dim, L extends Dim, A extends Dims, B extends Dims, Result> =
  MayEqual<K, L> extends true
    ? Result
    : NoShape<`${Op} of ${Text<A>} and ${Text<B>}: ${K} columns cannot meet ${L} rows`>;

type Append<Lead extends Dims, Rest extends Dims> = Lead extends NoShape<string> ? Lead : [...Lead, ...Rest];

type MatmulKnown<A extends Dims, B extends Dims> = A extends readonly [infer K extends Dim]
  ? B extends readonly [infer L extends Dim]
    ? Meet<'matmul', K, L, A, B, []>
    : B extends readonly [...infer Q extends Dims, infer L extends Dim, infer N extends Dim]
      ? Meet<'matmul', K, L, A, B, [...Q, N]>
      : NoShape<`matmul of ${Text<A>} and a scalar: use multiply`>
  : A extends readonly [...infer P extends Dims, infer M extends Dim, infer K extends Dim]
    ? B extends readonly [infer L extends Dim]
      ? Meet<'matmul', K, L, A, B, [...P, M]>
      : B extends readonly [...infer Q extends Dims, infer L extends Dim, infer N extends Dim]
        ? Meet<'matmul', K, L, A, B, Append<Broadcast<P, Q>, [M, N]>>
        : NoShape<`matmul of ${Text<A>} and a scalar: use multiply`>
    : NoShape<`matmul of a scalar and ${Text<B>}: use multiply`>;

/** The shape of `matmul`: leading axes broadcast; a vector is a row on the left, a column on the right. */
export type Matmul<A extends Dims, B extends Dims> =
  IsUnknown<A> extends true ? Dims : IsUnknown<B> extends true ? Dims : MatmulKnown<A, B>;

type DotKnown<A extends Dims, B extends Dims> = A extends readonly [...infer P extends Dims, infer K extends Dim]
  ? B extends readonly [infer L extends Dim]
    ? Meet<'dot', K, L, A, B, P>
    : B extends readonly [...infer Q extends Dims, infer L extends Dim, infer N extends Dim]
      ? Meet<'dot', K, L, A, B, [...P, ...Q, N]>
      : A
  : B;

/** The shape of `dot`: `[...p, k]` with `[...q, k, n]` is `[...p, ...q, n]`; scalars multiply. */
export type Dot<A extends Dims, B extends Dims> =
  IsUnknown<A> extends true ? Dims : IsUnknown<B> extends true ? Dims : DotKnown<A, B>;
