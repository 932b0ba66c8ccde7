/** Element types by kind. */
import * as fc from 'fast-check';
import { DTYPES, type DType, isComplex, isFloat, isInteger } from 'fluxion/extend';

export interface DTypeOptions {
  readonly kinds?: readonly ('bool' | 'integer' | 'float' | 'complex')[];
  /** 64-bit types too; they need `enableX64`. */
  readonly wide?: boolean;
}

const kindOf = (dtype: DType): 'bool' | 'integer' | 'float' | 'complex' =>
  isFloat(dtype) ? 'float' : isComplex(dtype) ? 'complex' : isInteger(dtype) ? 'integer' : 'bool';

const isWide = (dtype: DType): boolean => dtype.endsWith('64') !== (dtype === 'complex64') || dtype === 'complex128';

/** Names of element types; shrinks towards float32. */
export function dtypes({ kinds = ['float'], wide = false }: DTypeOptions = {}): fc.Arbitrary<DType> {
  const fitting = DTYPES.filter((d) => kinds.includes(kindOf(d)) && (wide || !isWide(d)));
  return fc.constantFrom(...fitting.sort((a, b) => Number(b === 'float32') - Number(a === 'float32')));
}
