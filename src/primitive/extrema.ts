/**
 * Order and magnitude: the larger and the smaller of two, the size and the sign of one.
 *
 * NaN wins against every number. Derivatives are JAX's: `max` and `min` split a tie in halves, `abs` has slope 1 at 0,
 * `sign` has slope 0. Complex numbers are ordered by their real parts, then by their imaginary parts.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import * as complex from '../array/complex.js';
import { isComplex, layoutOf, realDType } from '../array/dtype.js';
import type { KernelValue } from '../ir/kernel.js';
import type { Emitter, Value } from '../ir/lowering.js';
import type { KernelRule } from '../ir/primitive.js';
import { bindOne } from '../trace/context.js';
import { nonDifferentiable } from '../trace/derivative.js';
import { div, like, mul, neg } from './arithmetic.js';
import { emitCompare, eq, ge, select } from './compare.js';
import { conj, real as realPart } from './complex.js';
import { convertElementType } from './convert.js';
import { broadcastOperands, type Complex, chooseKernel, partials, pointwise } from './pointwise.js';

/** The share of a tangent that goes to `x` when `result` was chosen from `x` and `y`: 1, 0, or half of a tie. */
export const share = (x: NdArray, result: NdArray, y: NdArray): NdArray =>
  div(select(eq(x, result), like(x, 1), like(x, 0)), select(eq(y, result), like(x, 2), like(x, 1)));

export const larger = (x: bigint, y: bigint): bigint => (x > y ? x : y);
export const smaller = (x: bigint, y: bigint): bigint => (x < y ? x : y);

const lexicographic =
  (sign: 1 | -1) =>
  (x: Complex, y: Complex): Complex => {
    const part = x[0] === y[0] ? 1 : 0;
    return sign * (x[part] - y[part]) > 0 ? x : y;
  };

const lowerExtremum =
  (name: string, direction: 'GT' | 'LT') =>
  (e: Emitter, args: readonly Value[], _: object, [out]: readonly ShapedArray[]): Value[] => {
    const [x, y] = broadcastOperands(e, args, out.shape);
    if (!isComplex(out.dtype)) return [e.op(name, [x, y], out)];
    const part = out.withDType(realDType(out.dtype));
    const [a, b, c, d] = [x, y].flatMap((z) => [e.op('real', [z], part), e.op('imag', [z], part)]);
    const flag = out.withDType('bool');
    const before = e.op(
      'select',
      [emitCompare(e, 'EQ', a, c), emitCompare(e, direction, b, d), emitCompare(e, direction, a, c)],
      flag,
    );
    return [e.op('select', [before, x, y], out)];
  };

/**
 * The kernels return NaN for a NaN in their first operand; in the second one some miss it. A known number can stand
 * there as it is.
 */
export const kernelExtremum =
  (name: string): KernelRule<object> =>
  (k, [x, y], _, [out]) => {
    if (out.dtype === 'bool') k.decline(`${name} is not the same on bool`);
    const known = (z: KernelValue): boolean =>
      out.dtype === 'int32' || !Number.isNaN(Number(k.filledWith(z) ?? Number.NaN));
    if (known(y)) return [k.elementwise(name, { a: x, b: y }, out)];
    if (known(x)) return [k.elementwise(name, { a: y, b: x }, out)];
    const nan = k.elementwise('NotEqual', { a: y, b: y }, out.withDType('bool'));
    return [chooseKernel(k, nan, y, k.elementwise(name, { a: x, b: y }, out))];
  };

/** The larger of two (`lax.max`). */
export const maxP = pointwise({
  name: 'max',
  accepts: 'any',
  real: Math.max,
  big: larger,
  complex: lexicographic(1),
  derivative: (self) =>
    partials(
      self,
      (dx, result, [x, y]) => mul(dx, share(x, result, y)),
      (dy, result, [x, y]) => mul(dy, share(y, result, x)),
    ),
  lower: lowerExtremum('maximum', 'GT'),
  kernel: kernelExtremum('Maximum'),
});
export const max = (x: NdArray, y: NdArray): NdArray => bindOne(maxP, [x, y], {});

/** The smaller of two (`lax.min`). */
export const minP = pointwise({
  name: 'min',
  accepts: 'any',
  real: Math.min,
  big: smaller,
  complex: lexicographic(-1),
  derivative: (self) =>
    partials(
      self,
      (dx, result, [x, y]) => mul(dx, share(x, result, y)),
      (dy, result, [x, y]) => mul(dy, share(y, result, x)),
    ),
  lower: lowerExtremum('minimum', 'LT'),
  kernel: kernelExtremum('Minimum'),
});
export const min = (x: NdArray, y: NdArray): NdArray => bindOne(minP, [x, y], {});

/** The sign: -1, 0 (of either sign) or 1; `x / |x|` for complex numbers (`lax.sign`). */
export const signP = pointwise({
  name: 'sign',
  accepts: 'number',
  real: Math.sign,
  big: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  complex: complex.sign,
  derivative: () => nonDifferentiable('the sign is constant wherever it is continuous'),
  lower: (e, [x], _, [out]) => {
    if (layoutOf(out.dtype).kind !== 'uint') return [e.op('sign', [x], out)];
    return [e.op('minimum', [x, e.constant(1, out)], out)];
  },
  // The kernel's sign of NaN is 0.
  kernel: (k, [x], _, [out]) => {
    const nan = k.elementwise('NotEqual', { a: x, b: x }, out.withDType('bool'));
    return [chooseKernel(k, nan, x, k.elementwise('Sign', { x }, out))];
  },
});
export const sign = (x: NdArray): NdArray => bindOne(signP, [x], {});

/** The magnitude (`lax.abs`); real for complex numbers. The smallest signed integer stays what it is. */
export const absP = pointwise({
  name: 'abs',
  accepts: 'signed',
  real: Math.abs,
  big: (x) => (x < 0n ? -x : x),
  complex: (x): Complex => [complex.abs(x), 0],
  result: realDType,
  derivative: (self) =>
    partials(self, (dx, result, [x]) => {
      if (!isComplex(x.dtype)) return select(ge(x, like(x, 0)), dx, neg(dx));
      const size = select(eq(result, like(result, 0)), like(result, 1), result);
      return realPart(mul(dx, div(conj(x), convertElementType(size, x.dtype))));
    }),
  lower: 'abs',
  kernel: 'Abs',
  domain: { kinks: [0] },
});
export const abs = (x: NdArray): NdArray => (layoutOf(x.dtype).kind === 'uint' ? x : bindOne(absP, [x], {}));
