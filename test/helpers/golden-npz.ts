/** Golden .npz files as arrays of numbers. */
import type { TypedArray } from '../../src/array/dtype.js';
import { readNpz } from '../../src/io/npz.js';
import { isStringData } from '../../src/io/value.js';
import { run } from './either.js';
import { golden } from './golden.js';

export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: Exclude<TypedArray, BigInt64Array | BigUint64Array>;
}

/** Reads all arrays of numbers of a golden .npz file; 64-bit integers and strings are left out. */
export async function readGoldenNpz(path: string): Promise<Readonly<Record<string, GoldenArray>>> {
  const arrays: Record<string, GoldenArray> = {};
  for (const [key, value] of Object.entries(await run(readNpz(golden(path))))) {
    if (isStringData(value)) continue;
    const { shape, data } = value;
    if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) arrays[key] = { shape, data };
  }
  return arrays;
}
