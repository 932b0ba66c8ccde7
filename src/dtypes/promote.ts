/**
 * The dtype that several values have in common (`jnp.promote_types`, `jnp.result_type`), on the lattice of
 * `array/promotion.ts`.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, checkDType, type ScalarLike } from '../array/convert.js';
import { type DType, layoutOf } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { type ElementType, resultType as latticeResult, promoteTypes as promotePair } from '../array/promotion.js';
import { InvalidArgument } from '../error/error.js';
import { operand, typeOf } from '../lax/operand.js';

/** The dtype that two promote to (`jnp.promote_types`); those of `jnp.resultType(a, b)` without weakness. */
export const promoteTypes = (a: DType, b: DType): DType => {
  checkArgument('promoteTypes', 'a', a, 'dtype');
  checkArgument('promoteTypes', 'b', b, 'dtype');
  checkArgument('promoteTypes', 'a', a, 'dtype');
  checkArgument('promoteTypes', 'b', b, 'dtype');
  return checkDType(
    promotePair(checkDType(a, 'promoteTypes', 'a'), checkDType(b, 'promoteTypes', 'b')),
    'promoteTypes',
  );
};

/**
 * The dtype of a result made of these arrays, numbers and dtypes (`jnp.result_type`).
 * @throws InvalidArgument when there are none
 */
export function resultType(...args: readonly (ArrayLike | DType)[]): DType {
  if (args.length === 0) {
    throw new InvalidArgument({ op: 'resultType', argument: 'args', expected: 'at least one', actual: 'none' });
  }
  const types = args.map((arg): ElementType => {
    if (typeof arg === 'string') return { dtype: checkDType(arg, 'resultType'), weakType: false };
    return typeOf(operand(arg, 'resultType') as NdArray | ScalarLike);
  });
  return checkDType((types.length === 1 ? types[0] : latticeResult(types)).dtype, 'resultType');
}

/** What kind of number a value holds, by Python's names (`jax.dtypes.scalar_type_of`). */
export function scalarTypeOf(x: ArrayLike | DType): 'bool' | 'int' | 'float' | 'complex' {
  const { kind } = layoutOf(resultType(x));
  return kind === 'uint' ? 'int' : kind;
}
