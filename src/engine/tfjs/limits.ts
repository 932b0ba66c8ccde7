/**
 * What the kernels of a backend compute otherwise than they should, found by comparing them with the judge.
 *
 * Keys are a kernel, or a kernel and the dtype of its first operand or of its result. An equation that would need one of these is
 * evaluated on the host, which is slower and right. What a backend has no kernel for at all needs no entry.
 */
import type { DType } from '../../array/dtype.js';

type Limits = Readonly<Record<string, string>>;

const EVERYWHERE: Limits = {
  'Prod:int32': 'products of integers are made as floats',
};

const LIMITS: Readonly<Record<string, Limits>> = {
  cpu: {
    'Multiply:int32': 'products beyond 2^53 are not exact',
    'Cast:int32': 'integers beyond 2^24 are not rounded to float32',
    Erf: 'seven digits only',
    Pow: "JavaScript's power of 1 is NaN where the exponent is",
  },
  wasm: {
    Sin: 'large arguments lose digits',
    Cos: 'large arguments lose digits',
    Log1p: 'small arguments lose digits',
    'StridedSlice:int32': 'the result is read as float32',
    'StridedSlice:bool': 'the result is read as float32',
    'Reverse:bool': 'bytes are moved in words',
    'Select to bool': 'bytes are moved in words',
  },
};

/** All that is not used of a backend, with reasons. */
export const limitsOf = (backend: string): Limits => ({ ...EVERYWHERE, ...LIMITS[backend] });

/** Why a kernel is not used; undefined where it is. */
export const limitOf = (
  backend: string,
  kernel: string,
  operand: DType | undefined,
  result: DType,
): string | undefined => {
  for (const limits of [LIMITS[backend] ?? {}, EVERYWHERE]) {
    const reason = limits[kernel] ?? limits[`${kernel}:${operand}`] ?? limits[`${kernel} to ${result}`];
    if (reason !== undefined) return reason;
  }
  return undefined;
};
