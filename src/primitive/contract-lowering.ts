/**
 * How `dotGeneral` becomes StableHLO, and where it departs from the obvious to be fast on XLA's CPU.
 */
import type { ShapedArray } from '../array/aval.js';
import { isComplex, isFloat, isInexact } from '../array/dtype.js';
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
  const [[lc, rc], [lb, rb]] = params.dimensionNumbers;
  const contracted = sizeOf(lc.map((axis) => lhs.aval.shape[axis]));
  const lowPrecision = out.dtype !== lhs.aval.dtype && !isInexact(lhs.aval.dtype) && isInexact(out.dtype);
  if (contracted === 1 && !lowPrecision && !isComplex(out.dtype)) return lowerOuter(e, lhs, rhs, params, out);
  const lf = freeAxes(lhs.aval.ndim, lc, lb);
  const rf = freeAxes(rhs.aval.ndim, rc, rb);
  const rows = sizeOf(lf.map((axis) => lhs.aval.shape[axis]));
  const matrix = turnedMatrix(e, rhs, { contract: rc, batch: rb, free: rf, rows });
  return e.op('dot_general', [lhs, matrix.value], out, {
    dot_dimension_numbers: attr.struct('dot', {
      lhs_batching_dimensions: lb,
      rhs_batching_dimensions: matrix.batch,
      lhs_contracting_dimensions: lc,
      rhs_contracting_dimensions: matrix.contract,
    }),
    precision_config: precisionAttribute(params.precision),
  });
}

interface Sides {
  readonly contract: readonly number[];
  readonly batch: readonly number[];
  readonly free: readonly number[];
  /** How many rows of the left operand meet it. */
  readonly rows: number;
}

/** From how many rows on turning the matrix costs less than the slower product. */
const WORTH_TURNING = 16;

/**
 * A right operand whose contracted axis is its last, as in the backward pass of every dense layer (`g W^T`), is turned
 * first: XLA's CPU product of a matrix with a transposed one is several times slower than transposition and plain
 * product together. The barrier keeps XLA from folding the transposition back into the product.
 */
function turnedMatrix(
  e: Emitter,
  value: Value,
  { contract, batch, free, rows }: Sides,
): { value: Value; contract: readonly number[]; batch: readonly number[] } {
  const { shape, ndim, dtype } = value.aval;
  const turned = batch.length === 0 && contract.length === 1 && free.length === 1 && contract[0] === ndim - 1;
  if (!turned || !isFloat(dtype) || rows < WORTH_TURNING || Math.min(...shape) < 2) return { value, contract, batch };
  const permutation = [...contract, ...free];
  const aval = value.aval.withShape(permutation.map((axis) => shape[axis]));
  const flipped = e.op('transpose', [value], aval, { permutation: attr.i64s(permutation) });
  return { value: e.op('optimization_barrier', [flipped], aval), contract: [0], batch: [] };
}

/** A contraction of size one is no sum: a product of broadcast operands, which is bound by memory only. */
function lowerOuter(e: Emitter, lhs: Value, rhs: Value, { dimensionNumbers }: DotParams, out: ShapedArray): Value {
  const [[lc, rc], [lb, rb]] = dimensionNumbers;
  const nBatch = lb.length;
  const lf = freeAxes(lhs.aval.ndim, lc, lb);
  const rf = freeAxes(rhs.aval.ndim, rc, rb);
  const spread = (x: Value, batch: readonly number[], free: readonly number[], firstFree: number): Value => {
    const order = [...batch, ...free];
    const kept = order.map((axis) => x.aval.shape[axis]);
    const contractLast = [...order, ...range(x.aval.ndim).filter((axis) => !order.includes(axis))];
    const moved = contractLast.every((axis, i) => axis === i)
      ? x
      : e.op('transpose', [x], x.aval.withShape(contractLast.map((axis) => x.aval.shape[axis])), {
          permutation: attr.i64s(contractLast),
        });
    const axes = [...range(nBatch), ...free.map((_, i) => firstFree + i)];
    return e.broadcast(e.convert(e.reshape(moved, kept), out.dtype), out.shape, axes);
  };
  const left = spread(lhs, lb, lf, nBatch);
  const right = spread(rhs, rb, rf, nBatch + lf.length);
  return e.op('multiply', [left, right], out);
}
