/**
 * `dotGeneral`: products of arrays summed over shared axes. Matrix product, outer product, batched product are cases.
 *
 * Axes of each operand are of three kinds: batch axes (paired, kept once), contracting axes (paired, summed over), and
 * the rest. The result's axes are: batch, the rest of the left operand, the rest of the right one.
 * Source: jax.lax.dot_general; its transpose is again a `dotGeneral`, of the cotangent with the other operand.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import type { DType } from '../array/dtype.js';
import { isFloat, layoutOf } from '../array/dtype.js';
import { range, sameShape } from '../array/shape.js';
import { AxisError, DTypeMismatch, ShapeMismatch } from '../error/error.js';
import { bindOne } from '../trace/context.js';
import { bilinear } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { kernelDot } from './contract-kernel.js';
import { lowerDot } from './contract-lowering.js';
import { evaluateDot } from './contract-values.js';
import { convertElementType } from './convert.js';
import { transpose } from './structure.js';

/** Contracting and batch axes: `[[lhsContract, rhsContract], [lhsBatch, rhsBatch]]`. */
export type DotDimensionNumbers = readonly [
  contract: readonly [lhs: readonly number[], rhs: readonly number[]],
  batch: readonly [lhs: readonly number[], rhs: readonly number[]],
];

/** How exact a product on hardware with several speeds must be; for both operands, or for each. */
export type Precision = 'default' | 'high' | 'highest';

export interface DotParams {
  readonly dimensionNumbers: DotDimensionNumbers;
  readonly precision: Precision | readonly [Precision, Precision] | null;
  /** The dtype of sums and result; that of the operands when null. */
  readonly preferredElementType: DType | null;
}

/** The axes that are neither contracted nor batched. */
export const freeAxes = (ndim: number, contract: readonly number[], batch: readonly number[]): number[] =>
  range(ndim).filter((axis) => !contract.includes(axis) && !batch.includes(axis));

function checkAxes(x: ShapedArray, argument: string, contract: readonly number[], batch: readonly number[]): void {
  const axes = [...batch, ...contract];
  if (new Set(axes).size !== axes.length || axes.some((a) => !Number.isInteger(a) || a < 0 || a >= x.ndim)) {
    throw new AxisError({
      op: 'dotGeneral',
      argument: `the contracting and batch axes of ${argument},`,
      axis: `[${contract.join(', ')}] and [${batch.join(', ')}],`,
      ndim: x.ndim,
      reason: `must be distinct axes of an array with ${x.ndim} dimensions`,
    });
  }
}

function dotType(lhs: ShapedArray, rhs: ShapedArray, params: DotParams): ShapedArray {
  const [[lhsContract, rhsContract], [lhsBatch, rhsBatch]] = params.dimensionNumbers;
  checkAxes(lhs, 'lhs', lhsContract, lhsBatch);
  checkAxes(rhs, 'rhs', rhsContract, rhsBatch);
  if (lhs.dtype !== rhs.dtype) {
    throw new DTypeMismatch({
      op: 'dotGeneral',
      argument: 'rhs',
      expected: `lhs has dtype ${lhs.dtype}`,
      actual: rhs.dtype,
      hint: 'Operations of lax need equal dtypes; use the ones of fluxion/numpy to promote.',
    });
  }
  for (const [what, left, right] of [
    ['contracting', lhsContract, rhsContract],
    ['batch', lhsBatch, rhsBatch],
  ] as const) {
    const sizes = left.map((axis) => lhs.shape[axis]);
    const others = right.map((axis) => rhs.shape[axis]);
    if (!sameShape(sizes, others)) {
      throw new ShapeMismatch({
        op: 'dotGeneral',
        argument: 'rhs',
        expected: `its ${what} axes [${right.join(', ')}] must have the sizes [${sizes.join(', ')}] of lhs, which has shape [${lhs.shape.join(', ')}]`,
        actual: rhs.shape,
      });
    }
  }
  const { preferredElementType: preferred } = params;
  if (preferred !== null && !isFloat(lhs.dtype) && layoutOf(preferred).bytes < layoutOf(lhs.dtype).bytes) {
    throw new DTypeMismatch({
      op: 'dotGeneral',
      argument: 'preferredElementType',
      expected: `it must not be narrower than the operands' ${lhs.dtype}`,
      actual: preferred,
    });
  }
  const shape = [
    ...lhsBatch.map((axis) => lhs.shape[axis]),
    ...freeAxes(lhs.ndim, lhsContract, lhsBatch).map((axis) => lhs.shape[axis]),
    ...freeAxes(rhs.ndim, rhsContract, rhsBatch).map((axis) => rhs.shape[axis]),
  ];
  return shaped(shape, preferred ?? lhs.dtype, preferred === null && lhs.weakType && rhs.weakType);
}

/** Positions that sort a list. */
const argsort = (list: readonly number[]): number[] => range(list.length).sort((a, b) => list[a] - list[b]);

/**
 * The cotangent of one operand `x`, given that of the result and the other operand `y`: their product over the axes
 * of `y` that the result kept, its axes put where `x` has them.
 */
function dotTranspose(
  ct: NdArray,
  y: NdArray,
  x: ShapedArray,
  numbers: { x: readonly number[]; y: readonly number[]; xBatch: readonly number[]; yBatch: readonly number[] },
  xIsLeft: boolean,
  params: DotParams,
): NdArray {
  const xFree = freeAxes(x.ndim, numbers.x, numbers.xBatch);
  const yFree = freeAxes(y.ndim, numbers.y, numbers.yBatch);
  const nBatch = numbers.xBatch.length;
  const ctBatch = range(nBatch);
  const ctY = yFree.map((_, i) => nBatch + (xIsLeft ? xFree.length : 0) + i);
  // With a wider result the cotangent is wider than the other operand, which then is widened: that is exact.
  const other = y.dtype === ct.dtype ? y : convertElementType(y, ct.dtype);
  const product = dotGeneral(ct, other, {
    dimensionNumbers: [
      [ctY, yFree],
      [ctBatch, numbers.yBatch],
    ],
    precision: flipPrecision(params.precision, xIsLeft),
    preferredElementType: params.preferredElementType,
  });
  // The axes of the product: batch, those of x that were kept, those of x that were contracted, in the order of y's.
  const contractedByY = argsort(numbers.y).map((k) => numbers.x[k]);
  const placed = transpose(product, argsort([...numbers.xBatch, ...xFree, ...contractedByY]));
  return placed.dtype === x.dtype ? placed : convertElementType(placed, x.dtype);
}

/** For `ct . y`: `y` stands right; it was the right operand if `x` was the left one. */
const flipPrecision = (precision: DotParams['precision'], xIsLeft: boolean): DotParams['precision'] =>
  precision === null || typeof precision === 'string' || xIsLeft ? precision : [precision[1], precision[0]];

/** Sums of products over shared axes (`lax.dot_general`). */
export const dotGeneralP = definePrimitive<DotParams>((self) => ({
  name: 'dot_general',
  flops: ([lhs], [out], { dimensionNumbers: [[contract]] }) =>
    2 * out.size * contract.reduce((n, axis) => n * lhs.shape[axis], 1),
  type: ([lhs, rhs], params) => [dotType(lhs, rhs, params)],
  evaluate: ([lhs, rhs], params) => {
    const out = dotType(shaped(lhs.shape, lhs.dtype), shaped(rhs.shape, rhs.dtype), params);
    return [evaluateDot(lhs, rhs, params.dimensionNumbers, out)];
  },
  derivative: bilinear(
    self,
    (ct, y, x, params) => {
      const [[xc, yc], [xb, yb]] = params.dimensionNumbers;
      return dotTranspose(ct, y, x, { x: xc, y: yc, xBatch: xb, yBatch: yb }, true, params);
    },
    (ct, x, y, params) => {
      const [[xc, yc], [xb, yb]] = params.dimensionNumbers;
      return dotTranspose(ct, x, y, { x: yc, y: xc, xBatch: yb, yBatch: xb }, false, params);
    },
  ),
  batch: ([lhs, rhs], [dl, dr], params) => {
    const [[lc, rc], [lb, rb]] = params.dimensionNumbers;
    const shift = (axes: readonly number[], d: number): number[] => axes.map((a) => (a < d ? a : a + 1));
    if (dl !== null && dr !== null) {
      // Batch axes in front keep the result's in front.
      const bump = (axes: readonly number[], d: number): number[] => shift(axes, d);
      const output = dotGeneral(lhs, rhs, {
        ...params,
        dimensionNumbers: [
          [bump(lc, dl), bump(rc, dr)],
          [
            [dl, ...bump(lb, dl)],
            [dr, ...bump(rb, dr)],
          ],
        ],
      });
      return { outputs: [output], dims: [0] };
    }
    if (dl !== null) {
      const contract = shift(lc, dl);
      const batch = shift(lb, dl);
      const output = dotGeneral(lhs, rhs, {
        ...params,
        dimensionNumbers: [
          [contract, rc],
          [batch, rb],
        ],
      });
      return { outputs: [output], dims: [lb.length + freeAxes(lhs.ndim, contract, batch).indexOf(dl)] };
    }
    const d = dr as number;
    const contract = shift(rc, d);
    const batch = shift(rb, d);
    const output = dotGeneral(lhs, rhs, {
      ...params,
      dimensionNumbers: [
        [lc, contract],
        [lb, batch],
      ],
    });
    const before = lb.length + freeAxes(lhs.ndim, lc, lb).length;
    return { outputs: [output], dims: [before + freeAxes(rhs.ndim, contract, batch).indexOf(d)] };
  },
  lower: (e, [lhs, rhs], params, [out]) => [lowerDot(e, lhs, rhs, params, out)],
  kernel: (k, [lhs, rhs], params, [out]) => [kernelDot(k, lhs, rhs, params, out)],
}));

/**
 * The sum of products over the contracting axes.
 * @throws ShapeMismatch, AxisError or DTypeMismatch when the operands do not fit
 */
export function dotGeneral(
  lhs: NdArray,
  rhs: NdArray,
  params: Partial<DotParams> & Pick<DotParams, 'dimensionNumbers'>,
): NdArray {
  const { dimensionNumbers, precision = null, preferredElementType = null } = params;
  return bindOne(dotGeneralP, [lhs, rhs], { dimensionNumbers, precision, preferredElementType });
}
