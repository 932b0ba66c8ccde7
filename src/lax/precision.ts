/**
 * How exactly products are computed, by any of the names JAX knows.
 */
import { describeValue } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { InvalidArgument } from '../error/error.js';
import type { Precision as PrimitivePrecision } from '../primitive/index.js';

/** The precisions by JAX's names (`lax.Precision`). Engines on CPUs compute all of them in full. */
export const Precision = { DEFAULT: 'default', HIGH: 'high', HIGHEST: 'highest' } as const;
export type Precision = (typeof Precision)[keyof typeof Precision];

/** By what arithmetic products are computed, by JAX's names (`lax.DotAlgorithmPreset`); engines on CPUs use that of the dtype. */
export const DotAlgorithmPreset = Object.freeze(
  Object.fromEntries(
    [
      'DEFAULT',
      'ANY_F8_ANY_F8_F32',
      'ANY_F8_ANY_F8_F32_FAST_ACCUM',
      'ANY_F8_ANY_F8_ANY',
      'ANY_F8_ANY_F8_ANY_FAST_ACCUM',
      'F16_F16_F16',
      'F16_F16_F32',
      'BF16_BF16_BF16',
      'BF16_BF16_F32',
      'BF16_BF16_F32_X3',
      'BF16_BF16_F32_X6',
      'BF16_BF16_F32_X9',
      'TF32_TF32_F32',
      'TF32_TF32_F32_X3',
      'F32_F32_F32',
      'F64_F64_F64',
    ].map((name) => [name, name]),
  ),
);

const names: Readonly<Record<string, PrimitivePrecision>> = {
  default: 'default',
  fastest: 'default',
  bfloat16: 'default',
  high: 'high',
  bfloat16_3x: 'high',
  tensorfloat32: 'high',
  highest: 'highest',
  float32: 'highest',
  ...Object.fromEntries(Object.keys(DotAlgorithmPreset).map((name) => [name.toLowerCase(), precisionOf(name)])),
};

/** The precision that is at least as good as an algorithm. */
function precisionOf(algorithm: string): PrimitivePrecision {
  if (algorithm === 'DEFAULT') return 'default';
  return /^(F32|F64|TF32)_|_X[369]$/.test(algorithm) ? 'highest' : 'high';
}

/** A precision, one for each operand, or null for the engine's own. */
export type PrecisionLike = string | readonly [string, string] | null;

/**
 * The precision by any of its names.
 * @throws InvalidArgument for another name
 */
export function canonicalPrecision(
  precision: PrecisionLike | undefined,
  op: string,
): PrimitivePrecision | readonly [PrimitivePrecision, PrimitivePrecision] | null {
  checkArgument('canonicalPrecision', 'op', op, 'string');
  if (precision === null || precision === undefined) return null;
  if (typeof precision !== 'string') return [single(precision[0], op), single(precision[1], op)];
  return single(precision, op);
}

function single(name: unknown, op: string): PrimitivePrecision {
  const key = typeof name === 'string' ? name.toLowerCase() : '';
  if (Object.hasOwn(names, key)) return names[key];
  throw new InvalidArgument({
    op,
    argument: 'precision',
    expected: `one of ${Object.keys(names).join(', ')}`,
    actual: describeValue(name),
  });
}
