/**
 * The functions of NumPy that one writes as methods: `x.add(y).sum({ axis: 0 })`, `x.at(0).set(1)`, `x.T`.
 *
 * They are the same functions, installed on `NdArray`, so that they work on concrete and traced arrays alike.
 */
import { type Dim, NdArray } from '../array/array.js';
import type { Axis, MatrixTranspose, Over, Reduce, Reverse, Squeeze, Transpose } from '../array/axis-types.js';
import type { Dot, Matmul } from '../array/contraction-types.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import type { Reshape } from '../array/reshape-types.js';
import type { BroadcastOf, Fits, ShapeOf } from '../array/shape-types.js';
import { InvalidArgument } from '../error/error.js';
import * as arithmetic from './arithmetic.js';
import * as comparison from './comparison.js';
import { astype } from './creation.js';
import { type CumulativeOptions, cumprod, cumsum } from './cumulative.js';
import type { Index } from './index-plan.js';
import { getIndex, IndexedPlace } from './indexing.js';
import { type RepeatOptions, repeat, unstack } from './joining.js';
import { dot, matmul, type ProductOptions } from './linear.js';
import { arrayText } from './print.js';
import * as reduction from './reduction.js';
import { type ClipOptions, clip } from './select.js';
import * as shaping from './shape.js';
import { argsort, type SortOptions, sort } from './sorting.js';
import { type TakeOptions, take } from './take.js';
import * as transcendental from './transcendental.js';

/** An elementwise operation with an array beside. */
type BinaryMethod = <X extends NdArray, Y extends ArrayLike>(
  this: X,
  y: Y & Fits<BroadcastOf<X, Y>>,
) => NdArray<BroadcastOf<X, Y>>;

/** A reduction over axes; `O` is what else it can be told. */
type ReductionMethod<O extends { readonly axis?: Axis }> = <
  X extends NdArray,
  const A extends NonNullable<O['axis']> | null = null,
  K extends boolean = false,
>(
  this: X,
  options?: Omit<O, keyof Over> & Over<A, K> & Fits<Reduce<ShapeOf<X>, A, K>>,
) => NdArray<Reduce<ShapeOf<X>, A, K>>;

/** The axes come as one list, or one by one. */
type TransposeOf<X, A extends readonly unknown[]> = Transpose<
  ShapeOf<X>,
  A extends readonly [infer First extends readonly number[] | null]
    ? First
    : A extends readonly []
      ? null
      : A extends readonly number[]
        ? A
        : readonly number[]
>;

/** The shape comes as one list, or size by size. */
type ReshapeOf<X, A extends readonly unknown[]> = Reshape<
  ShapeOf<X>,
  A extends readonly [infer First extends readonly number[], ...unknown[]]
    ? First
    : A extends readonly number[]
      ? A
      : readonly number[]
>;

declare module '../array/array.js' {
  interface NdArray<S extends readonly Dim[] = readonly Dim[], D extends DType = DType> {
    /** The transpose: all axes reversed. */
    readonly T: NdArray<Reverse<S>, D>;
    /** The last two axes exchanged. */
    readonly mT: NdArray<MatrixTranspose<S>, D>;
    readonly real: NdArray<S>;
    readonly imag: NdArray<S>;

    add: BinaryMethod;
    sub: BinaryMethod;
    mul: BinaryMethod;
    div: BinaryMethod;
    floorDivide: BinaryMethod;
    mod: BinaryMethod;
    pow: BinaryMethod;
    neg(): NdArray<S>;
    abs(): NdArray<S>;
    matmul<X extends NdArray, Y extends ArrayLike>(
      this: X,
      y: Y & Fits<Matmul<ShapeOf<X>, ShapeOf<Y>>>,
      options?: ProductOptions,
    ): NdArray<Matmul<ShapeOf<X>, ShapeOf<Y>>>;
    dot<X extends NdArray, Y extends ArrayLike>(
      this: X,
      y: Y & Fits<Dot<ShapeOf<X>, ShapeOf<Y>>>,
      options?: ProductOptions,
    ): NdArray<Dot<ShapeOf<X>, ShapeOf<Y>>>;

    eq: BinaryMethod;
    ne: BinaryMethod;
    lt: BinaryMethod;
    le: BinaryMethod;
    gt: BinaryMethod;
    ge: BinaryMethod;
    and: BinaryMethod;
    or: BinaryMethod;
    xor: BinaryMethod;
    not(): NdArray<S>;

    exp(): NdArray<S>;
    log(): NdArray<S>;
    sqrt(): NdArray<S>;
    square(): NdArray<S>;
    sin(): NdArray<S>;
    cos(): NdArray<S>;
    tanh(): NdArray<S>;
    conj(): NdArray<S>;
    round(options?: { readonly decimals?: number }): NdArray<S>;
    clip(options?: ClipOptions): NdArray;

    sum: ReductionMethod<reduction.SumOptions>;
    prod: ReductionMethod<reduction.SumOptions>;
    mean: ReductionMethod<reduction.MeanOptions>;
    std: ReductionMethod<reduction.VarOptions>;
    var: ReductionMethod<reduction.VarOptions>;
    max: ReductionMethod<reduction.ExtremumOptions>;
    min: ReductionMethod<reduction.ExtremumOptions>;
    ptp: ReductionMethod<Omit<reduction.ReduceOptions, 'where'>>;
    all: ReductionMethod<reduction.ReduceOptions>;
    any: ReductionMethod<reduction.ReduceOptions>;
    argmax: ReductionMethod<reduction.ArgOptions>;
    argmin: ReductionMethod<reduction.ArgOptions>;
    cumsum(options?: CumulativeOptions): NdArray;
    cumprod(options?: CumulativeOptions): NdArray;
    diagonal(options?: Parameters<typeof shaping.diagonal>[1]): NdArray;
    sort(options?: SortOptions): NdArray;
    argsort(options?: SortOptions): NdArray;

    /** `x.reshape([2, -1])`, or `x.reshape(2, -1)`. */
    reshape<
      X extends NdArray,
      const A extends readonly number[] | readonly [readonly number[], shaping.ReshapeOptions?],
    >(this: X, ...shape: A & Fits<ReshapeOf<X, A>>): NdArray<ReshapeOf<X, A>>;
    /** `x.transpose([1, 0])`, `x.transpose(1, 0)`; reversed without arguments. */
    transpose<X extends NdArray, const A extends readonly number[] | readonly [readonly number[] | null]>(
      this: X & Fits<TransposeOf<X, A>>,
      ...axes: A
    ): NdArray<TransposeOf<X, A>>;
    ravel(): NdArray;
    flatten(): NdArray;
    squeeze<X extends NdArray, const A extends Axis = null>(
      this: X,
      options?: { readonly axis?: A } & Fits<Squeeze<ShapeOf<X>, A>>,
    ): NdArray<Squeeze<ShapeOf<X>, A>>;
    swapaxes(axis1: number, axis2: number): NdArray;
    repeat(repeats: ArrayLike, options?: RepeatOptions): NdArray;
    take(indices: ArrayLike, options?: TakeOptions): NdArray;
    astype(dtype: DType): NdArray<S>;
    copy(): NdArray<S>;

    /** The elements at an index: `x.get(0, slice(1, 3))` is Python's `x[0, 1:3]`. */
    get(...indices: readonly Index[]): NdArray;
    /** A place, from which a changed copy is made: `x.at(0, slice(1, 3)).set(v)` is `x.at[0, 1:3].set(v)`. */
    at(...indices: readonly Index[]): IndexedPlace;
    /** The parts along axis 0. */
    [Symbol.iterator](): IterableIterator<NdArray>;
    toString(): string;
  }
}

type Methods = Record<string | symbol, unknown>;

/** How Node asks an object what it looks like (`util.inspect.custom`). */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** A function of an array and more, as a method. */
const method = (f: (x: NdArray, ...rest: never[]) => unknown) =>
  function (this: NdArray, ...rest: never[]) {
    return f(this, ...rest);
  };

const methods: Methods = {
  add: method(arithmetic.add),
  sub: method(arithmetic.subtract),
  mul: method(arithmetic.multiply),
  div: method(arithmetic.divide),
  floorDivide: method(arithmetic.floorDivide),
  mod: method(arithmetic.remainder),
  pow: method(arithmetic.power),
  neg: method(arithmetic.negative),
  abs: method(arithmetic.abs),
  square: method(arithmetic.square),
  matmul: method(matmul),
  dot: method(dot),
  eq: method(comparison.equal),
  ne: method(comparison.notEqual),
  lt: method(comparison.less),
  le: method(comparison.lessEqual),
  gt: method(comparison.greater),
  ge: method(comparison.greaterEqual),
  and: method(comparison.bitwiseAnd),
  or: method(comparison.bitwiseOr),
  xor: method(comparison.bitwiseXor),
  not: method(comparison.bitwiseNot),
  conj: method(comparison.conjugate),
  round: method(comparison.round),
  exp: method(transcendental.exp),
  log: method(transcendental.log),
  sqrt: method(transcendental.sqrt),
  sin: method(transcendental.sin),
  cos: method(transcendental.cos),
  tanh: method(transcendental.tanh),
  clip: method(clip),
  sum: method(reduction.sum),
  prod: method(reduction.prod),
  mean: method(reduction.mean),
  std: method(reduction.std),
  var: method(reduction.variance),
  max: method(reduction.max),
  min: method(reduction.min),
  ptp: method(reduction.ptp),
  all: method(reduction.all),
  any: method(reduction.any),
  argmax: method(reduction.argmax),
  argmin: method(reduction.argmin),
  cumsum: method(cumsum),
  cumprod: method(cumprod),
  diagonal: method(shaping.diagonal),
  sort: method(sort),
  argsort: method(argsort),
  reshape: method((x, ...args: readonly unknown[]) =>
    Array.isArray(args[0])
      ? shaping.reshape(x, args[0], args[1] as shaping.ReshapeOptions | undefined)
      : shaping.reshape(x, args as readonly number[]),
  ),
  transpose: method((x, ...args: readonly (number | readonly number[] | null)[]) => {
    const [first] = args;
    const axes = typeof first === 'number' ? (args as readonly number[]) : (first ?? null);
    return shaping.transpose(x, { axes });
  }),
  ravel: method((x) => shaping.ravel(x)),
  flatten: method((x) => shaping.ravel(x)),
  squeeze: method(shaping.squeeze),
  swapaxes: method(shaping.swapaxes),
  repeat: method(repeat),
  take: method(take),
  astype: method(astype),
  copy: method((x) => x),
  get: method((x, ...indices: readonly Index[]) => getIndex(x, indices)),
  at: method((x, ...indices: readonly Index[]) => new IndexedPlace(x, indices)),
  toString: method(arrayText),
  [INSPECT]: method(arrayText),
  [Symbol.iterator]: method((x) => {
    if (x.ndim === 0) {
      throw new InvalidArgument({
        op: 'iteration',
        argument: 'x',
        expected: 'an array with an axis',
        actual: 'a scalar',
      });
    }
    return unstack(x)[Symbol.iterator]();
  }),
};

for (const key of Reflect.ownKeys(methods)) {
  // Tracers say themselves what they are.
  Object.defineProperty(NdArray.prototype, key, { value: methods[key], writable: true, configurable: true });
}

const properties: { readonly [name: string]: (x: NdArray) => NdArray } = {
  T: (x) => shaping.transpose(x),
  mT: (x) => shaping.matrixTranspose(x),
  real: (x) => comparison.real(x),
  imag: (x) => comparison.imag(x),
};

for (const [name, f] of Object.entries(properties)) {
  Object.defineProperty(NdArray.prototype, name, {
    get(this: NdArray) {
      return f(this);
    },
    configurable: true,
  });
}
