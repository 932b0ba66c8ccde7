/**
 * The smallest PNG that serves: 256 colours, one byte a pixel, written with nothing but zlib.
 *
 * PNG (Portable Network Graphics) Specification, Third Edition, W3C: a signature, then chunks of
 * length, type, data and CRC. Chunks here: IHDR, PLTE (the colours), tRNS (their opacity), IDAT (the pixels), IEND.
 */
import { deflateSync } from 'node:zlib';

/** Red, green, blue and opacity, 0 to 255. */
export type Rgba = readonly [number, number, number, number];

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

const crc32 = (bytes: Uint8Array): number => {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
};

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/**
 * Encodes an image whose pixels are positions in a palette of at most 256 colours.
 *
 * pixels: [height, width], row-major, the top row first.
 */
export function encodePng(width: number, height: number, pixels: Uint8Array, palette: readonly Rgba[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits, palette, deflate, adaptive filtering, not interlaced
  const rows = Buffer.alloc((width + 1) * height);
  // Each row opens with its filter; 0, none, compresses best for palettes.
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(palette.flatMap((colour) => colour.slice(0, 3)))),
    chunk(
      'tRNS',
      Uint8Array.from(palette, ([, , , opacity]) => opacity),
    ),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** An image as an address that needs no network. */
export const pngDataUri = (png: Buffer): string => `data:image/png;base64,${png.toString('base64')}`;
