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

const names: Readonly<Record<string, PrimitivePrecision>> = {
  default: 'default',
  fastest: 'default',
  bfloat16: 'default',
  high: 'high',
  bfloat16_3x: 'high',
  tensorfloat32: 'high',
  highest: 'highest',
  float32: 'highest',
};

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
