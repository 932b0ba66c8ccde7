/**
 * Bits, and numbers made of bits: uniform floats and integers.
 *
 * A uniform float is the mantissa alone: random bits under the exponent of 1 give a number in [1, 2), from which 1 is
 * subtracted. All multiples of the dtype's epsilon in [0, 1) are equally likely. Source: jax/_src/random/core.py.
 */

import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { type ArrayLike, checkDType, defaultInt, defaultUint, scalar } from '../array/convert.js';
import { type DType, isInteger, layoutOf } from '../array/dtype.js';
import { finfo, iinfo } from '../array/dtype-info.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { DTypeMismatch, InternalError } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { hash, type Key, splitList, takeKey } from './key.js';
import { bitsOptions, randintOptions, uniformOptions } from './options.js';
import { checkFloat, checkShape, type FloatOptions, parameterShape, sample, spread } from './sampler.js';

const { like } = primitive;

const UINT: { readonly [bits: number]: DType } = { 8: 'uint8', 16: 'uint16', 32: 'uint32', 64: 'uint64' };

/** Random bits from the words of a key. */
export function randomBits(words: NdArray, bits: number, shape: readonly number[]): NdArray {
  const [high, low] = hash(words, shape);
  if (bits === 64) {
    const upper = cast(high, 'uint64');
    return primitive.or(primitive.shiftLeft(upper, spread(like(upper, 32), shape)), cast(low, 'uint64'));
  }
  return cast(primitive.xor(high, low), UINT[bits]);
}

/** Options of `bits`. */
export interface BitsOptions {
  /** The shape of the result. Default: a scalar. */
  readonly shape?: readonly number[];
  /** An unsigned dtype. Default uint32 (uint64 with `enableX64`). */
  readonly dtype?: DType | null;
}

/**
 * Uniformly random bits as unsigned integers (`jax.random.bits`).
 * @throws NotAKey when `key` is not a single key
 * @throws DTypeMismatch when the dtype is not unsigned
 */
export function bits(key: Key, options: BitsOptions = {}): NdArray {
  checkOptions('bits', options, bitsOptions);
  const op = 'random.bits';
  const shape = checkShape(options.shape, op);
  const dtype = options.dtype ? checkDType(options.dtype, op) : defaultUint();
  if (layoutOf(dtype).kind !== 'uint') {
    throw new DTypeMismatch({ op, argument: 'dtype', expected: 'an unsigned integer dtype is needed', actual: dtype });
  }
  return sample(op, [shape, dtype], [takeKey(key, op)], (words) => randomBits(words, 8 * layoutOf(dtype).bytes, shape));
}

/** The bit pattern of 1 in a float dtype. */
function bitsOfOne(dtype: DType): number | bigint {
  const { nmant, maxexp } = finfo(dtype);
  const bias = maxexp - 1;
  return dtype === 'float64' ? BigInt(bias) << BigInt(nmant) : bias * 2 ** nmant;
}

/** Uniform floats in [0, 1) from the words of a key. */
export function unitUniform(words: NdArray, shape: readonly number[], dtype: DType): NdArray {
  const { bits: width, nmant } = finfo(dtype);
  // Formats with a mantissa of less than 8 bits need no more than 8 random ones.
  const drawn = nmant < 8 ? 8 : width;
  const word = UINT[width];
  const random = cast(randomBits(words, drawn, shape), word);
  const mantissa = primitive.shiftRightLogical(random, scalar(drawn - nmant, word));
  const floats = primitive.bitcastConvertType(primitive.or(mantissa, scalar(bitsOfOne(dtype), word)), dtype);
  return primitive.sub(floats, like(floats, 1));
}

/** Uniform floats in [minval, maxval), which are scalars or have the shape. */
export function uniformBetween(
  words: NdArray,
  shape: readonly number[],
  dtype: DType,
  minval: NdArray,
  maxval: NdArray,
): NdArray {
  const [low, high] = [spread(minval, shape), spread(maxval, shape)];
  const unit = unitUniform(words, shape, dtype);
  // Rounding can give a number below `low`.
  return primitive.max(low, primitive.add(primitive.mul(unit, primitive.sub(spread(high, shape), low)), low));
}

/** As `uniformBetween`, with plain numbers for bounds. */
export const uniformIn = (
  words: NdArray,
  shape: readonly number[],
  dtype: DType,
  minval: number,
  maxval: number,
): NdArray => uniformBetween(words, shape, dtype, scalar(minval, dtype), scalar(maxval, dtype));

/** Options of `uniform`. */
export interface UniformOptions extends FloatOptions {
  /** The lower bound, which can be drawn; broadcasts to the shape. Default 0. */
  readonly minval?: ArrayLike;
  /** The upper bound, which cannot; broadcasts to the shape. Default 1. */
  readonly maxval?: ArrayLike;
}

/**
 * Uniform floats in [minval, maxval) (`jax.random.uniform`).
 * @throws NotAKey when `key` is not a single key
 * @throws DTypeMismatch when the dtype is not a floating-point one
 */
export function uniform(key: Key, options: UniformOptions = {}): NdArray {
  checkOptions('uniform', options, uniformOptions);
  const op = 'random.uniform';
  const shape = checkShape(options.shape, op);
  const dtype = checkFloat(options.dtype, op);
  const minval = cast(asArray(options.minval ?? 0, op, 'minval'), dtype);
  const maxval = cast(asArray(options.maxval ?? 1, op, 'maxval'), dtype);
  parameterShape(shape, op, [minval.shape, maxval.shape]);
  return sample(op, [shape, dtype], [takeKey(key, op), minval, maxval], (words, low, high) =>
    uniformBetween(words, shape, dtype, low, high),
  );
}

/** Options of `randint`. */
export interface RandintOptions {
  /** An integer dtype. Default int32 (int64 with `enableX64`). */
  readonly dtype?: DType | null;
}

/** An integer bound in `dtype`, at its limits where it does not fit. */
function clipInto(x: NdArray, dtype: DType): NdArray {
  const [from, to] = [iinfo(x.dtype), iinfo(dtype)];
  const low = from.min > to.min ? from.min : to.min;
  const high = from.max < to.max ? from.max : to.max;
  return cast(primitive.clamp(scalar(low, x.dtype), x, scalar(high, x.dtype)), dtype);
}

/**
 * Uniform integers in [minval, maxval), which broadcast to `shape` (`jax.random.randint`). Where `maxval <= minval`, the
 * result is `minval`. Slightly biased when the span is not a power of 2, as JAX's: twice the bits of the dtype are drawn,
 * so that the bias is about the span squared over 2^64.
 * @throws NotAKey when `key` is not a single key
 * @throws DTypeMismatch when the dtype is not an integer one
 */
export function randint(
  key: Key,
  shape: readonly number[],
  minval: ArrayLike,
  maxval: ArrayLike,
  options: RandintOptions = {},
): NdArray {
  checkArgument('randint', 'shape', shape, 'integers');
  checkOptions('randint', options, randintOptions);
  const op = 'random.randint';
  const sizes = checkShape(shape, op);
  const dtype = options.dtype ? checkDType(options.dtype, op) : defaultInt();
  if (!isInteger(dtype)) {
    throw new DTypeMismatch({ op, argument: 'dtype', expected: 'an integer dtype is needed', actual: dtype });
  }
  const bound = (x: ArrayLike, argument: string): NdArray => {
    const array = asArray(x, op, argument);
    return isInteger(array.dtype) ? array : cast(array, defaultInt());
  };
  const [low, high] = [bound(minval, 'minval'), bound(maxval, 'maxval')];
  parameterShape(sizes, op, [low.shape, high.shape]);
  return sample(op, [sizes, dtype], [takeKey(key, op), low, high], (words, a, b) =>
    integersBetween(words, sizes, dtype, a, b),
  );
}

/** Integers in [minval, maxval) from the words of a key. */
export function integersBetween(
  words: NdArray,
  shape: readonly number[],
  dtype: DType,
  minval: NdArray,
  maxval: NdArray,
): NdArray {
  if (layoutOf(dtype).bytes >= 4) return wideIntegers(words, shape, dtype, minval, maxval);
  // Small integers are drawn in 32 bits: less bias.
  const { min, max } = iinfo(dtype);
  if (typeof min === 'bigint' || typeof max === 'bigint') throw new InternalError({ what: 'a small dtype of 64 bits' });
  const limit = (x: NdArray, top: number): NdArray => {
    const wide = cast(x, 'int32');
    return primitive.clamp(like(wide, min), wide, like(wide, top));
  };
  return cast(wideIntegers(words, shape, 'int32', limit(minval, max), limit(maxval, max + 1)), dtype);
}

function wideIntegers(
  words: NdArray,
  shape: readonly number[],
  dtype: DType,
  minval: NdArray,
  maxval: NdArray,
): NdArray {
  const bits = 8 * layoutOf(dtype).bytes;
  const word = UINT[bits];
  // A bound one above the largest number of the dtype, as in randint(key, shape, 0, 256, 'uint8'), is meant as it is.
  const top = clipInto(scalar(iinfo(dtype).max, dtype), maxval.dtype);
  const beyond = spread(primitive.gt(maxval, top), shape);
  const low = spread(clipInto(minval, dtype), shape);
  const high = spread(clipInto(maxval, dtype), shape);

  const [first, second] = splitList(words);
  const [higher, lower] = [randomBits(first, bits, shape), randomBits(second, bits, shape)];
  const full = (x: NdArray): NdArray => fill(x, shape);
  const one = primitive.full(shaped(shape, word), 1);
  const [a, b] = [full(low), full(high)];
  const isEmpty = primitive.le(b, a);
  const plain = primitive.select(isEmpty, one, cast(primitive.sub(b, a), word));
  // The largest span wraps to 0, by which the remainders below change nothing: as it should be.
  const span = primitive.select(primitive.and(full(beyond), primitive.not(isEmpty)), primitive.add(plain, one), plain);
  // (higher 2^bits + lower) mod span, without more bits than there are: (a b) mod n = ((a mod n) (b mod n)) mod n.
  const half = primitive.rem(full(scalar(bits === 64 ? 2n ** 32n : 2 ** (bits / 2), word)), span);
  const multiplier = primitive.rem(primitive.mul(half, half), span);
  const offset = primitive.add(primitive.mul(primitive.rem(higher, span), multiplier), primitive.rem(lower, span));
  return primitive.add(a, cast(primitive.rem(offset, span), dtype));
}

/** A scalar repeated to a shape. */
const fill = (x: NdArray, shape: readonly number[]): NdArray =>
  x.ndim === shape.length ? x : primitive.broadcastInDim(x, shape, []);
