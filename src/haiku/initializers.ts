/**
 * Initializers: functions of shape and dtype that make the first value of a parameter.
 *
 * Those that draw numbers ask the running transformed function for a key. Source: haiku/_src/initializers.py.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, scalar } from '../array/convert.js';
import { type DType, isComplex, realDType } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { sizeOf } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import * as lax from '../lax/elementwise.js';
import { asArray, cast } from '../lax/operand.js';
import { eye } from '../numpy/creation.js';
import { broadcastTo } from '../numpy/shape.js';
import * as primitive from '../primitive/index.js';
import { normal, truncatedNormal } from '../random/normal.js';
import { uniform } from '../random/uniform.js';
import { varianceScalingOptions } from './options.js';
import { nextRngKey } from './rng.js';

/** Makes a parameter of a shape and dtype. */
export type Initializer = (shape: readonly number[], dtype: DType) => NdArray;

const parameter = (value: ArrayLike, dtype: DType): NdArray =>
  typeof value === 'number' ? scalar(value, dtype) : cast(asArray(value, 'haiku.initializers'), dtype);

/** `constant` everywhere (`hk.initializers.Constant`). */
export const Constant =
  (constant: ArrayLike): Initializer =>
  (shape, dtype) =>
    broadcastTo(parameter(constant, checkDType(dtype, 'haiku.initializers')), shape);

/** Zeros; what biases begin with. */
export const zeros: Initializer = Constant(0);
/** Ones; what scales begin with. */
export const ones: Initializer = Constant(1);

export interface RandomNormalOptions {
  /** Default 1. */
  readonly stddev?: ArrayLike;
  /** Default 0. */
  readonly mean?: ArrayLike;
}

/** Normal numbers (`hk.initializers.RandomNormal`). */
export function RandomNormal(options: RandomNormalOptions = {}): Initializer {
  const { stddev = 1, mean = 0 } = checkOptions('RandomNormal', options, { stddev: 'array', mean: 'array' });
  return (shape, dtype) =>
    lax.add(parameter(mean, dtype), lax.mul(parameter(stddev, dtype), normal(nextRngKey(), { shape, dtype })));
}

export interface TruncatedNormalOptions extends RandomNormalOptions {
  /** The bounds before scaling, in standard deviations. Default -2 and 2. */
  readonly lower?: ArrayLike;
  readonly upper?: ArrayLike;
}

/** Normal numbers cut at two standard deviations (`hk.initializers.TruncatedNormal`). */
export function TruncatedNormal(options: TruncatedNormalOptions = {}): Initializer {
  checkOptions('TruncatedNormal', options, { stddev: 'array', mean: 'array', lower: 'array', upper: 'array' });
  const { stddev = 1, mean = 0, lower = -2, upper = 2 } = options;
  return (shape, dtype) => {
    const real = realDType(dtype);
    const draw = (sizes: readonly number[]): NdArray =>
      truncatedNormal(nextRngKey(), lower, upper, { shape: sizes, dtype: real });
    const unscaled = isComplex(dtype) ? complexOf(draw([2, ...shape])) : draw(shape);
    return lax.add(lax.mul(cast(parameter(stddev, real), dtype), unscaled), parameter(mean, dtype));
  };
}

/** Real and imaginary parts, along the first axis, as complex numbers. */
function complexOf(parts: NdArray): NdArray {
  const [re, im] = [0, 1].map((i) => primitive.squeeze(primitive.sliceInDim(parts, i, i + 1, 1, 0), [0]));
  return primitive.complex(re, im);
}

export interface RandomUniformOptions {
  /** Default 0. */
  readonly minval?: ArrayLike;
  /** Default 1. */
  readonly maxval?: ArrayLike;
}

/** Uniform numbers in [minval, maxval) (`hk.initializers.RandomUniform`). */
export function RandomUniform(options: RandomUniformOptions = {}): Initializer {
  const { minval = 0, maxval = 1 } = checkOptions('RandomUniform', options, { minval: 'array', maxval: 'array' });
  return (shape, dtype) => uniform(nextRngKey(), { shape, dtype, minval, maxval });
}

/** The numbers of inputs and outputs of one unit of a kernel: [inputs, outputs], or [...window, inputs, outputs]. */
function fans(shape: readonly number[], fanInAxes: readonly number[] | null): [fanIn: number, fanOut: number] {
  if (shape.length < 1) return [1, 1];
  if (shape.length === 1) return [shape[0], shape[0]];
  if (shape.length === 2) return [shape[0], shape[1]];
  if (fanInAxes !== null) {
    return [sizeOf(fanInAxes.map((i) => shape[i])), sizeOf(shape.filter((_, i) => !fanInAxes.includes(i)))];
  }
  const window = sizeOf(shape.slice(0, -2));
  const [inputs, outputs] = shape.slice(-2);
  return [inputs * window, outputs * window];
}

export interface VarianceScalingOptions {
  /** The variance, times the fan. Default 1. */
  readonly scale?: number;
  /** Which fan. Default the number of inputs. */
  readonly mode?: 'fanIn' | 'fanOut' | 'fanAvg' | 'fan_in' | 'fan_out' | 'fan_avg';
  /** Default truncated normal. */
  readonly distribution?: 'normal' | 'truncatedNormal' | 'truncated_normal' | 'uniform';
  /** The axes of a kernel of more than two that count as inputs. */
  readonly fanInAxes?: readonly number[] | null;
}

/** The standard deviation of a standard normal number cut at -2 and 2 (scipy.stats.truncnorm.std). */
const TRUNCATED_STDDEV = 0.8796256610342398;

/**
 * Numbers of variance `scale / fan` (`hk.initializers.VarianceScaling`).
 * @throws InvalidArgument for a negative scale, or an unknown mode or distribution
 */
export function VarianceScaling(options: VarianceScalingOptions = {}): Initializer {
  checkOptions('VarianceScaling', options, varianceScalingOptions);
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal', fanInAxes = null } = options;
  const refuse = (argument: string, expected: string, actual: string): never => {
    throw new InvalidArgument({ op: 'haiku.initializers.VarianceScaling', argument, expected, actual });
  };
  if (!(scale >= 0)) refuse('scale', 'not negative', `${scale}`);
  const pick = { fan_in: 'fanIn', fan_out: 'fanOut', fan_avg: 'fanAvg' }[mode as 'fan_in'] ?? mode;
  const law = distribution === 'truncated_normal' ? 'truncatedNormal' : distribution;
  if (!['fanIn', 'fanOut', 'fanAvg'].includes(pick)) refuse('mode', "'fanIn', 'fanOut' or 'fanAvg'", `'${mode}'`);
  if (!['normal', 'truncatedNormal', 'uniform'].includes(law)) {
    refuse('distribution', "'normal', 'truncatedNormal' or 'uniform'", `'${distribution}'`);
  }
  return (shape, dtype) => {
    const [fanIn, fanOut] = fans(shape, fanInAxes);
    const fan = pick === 'fanIn' ? fanIn : pick === 'fanOut' ? fanOut : (fanIn + fanOut) / 2;
    const variance = scale / Math.max(1, fan);
    if (law === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      return RandomUniform({ minval: -limit, maxval: limit })(shape, dtype);
    }
    const stddev = Math.sqrt(variance);
    if (law === 'normal') return RandomNormal({ stddev })(shape, dtype);
    // Divided in double precision by the constant as the dtype has it, as in haiku.
    const cut = scalar(TRUNCATED_STDDEV, realDType(dtype)).item();
    return TruncatedNormal({ stddev: stddev / cut })(shape, dtype);
  };
}

/** Uniform numbers of variance `scale^2 / inputs` (`hk.initializers.UniformScaling`). */
export function UniformScaling(options: { readonly scale?: number } = {}): Initializer {
  const { scale = 1 } = checkOptions('UniformScaling', options, { scale: 'number' });
  return (shape, dtype) => {
    const limit = Math.sqrt(3 / sizeOf(shape.slice(0, -1))) * scale;
    return RandomUniform({ minval: -limit, maxval: limit })(shape, dtype);
  };
}

/**
 * The identity matrix times `gain`, in the last two axes (`hk.initializers.Identity`).
 * @throws InvalidArgument for a shape of less than two axes
 */
export function Identity(options: { readonly gain?: ArrayLike } = {}): Initializer {
  const { gain = 1 } = checkOptions('Identity', options, { gain: 'array' });
  return (shape, dtype) => {
    if (shape.length < 2) {
      throw new InvalidArgument({
        op: 'haiku.initializers.Identity',
        argument: 'shape',
        expected: 'of at least two axes',
        actual: `[${shape.join(', ')}]`,
      });
    }
    const [rows, columns] = shape.slice(-2);
    return lax.mul(parameter(gain, dtype), broadcastTo(eye(rows, { M: columns, dtype }), shape));
  };
}
