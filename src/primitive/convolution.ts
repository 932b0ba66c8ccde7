/**
 * Convolution in its general form: strides, padding, dilation of both operands, groups, any layout.
 *
 * It is bilinear, and each transpose is again a convolution: of the cotangent, spread by the strides, with the reversed
 * kernel; and of the input with the cotangent. Source: jax.lax.conv_general_dilated.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import type { DType } from '../array/dtype.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { type Attribute, attr } from '../ir/lowering.js';
import { bindOne } from '../trace/context.js';
import { bilinear } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import type { Precision } from './contract.js';
import { precisionAttribute } from './contract-lowering.js';
import { convertElementType } from './convert.js';
import { batchConvolution } from './convolution-batch.js';
import { kernelConvolution } from './convolution-kernel.js';
import { evaluateConvolution } from './convolution-values.js';
import { rev } from './slice.js';
import { full, reshape, transpose } from './structure.js';
import { dilated, transposedPadding, windowCount } from './window.js';

/** Axes of the operands and the result; the spatial axes of all three in the same order. */
export interface ConvDimensionNumbers {
  /** Batch axis, feature axis, spatial axes. */
  readonly lhsSpec: readonly number[];
  /** Output feature axis, input feature axis, spatial axes. */
  readonly rhsSpec: readonly number[];
  /** Batch axis, feature axis, spatial axes. */
  readonly outSpec: readonly number[];
}

export interface ConvolutionParams {
  readonly windowStrides: readonly number[];
  readonly padding: readonly (readonly [low: number, high: number])[];
  readonly lhsDilation: readonly number[];
  readonly rhsDilation: readonly number[];
  readonly dimensionNumbers: ConvDimensionNumbers;
  /** The features are in so many groups, each convolved with its own kernels. */
  readonly featureGroupCount: number;
  /** The batch is in so many groups, each convolved with its own kernels. */
  readonly batchGroupCount: number;
  readonly precision: Precision | readonly [Precision, Precision] | null;
  readonly preferredElementType: DType | null;
}

function convolutionType(lhs: ShapedArray, rhs: ShapedArray, params: ConvolutionParams): ShapedArray {
  const { dimensionNumbers: numbers, featureGroupCount: groups, batchGroupCount: batches } = params;
  const { lhsSpec, rhsSpec, outSpec } = numbers;
  const op = 'convGeneralDilated';
  const spatial = lhsSpec.length - 2;
  const lists = [params.windowStrides, params.padding, params.lhsDilation, params.rhsDilation];
  if (lhs.ndim !== rhs.ndim || lhsSpec.length !== lhs.ndim || lists.some((l) => l.length !== spatial)) {
    const expected = `lhs has shape [${lhs.shape.join(', ')}], and both need a batch or output, a feature and ${spatial} spatial axes`;
    throw new ShapeMismatch({ op, argument: 'rhs', expected, actual: rhs.shape });
  }
  if (lhs.dtype !== rhs.dtype) {
    throw new DTypeMismatch({ op, argument: 'rhs', expected: `lhs has dtype ${lhs.dtype}`, actual: rhs.dtype });
  }
  const [batch, features] = [lhs.shape[lhsSpec[0]], lhs.shape[lhsSpec[1]]];
  const [outputs, inputs] = [rhs.shape[rhsSpec[0]], rhs.shape[rhsSpec[1]]];
  if (groups > 1 && batches > 1) {
    const expected = '1, since featureGroupCount is not';
    throw new InvalidArgument({ op, argument: 'batchGroupCount', expected, actual: `${batches}` });
  }
  if (inputs * groups !== features || outputs % groups !== 0 || outputs % batches !== 0 || batch % batches !== 0) {
    const expected =
      `with ${groups} feature groups and ${batches} batch groups its input features (${inputs}) times the groups must ` +
      `be the ${features} of lhs, and groups must divide its ${outputs} output features and the batch of ${batch}`;
    throw new ShapeMismatch({ op, argument: 'rhs', expected, actual: rhs.shape });
  }
  const shape = new Array<number>(lhs.ndim);
  shape[outSpec[0]] = batch / batches;
  shape[outSpec[1]] = outputs;
  for (let k = 0; k < spatial; k++) {
    const [n, window] = [lhs.shape[lhsSpec[k + 2]], rhs.shape[rhsSpec[k + 2]]];
    const { windowStrides, padding, lhsDilation, rhsDilation } = params;
    shape[outSpec[k + 2]] = windowCount(n, window, windowStrides[k], padding[k], lhsDilation[k], rhsDilation[k]);
  }
  return shaped(shape, params.preferredElementType ?? lhs.dtype, lhs.weakType && rhs.weakType);
}

/** The first two axes of a specification exchanged. */
const swapped = ([first, second, ...spatial]: readonly number[]): number[] => [second, first, ...spatial];

/** Axis `source` cut into `groups` parts, which join axis `target` as its outer factor. */
function moveGroups(x: NdArray, source: number, target: number, groups: number): NdArray {
  if (groups === 1) return x;
  const cut = [...x.shape.slice(0, source), groups, x.shape[source] / groups, ...x.shape.slice(source + 1)];
  const parts = reshape(x, cut);
  // In the cut array the groups are axis `source`; the axis they join has moved if it came after.
  const joined = target > source ? target + 1 : target;
  const order = cut.map((_, k) => k).filter((k) => k !== source);
  order.splice(order.indexOf(joined), 0, source);
  const shape = x.shape.map((n, k) => (k === target ? n * groups : k === source ? n / groups : n));
  return reshape(transpose(parts, order), shape);
}

const matching = (x: NdArray, dtype: DType): NdArray => (x.dtype === dtype ? x : convertElementType(x, dtype));

/** The cotangent of the input. */
function transposeLeft(ct: NdArray, rhs: NdArray, lhs: ShapedArray, params: ConvolutionParams): NdArray {
  const { lhsSpec, rhsSpec, outSpec } = params.dimensionNumbers;
  const groups = Math.max(params.featureGroupCount, params.batchGroupCount);
  const kernel = rev(moveGroups(rhs, rhsSpec[0], rhsSpec[1], groups), rhsSpec.slice(2));
  const product = convGeneralDilated(ct, matching(kernel, ct.dtype), {
    ...params,
    windowStrides: params.lhsDilation,
    padding: paddingOfTranspose(lhs, rhs.aval, ct.aval, params),
    lhsDilation: params.windowStrides,
    dimensionNumbers: { lhsSpec: outSpec, rhsSpec: swapped(rhsSpec), outSpec: lhsSpec },
    featureGroupCount: groups,
    batchGroupCount: 1,
  });
  return matching(moveGroups(product, lhsSpec[1], lhsSpec[0], params.batchGroupCount), lhs.dtype);
}

const paddingOfTranspose = (
  lhs: ShapedArray,
  rhs: ShapedArray,
  out: ShapedArray,
  { windowStrides, padding, lhsDilation, rhsDilation, dimensionNumbers: numbers }: ConvolutionParams,
): [number, number][] =>
  padding.map(([low], k) =>
    transposedPadding(
      lhs.shape[numbers.lhsSpec[k + 2]],
      rhs.shape[numbers.rhsSpec[k + 2]],
      windowStrides[k],
      out.shape[numbers.outSpec[k + 2]],
      low,
      lhsDilation[k],
      rhsDilation[k],
    ),
  );

/** The cotangent of the kernel. */
function transposeRight(ct: NdArray, lhs: NdArray, rhs: ShapedArray, params: ConvolutionParams): NdArray {
  if (ct.size === 0) return full(shaped(rhs.shape, rhs.dtype), 0);
  const { lhsSpec, rhsSpec, outSpec } = params.dimensionNumbers;
  const { windowStrides, lhsDilation, rhsDilation } = params;
  const padding = params.padding.map(([low], k): [number, number] => {
    const n = dilated(lhs.shape[lhsSpec[k + 2]], lhsDilation[k]);
    const reach = dilated(rhs.shape[rhsSpec[k + 2]], rhsDilation[k]);
    const covered = dilated(ct.shape[outSpec[k + 2]], windowStrides[k]);
    return [low, covered - n + reach - low - 1];
  });
  const product = convGeneralDilated(matching(lhs, ct.dtype), ct, {
    ...params,
    windowStrides: rhsDilation,
    padding,
    rhsDilation: windowStrides,
    dimensionNumbers: { lhsSpec: swapped(lhsSpec), rhsSpec: swapped(outSpec), outSpec: swapped(rhsSpec) },
    featureGroupCount: params.batchGroupCount,
    batchGroupCount: params.featureGroupCount,
  });
  return matching(product, rhs.dtype);
}

/** `#stablehlo.conv<[b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1]>` */
function dimensionAttribute({ lhsSpec, rhsSpec, outSpec }: ConvDimensionNumbers): Attribute {
  const letters = (spec: readonly number[], names: string): string =>
    `[${spec.map((_, axis) => (spec.indexOf(axis) < 2 ? names[spec.indexOf(axis)] : spec.indexOf(axis) - 2)).join(', ')}]`;
  return `#stablehlo.conv<${letters(lhsSpec, 'bf')}x${letters(rhsSpec, 'oi')}->${letters(outSpec, 'bf')}>`;
}

/** A convolution (`lax.conv_general_dilated`); the kernel is not reversed. */
export const convGeneralDilatedP = definePrimitive<ConvolutionParams>((self) => ({
  name: 'conv_general_dilated',
  // Each element of the result sums over one kernel; what is multiplied with padding is counted too.
  flops: ([, rhs], [out], { dimensionNumbers }) => (2 * out.size * rhs.size) / rhs.shape[dimensionNumbers.rhsSpec[0]],
  type: ([lhs, rhs], params) => [convolutionType(lhs, rhs, params)],
  evaluate: ([lhs, rhs], params) => {
    const out = convolutionType(shaped(lhs.shape, lhs.dtype), shaped(rhs.shape, rhs.dtype), params);
    return [evaluateConvolution(lhs, rhs, params, out)];
  },
  derivative: bilinear(self, transposeLeft, transposeRight),
  batch: ([lhs, rhs], [dl, dr], params) => batchConvolution(lhs, rhs, dl, dr, params),
  lower: (e, args, params, [out]) => [
    e.op('convolution', args, out, {
      window_strides: attr.i64s(params.windowStrides),
      padding: attr.pairs(params.padding),
      lhs_dilation: attr.i64s(params.lhsDilation),
      rhs_dilation: attr.i64s(params.rhsDilation),
      window_reversal: attr.bools(params.windowStrides.map(() => false)),
      dimension_numbers: dimensionAttribute(params.dimensionNumbers),
      feature_group_count: attr.i64(params.featureGroupCount),
      batch_group_count: attr.i64(params.batchGroupCount),
      precision_config: precisionAttribute(params.precision),
    }),
  ],
  kernel: (k, [lhs, rhs], params, [out]) => [kernelConvolution(k, lhs, rhs, params, out)],
}));
export const convGeneralDilated = (lhs: NdArray, rhs: NdArray, params: ConvolutionParams): NdArray =>
  bindOne(convGeneralDilatedP, [lhs, rhs], params);
