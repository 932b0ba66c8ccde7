/**
 * Universal functions made of a user's function of numbers (`jnp.frompyfunc`): applied to arrays that broadcast, and, for
 * binary ones, folded along an axis, run over it, applied to all pairs or at positions.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { scalar } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { canonicalAxis, range } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { foriLoop, scan } from '../lax/control.js';
import { asArray, asIndices, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { evalShape } from '../transform/make-jaxpr.js';
import { broadcastArray, broadcastShape } from './promote.js';
import { whereThree } from './select.js';
import { moveaxis } from './shape.js';
import { take } from './take.js';
import { vectorize } from './vectorize.js';

/** Options of `reduce`. */
export interface UfuncReduceOptions {
  /** The axis that is folded; the flattened array when null. Default 0. */
  readonly axis?: number | null;
  readonly dtype?: DType | null;
  readonly keepdims?: boolean;
  /** Where folding begins. Default the identity, or the first element. */
  readonly initial?: ArrayLike | null;
  /** Only elements where this holds take part. */
  readonly where?: ArrayLike | null;
}

/** Options of `accumulate` and `reduceat`. */
export interface UfuncAxisOptions {
  /** Default 0. */
  readonly axis?: number;
  readonly dtype?: DType | null;
}

/** A function of scalars that is applied element by element, with the methods that NumPy's have. */
export interface Ufunc {
  (...args: readonly ArrayLike[]): NdArray;
  readonly nin: number;
  readonly nout: number;
  readonly identity: ArrayLike | null;
  /** `f(... f(f(x_0, x_1), x_2) ...)` along an axis. */
  reduce(a: ArrayLike, options?: UfuncReduceOptions): NdArray;
  /** All the intermediate results of `reduce`. */
  accumulate(a: ArrayLike, options?: UfuncAxisOptions): NdArray;
  /** `f(a_i, b_j)` for all pairs. */
  outer(A: ArrayLike, B: ArrayLike): NdArray;
  /** A copy with `f(a_i, b)` at positions of the first axis, one after the other; `{ inplace: false }` must be given. */
  at(a: ArrayLike, indices: ArrayLike, b?: ArrayLike | null, options?: { readonly inplace?: boolean }): NdArray;
  /** `reduce` over each piece from one position to the next. */
  reduceat(a: ArrayLike, indices: ArrayLike, options?: UfuncAxisOptions): NdArray;
}

/**
 * A universal function of a function of `nin` numbers with `nout` results.
 * @throws InvalidArgument for methods of binary functions on others
 */
export function frompyfunc(
  func: (...args: never[]) => NdArray | readonly NdArray[],
  nin: number,
  nout: number,
  options: { readonly identity?: ArrayLike | null } = {},
): Ufunc {
  const { identity = null } = options;
  const name = func.name === '' ? 'ufunc' : func.name;
  const call = vectorize(func) as (...args: readonly ArrayLike[]) => NdArray;
  const numbers = func as (...args: readonly unknown[]) => unknown;
  const resultDType = (...xs: readonly NdArray[]): DType =>
    (evalShape(numbers as never, ...(xs.map((x) => scalar(1, x.dtype)) as never[])) as unknown as NdArray).dtype;
  const refuseUnlessBinary = (method: string): void => {
    if (nin === 2 && nout === 1) return;
    const actual = `${nin} arguments, ${nout} results`;
    const expected = 'a function of two numbers with one result';
    throw new InvalidArgument({ op: `${name}.${method}`, argument: 'func', expected, actual });
  };

  function reduce(a: ArrayLike, own: UfuncReduceOptions = {}): NdArray {
    const op = `${name}.reduce`;
    refuseUnlessBinary('reduce');
    const { axis = 0, keepdims = false, where = null } = own;
    const initial = own.initial ?? identity;
    const x = asArray(a, op, 'a');
    const mask = where === null ? null : broadcastArray(cast(asArray(where, op, 'where'), 'bool'), x.shape);
    if (mask !== null && initial === null) {
      const hint = 'The function has no identity, so a mask needs a start.';
      throw new InvalidArgument({ op, argument: 'initial', expected: 'given with where', actual: 'null', hint });
    }
    const dtype = own.dtype ?? resultDType(x, x);
    const d = axis === null ? 0 : canonicalAxis(axis, x.ndim, op);
    const alongFirst = (y: NdArray): NdArray => (axis === null ? y.ravel() : moveaxis(y, d, 0));
    const items = alongFirst(x);
    const n = items.shape[0];
    const kept = x.shape.map((size, k) => (axis === null || k === d ? 1 : size));
    const finish = (y: NdArray): NdArray => (keepdims ? y.reshape(kept) : y);
    const rest = items.shape.slice(1);
    if (n === 0 && initial === null) {
      throw new ShapeMismatch({
        op,
        argument: 'a',
        expected: 'without an identity, elements are needed',
        actual: x.shape,
      });
    }
    const from = initial === null ? 1 : 0;
    const start = initial === null ? items.get(0) : asArray(initial, op, 'initial');
    const flags = mask === null ? null : alongFirst(mask);
    const step = (i: NdArray, sofar: NdArray): NdArray => {
      const next = cast(call(sofar, cast(items.get(i), dtype)), dtype);
      return flags === null ? next : whereThree(flags.get(i), next, sofar);
    };
    return finish(foriLoop(from, n, step, broadcastArray(cast(start, dtype), rest)) as NdArray);
  }

  function accumulate(a: ArrayLike, own: UfuncAxisOptions = {}): NdArray {
    refuseUnlessBinary('accumulate');
    const x = asArray(a, `${name}.accumulate`, 'a');
    const dtype = own.dtype ?? resultDType(x, x);
    const d = canonicalAxis(own.axis ?? 0, x.ndim, `${name}.accumulate`);
    if (x.size === 0) return cast(x, dtype);
    const items = cast(moveaxis(x, d, 0), dtype);
    const step = (sofar: NdArray, y: NdArray): readonly [NdArray, NdArray] => {
      const next = cast(call(sofar, y), dtype);
      return [next, next];
    };
    const first = items.get(0);
    const rest = primitive.sliceInDim(items, 1, items.shape[0], 1, 0);
    const [, results] = scan(step, first, { xs: rest }) as readonly [NdArray, NdArray];
    return moveaxis(primitive.concatenate([primitive.expandDims(first, [0]), results], 0), 0, d);
  }

  function outer(A: ArrayLike, B: ArrayLike): NdArray {
    refuseUnlessBinary('outer');
    const [x, y] = [asArray(A, `${name}.outer`, 'A'), asArray(B, `${name}.outer`, 'B')];
    return call(x.reshape([...x.shape, ...y.shape.map(() => 1)]), y);
  }

  function at(
    a: ArrayLike,
    indices: ArrayLike,
    b: ArrayLike | null = null,
    { inplace = true }: { readonly inplace?: boolean } = {},
  ): NdArray {
    const op = `${name}.at`;
    if (inplace) {
      const hint = 'Arrays are immutable: use the array that is returned.';
      throw new InvalidArgument({ op, argument: 'inplace', expected: 'false', actual: 'true, the default', hint });
    }
    const given = asArray(a, op, 'a');
    const operands = b === null ? [] : [asArray(b, op, 'b')];
    const dtype = resultDType(given, ...operands);
    const x = cast(given, dtype);
    const index = asIndices(indices, op).ravel();
    const rest = x.shape.slice(1);
    const values = operands.map((y) =>
      broadcastArray(cast(y, dtype), broadcastShape(op, [[index.size, ...rest], y.shape])),
    );
    const step = (i: NdArray, sofar: NdArray): NdArray => {
      const place = index.get(i);
      return sofar.at(place).set(cast(call(sofar.get(place), ...values.map((y) => y.get(i))), dtype));
    };
    return foriLoop(0, index.size, step, x) as NdArray;
  }

  function reduceat(a: ArrayLike, indices: ArrayLike, own: UfuncAxisOptions = {}): NdArray {
    const op = `${name}.reduceat`;
    refuseUnlessBinary('reduceat');
    const x = asArray(a, op, 'a');
    const d = canonicalAxis(own.axis ?? 0, x.ndim, op);
    const starts = asIndices(indices, op);
    if (starts.ndim !== 1) {
      throw new ShapeMismatch({ op, argument: 'indices', expected: 'a vector is needed', actual: starts.shape });
    }
    const n = x.shape[d];
    const dtype = own.dtype ?? x.dtype;
    const shape = range(x.ndim).map((k) => (k === d ? starts.size : 1));
    const end = primitive.full(starts.aval.withShape([1]), n);
    const ends = primitive.concatenate([primitive.sliceInDim(starts, 1, starts.size, 1, 0), end], 0);
    const [from, to] = [starts.reshape(shape), ends.reshape(shape)];
    const step = (i: NdArray, sofar: NdArray): NdArray => {
      const next = cast(call(sofar, take(x, i.reshape([1]), { axis: d })), dtype);
      return whereThree(from.lt(i).and(to.gt(i)), next, sofar);
    };
    return foriLoop(0, n, step, cast(take(x, starts, { axis: d }), dtype)) as NdArray;
  }

  const own = (...args: readonly ArrayLike[]): NdArray => call(...args);
  return Object.assign(own, { nin, nout, identity, reduce, accumulate, outer, at, reduceat });
}
