/**
 * Convolutions in their general form.
 *
 * Source: jax.lax.conv_general_dilated and its kin.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { range, sizeOf } from '../array/shape.js';
import * as primitive from '../primitive/index.js';
import {
  type ConvDimensionNumbersLike,
  convDimensionNumbers,
  invalid,
  type Padding,
  padtypeToPads,
} from './convolution-axes.js';
import { dotGeneral } from './dot.js';
import { alike, asArray } from './operand.js';
import { convGeneralOptions, convOptions, convPatchesOptions, convTransposeOptions } from './options.js';
import { canonicalPrecision, type PrecisionLike } from './precision.js';

/** Options of every convolution. */
export interface ConvOptions {
  /** How exactly products are computed. Default the engine's choice. */
  readonly precision?: PrecisionLike;
  /** The dtype of the sum and the result; that of the operands when null. */
  readonly preferredElementType?: DType | null;
}

/** Options of `convGeneralDilated`. */
export interface ConvGeneralOptions extends ConvOptions {
  /** Steps between neighbours of `lhs`, with zeros between them: the transposed convolution. Default 1. */
  readonly lhsDilation?: readonly number[] | null;
  /** Steps between neighbours of the kernel: the atrous convolution. Default 1. */
  readonly rhsDilation?: readonly number[] | null;
  readonly dimensionNumbers?: ConvDimensionNumbersLike;
  /** Number of groups of features, each convolved with its own kernels. Default 1. */
  readonly featureGroupCount?: number;
  /** Number of groups of the batch, each convolved with its own kernels. Default 1. */
  readonly batchGroupCount?: number;
}

/**
 * The convolution of `lhs` with the kernels `rhs` (not flipped, as everywhere in machine learning).
 * @throws ShapeMismatch, DTypeMismatch or InvalidArgument when they do not fit together
 */
export function convGeneralDilated(
  lhs: ArrayLike,
  rhs: ArrayLike,
  windowStrides: readonly number[],
  padding: Padding,
  options: ConvGeneralOptions = {},
): NdArray {
  checkArgument('convGeneralDilated', 'windowStrides', windowStrides, 'integers');
  if (typeof padding !== 'string') {
    checkArgument('convGeneralDilated', 'padding', padding, 'list');
    for (const pair of padding) checkArgument('convGeneralDilated', 'padding', pair, 'integers');
  }
  checkOptions('convGeneralDilated', options, convGeneralOptions);
  const op = 'convGeneralDilated';
  const [x, kernel] = alike([asArray(lhs, op, 'lhs'), asArray(rhs, op, 'rhs')], op);
  const dimensionNumbers = convDimensionNumbers(x.shape, kernel.shape, options.dimensionNumbers ?? null);
  const ones = windowStrides.map(() => 1);
  const { featureGroupCount = 1, batchGroupCount = 1, preferredElementType = null } = options;
  const lhsDilation = options.lhsDilation ?? ones;
  const rhsDilation = options.rhsDilation ?? ones;
  return primitive.convGeneralDilated(x, kernel, {
    windowStrides,
    padding: typeof padding === 'string' ? named() : padding,
    lhsDilation,
    rhsDilation,
    dimensionNumbers,
    featureGroupCount,
    batchGroupCount,
    precision: canonicalPrecision(options.precision, op),
    preferredElementType: preferredElementType === null ? null : checkDType(preferredElementType, op),
  });

  function named(): [number, number][] {
    const sizes = dimensionNumbers.lhsSpec.slice(2).map((axis) => x.shape[axis]);
    const reach = dimensionNumbers.rhsSpec
      .slice(2)
      .map((axis, k) => primitive.dilated(kernel.shape[axis], rhsDilation[k]));
    return padtypeToPads(sizes, reach, windowStrides, padding as string);
  }
}

/** `convGeneralDilated` without dilation, for axes in the order batch, features, space. */
export const conv = (
  lhs: ArrayLike,
  rhs: ArrayLike,
  windowStrides: readonly number[],
  padding: Padding,
  options: ConvOptions = {},
): NdArray => {
  checkArgument('conv', 'windowStrides', windowStrides, 'integers');
  return convGeneralDilated(lhs, rhs, windowStrides, padding, checkOptions('conv', options, convOptions));
};

/** `convGeneralDilated` for axes in the order batch, features, space. */
export const convWithGeneralPadding = (
  lhs: ArrayLike,
  rhs: ArrayLike,
  windowStrides: readonly number[],
  padding: Padding,
  lhsDilation: readonly number[] | null,
  rhsDilation: readonly number[] | null,
  options: ConvOptions = {},
): NdArray => {
  checkArgument('convWithGeneralPadding', 'windowStrides', windowStrides, 'integers');
  checkArgument('convWithGeneralPadding', 'lhsDilation', lhsDilation, 'integers?');
  checkArgument('convWithGeneralPadding', 'rhsDilation', rhsDilation, 'integers?');
  return convGeneralDilated(lhs, rhs, windowStrides, padding, {
    ...checkOptions('convWithGeneralPadding', options, convOptions),
    lhsDilation,
    rhsDilation,
  });
};

/** Options of `convTranspose`. */
export interface ConvTransposeOptions extends ConvOptions {
  readonly rhsDilation?: readonly number[] | null;
  /** Default: batch, space, features for both; `['NHWC', 'HWIO', 'NHWC']` for two spatial axes. */
  readonly dimensionNumbers?: ConvDimensionNumbersLike;
  /** Flips the kernel in space and swaps its features, so that this is the gradient of a convolution. Default false. */
  readonly transposeKernel?: boolean;
  /** Whether numbers of padding mean that of the convolution whose transpose this is. Default false. */
  readonly useConsistentPadding?: boolean;
}

const transposedDefaults: readonly (readonly [string, string, string])[] = [
  ['NC', 'IO', 'NC'],
  ['NHC', 'HIO', 'NHC'],
  ['NHWC', 'HWIO', 'NHWC'],
  ['NHWDC', 'HWDIO', 'NHWDC'],
];

/** The padding of the dilated operand that undoes a convolution's `padding` for kernel size `k` and stride `s`. */
function transposedPadding(k: number, s: number, padding: string | readonly [number, number]): [number, number] {
  if (typeof padding !== 'string') return [k - padding[0] - 1, k - padding[1] - 1];
  if (padding !== 'SAME' && padding !== 'VALID') {
    throw invalid('convTranspose', 'padding', "'SAME', 'VALID' or pairs of numbers", `'${padding}'`);
  }
  const total = padding === 'SAME' ? k + s - 2 : k + s - 2 + Math.max(k - s, 0);
  const before = padding === 'VALID' || s > k - 1 ? k - 1 : Math.ceil(total / 2);
  return [before, total - before];
}

/** The transposed ("fractionally strided") convolution: the operand with zeros between its elements, convolved. */
export function convTranspose(
  lhs: ArrayLike,
  rhs: ArrayLike,
  strides: readonly number[],
  padding: Padding,
  options: ConvTransposeOptions = {},
): NdArray {
  checkArgument('convTranspose', 'strides', strides, 'integers');
  const { transposeKernel, useConsistentPadding, ...rest } = checkOptions(
    'convTranspose',
    options,
    convTransposeOptions,
  );
  const x = asArray(lhs, 'convTranspose', 'lhs');
  const kernel = asArray(rhs, 'convTranspose', 'rhs');
  const letters = options.dimensionNumbers ?? transposedDefaults[x.ndim - 2] ?? null;
  const numbers = convDimensionNumbers(x.shape, kernel.shape, letters);
  const [output, input, ...space] = numbers.rhsSpec;
  const rhsDilation = options.rhsDilation ?? strides.map(() => 1);
  const isNamed = padding === 'SAME' || padding === 'VALID';
  const pads =
    useConsistentPadding || isNamed
      ? space.map((axis, k) => {
          const reach = primitive.dilated(kernel.shape[axis], rhsDilation[k]);
          return transposedPadding(reach, strides[k], typeof padding === 'string' ? padding : padding[k]);
        })
      : padding;
  const swapped = range(kernel.ndim).map((axis) => (axis === output ? input : axis === input ? output : axis));
  const turned = transposeKernel ? primitive.transpose(primitive.rev(kernel, space), swapped) : kernel;
  return convGeneralDilated(
    x,
    turned,
    strides.map(() => 1),
    pads,
    { ...rest, lhsDilation: strides, rhsDilation, dimensionNumbers: numbers },
  );
}

/** Options of `convGeneralDilatedPatches` and `convGeneralDilatedLocal`. */
export interface ConvPatchesOptions extends ConvOptions {
  readonly lhsDilation?: readonly number[] | null;
  readonly rhsDilation?: readonly number[] | null;
  readonly dimensionNumbers?: ConvDimensionNumbersLike;
}

/**
 * The patches that a convolution's kernel meets, laid out along the feature axis: features first, then places in the
 * kernel (`conv_general_dilated_patches`).
 */
export function convGeneralDilatedPatches(
  lhs: ArrayLike,
  filterShape: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  options: ConvPatchesOptions = {},
): NdArray {
  checkArgument('convGeneralDilatedPatches', 'filterShape', filterShape, 'integers');
  checkArgument('convGeneralDilatedPatches', 'windowStrides', windowStrides, 'integers');
  checkOptions('convGeneralDilatedPatches', options, convPatchesOptions);
  const x = asArray(lhs, 'convGeneralDilatedPatches', 'lhs');
  const numbers = convDimensionNumbers(x.shape, [1, 1, ...filterShape], options.dimensionNumbers ?? null);
  const [features, places] = [x.shape[numbers.lhsSpec[1]], sizeOf(filterShape)];
  const square = [places, places];
  const eye = primitive.eq(primitive.iota('int32', square, 0), primitive.iota('int32', square, 1));
  const identity = primitive.convertElementType(eye, x.dtype);
  const repeated = primitive.broadcastInDim(identity, [features, ...square], [1, 2]);
  const kernels = primitive.reshape(repeated, [features * places, 1, ...filterShape]);
  const order = range(kernels.ndim).map((axis) => numbers.rhsSpec.indexOf(axis));
  return convGeneralDilated(x, primitive.transpose(kernels, order), windowStrides, padding, {
    ...options,
    dimensionNumbers: numbers,
    featureGroupCount: features,
  });
}

/**
 * A convolution whose kernel is another one at each place (`conv_general_dilated_local`): the input features of `rhs` hold
 * the kernel as patches do, and its spatial axes are those of the result.
 */
export function convGeneralDilatedLocal(
  lhs: ArrayLike,
  rhs: ArrayLike,
  windowStrides: readonly number[],
  padding: Padding,
  filterShape: readonly number[],
  options: Omit<ConvPatchesOptions, 'preferredElementType'> = {},
): NdArray {
  checkArgument('convGeneralDilatedLocal', 'windowStrides', windowStrides, 'integers');
  checkArgument('convGeneralDilatedLocal', 'filterShape', filterShape, 'integers');
  checkOptions('convGeneralDilatedLocal', options, {
    lhsDilation: 'integers?',
    rhsDilation: 'integers?',
    dimensionNumbers: 'any',
    precision: 'any',
  });
  const x = asArray(lhs, 'convGeneralDilatedLocal', 'lhs');
  const patches = convGeneralDilatedPatches(x, filterShape, windowStrides, padding, options);
  const { rhsSpec, outSpec } = convDimensionNumbers(x.shape, [1, 1, ...filterShape], options.dimensionNumbers ?? null);
  const order = range(filterShape.length).sort((a, b) => outSpec[a + 2] - outSpec[b + 2]);
  const product = dotGeneral(
    patches,
    rhs,
    [
      [[outSpec[1]], [rhsSpec[1]]],
      [order.map((k) => outSpec[k + 2]), order.map((k) => rhsSpec[k + 2])],
    ],
    { precision: options.precision },
  );
  // The product has space, batch, features.
  const last = product.ndim - 1;
  const places = range(product.ndim).map((axis) => {
    if (axis === outSpec[0]) return last - 1;
    if (axis === outSpec[1]) return last;
    return order.findIndex((k) => outSpec[k + 2] === axis);
  });
  return primitive.transpose(product, places);
}
