/** What a file can hold under one name: an array of numbers, or of strings. */
import type { HostData } from '../array/host.js';
import { sizeOf } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';

/** An array of strings in row-major order. Engines never see one: it names things, it is not computed with. */
export interface StringData {
  readonly dtype: 'str';
  readonly shape: readonly number[];
  readonly data: readonly string[];
}

export type FileValue = HostData | StringData;

export const isStringData = (value: FileValue): value is StringData => value.dtype === 'str';

/** Joins strings with their shape. @throws ShapeMismatch when their number is not that of the shape */
export function stringData(shape: readonly number[], data: readonly string[]): StringData {
  if (data.length !== sizeOf(shape)) {
    const expected = `there are ${data.length} strings for it`;
    throw new ShapeMismatch({ op: 'stringData', argument: 'data', expected, actual: shape });
  }
  return { dtype: 'str', shape, data };
}
