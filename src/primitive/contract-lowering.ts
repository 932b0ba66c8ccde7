/**
 * How `dotGeneral` becomes StableHLO.
 *
 * A contraction of size one becomes a broadcast product. Otherwise axes that stand together in both operands are made
 * one: what a product of matrices is then goes to the compiler as one. For a product over several axes XLA first writes
 * a transposed copy of an operand, though no element has to move: the gradient of a dense layer's weights, a product
 * over all axes of examples, is the case that everyone meets.
 */
import { type ShapedArray, shaped } from '../array/aval.js';
import { isComplex, isInexact } from '../array/dtype.js';
import { range, sizeOf } from '../array/shape.js';
import { type Attribute, attr, type Emitter, type Value } from '../ir/lowering.js';
import { type DotParams, freeAxes } from './contract.js';

/** How exact the products must be, for both operands. */
export const precisionAttribute = (precision: DotParams['precision']): Attribute => {
  const pair = precision === null ? 'default' : precision;
  const [left, right] = typeof pair === 'string' ? [pair, pair] : pair;
  return attr.array([left, right].map((p) => attr.of('precision', p.toUpperCase())));
};

/** StableHLO for a sum of products. */
export function lowerDot(e: Emitter, lhs: Value, rhs: Value, params: DotParams, out: ShapedArray): Value {
  const [[lc]] = params.dimensionNumbers;
  const contracted = sizeOf(lc.map((axis) => lhs.aval.shape[axis]));
  const lowPrecision = out.dtype !== lhs.aval.dtype && !isInexact(lhs.aval.dtype) && isInexact(out.dtype);
  if (contracted === 1 && !lowPrecision && !isComplex(out.dtype)) return lowerOuter(e, lhs, rhs, params, out);
  const merged = mergedAxes(lhs.aval.shape, rhs.aval.shape, params.dimensionNumbers);
  const product = e.op(
    'dot_general',
    [e.reshape(lhs, merged.lhs.shape), e.reshape(rhs, merged.rhs.shape)],
    shaped(merged.result, out.dtype),
    {
      dot_dimension_numbers: attr.struct('dot', {
        lhs_batching_dimensions: merged.lhs.batch,
        rhs_batching_dimensions: merged.rhs.batch,
        lhs_contracting_dimensions: merged.lhs.contract,
        rhs_contracting_dimensions: merged.rhs.contract,
      }),
      precision_config: precisionAttribute(params.precision),
    },
  );
  return e.reshape(product, out.shape);
}

interface MergedOperand {
  readonly shape: readonly number[];
  readonly contract: readonly number[];
  readonly batch: readonly number[];
}

/** Runs of axes to be made one: each entry lists axes of one operand that stand together. */
type Runs = readonly (readonly number[])[];

/** Pairs of axes, cut wherever neighbours in the list are not neighbours in both operands. */
function pairedRuns(left: readonly number[], right: readonly number[]): { left: Runs; right: Runs } {
  const runs: { left: number[][]; right: number[][] } = { left: [], right: [] };
  left.forEach((axis, i) => {
    if (i > 0 && axis === left[i - 1] + 1 && right[i] === right[i - 1] + 1) {
      runs.left[runs.left.length - 1].push(axis);
      runs.right[runs.right.length - 1].push(right[i]);
    } else {
      runs.left.push([axis]);
      runs.right.push([right[i]]);
    }
  });
  return runs;
}

/** An operand whose runs of axes are one axis each. */
function mergedOperand(shape: readonly number[], contract: Runs, batch: Runs, free: Runs): MergedOperand {
  const runs = [...contract, ...batch, ...free].sort((a, b) => a[0] - b[0]);
  return {
    shape: runs.map((run) => sizeOf(run.map((axis) => shape[axis]))),
    contract: contract.map((run) => runs.indexOf(run)),
    batch: batch.map((run) => runs.indexOf(run)),
  };
}

/**
 * The same product with as few axes as possible: those of size one dropped, those that stand together in both operands
 * (and so in the result) made one. Only reshapes lead there and back.
 */
function mergedAxes(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  [[lc, rc], [lb, rb]]: DotParams['dimensionNumbers'],
): { lhs: MergedOperand; rhs: MergedOperand; result: readonly number[] } {
  // Without axes of size one the others may become neighbours: positions are counted among the axes that remain.
  const remaining = (shape: readonly number[]): number[] => range(shape.length).filter((axis) => shape[axis] !== 1);
  const lhsAxes = remaining(lhsShape);
  const rhsAxes = remaining(rhsShape);
  const lhs = lhsAxes.map((axis) => lhsShape[axis]);
  const rhs = rhsAxes.map((axis) => rhsShape[axis]);
  const pairs = (left: readonly number[], right: readonly number[]): [number[], number[]] => {
    const kept = range(left.length).filter((i) => lhsShape[left[i]] !== 1);
    return [kept.map((i) => lhsAxes.indexOf(left[i])), kept.map((i) => rhsAxes.indexOf(right[i]))];
  };
  const [leftContract, rightContract] = pairs(lc, rc);
  const [leftBatch, rightBatch] = pairs(lb, rb);
  const contract = pairedRuns(leftContract, rightContract);
  const batch = pairedRuns(leftBatch, rightBatch);
  const free = (ndim: number, contracted: readonly number[], batched: readonly number[]): Runs => {
    const axes = freeAxes(ndim, contracted, batched);
    return pairedRuns(axes, axes).left;
  };
  const leftFree = free(lhs.length, leftContract, leftBatch);
  const rightFree = free(rhs.length, rightContract, rightBatch);
  const sizes = (shape: readonly number[], runs: Runs): number[] =>
    runs.map((run) => sizeOf(run.map((axis) => shape[axis])));
  return {
    lhs: mergedOperand(lhs, contract.left, batch.left, leftFree),
    rhs: mergedOperand(rhs, contract.right, batch.right, rightFree),
    result: [...sizes(lhs, batch.left), ...sizes(lhs, leftFree), ...sizes(rhs, rightFree)],
  };
}

/**
 * A contraction of size one is no sum: a product of broadcast operands, which is bound by memory only. It is the gradient
 * of a dense layer for one example, whose transposition then comes for nothing, the operands being small.
 */
function lowerOuter(e: Emitter, lhs: Value, rhs: Value, { dimensionNumbers }: DotParams, out: ShapedArray): Value {
  const [[lc, rc], [lb, rb]] = dimensionNumbers;
  const nBatch = lb.length;
  const lf = freeAxes(lhs.aval.ndim, lc, lb);
  const rf = freeAxes(rhs.aval.ndim, rc, rb);
  /** The product with its axes in the order `permutation`. */
  const product = (permutation: readonly number[]): Value => {
    const aval = out.withShape(permutation.map((axis) => out.shape[axis]));
    const spread = (x: Value, batch: readonly number[], free: readonly number[], firstFree: number): Value => {
      const own = [...batch, ...free];
      const inProduct = own.map((_, i) => (i < nBatch ? i : firstFree + i - nBatch));
      const order = range(own.length).sort(
        (a, b) => permutation.indexOf(inProduct[a]) - permutation.indexOf(inProduct[b]),
      );
      const axes = order.map((i) => permutation.indexOf(inProduct[i]));
      const kept = order.map((i) => own[i]);
      const moved = moveAxes(e, x, [...kept, ...range(x.aval.ndim).filter((axis) => !kept.includes(axis))]);
      const small = e.reshape(
        moved,
        kept.map((axis) => x.aval.shape[axis]),
      );
      return e.broadcast(e.convert(small, out.dtype), aval.shape, axes);
    };
    return e.op('multiply', [spread(lhs, lb, lf, nBatch), spread(rhs, rb, rf, nBatch + lf.length)], aval);
  };
  const { id, aval } = product(range(out.ndim));
  return { id, aval, permuted: product };
}

/** The axes of `x` in another order. */
function moveAxes(e: Emitter, x: Value, permutation: readonly number[]): Value {
  if (permutation.every((axis, i) => axis === i)) return x;
  const shape = permutation.map((axis) => x.aval.shape[axis]);
  return e.op('transpose', [x], x.aval.withShape(shape), { permutation: attr.i64s(permutation) });
}
