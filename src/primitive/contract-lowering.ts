/**
 * How `dotGeneral` becomes StableHLO: as it is, save that a contraction of size one becomes a broadcast product.
 */
import type { ShapedArray } from '../array/aval.js';
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
  const [[lc, rc], [lb, rb]] = params.dimensionNumbers;
  const contracted = sizeOf(lc.map((axis) => lhs.aval.shape[axis]));
  const lowPrecision = out.dtype !== lhs.aval.dtype && !isInexact(lhs.aval.dtype) && isInexact(out.dtype);
  if (contracted === 1 && !lowPrecision && !isComplex(out.dtype)) return lowerOuter(e, lhs, rhs, params, out);
  return e.op('dot_general', [lhs, rhs], out, {
    dot_dimension_numbers: attr.struct('dot', {
      lhs_batching_dimensions: lb,
      rhs_batching_dimensions: rb,
      lhs_contracting_dimensions: lc,
      rhs_contracting_dimensions: rc,
    }),
    precision_config: precisionAttribute(params.precision),
  });
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
