/**
 * Other dtypes for the same values, other values for the same bits, and identities that mean something to a
 * transformation.
 */
import { DeviceArray, encode, type NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import {
  allocate,
  type DType,
  isBool,
  isComplex,
  isFloat,
  isInexact,
  layoutOf,
  realDType,
  type TypedArray,
} from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readComplex, readNumbers } from '../array/numeric.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { attr } from '../ir/lowering.js';
import { isZero, Zero } from '../ir/zero.js';
import { bind, bindOne } from '../trace/context.js';
import { instantiate, linear, mapCotangent, nonDifferentiable, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { emitCompare } from './compare.js';
import { batchPointwise, evaluatePointwise, pointwiseType } from './pointwise.js';
import { reduceBits } from './rounding.js';
import { moveAxis } from './structure.js';

/** Smallest and largest value of an integer dtype. */
function integerRange(dtype: DType): readonly [low: bigint, high: bigint] {
  const bits = BigInt(8 * layoutOf(dtype).bytes);
  return layoutOf(dtype).kind === 'uint' ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}

/** Floats to integers: towards zero, what is outside the range to its end, NaN to 0. */
function truncate(dtype: DType, shape: readonly number[], values: Float64Array): HostData {
  const [low, high] = integerRange(dtype);
  const data = allocate(dtype, values.length);
  const [least, greatest] = [Number(low), Number(high)];
  for (let i = 0; i < values.length; i++) {
    const x = Number.isNaN(values[i]) ? 0 : Math.trunc(values[i]);
    encode(dtype, data, i, x <= least ? low : x >= greatest ? high : BigInt(x));
  }
  return { dtype, shape, data };
}

/**
 * The double that rounds to any narrower format as the integer itself would: 54 leading bits, the last one set when
 * anything was cut off ("round to odd"), so that rounding twice is rounding once.
 */
function narrowable(x: bigint): number {
  const size = x < 0n ? -x : x;
  const excess = size.toString(2).length - 53;
  if (excess <= 0) return Number(x);
  const cut = BigInt(excess);
  const kept = size >> cut;
  const odd = kept << cut === size ? kept : kept | 1n;
  return Number(x < 0n ? -(odd << cut) : odd << cut);
}

/** The elements in another dtype, by XLA's rules (see `convertElementTypeP`). */
export function convertHost(x: HostData, dtype: DType): HostData {
  if (x.dtype === dtype) return x;
  if (isComplex(dtype)) {
    const { re, im } = readComplex(x);
    return fromComplex(dtype, x.shape, re, im);
  }
  if (isComplex(x.dtype)) {
    const { re } = readComplex(x);
    return convertHost(fromNumbers(realDType(x.dtype), x.shape, re), dtype);
  }
  const { data } = x;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    if (isBool(dtype)) return { dtype, shape: x.shape, data: Uint8Array.from(data, (v) => (v === 0n ? 0 : 1)) };
    if (isFloat(dtype)) {
      const exact = dtype === 'float64' ? Number : narrowable;
      return fromNumbers(dtype, x.shape, Float64Array.from(data, exact));
    }
    const out = allocate(dtype, data.length);
    for (let i = 0; i < data.length; i++)
      encode(
        dtype,
        out,
        i,
        out instanceof BigInt64Array || out instanceof BigUint64Array ? data[i] : BigInt.asIntN(32, data[i]),
      );
    return { dtype, shape: x.shape, data: out };
  }
  const values = readNumbers(x);
  if (isFloat(x.dtype) && !isFloat(dtype) && !isBool(dtype)) return truncate(dtype, x.shape, values);
  return fromNumbers(dtype, x.shape, values);
}

/**
 * The values in another dtype (`lax.convert_element_type`). Between integers: wraps around. From floats to integers:
 * towards zero, saturating, NaN to 0. To bool: "not zero". From complex to real: the real part.
 */
export const convertElementTypeP = definePrimitive<{ newDtype: DType; weakType: boolean }>((self) => ({
  name: 'convert_element_type',
  type: ([x], { newDtype, weakType }) => [x.withDType(newDtype, weakType)],
  evaluate: ([x], { newDtype }) => [convertHost(x, newDtype)],
  derivative: smooth(
    ([x], [dx], params) => {
      const out = bindOne(self(), [x], params);
      if (isZero(dx) || !isInexact(params.newDtype)) return { primals: [out], tangents: [new Zero(out.aval)] };
      return { primals: [out], tangents: [bindOne(self(), [dx], params)] };
    },
    ([ct], [x]) => [mapCotangent(ct, x.aval, (c) => convertElementType(c, x.aval.dtype, x.aval.weakType))],
  ),
  batch: batchPointwise(self),
  lower: (e, [x], { newDtype }, [out]) => {
    const real = isComplex(x.aval.dtype) && !isComplex(newDtype);
    const operand = real ? e.op('real', [x], x.aval.withDType(realDType(x.aval.dtype))) : x;
    if (operand.aval.dtype === newDtype) return [operand];
    if (isBool(newDtype)) return [emitCompare(e, 'NE', operand, e.constant(0, operand.aval))];
    return [e.op('convert', [operand], out)];
  },
  kernel: (k, [x], { newDtype }) => [k.convert(x, newDtype)],
}));

/** The values in another dtype. Scalars that are known are converted at once and stay constants of the program. */
export function convertElementType(x: NdArray, newDtype: DType, weakType = false): NdArray {
  if (x.dtype === newDtype && x.weakType === weakType) return x;
  if (x instanceof DeviceArray && x.ndim === 0 && x.hostView !== null) {
    return DeviceArray.fromHost(convertHost({ dtype: x.dtype, shape: [], data: x.hostView }, newDtype), weakType);
  }
  return bindOne(convertElementTypeP, [x], { newDtype, weakType });
}

const bytesOf = (data: TypedArray): ArrayBufferLike =>
  data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);

/**
 * The same bits read as another dtype (`lax.bitcast_convert_type`). A narrower dtype adds a last axis of its pieces, the
 * lowest bits first; a wider one takes that axis away.
 * @throws DTypeMismatch for bool and complex dtypes, ShapeMismatch when the last axis does not make one wider element
 */
export const bitcastConvertTypeP = definePrimitive<{ newDtype: DType }>((self) => ({
  name: 'bitcast_convert_type',
  flops: () => 0,
  type: ([x], { newDtype }) => {
    for (const dtype of [x.dtype, newDtype]) {
      if (x.dtype === newDtype || !(isBool(dtype) || isComplex(dtype))) continue;
      const expected = 'the bits of bool and complex numbers are not reinterpreted';
      throw new DTypeMismatch({
        op: 'bitcastConvertType',
        argument: 'newDtype',
        expected,
        actual: `${x.dtype} -> ${newDtype}`,
      });
    }
    const ratio = layoutOf(newDtype).bytes / layoutOf(x.dtype).bytes;
    if (ratio === 1) return [shaped(x.shape, newDtype)];
    if (ratio < 1) return [shaped([...x.shape, 1 / ratio], newDtype)];
    if (x.shape.at(-1) !== ratio) {
      const expected = `its last axis must have size ${ratio} to make ${newDtype} of ${x.dtype}`;
      throw new ShapeMismatch({ op: 'bitcastConvertType', argument: 'operand', expected, actual: x.shape });
    }
    return [shaped(x.shape.slice(0, -1), newDtype)];
  },
  evaluate: ([x], { newDtype }) => {
    const ratio = layoutOf(newDtype).bytes / layoutOf(x.dtype).bytes;
    const shape = ratio === 1 ? x.shape : ratio < 1 ? [...x.shape, 1 / ratio] : x.shape.slice(0, -1);
    return [{ dtype: newDtype, shape, data: new (layoutOf(newDtype).storage)(bytesOf(x.data)) }];
  },
  derivative: nonDifferentiable('bit patterns have no tangents'),
  batch: ([x], [dim], params) => ({ outputs: [bindOne(self(), [moveAxis(x, dim as number, 0)], params)], dims: [0] }),
  lower: (e, [x], _, [out]) => [e.op('bitcast_convert', [x], out)],
}));
export const bitcastConvertType = (x: NdArray, newDtype: DType): NdArray =>
  bindOne(bitcastConvertTypeP, [x], { newDtype });

/**
 * The values as a float format with fewer bits would hold them, in the same dtype (`lax.reduce_precision`): rounded to
 * nearest even, infinite above its range, zero below its normal numbers. The derivative is taken to be 1, rounded alike.
 * @throws InvalidArgument without at least one exponent bit and no negative number of mantissa bits
 */
export const reducePrecisionP = definePrimitive<{ exponentBits: number; mantissaBits: number }>((self) => ({
  name: 'reduce_precision',
  type: (operands, { exponentBits, mantissaBits }) => {
    if (!(exponentBits >= 1 && mantissaBits >= 0)) {
      throw new InvalidArgument({
        op: 'reducePrecision',
        argument: 'exponentBits, mantissaBits',
        expected: 'at least 1 and at least 0',
        actual: `${exponentBits}, ${mantissaBits}`,
      });
    }
    return pointwiseType('reducePrecision', 'float')(operands);
  },
  evaluate: (args, { exponentBits, mantissaBits }) =>
    evaluatePointwise('reducePrecision', (dtype) => ({
      real: (x) => reduceBits(dtype, x, exponentBits, mantissaBits),
    }))(args),
  derivative: linear(self, ([ct], [x], { exponentBits, mantissaBits }) => [
    mapCotangent(ct, x.aval, (c) => reducePrecision(c, exponentBits, mantissaBits)),
  ]),
  batch: batchPointwise(self),
  lower: (e, [x], { exponentBits, mantissaBits }, [out]) => [
    e.op('reduce_precision', [x], out, {
      exponent_bits: attr.i32(exponentBits),
      mantissa_bits: attr.i32(mantissaBits),
    }),
  ],
}));
export const reducePrecision = (x: NdArray, exponentBits: number, mantissaBits: number): NdArray =>
  bindOne(reducePrecisionP, [x], { exponentBits, mantissaBits });

/** The array itself, as a value of its own (`copy_p`). */
export const copyP = definePrimitive<Record<never, never>>((self) => ({
  name: 'copy',
  flops: () => 0,
  type: ([x]) => [x],
  evaluate: ([x]) => [x],
  derivative: linear(self, ([ct]) => [mapCotangent(ct, ct.aval, copy)]),
  batch: batchPointwise(self),
  lower: (_, [x]) => [x],
  kernel: (_, [x]) => [x],
}));
export const copy = (x: NdArray): NdArray => bindOne(copyP, [x], {});

/** The array itself, taken as a constant by every derivative (`lax.stop_gradient`). */
export const stopGradientP = definePrimitive<Record<never, never>>((self) => ({
  name: 'stop_gradient',
  flops: () => 0,
  type: ([x]) => [x],
  evaluate: ([x]) => [x],
  derivative: nonDifferentiable('the gradient is stopped here'),
  batch: batchPointwise(self),
  lower: (_, [x]) => [x],
  kernel: (_, [x]) => [x],
}));
export const stopGradient = (x: NdArray): NdArray => (isInexact(x.dtype) ? bindOne(stopGradientP, [x], {}) : x);

/**
 * The arrays themselves, across which the compiler moves nothing (`lax.optimization_barrier`): none of them is available
 * before all are. Tangents and cotangents pass a barrier of their own.
 */
export const optimizationBarrierP = definePrimitive<Record<never, never>>((self) => ({
  name: 'optimization_barrier',
  flops: () => 0,
  type: (operands) => [...operands],
  evaluate: (args) => [...args],
  derivative: smooth(
    (primals, tangents) => {
      const moving = tangents.flatMap((t, i) => (isInexact(t.aval.dtype) ? [i] : []));
      const barred = bind(
        self(),
        moving.map((i) => instantiate(tangents[i])),
        {},
      );
      return {
        primals: bind(self(), primals, {}),
        tangents: tangents.map((t, i) => (moving.includes(i) ? barred[moving.indexOf(i)] : t)),
      };
    },
    (cotangents) => {
      const moving = cotangents.flatMap((ct, i) => (isZero(ct) ? [] : [i]));
      const barred = bind(
        self(),
        moving.map((i) => instantiate(cotangents[i])),
        {},
      );
      return cotangents.map((ct, i) => (moving.includes(i) ? barred[moving.indexOf(i)] : ct));
    },
  ),
  batch: (args, dims) => ({ outputs: bind(self(), args, {}), dims: [...dims] }),
  lower: (e, args, _, outputs) => e.many('optimization_barrier', args, outputs),
  kernel: (_, args) => args,
}));
export const optimizationBarrier = (operands: readonly NdArray[]): NdArray[] =>
  bind(optimizationBarrierP, operands, {});
