/** Reads the arrays of a golden .npz file, each with its own typed array. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { golden } from './golden.js';

export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;
}

const CONSTRUCTORS = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '<i4': Int32Array,
  '<u2': Uint16Array,
  '|b1': Uint8Array,
} as const;

export function readGoldenNpz(path: string): Readonly<Record<string, GoldenArray>> {
  const members = unzipSync(readFileSync(golden(path)));
  return Object.fromEntries(
    Object.entries(members).map(([name, bytes]) => [name.replace(/\.npy$/, ''), parseNpy(bytes)]),
  );
}

function parseNpy(bytes: Uint8Array): GoldenArray {
  const start = 10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(10, start));
  const descr = /'descr': '([^']+)'/.exec(header)![1] as keyof typeof CONSTRUCTORS;
  const shape = [.../'shape': \(([^)]*)\)/.exec(header)![1].matchAll(/\d+/g)].map(Number);
  return { shape, data: new CONSTRUCTORS[descr](bytes.slice(start).buffer) };
}
