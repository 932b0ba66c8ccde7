/**
 * The functions of NumPy that one writes as methods: `x.add(y).sum({ axis: 0 })`, `x.at(0).set(1)`, `x.T`.
 *
 * They are the same functions, installed on `NdArray`, so that they work on concrete and traced arrays alike.
 */
import { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
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

declare module '../array/array.js' {
  interface NdArray {
    /** The transpose: all axes reversed. */
    readonly T: NdArray;
    /** The last two axes exchanged. */
    readonly mT: NdArray;
    readonly real: NdArray;
    readonly imag: NdArray;

    add(y: ArrayLike): NdArray;
    sub(y: ArrayLike): NdArray;
    mul(y: ArrayLike): NdArray;
    div(y: ArrayLike): NdArray;
    floorDivide(y: ArrayLike): NdArray;
    mod(y: ArrayLike): NdArray;
    pow(y: ArrayLike): NdArray;
    neg(): NdArray;
    abs(): NdArray;
    matmul(y: ArrayLike, options?: ProductOptions): NdArray;
    dot(y: ArrayLike, options?: ProductOptions): NdArray;

    eq(y: ArrayLike): NdArray;
    ne(y: ArrayLike): NdArray;
    lt(y: ArrayLike): NdArray;
    le(y: ArrayLike): NdArray;
    gt(y: ArrayLike): NdArray;
    ge(y: ArrayLike): NdArray;
    and(y: ArrayLike): NdArray;
    or(y: ArrayLike): NdArray;
    xor(y: ArrayLike): NdArray;
    not(): NdArray;

    exp(): NdArray;
    log(): NdArray;
    sqrt(): NdArray;
    square(): NdArray;
    sin(): NdArray;
    cos(): NdArray;
    tanh(): NdArray;
    conj(): NdArray;
    round(options?: { readonly decimals?: number }): NdArray;
    clip(options?: ClipOptions): NdArray;

    sum(options?: reduction.SumOptions): NdArray;
    prod(options?: reduction.SumOptions): NdArray;
    mean(options?: reduction.MeanOptions): NdArray;
    std(options?: reduction.VarOptions): NdArray;
    var(options?: reduction.VarOptions): NdArray;
    max(options?: reduction.ExtremumOptions): NdArray;
    min(options?: reduction.ExtremumOptions): NdArray;
    ptp(options?: Omit<reduction.ReduceOptions, 'where'>): NdArray;
    all(options?: reduction.ReduceOptions): NdArray;
    any(options?: reduction.ReduceOptions): NdArray;
    argmax(options?: reduction.ArgOptions): NdArray;
    argmin(options?: reduction.ArgOptions): NdArray;
    cumsum(options?: CumulativeOptions): NdArray;
    cumprod(options?: CumulativeOptions): NdArray;
    diagonal(options?: Parameters<typeof shaping.diagonal>[1]): NdArray;
    sort(options?: SortOptions): NdArray;
    argsort(options?: SortOptions): NdArray;

    /** `x.reshape([2, -1])`, or `x.reshape(2, -1)`. */
    reshape(...shape: readonly number[] | readonly [readonly number[], shaping.ReshapeOptions?]): NdArray;
    /** `x.transpose([1, 0])`, `x.transpose(1, 0)`; reversed without arguments. */
    transpose(...axes: readonly number[] | readonly [readonly number[] | null]): NdArray;
    ravel(): NdArray;
    flatten(): NdArray;
    squeeze(options?: { readonly axis?: number | readonly number[] | null }): NdArray;
    swapaxes(axis1: number, axis2: number): NdArray;
    repeat(repeats: ArrayLike, options?: RepeatOptions): NdArray;
    take(indices: ArrayLike, options?: TakeOptions): NdArray;
    astype(dtype: DType): NdArray;
    copy(): NdArray;

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

/** A function of an array and more, as a method. */
/** How Node asks an object what it looks like (`util.inspect.custom`). */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');

const method = <Rest extends readonly unknown[]>(f: (x: NdArray, ...rest: Rest) => unknown) =>
  function (this: NdArray, ...rest: Rest) {
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
