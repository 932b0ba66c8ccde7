/**
 * Complex numbers and their parts.
 *
 * All are linear over the reals. The transpose is taken with respect to JAX's pairing, `Re(ct * x)` without a
 * conjugation, which is why the imaginary part comes back with a minus.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { complexDType, type DType, isComplex, realDType } from '../array/dtype.js';
import { fromComplex, readComplex, readNumbers } from '../array/numeric.js';
import { sizeOf } from '../array/shape.js';
import { DTypeMismatch } from '../error/error.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { linear, mapCotangent, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { like, neg } from './arithmetic.js';
import {
  batchPointwise,
  broadcastOperands,
  checkAccepts,
  commonShape,
  pointwise,
  pointwiseType,
  rebroadcast,
  unbroadcast,
} from './pointwise.js';

/** The real part (`lax.real`). */
export const realP = pointwise({
  name: 'real',
  accepts: 'complex',
  complex: ([a]) => [a, 0],
  result: realDType,
  derivative: (self) => linear(self, ([ct], [x]) => [mapCotangent(ct, x.aval, (c) => complex(c, like(c, 0)))]),
  lower: 'real',
});
export const real = (x: NdArray): NdArray => bindOne(realP, [x], {});

/** The imaginary part (`lax.imag`). */
export const imagP = pointwise({
  name: 'imag',
  accepts: 'complex',
  complex: ([, b]) => [b, 0],
  result: realDType,
  derivative: (self) => linear(self, ([ct], [x]) => [mapCotangent(ct, x.aval, (c) => complex(like(c, 0), neg(c)))]),
  lower: 'imag',
});
export const imag = (x: NdArray): NdArray => bindOne(imagP, [x], {});

/**
 * The complex number with the given parts, float32 or float64 (`lax.complex`).
 * @throws DTypeMismatch for parts of other dtypes, or unlike ones
 */
export const complexP = definePrimitive<Record<never, never>>((self) => ({
  name: 'complex',
  type: ([x, y]) => {
    [x, y].forEach((part, i) => {
      if (part.dtype === x.dtype && (part.dtype === 'float32' || part.dtype === 'float64')) return;
      const expected = 'both parts must be float32, or both float64';
      throw new DTypeMismatch({ op: 'complex', argument: i === 0 ? 'x' : 'y', expected, actual: part.dtype });
    });
    return [shaped(commonShape('complex', [x, y]), complexDType(x.dtype), x.weakType && y.weakType)];
  },
  evaluate: ([x, y]) => {
    const shape = x.shape.length > 0 ? x.shape : y.shape;
    const parts = [x, y].map((part) => {
      const values = readNumbers(part);
      return part.shape.length > 0 ? values : new Float64Array(sizeOf(shape)).fill(values[0]);
    });
    return [fromComplex(complexDType(x.dtype), shape, parts[0], parts[1])];
  },
  derivative: smooth(
    ([x, y], [dx, dy]) => {
      const out = complex(x, y);
      const tangent = complex(isZero(dx) ? like(x, 0) : dx, isZero(dy) ? like(y, 0) : dy);
      return { primals: [out], tangents: [rebroadcast(tangent, out.shape)] };
    },
    ([ct], [x, y]) => [
      isLinear(x) ? (isZero(ct) ? new Zero(x.aval) : unbroadcast(real(ct), x.aval)) : null,
      isLinear(y) ? (isZero(ct) ? new Zero(y.aval) : unbroadcast(imag(neg(ct)), y.aval)) : null,
    ],
  ),
  batch: batchPointwise(self),
  lower: (e, args, _, [out]) => [e.op('complex', broadcastOperands(e, args, out.shape), out)],
}));
export const complex = (x: NdArray, y: NdArray): NdArray => bindOne(complexP, [x, y], {});

/** The complex conjugate; a real operand becomes complex (`lax.conj`). */
export const conjP = definePrimitive<{ inputDtype: DType }>((self) => ({
  name: 'conj',
  type: ([x]) => {
    if (!isComplex(x.dtype) && x.dtype !== 'float32' && x.dtype !== 'float64')
      checkAccepts('conj', 'x', x.dtype, 'complex');
    return pointwiseType('conj', 'inexact', complexDType)([x]);
  },
  evaluate: ([x]) => {
    const { re, im } = readComplex(x);
    return [fromComplex(complexDType(x.dtype), x.shape, re, isComplex(x.dtype) ? im.map((b) => -b) : im)];
  },
  derivative: linear(self, ([ct], [x], { inputDtype }) => [
    mapCotangent(ct, x.aval, (c) => (isComplex(inputDtype) ? conj(c) : real(c))),
  ]),
  batch: batchPointwise(self),
  lower: (e, [x], _, [out]) => {
    const part = out.withDType(realDType(out.dtype));
    if (!isComplex(x.aval.dtype)) return [e.op('complex', [x, e.constant(0, part)], out)];
    return [e.op('complex', [e.op('real', [x], part), e.op('negate', [e.op('imag', [x], part)], part)], out)];
  },
}));
export const conj = (x: NdArray): NdArray => bindOne(conjP, [x], { inputDtype: x.dtype });
