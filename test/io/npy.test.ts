import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostData } from '../../src/array/host.js';
import { npyChunks, parseNpy, readNpy, writeNpy } from '../../src/io/npy.js';
import { stringData } from '../../src/io/value.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { bits, damage, fileValue } from './arbitrary.js';

const file = temporaryFolder();
const where = { path: 'x.npy' };

/** A .npy file of version 1.0 around a header. */
const around = (header: string, body: Uint8Array = new Uint8Array()): Uint8Array =>
  Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
    body,
  ]);

describe('npy', () => {
  it('reads what it wrote, through a file', async () => {
    const value = hostData('float32', [2, 1], Float32Array.of(1.5, -0));
    await run(writeNpy(file('a.npy'), value));
    expect(await run(readNpy(file('a.npy')))).toEqual(value);
  });

  it('puts the elements at a multiple of 64 bytes', () =>
    fc.assert(
      fc.property(fileValue, (value) => {
        const [header, body] = npyChunks(value);
        expect(header.length % 64).toBe(0);
        expect(bits(parseNpy(Buffer.concat([header, body]), where))).toEqual(bits(value));
      }),
    ));

  it('finds every file that was cut short', () =>
    fc.assert(
      fc.property(fileValue, fc.nat(), (value, cut) => {
        const whole = Buffer.concat(npyChunks(value));
        expect(() => parseNpy(whole.subarray(0, cut % whole.length), where)).toThrow(
          expect.objectContaining({ tag: 'CorruptFile' }),
        );
      }),
    ));

  it('meets any damage with a typed error or an array whole in its form', () =>
    fc.assert(
      fc.property(fileValue, damage, (value, damaged) => {
        try {
          const { shape, data } = parseNpy(damaged(Buffer.concat(npyChunks(value))), where);
          expect(Array.isArray(shape) && data.length >= 0).toBe(true);
        } catch (error) {
          expect(['CorruptFile', 'UnsupportedFormat']).toContain((error as { tag?: string }).tag);
        }
      }),
      { numRuns: 1000 },
    ));

  it('reads headers in any order, with Python 2 longs and other quotes', () => {
    const header = `{"shape": (1L, ), 'fortran_order': False, 'descr': '<i2'}\n`;
    expect(parseNpy(around(header, Uint8Array.of(1, 2)), where)).toEqual(hostData('int16', [1], Int16Array.of(0x0201)));
  });

  it('says what is wrong with a header', () => {
    const message = (bytes: Uint8Array): string => {
      try {
        parseNpy(bytes, where);
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('it was read');
    };
    expect(message(around('{}'))).toContain('is not a dictionary of descr, fortran_order and shape');
    expect(message(around("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"))).toContain('promises 12 bytes');
    expect(message(around("{'descr': '|b1', 'fortran_order': False, 'shape': (), }", Uint8Array.of(2)))).toContain(
      'neither 0 nor 1',
    );
    expect(message(Buffer.from('PK something else'))).toContain('does not begin as a .npy file does');
    const beyond = Uint8Array.of(0, 0, 0x11, 0);
    expect(message(around("{'descr': '<U1', 'fortran_order': False, 'shape': (), }", beyond))).toContain(
      'beyond Unicode',
    );
  });

  it('refuses a string whose end the format would lose', async () => {
    expect(await failure(writeNpy(file('b.npy'), stringData([], ['a\0'])))).toMatchObject({ tag: 'InvalidArgument' });
  });

  it('names the file', async () => {
    writeFileSync(file('c.npy'), '');
    expect((await failure(readNpy(file('c.npy')))).message).toContain(file('c.npy'));
  });
});
