/**
 * How the weights of a network begin: functions `(key, shape, { dtype })` (`jax.nn.initializers`).
 *
 * Variance scaling draws weights of variance `scale / n`, where `n` is the number of inputs that a unit adds up, of outputs
 * that an input feeds, or a mean of both; the named schemes are its cases. Numbers are JAX's, bit for bit, as far as its
 * roots and logarithms are.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, defaultFloat, scalar } from '../array/convert.js';
import { complexDType, type DType, isComplex, realDType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxes, canonicalAxis, range, sizeOf, withoutAxes } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as linalg from '../lax/linalg/index.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import * as random from '../random/index.js';
import { fanOptions } from './options.js';

export interface InitializerOptions {
  /** The dtype of the weights. Default that given where the initializer was made, else float32. */
  readonly dtype?: DType | null;
}

/** Makes weights of a shape from a key. */
export type Initializer = (key: random.Key, shape: readonly number[], options?: InitializerOptions) => NdArray;

const dtypeOf = (dtype: DType | null | undefined, op: string): DType =>
  dtype ? checkDType(dtype, op) : defaultFloat();

const filled = (value: ArrayLike, shape: readonly number[], dtype: DType, op: string): NdArray => {
  const array = cast(asArray(value, op, 'value'), dtype);
  const axes = array.shape.map((_, i) => shape.length - array.ndim + i);
  return primitive.broadcastInDim(array.weakType ? primitive.convertElementType(array, dtype) : array, shape, axes);
};

/** Zeros. */
export const zeros: Initializer = (_key, shape, options = {}) => {
  checkArgument('zeros', 'shape', shape, 'integers');
  return filled(0, shape, dtypeOf(checkOptions('zeros', options, { dtype: 'dtype?' }).dtype, 'zeros'), 'zeros');
};

/** Ones. */
export const ones: Initializer = (_key, shape, options = {}) => {
  checkArgument('ones', 'shape', shape, 'integers');
  return filled(1, shape, dtypeOf(checkOptions('ones', options, { dtype: 'dtype?' }).dtype, 'ones'), 'ones');
};

/** One value, which broadcasts. */
export function constant(value: ArrayLike, own: InitializerOptions = {}): Initializer {
  checkOptions('constant', own, { dtype: 'dtype?' });
  return (_key, shape, options = {}) =>
    filled(value, shape, dtypeOf(options.dtype ?? own.dtype, 'constant'), 'constant');
}

export interface ScaleOptions extends InitializerOptions {
  /** The upper end of the interval. Default 0.01. */
  readonly scale?: ArrayLike;
}

/** Uniform numbers in `[0, scale)`. */
export function uniform(own: ScaleOptions = {}): Initializer {
  checkOptions('uniform', own, { scale: 'array', dtype: 'dtype?' });
  return (key, shape, options = {}) => {
    const dtype = dtypeOf(options.dtype ?? own.dtype, 'uniform');
    return scaled(random.uniform(key, { shape, dtype }), own.scale ?? 0.01);
  };
}

export interface NormalOptions extends InitializerOptions {
  /** The standard deviation. Default 0.01. */
  readonly stddev?: ArrayLike;
}

/** Normal numbers. */
export function normal(own: NormalOptions = {}): Initializer {
  checkOptions('normal', own, { stddev: 'array', dtype: 'dtype?' });
  return (key, shape, options = {}) => {
    const dtype = dtypeOf(options.dtype ?? own.dtype, 'normal');
    return scaled(random.normal(key, { shape, dtype }), own.stddev ?? 0.01);
  };
}

export interface TruncatedNormalOptions extends NormalOptions {
  /** Bounds, before scaling. Default -2 and 2. */
  readonly lower?: number;
  readonly upper?: number;
}

/** Normal numbers between bounds, times `stddev`: the standard deviation of the normal numbers, not of what is left. */
export function truncatedNormal(own: TruncatedNormalOptions = {}): Initializer {
  checkOptions('truncatedNormal', own, { stddev: 'array', lower: 'array', upper: 'array', dtype: 'dtype?' });
  return (key, shape, options = {}) => {
    const { stddev = 0.01, lower = -2, upper = 2 } = own;
    const dtype = dtypeOf(options.dtype ?? own.dtype, 'truncatedNormal');
    return scaled(random.truncatedNormal(key, lower, upper, { shape, dtype }), stddev);
  };
}

const scaled = (x: NdArray, factor: ArrayLike): NdArray =>
  primitive.mul(x, filled(factor, x.shape, x.dtype, 'an initializer'));

export type FanMode = 'fan_in' | 'fan_out' | 'fan_avg' | 'fan_geo_avg';
export type Distribution = 'truncated_normal' | 'normal' | 'uniform';

export interface FanOptions extends InitializerOptions {
  /** The axes of inputs. Default -2. */
  readonly inAxis?: number | readonly number[];
  /** The axes of outputs. Default -1. */
  readonly outAxis?: number | readonly number[];
  /** The axes of independent copies. Default none. */
  readonly batchAxis?: number | readonly number[];
}

/** The numbers of inputs and outputs of a unit; axes that are neither (those of a kernel in space) count to both. */
function fans(shape: readonly number[], options: FanOptions): { fanIn: number; fanOut: number } {
  const { inAxis = -2, outAxis = -1, batchAxis = [] } = options;
  if (inAxis === -2 && shape.length <= 1) {
    const expected = 'at least two axes are needed, or { inAxis }';
    throw new ShapeMismatch({ op: 'an initializer', argument: 'the array of weights', expected, actual: shape });
  }
  const size = (axis: number | readonly number[], argument: string): number =>
    sizeOf(canonicalAxes(axis, shape.length, 'an initializer', argument).map((k) => shape[k]));
  const [inputs, outputs] = [size(inAxis, 'inAxis'), size(outAxis, 'outAxis')];
  const field = sizeOf(shape) / inputs / outputs / size(batchAxis, 'batchAxis');
  return { fanIn: inputs * field, fanOut: outputs * field };
}

function denominator(mode: FanMode, shape: readonly number[], options: FanOptions): number {
  const { fanIn, fanOut } = fans(shape, options);
  switch (mode) {
    case 'fan_in':
      return fanIn;
    case 'fan_out':
      return fanOut;
    case 'fan_avg':
      return (fanIn + fanOut) / 2;
    case 'fan_geo_avg':
      return Math.sqrt(fanIn * fanOut);
    default: {
      const expected = 'fan_in, fan_out, fan_avg or fan_geo_avg';
      throw new InvalidArgument({ op: 'varianceScaling', argument: 'mode', expected, actual: `'${mode as string}'` });
    }
  }
}

/** `radius e^(i angle)` for uniform angles, with radii made of uniform numbers. */
function polar(key: random.Key, shape: readonly number[], dtype: DType, radius: (u: NdArray) => NdArray): NdArray {
  const [first, second] = splitTwo(key);
  const parts = { shape, dtype: realDType(dtype) };
  const angle = primitive.mul(scalar(2 * Math.PI, parts.dtype), random.uniform(second, parts));
  const direction = primitive.complex(primitive.cos(angle), primitive.sin(angle));
  return primitive.mul(cast(radius(random.uniform(first, parts)), complexDType(dtype)), direction);
}

function splitTwo(key: random.Key): [random.Key, random.Key] {
  const [a, b] = random.split(key);
  return [a, b];
}

/** The standard deviations of a normal number, real and complex, within two of its standard deviations. */
const TRUNCATED = 0.8796256610342398;
const TRUNCATED_COMPLEX = 0.953111643804912;

/**
 * Weights of variance `scale / n`, for `n` by `mode`, drawn from a distribution.
 * @throws InvalidArgument for another mode or distribution
 */
export function varianceScaling(
  scale: number,
  mode: FanMode,
  distribution: Distribution,
  own: FanOptions = {},
): Initializer {
  checkOptions('varianceScaling', own, fanOptions);
  checkArgument('varianceScaling', 'scale', scale, 'number');
  checkArgument('varianceScaling', 'mode', mode, ['fan_in', 'fan_out', 'fan_avg', 'fan_geo_avg']);
  checkArgument('varianceScaling', 'distribution', distribution, ['truncated_normal', 'normal', 'uniform']);
  const op = 'varianceScaling';
  return (key, shape, options = {}) => {
    const dtype = dtypeOf(options.dtype ?? own.dtype, op);
    const variance = scalar(scale / denominator(mode, shape, own), dtype);
    const times = (x: NdArray, factor: NdArray): NdArray => primitive.mul(x, factor);
    const root = primitive.sqrt(variance);
    switch (distribution) {
      case 'normal':
        return times(random.normal(key, { shape, dtype }), root);
      case 'truncated_normal': {
        if (!isComplex(dtype)) {
          const draws = random.truncatedNormal(key, -2, 2, { shape, dtype });
          return times(draws, primitive.div(root, scalar(TRUNCATED, dtype)));
        }
        const within = 1 - Math.exp(-4);
        const draws = polar(key, shape, dtype, (u) =>
          primitive.sqrt(primitive.neg(primitive.log1p(primitive.neg(primitive.mul(scalar(within, u.dtype), u))))),
        );
        return times(draws, primitive.div(root, scalar(TRUNCATED_COMPLEX, dtype)));
      }
      case 'uniform': {
        if (!isComplex(dtype)) {
          const limit = primitive.sqrt(primitive.mul(scalar(3, dtype), variance));
          return times(random.uniform(key, { shape, dtype, minval: -1 }), limit);
        }
        const draws = polar(key, shape, dtype, (u) => primitive.sqrt(primitive.mul(scalar(2, u.dtype), u)));
        return times(draws, root);
      }
      default: {
        const expected = 'truncated_normal, normal or uniform';
        const actual = `'${distribution as string}'`;
        throw new InvalidArgument({ op, argument: 'distribution', expected, actual });
      }
    }
  };
}

const scheme =
  (op: string, scale: number, mode: FanMode, distribution: Distribution) =>
  (options: FanOptions = {}): Initializer =>
    varianceScaling(scale, mode, distribution, checkOptions(op, options, fanOptions));

/** Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010): uniform. */
export const glorotUniform = scheme('glorotUniform', 1, 'fan_avg', 'uniform');
/** Glorot's scheme with truncated normal weights. */
export const glorotNormal = scheme('glorotNormal', 1, 'fan_avg', 'truncated_normal');
/** LeCun et al., "Efficient backprop" (1998): uniform weights of variance `1 / inputs`. */
export const lecunUniform = scheme('lecunUniform', 1, 'fan_in', 'uniform');
/** LeCun's scheme with truncated normal weights. */
export const lecunNormal = scheme('lecunNormal', 1, 'fan_in', 'truncated_normal');
/** He et al., "Delving deep into rectifiers" (2015): uniform weights of variance `2 / inputs`. */
export const heUniform = scheme('heUniform', 2, 'fan_in', 'uniform');
/** He's scheme with truncated normal weights. */
export const heNormal = scheme('heNormal', 2, 'fan_in', 'truncated_normal');
export {
  glorotNormal as xavierNormal,
  glorotUniform as xavierUniform,
  heNormal as kaimingNormal,
  heUniform as kaimingUniform,
};

export interface OrthogonalOptions extends InitializerOptions {
  /** The factor of the orthogonal matrix. Default 1. */
  readonly scale?: number;
  /** The axis whose size is the number of columns. Default -1. */
  readonly columnAxis?: number;
}

/** A random matrix with orthonormal columns, or rows where there are fewer, from normal numbers. */
function orthogonalMatrix(key: random.Key, m: number, n: number, dtype: DType): NdArray {
  const draws = random.normal(key, { shape: [Math.max(m, n), Math.min(m, n)], dtype });
  const [q, r] = linalg.qr(draws, { fullMatrices: false });
  // Signs as if the diagonal were positive make the distribution uniform.
  const k = Math.min(m, n);
  const place = primitive.iota('int32', [k, k], 0);
  const onDiagonal = primitive.eq(place, primitive.iota('int32', [k, k], 1));
  const diagonal = primitive.reduceSum(primitive.select(onDiagonal, r, primitive.full(r.aval, 0)), [0]);
  const x = primitive.mul(q, primitive.broadcastInDim(primitive.sign(diagonal), q.shape, [1]));
  if (m >= n) return x;
  const turned = primitive.transpose(x, [1, 0]);
  return isComplex(dtype) ? primitive.conj(turned) : turned;
}

/**
 * A uniformly random orthogonal matrix: the column axis against all others as rows. Source: Saxe et al., "Exact solutions
 * to the nonlinear dynamics of learning in deep linear neural networks" (2013).
 * @throws ShapeMismatch for fewer than two axes
 */
export function orthogonal(own: OrthogonalOptions = {}): Initializer {
  checkOptions('orthogonal', own, { scale: 'number', columnAxis: 'axis', dtype: 'dtype?' });
  return (key, shape, options = {}) => {
    const { scale = 1, columnAxis = -1 } = own;
    const dtype = dtypeOf(options.dtype ?? own.dtype, 'orthogonal');
    if (shape.length < 2) {
      const expected = 'at least two axes are needed';
      throw new ShapeMismatch({ op: 'orthogonal', argument: 'the array of weights', expected, actual: shape });
    }
    if (sizeOf(shape) === 0) return filled(0, shape, dtype, 'orthogonal');
    const axis = canonicalAxis(columnAxis, shape.length, 'orthogonal', 'columnAxis');
    const n = shape[axis];
    const matrix = orthogonalMatrix(key, sizeOf(shape) / n, n, dtype);
    const last = primitive.reshape(matrix, [...withoutAxes(shape, [axis]), n]);
    return primitive.mul(primitive.moveAxis(last, shape.length - 1, axis), filled(scale, shape, dtype, 'orthogonal'));
  };
}

/**
 * Kernels `[...space, inputs, outputs]` that are an orthogonal matrix in the middle and zero elsewhere.
 * Source: Xiao et al., "Dynamical isometry and a mean field theory of CNNs" (2018).
 * @throws ShapeMismatch unless there are three to five axes, and no more inputs than outputs
 */
export function deltaOrthogonal(own: OrthogonalOptions = {}): Initializer {
  checkOptions('deltaOrthogonal', own, { scale: 'number', columnAxis: 'axis', dtype: 'dtype?' });
  return (key, shape, options = {}) => {
    const [inputs, outputs] = shape.slice(-2);
    if (shape.length < 3 || shape.length > 5 || outputs < inputs) {
      const expected = 'three to five axes are needed, and no more inputs than outputs (the last two)';
      throw new ShapeMismatch({ op: 'deltaOrthogonal', argument: 'the array of weights', expected, actual: shape });
    }
    const matrix = orthogonal(own)(key, [inputs, outputs], options);
    const config = shape.map((n, axis): primitive.PaddingConfig => {
      if (axis >= shape.length - 2) return [0, 0, 0];
      const before = Math.floor((n - 1) / 2);
      return [before, n - 1 - before, 0];
    });
    const space = range(shape.length - 2);
    return primitive.pad(primitive.expandDims(matrix, space), primitive.like(matrix, 0), config);
  };
}
