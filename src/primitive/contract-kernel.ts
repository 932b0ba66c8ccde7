/**
 * How `dotGeneral` becomes kernels: a product of matrices, or of stacks of them.
 *
 *     lhs [batch, free, contracted] x rhs [batch, contracted, free] -> [batch, free, free]
 *
 * An operand that has its two kinds of axes the other way round is not transposed: the kernel reads it so.
 */
import type { ShapedArray } from '../array/aval.js';
import { sizeOf } from '../array/shape.js';
import type { KernelEmitter, KernelValue } from '../ir/kernel.js';
import { type DotParams, freeAxes } from './contract.js';

/** An operand as a stack of matrices, and whether its rows are the axes that should be its columns. */
interface Matrices {
  readonly value: KernelValue;
  readonly turned: boolean;
}

const inOrder = (axes: readonly number[]): boolean => axes.every((axis, i) => axis === i);

/** Brings the axes into the order batch, rows, columns, or batch, columns, rows where they are so already. */
function matrices(
  k: KernelEmitter,
  x: KernelValue,
  batch: readonly number[],
  rows: readonly number[],
  columns: readonly number[],
): Matrices {
  const sizes = (axes: readonly number[]): number => sizeOf(axes.map((axis) => x.aval.shape[axis]));
  const turned = inOrder([...batch, ...columns, ...rows]) && !inOrder([...batch, ...rows, ...columns]);
  const [outer, inner] = turned ? [columns, rows] : [rows, columns];
  const moved = k.transpose(x, [...batch, ...outer, ...inner]);
  const stack = batch.length > 0 ? [sizes(batch)] : [];
  return { value: k.reshape(moved, [...stack, sizes(outer), sizes(inner)]), turned };
}

/** Kernels for a sum of products. */
export function kernelDot(
  k: KernelEmitter,
  lhs: KernelValue,
  rhs: KernelValue,
  params: DotParams,
  out: ShapedArray,
): KernelValue {
  if (lhs.aval.dtype !== 'float32' || out.dtype !== 'float32') k.decline('products are made in float32 only');
  const [[lc, rc], [lb, rb]] = params.dimensionNumbers;
  const [lf, rf] = [freeAxes(lhs.aval.ndim, lc, lb), freeAxes(rhs.aval.ndim, rc, rb)];
  const contracted = sizeOf(lc.map((axis) => lhs.aval.shape[axis]));
  if (contracted === 1) return kernelOuter(k, lhs, rhs, params, out);
  // Contracted axes are paired: in the order in which one operand has them, so that at most the other one is turned.
  const order = lc.map((_, i) => i).sort((a, b) => lc[a] - lc[b]);
  const left = matrices(
    k,
    lhs,
    lb,
    lf,
    order.map((i) => lc[i]),
  );
  const right = matrices(
    k,
    rhs,
    rb,
    order.map((i) => rc[i]),
    rf,
  );
  const shapeOf = (x: KernelValue, axes: readonly number[]): number => sizeOf(axes.map((axis) => x.aval.shape[axis]));
  const stack = lb.length > 0 ? [shapeOf(lhs, lb)] : [];
  const product = k.op(
    'BatchMatMul',
    { a: left.value, b: right.value },
    out.withShape([...stack, shapeOf(lhs, lf), shapeOf(rhs, rf)]),
    { transposeA: left.turned, transposeB: right.turned },
  );
  return k.reshape(product, out.shape);
}

/** A contraction of size one is no sum: a product of repeated operands. */
function kernelOuter(
  k: KernelEmitter,
  lhs: KernelValue,
  rhs: KernelValue,
  { dimensionNumbers }: DotParams,
  out: ShapedArray,
): KernelValue {
  const [[lc, rc], [lb, rb]] = dimensionNumbers;
  const spread = (x: KernelValue, batch: readonly number[], free: readonly number[], first: number): KernelValue => {
    const order = [...batch, ...free];
    const rest = x.aval.shape.map((_, axis) => axis).filter((axis) => !order.includes(axis));
    const kept = k.reshape(
      k.transpose(x, [...order, ...rest]),
      order.map((axis) => x.aval.shape[axis]),
    );
    return k.broadcast(kept, out.shape, [...batch.map((_, i) => i), ...free.map((_, i) => first + i)]);
  };
  const lf = freeAxes(lhs.aval.ndim, lc, lb);
  const rf = freeAxes(rhs.aval.ndim, rc, rb);
  const a = spread(lhs, lb, lf, lb.length);
  const b = spread(rhs, rb, rf, lb.length + lf.length);
  return k.elementwise('Multiply', { a, b }, out);
}
