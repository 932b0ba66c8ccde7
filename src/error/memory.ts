/**
 * Arrays that no memory can hold.
 */
import { defineError } from './error.js';

/** An array was asked for that is larger than any memory, most often by a mistake in its shape. */
export const ArrayTooLarge = defineError(
  'ArrayTooLarge',
  (d: { dtype: string; size: number; bytes: number; op: string }) =>
    `${d.op}: ${d.size} elements of ${d.dtype} would take ${(d.bytes / 2 ** 30).toPrecision(3)} GiB. ` +
    'Look at the shape: a size in it is probably not what you meant.',
  RangeError as unknown as typeof Error,
);
