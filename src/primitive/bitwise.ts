/**
 * Operations on the bits of integers, and logic on bool.
 *
 * A shift by as many bits as there are, or more (or by a negative amount), shifts everything out: zeros come in, or copies
 * of the sign for the arithmetic shift. None has a derivative.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { type DType, isBool, layoutOf } from '../array/dtype.js';
import type { Emitter, Value } from '../ir/lowering.js';
import type { KernelRule } from '../ir/primitive.js';
import { bindOne } from '../trace/context.js';
import { nonDifferentiable } from '../trace/derivative.js';
import { type Accepts, broadcastOperands, type ElementRules, pointwise, pointwiseKernel } from './pointwise.js';

function bitwise(
  name: string,
  lower: Parameters<typeof pointwise>[0]['lower'],
  accepts: Accepts,
  elements: (dtype: DType, bits: number) => ElementRules,
  kernel?: KernelRule<object>,
) {
  return pointwise({
    name,
    accepts,
    elements: (dtype) => elements(dtype, 8 * layoutOf(dtype).bytes),
    derivative: () => nonDifferentiable('integers and booleans have no tangents'),
    lower,
    kernel,
  });
}

/** Bitwise and; logical and of bool (`lax.bitwise_and`). */
export const andP = bitwise(
  'and',
  'and',
  'bits',
  () => ({ real: (x, y) => x & y, big: (x, y) => x & y }),
  pointwiseKernel('LogicalAnd', 'bool'),
);
export const and = (x: NdArray, y: NdArray): NdArray => bindOne(andP, [x, y], {});

/** Bitwise or; logical or of bool (`lax.bitwise_or`). */
export const orP = bitwise(
  'or',
  'or',
  'bits',
  () => ({ real: (x, y) => x | y, big: (x, y) => x | y }),
  pointwiseKernel('LogicalOr', 'bool'),
);
export const or = (x: NdArray, y: NdArray): NdArray => bindOne(orP, [x, y], {});

/** Bitwise exclusive or; "different" of bool (`lax.bitwise_xor`). */
export const xorP = bitwise(
  'xor',
  'xor',
  'bits',
  () => ({ real: (x, y) => x ^ y, big: (x, y) => x ^ y }),
  pointwiseKernel('NotEqual', 'bool'),
);
export const xor = (x: NdArray, y: NdArray): NdArray => bindOne(xorP, [x, y], {});

/** All bits turned over; logical not of bool (`lax.bitwise_not`). */
export const notP = bitwise(
  'not',
  'not',
  'bits',
  (dtype) => ({
    real: isBool(dtype) ? (x) => 1 - x : (x) => ~x,
    big: (x) => ~x,
  }),
  pointwiseKernel('LogicalNot', 'bool'),
);
export const not = (x: NdArray): NdArray => bindOne(notP, [x], {});

/** The bits as an unsigned number, and as a signed one. */
const unsigned = (x: number, bits: number): number => (bits === 32 ? x >>> 0 : x & (2 ** bits - 1));
const signed = (x: number, bits: number): number => (x << (32 - bits)) >> (32 - bits);

const within = (amount: number | bigint, bits: number): boolean => amount >= 0 && amount < bits;

/** `x` times `2^y`: bits move up, zeros come in (`lax.shift_left`). */
export const shiftLeftP = bitwise('shift_left', 'shift_left', 'integer', (_, bits) => ({
  real: (x, y) => (within(y, bits) ? x << y : 0),
  big: (x, y) => (within(y, bits) ? x << y : 0n),
}));
export const shiftLeft = (x: NdArray, y: NdArray): NdArray => bindOne(shiftLeftP, [x, y], {});

/** Bits move down, zeros come in (`lax.shift_right_logical`). */
export const shiftRightLogicalP = bitwise('shift_right_logical', 'shift_right_logical', 'integer', (_, bits) => ({
  real: (x, y) => (within(y, bits) ? unsigned(x, bits) >>> y : 0),
  big: (x, y) => (within(y, bits) ? BigInt.asUintN(64, x) >> y : 0n),
}));
export const shiftRightLogical = (x: NdArray, y: NdArray): NdArray => bindOne(shiftRightLogicalP, [x, y], {});

/** Bits move down, copies of the highest bit come in, also for unsigned dtypes (`lax.shift_right_arithmetic`). */
export const shiftRightArithmeticP = bitwise(
  'shift_right_arithmetic',
  'shift_right_arithmetic',
  'integer',
  (_, bits) => ({
    real: (x, y) => signed(x, bits) >> (within(y, bits) ? y : bits - 1),
    big: (x, y) => BigInt.asIntN(64, x) >> (within(y, bits) ? y : 63n),
  }),
);
export const shiftRightArithmetic = (x: NdArray, y: NdArray): NdArray => bindOne(shiftRightArithmeticP, [x, y], {});

function ones(x: bigint): bigint {
  let count = 0n;
  for (let rest = x; rest > 0n; rest >>= 1n) count += rest & 1n;
  return count;
}

/** The number of bits that are 1 (`lax.population_count`). */
export const populationCountP = bitwise('population_count', 'popcnt', 'integer', (_, bits) => ({
  real: (x) => Number(ones(BigInt(unsigned(x, bits)))),
  big: (x) => ones(BigInt.asUintN(64, x)),
}));
export const populationCount = (x: NdArray): NdArray => bindOne(populationCountP, [x], {});

/**
 * The number of zeros above the highest 1 (`lax.clz`). Counted of the same bits as an unsigned number: XLA's constant
 * folding miscounts negative ones (-32 for -1).
 */
export const clzP = bitwise(
  'clz',
  (e: Emitter, [x]: readonly Value[], _: object, [out]: readonly ShapedArray[]): Value[] => {
    if (!out.dtype.startsWith('int')) return [e.op('count_leading_zeros', [x], out)];
    const bits = shaped(out.shape, `u${out.dtype}` as DType);
    const count = e.op('count_leading_zeros', [e.op('bitcast_convert', [x], bits)], bits);
    return [e.op('bitcast_convert', [count], out)];
  },
  'integer',
  (_, bits) => ({
    real: (x) => Math.clz32(unsigned(x, bits)) - (32 - bits),
    big: (x) => (x === 0n ? 64n : 64n - BigInt(BigInt.asUintN(64, x).toString(2).length)),
  }),
);
export const clz = (x: NdArray): NdArray => bindOne(clzP, [x], {});

/** The high half of a product of unsigned 64-bit words, from products of their halves. */
function emitHighWord(e: Emitter, x: Value, y: Value): Value {
  const { aval } = x;
  const op = (name: string, a: Value, b: Value): Value => e.op(name, [a, b], aval);
  const half = e.constant(32, aval);
  const low = (a: Value): Value => op('and', a, e.constant(0xffffffff, aval));
  const high = (a: Value): Value => op('shift_right_logical', a, half);
  const [lowHigh, highLow] = [op('multiply', low(x), high(y)), op('multiply', high(x), low(y))];
  const carry = op('add', op('add', low(lowHigh), low(highLow)), high(op('multiply', low(x), low(y))));
  const upper = op('add', op('multiply', high(x), high(y)), op('add', high(lowHigh), high(highLow)));
  return op('add', upper, high(carry));
}

function lowerMulhi(e: Emitter, args: readonly Value[], _: object, [out]: readonly ShapedArray[]): Value[] {
  const [x, y] = broadcastOperands(e, args, out.shape);
  const signed = layoutOf(out.dtype).kind === 'int';
  const bits = 8 * layoutOf(out.dtype).bytes;
  if (bits < 64) {
    const wide = `${signed ? 'int' : 'uint'}${2 * bits}` as DType;
    const aval = out.withDType(wide);
    const product = e.op('multiply', [e.convert(x, wide), e.convert(y, wide)], aval);
    return [e.convert(e.op('shift_right_logical', [product, e.constant(bits, aval)], aval), out.dtype)];
  }
  const high = e.convert(emitHighWord(e, e.convert(x, 'uint64'), e.convert(y, 'uint64')), out.dtype);
  if (!signed) return [high];
  // A negative factor, read as unsigned, is 2^64 too large: the other factor is taken from the high word.
  const correction = (a: Value, b: Value): Value =>
    e.op('and', [e.op('shift_right_arithmetic', [a, e.constant(63, out)], out), b], out);
  return [e.op('subtract', [e.op('subtract', [high, correction(x, y)], out), correction(y, x)], out)];
}

/** The upper half of the product, of twice as many bits (`lax.mulhi`). */
export const mulhiP = pointwise({
  name: 'mulhi',
  accepts: 'integer',
  elements: (dtype) => {
    const bits = BigInt(8 * layoutOf(dtype).bytes);
    return {
      real: (x, y) => Number((BigInt(x) * BigInt(y)) >> bits),
      big: (x, y) => (x * y) >> bits,
    };
  },
  derivative: () => nonDifferentiable('integers and booleans have no tangents'),
  lower: lowerMulhi,
});
export const mulhi = (x: NdArray, y: NdArray): NdArray => bindOne(mulhiP, [x, y], {});
