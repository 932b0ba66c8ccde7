import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodePng, pngDataUri } from '../../../src/graphcast/report/png.js';

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  readonly crc: number;
}

function chunks(png: Buffer): Chunk[] {
  const found: Chunk[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    found.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
      crc: png.readUInt32BE(at + 8 + length),
    });
    at += 12 + length;
  }
  return found;
}

describe('a PNG', () => {
  const png = encodePng(3, 2, Uint8Array.from([0, 1, 2, 2, 1, 0]), [
    [0, 0, 0, 0],
    [255, 128, 1, 255],
    [10, 20, 30, 128],
  ]);

  it('has the signature and the chunks of the standard, in order', () => {
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    expect(chunks(png).map(({ type }) => type)).toEqual(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
  });

  it('ends with the checksum that every PNG ends with', () => {
    expect(chunks(png).at(-1)).toMatchObject({ crc: 0xae426082 });
  });

  it('carries its size, its colours and their opacity', () => {
    const [header, colours, opacity] = chunks(png);
    expect([...header!.data]).toEqual([0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0]);
    expect([...colours!.data]).toEqual([0, 0, 0, 255, 128, 1, 10, 20, 30]);
    expect([...opacity!.data]).toEqual([0, 255, 128]);
  });

  it('carries its pixels, each row after a filter byte', () => {
    expect([...inflateSync(chunks(png)[3]!.data)]).toEqual([0, 0, 1, 2, 0, 2, 1, 0]);
  });

  it('becomes an address that holds the same bytes', () => {
    const uri = pngDataUri(png);
    expect(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64').equals(png)).toBe(true);
  });
});
