/** Arbitrary arrays of every dtype, as bytes at random: all NaNs, infinities and subnormals come by themselves. */
import fc from 'fast-check';
import { DTYPES, type DType, layoutOf } from '../../src/array/dtype.js';
import { type HostData, hostData } from '../../src/array/host.js';
import { sizeOf } from '../../src/array/shape.js';
import { elementsFromBytes } from '../../src/io/bytes.js';
import { type FileValue, type StringData, stringData } from '../../src/io/value.js';

const shape = fc.array(fc.nat(4), { maxLength: 4 });

/** An array of one of the dtypes. */
export const hostArray = (dtypes: readonly DType[] = DTYPES): fc.Arbitrary<HostData> =>
  fc.tuple(fc.constantFrom(...dtypes), shape).chain(([dtype, dimensions]) => {
    const length = sizeOf(dimensions) * layoutOf(dtype).bytes;
    const max = dtype === 'bool' ? 1 : 255;
    return fc
      .uint8Array({ minLength: length, maxLength: length, max })
      .map((bytes) => hostData(dtype, dimensions, elementsFromBytes(dtype, bytes, 'little')));
  });

/** An array of strings of any Unicode characters. The format cannot keep NULs at a string's end. */
export const stringArray: fc.Arbitrary<StringData> = shape.chain((dimensions) => {
  const length = sizeOf(dimensions);
  const string = fc.string({ unit: 'binary', maxLength: 5 }).map((text) => text.replace(/\0+$/, ''));
  return fc.array(string, { minLength: length, maxLength: length }).map((data) => stringData(dimensions, data));
});

export const fileValue: fc.Arbitrary<FileValue> = fc.oneof({ weight: 4, arbitrary: hostArray() }, stringArray);

/** A value with its elements as bytes, so that NaNs compare by their bits. */
export const bits = (value: FileValue): unknown =>
  value.dtype === 'str'
    ? value
    : {
        dtype: value.dtype,
        shape: value.shape,
        bytes: Buffer.from(value.data.buffer, value.data.byteOffset, value.data.byteLength).toString('hex'),
      };

/** Damage to a file: cut at a place, or one bit changed. Places are fractions of its length. */
export const damage: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  fc
    .double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    .map((at) => (bytes: Uint8Array) => bytes.slice(0, Math.floor(at * bytes.length))),
  fc
    .tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(7))
    .map(([at, bit]) => (bytes: Uint8Array) => {
      const copy = bytes.slice();
      copy[Math.floor(at * bytes.length)] ^= 1 << bit;
      return copy;
    }),
);
