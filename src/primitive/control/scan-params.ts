/**
 * What all rules of `scan` share: its parameters, and the order of its operands.
 */
import type { Jaxpr } from '../../ir/jaxpr.js';

export interface ScanParams {
  readonly jaxpr: Jaxpr;
  readonly length: number;
  readonly numConsts: number;
  readonly numCarry: number;
  readonly reverse: boolean;
  /** Steps written out in one turn of the loop. */
  readonly unroll: number;
}

/** A list split into constants, carry and scanned parts. */
export function split<T>(
  list: readonly T[],
  { numConsts, numCarry }: Pick<ScanParams, 'numConsts' | 'numCarry'>,
): [consts: T[], carry: T[], xs: T[]] {
  return [list.slice(0, numConsts), list.slice(numConsts, numConsts + numCarry), list.slice(numConsts + numCarry)];
}
