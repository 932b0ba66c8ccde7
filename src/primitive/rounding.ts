/**
 * Rounding to whole numbers and to neighbours, and asking whether a number is finite. All have derivative zero, save
 * `nextafter`, which has none.
 */
import type { NdArray } from '../array/array.js';
import type { DType } from '../array/dtype.js';
import { NotDifferentiable } from '../error/error.js';
import { bindOne } from '../trace/context.js';
import { nonDifferentiable, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { batchPointwise, evaluatePointwise, pointwise, pointwiseKernel, pointwiseType } from './pointwise.js';

const steps = () => nonDifferentiable<Record<never, never>>('a step function is constant wherever it is continuous');

/** The largest whole number not above (`lax.floor`). */
export const floorP = pointwise({
  name: 'floor',
  accepts: 'float',
  real: Math.floor,
  derivative: steps,
  lower: 'floor',
  kernel: 'Floor',
});
export const floor = (x: NdArray): NdArray => bindOne(floorP, [x], {});

/** The smallest whole number not below (`lax.ceil`). */
export const ceilP = pointwise({
  name: 'ceil',
  accepts: 'float',
  real: Math.ceil,
  derivative: steps,
  lower: 'ceil',
  kernel: 'Ceil',
});
export const ceil = (x: NdArray): NdArray => bindOne(ceilP, [x], {});

/** What becomes of a half: away from zero, or to the even neighbour. */
export type RoundingMethod = 'AWAY_FROM_ZERO' | 'TO_NEAREST_EVEN';

function roundAway(x: number): number {
  const below = Math.floor(Math.abs(x));
  const rounded = Math.abs(x) - below >= 0.5 ? below + 1 : below;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

function roundEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  const rounded = rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

/** The nearest whole number (`lax.round`). */
export const roundP = definePrimitive<{ roundingMethod: RoundingMethod }>((self) => ({
  name: 'round',
  type: pointwiseType('round', 'float'),
  evaluate: (args, { roundingMethod }) =>
    evaluatePointwise('round', { real: roundingMethod === 'TO_NEAREST_EVEN' ? roundEven : roundAway })(args),
  derivative: nonDifferentiable('a step function is constant wherever it is continuous'),
  batch: batchPointwise(self),
  lower: (e, [x], { roundingMethod }, [out]) => [
    e.op(roundingMethod === 'TO_NEAREST_EVEN' ? 'round_nearest_even' : 'round_nearest_afz', [x], out),
  ],
  kernel: (k, args, params, outputs) => {
    if (params.roundingMethod !== 'TO_NEAREST_EVEN') k.decline('Round takes a half to its even neighbour');
    return pointwiseKernel('Round', 'float32')(k, args, params, outputs);
  },
}));
export const round = (x: NdArray, roundingMethod: RoundingMethod = 'AWAY_FROM_ZERO'): NdArray =>
  bindOne(roundP, [x], { roundingMethod });

/** False for NaN and the infinities (`lax.is_finite`). */
export const isFiniteP = pointwise({
  name: 'is_finite',
  accepts: 'float',
  real: (x) => (Number.isFinite(x) ? 1 : 0),
  result: () => 'bool',
  derivative: steps,
  lower: 'is_finite',
  kernel: 'IsFinite',
});
export const isFinite = (x: NdArray): NdArray => bindOne(isFiniteP, [x], {});

/** Bits of the fraction, and the exponent of the smallest normal number. */
const FORMATS: { readonly [D in DType]?: readonly [fraction: number, minimum: number] } = {
  bfloat16: [7, -126],
  float16: [10, -14],
  float32: [23, -126],
  float64: [52, -1022],
};

const words = new DataView(new ArrayBuffer(8));

/** The exponent of the leading power of two. */
function exponentOf(x: number): number {
  words.setFloat64(0, x);
  const bits = (words.getUint32(0) >>> 20) & 0x7ff;
  return bits === 0 ? -1023 : bits - 1023;
}

/** The neighbour of `x` in the direction of `y`, among the numbers of a dtype. */
function neighbour(dtype: DType, x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  const [fraction, minimum] = FORMATS[dtype] as readonly [number, number];
  const tiny = 2 ** (minimum - fraction);
  if (x === 0) return y > 0 ? tiny : -tiny;
  const outward = y > x === x > 0;
  const size = Math.abs(x);
  if (size === Number.POSITIVE_INFINITY) return Math.sign(x) * (2 - 2 ** -fraction) * 2 ** (1 - minimum);
  const exponent = exponentOf(size);
  // Below a power of two the numbers lie twice as close.
  const closer = !outward && size === 2 ** exponent && exponent > minimum;
  const spacing = 2 ** (Math.max(exponent, minimum) - fraction - (closer ? 1 : 0));
  const next = outward ? size + spacing : size - spacing;
  const largest = (2 - 2 ** -fraction) * 2 ** (1 - minimum);
  return Math.sign(x) * (next > largest ? Number.POSITIVE_INFINITY : next);
}

/** The next representable number after `x` in the direction of `y` (`lax.nextafter`). */
export const nextafterP = pointwise({
  name: 'nextafter',
  accepts: 'float',
  elements: (dtype) => ({ real: (x, y) => neighbour(dtype, x, y) }),
  derivative: () =>
    smooth(() => {
      throw new NotDifferentiable({ op: 'nextafter', reason: 'it depends on how numbers are represented' });
    }),
  lower: 'chlo.next_after',
});
export const nextafter = (x: NdArray, y: NdArray): NdArray => bindOne(nextafterP, [x, y], {});

/** A number with fewer bits: rounded to nearest even, infinite above the range, a signed zero below. */
export function reduceBits(dtype: DType, x: number, exponentBits: number, mantissaBits: number): number {
  const [fraction, minimum] = FORMATS[dtype] as readonly [number, number];
  if (!Number.isFinite(x) || x === 0) return x;
  const kept = Math.min(mantissaBits, fraction);
  const spacing = 2 ** (Math.max(exponentOf(x), minimum) - kept);
  const rounded = roundEven(x / spacing) * spacing;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (bias >= 1 - minimum) return rounded;
  const exponent = exponentOf(rounded);
  if (exponent > bias) return Math.sign(x) * Number.POSITIVE_INFINITY;
  return exponent < 1 - bias ? Math.sign(x) * 0 : rounded;
}
