import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAtomically } from '../../src/io/atomic.js';
import { sha256, sha256OfFile } from '../../src/io/checksum.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';

const file = temporaryFolder();

describe('writeAtomically', () => {
  it('writes the pieces one after the other, in place of what was there', async () => {
    writeFileSync(file('a'), 'something much longer than what comes');
    await run(writeAtomically(file('a'), () => [Buffer.from('one '), Buffer.alloc(0), Buffer.from('two')]));
    expect(readFileSync(file('a'), 'utf8')).toBe('one two');
  });

  it('leaves the old file, and nothing else, when the new one fails halfway', async () => {
    writeFileSync(file('b'), 'old');
    const before = readdirSync(dirname(file('b')));
    const error = await failure(
      writeAtomically(file('b'), function* () {
        yield Buffer.from('half');
        throw new Error('no more');
      }),
    );
    expect(error.tag).toBe('InternalError');
    expect(readFileSync(file('b'), 'utf8')).toBe('old');
    expect(readdirSync(dirname(file('b')))).toEqual(before);
  });

  it('says that a folder is missing', async () => {
    const error = await failure(writeAtomically(file('none/c'), () => []));
    expect(error.message).toContain('its folder does not exist');
  });
});

describe('SHA-256', () => {
  it('is the one of the standard, for bytes and for files', async () => {
    // FIPS 180-4, the example of one block.
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256(Buffer.from('abc'))).toBe(abc);
    writeFileSync(file('abc'), 'abc');
    expect(await sha256OfFile(file('abc'))).toBe(abc);
  });
});
