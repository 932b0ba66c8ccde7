/**
 * Types and numbers as MLIR writes them.
 *
 * Source: MLIR's language reference, "Builtin dialect"; https://mlir.llvm.org/docs/Dialects/Builtin
 */
import type { ShapedArray } from '../../array/aval.js';
import { bfloat16Bits, type DType, float16Bits, isComplex, isFloat, layoutOf } from '../../array/dtype.js';
import type { Scalar } from '../../ir/jaxpr.js';

const typeTexts = new WeakMap<ShapedArray, string>();

/** `tensor<2x3xf32>` */
export function tensorType(aval: ShapedArray): string {
  let text = typeTexts.get(aval);
  if (text === undefined) {
    text = `tensor<${aval.shape.map((d) => `${d}x`).join('')}${layoutOf(aval.dtype).mlir}>`;
    typeTexts.set(aval, text);
  }
  return text;
}

const f64 = new Float64Array(1);
const f64Bits = new BigUint64Array(f64.buffer);
const f32 = new Float32Array(1);
const f32Bits = new Uint32Array(f32.buffer);
const hex = (bits: number | bigint, digits: number): string =>
  `0x${bits.toString(16).toUpperCase().padStart(digits, '0')}`;

/** A float as text that reads back to the same bits. */
function floatText(value: number, dtype: DType): string {
  if (dtype === 'float64') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return exponential(value);
    f64[0] = value;
    return hex(f64Bits[0], 16);
  }
  if (dtype === 'bfloat16') return hex(bfloat16Bits(value), 4);
  if (dtype === 'float16') return hex(float16Bits(value), 4);
  f32[0] = value;
  if (Number.isFinite(f32[0]) && !Object.is(value, -0) && Number.isInteger(value) && Math.abs(value) < 1e6) {
    return `${value}.0`;
  }
  return hex(f32Bits[0], 8);
}

/** MLIR wants a decimal point: 1e-8 is written 1.0e-8. */
function exponential(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text.includes('.') ? text : `${text}.0`;
  const [mantissa, exponent] = text.split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}

/** One element as it stands in `dense<...>`. */
export function elementText(value: Scalar, dtype: DType): string {
  if (isComplex(dtype)) {
    const part = dtype === 'complex64' ? 'float32' : 'float64';
    const [re, im] = typeof value === 'object' ? value : [Number(value), 0];
    return `(${floatText(re, part)}, ${floatText(im, part)})`;
  }
  const real = typeof value === 'object' ? value[0] : value;
  if (dtype === 'bool') return real ? 'true' : 'false';
  if (isFloat(dtype)) return floatText(Number(real), dtype);
  return typeof real === 'bigint' ? `${real}` : `${Math.trunc(Number(real))}`;
}

/** Nested lists of elements, `[[1, 2], [3, 4]]`, by their row-major position. */
export function nestedText(shape: readonly number[], element: (i: number) => string): string {
  let next = 0;
  const build = (axis: number): string => {
    if (axis === shape.length) return element(next++);
    return `[${Array.from({ length: shape[axis] }, () => build(axis + 1)).join(', ')}]`;
  };
  return build(0);
}
