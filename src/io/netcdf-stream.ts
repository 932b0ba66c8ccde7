/**
 * NetCDF-3 written record by record: for what is larger than memory, such as a forecast of many steps.
 *
 * The file has one dimension that grows. Fixed variables are written at once; those that grow are written in pieces, at
 * any place of any record, so memory holds one piece. The file takes its name when it is finished, with the records that
 * were counted until then; abandoned, it leaves nothing behind. Offsets have 64 bits (CDF-2), so only a single record of a
 * single variable is limited to 4 GiB.
 */
import * as TE from 'fp-ts/lib/TaskEither.js';
import { layoutOf, type TypedArray } from '../array/dtype.js';
import { sizeOf } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { type FileError, UnsupportedFormat } from '../error/io.js';
import { beginAtomically, type PendingFile, writeError } from './atomic.js';
import { bytesFromElements } from './bytes.js';
import type { NetcdfContents, NetcdfWritableAttributes } from './netcdf.js';
import { padded } from './netcdf-classic.js';
import { blocksOf, type Described, header } from './netcdf-classic-write.js';

/** A variable that grows. Its first dimension is the one that grows; `dimensions` are the others. */
export interface GrowingVariable {
  readonly dtype: 'int32' | 'float32' | 'float64';
  readonly dimensions: readonly string[];
  readonly attributes?: NetcdfWritableAttributes;
}

/** What a file will hold. */
export interface GrowingContents {
  readonly attributes?: NetcdfWritableAttributes;
  /** Variables that do not grow, written at once. */
  readonly fixed: NetcdfContents['variables'];
  /** The dimension that grows. */
  readonly record: string;
  readonly growing: { readonly [name: string]: GrowingVariable };
  /** Lengths of dimensions that no fixed variable has. */
  readonly sizes?: { readonly [dimension: string]: number };
}

/** A file that grows. */
export interface NetcdfStream {
  readonly path: string;
  /**
   * Writes elements of one variable into a record, from the position `offset` of its row-major slab on; the record then
   * counts. Left: `FileAccess`, `InvalidArgument` for elements that do not fit.
   */
  write(name: string, record: number, data: TypedArray, offset?: number): TE.TaskEither<FileError, void>;
  /** Gives the file its name, with `records` records, by default all that were written. Left: `FileAccess`. */
  finish(records?: number): TE.TaskEither<FileError, void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Begins a file. Left: `FileAccess`, `UnsupportedFormat`, `ShapeMismatch`. */
export const streamNetcdf = (path: string, contents: GrowingContents): TE.TaskEither<FileError, NetcdfStream> =>
  TE.tryCatch(
    async () => {
      const layout = layOut(path, contents);
      const file = await beginAtomically(path);
      try {
        for (const { position, bytes } of layout.beginning) await file.write(bytes, position);
      } catch (error) {
        await file.abandon();
        throw error;
      }
      return stream(path, file, layout);
    },
    (error) => writeError(path, error),
  );

interface Slab {
  readonly dtype: GrowingVariable['dtype'];
  readonly begin: number;
  /** Elements in a record. */
  readonly size: number;
}

interface Laid {
  readonly beginning: readonly { readonly position: number; readonly bytes: Uint8Array }[];
  readonly slabs: { readonly [name: string]: Slab };
  readonly firstRecord: number;
  readonly recordBytes: number;
}

function layOut(path: string, { attributes = {}, fixed, record, growing, sizes = {} }: GrowingContents): Laid {
  const lengths = new Map<string, number>(Object.entries(sizes));
  const blocks = blocksOf(path, fixed, lengths);
  if (lengths.has(record)) {
    const found = `the dimension '${record}', which grows, in a variable that does not`;
    throw new UnsupportedFormat({ path, found, supported: 'it as the first dimension of variables that grow' });
  }
  lengths.set(record, 0);
  const described = Object.entries(growing).map(([name, { dtype, dimensions, attributes: own = {} }]): Described => {
    const shape = dimensions.map((d) => {
      const length = lengths.get(d);
      if (length) return length;
      throw new UnsupportedFormat({
        path,
        member: name,
        found: `the dimension '${d}' of unknown length`,
        supported: 'known ones',
      });
    });
    const size = sizeOf(shape) * layoutOf(dtype).bytes;
    return { name, type: dtype, dimensions: [record, ...dimensions], attributes: own, size };
  });
  const variables = [...blocks, ...described];
  const head = (offsets: readonly number[]): Uint8Array => header(path, 2, { lengths, attributes, variables, offsets });
  // The one variable that grows alone is not padded; see netcdf-classic.ts.
  const slabBytes = (size: number): number => (described.length === 1 ? size : padded(size));
  let next = head(variables.map(() => 0)).length;
  const offsets = variables.map(({ size }, i) => {
    const begin = next;
    next += i < blocks.length ? padded(size) : slabBytes(size);
    return begin;
  });
  const beginning = blocks.map(({ bytes }, i) => ({ position: offsets[i], bytes }));
  const firstRecord = offsets[blocks.length] ?? next;
  return {
    beginning: [{ position: 0, bytes: head(offsets) }, ...beginning],
    slabs: Object.fromEntries(
      described.map(({ name, size }, i) => {
        const { dtype } = growing[name];
        return [name, { dtype, begin: offsets[blocks.length + i], size: size / layoutOf(dtype).bytes }];
      }),
    ),
    firstRecord,
    recordBytes: next - firstRecord,
  };
}

/** Where the header has its number of records. */
const RECORDS_AT = 4;

function stream(path: string, file: PendingFile, { slabs, firstRecord, recordBytes }: Laid): NetcdfStream {
  let written = 0;
  const guarded = (work: () => Promise<void>): TE.TaskEither<FileError, void> =>
    TE.tryCatch(work, (error) => writeError(path, error));
  return {
    path,
    write: (name, record, data, offset = 0) =>
      guarded(async () => {
        const slab = slabs[name];
        const fits =
          slab !== undefined &&
          data instanceof layoutOf(slab.dtype).storage &&
          offset >= 0 &&
          offset + data.length <= slab.size;
        if (!fits) {
          throw new InvalidArgument({
            op: 'NetcdfStream.write',
            argument: name,
            expected: slab
              ? `${slab.dtype}, within the ${slab.size} elements of a record`
              : `one of ${Object.keys(slabs).join(', ')}`,
            actual: `${data.constructor.name} of ${data.length}, from element ${offset}`,
          });
        }
        const position = slab.begin + record * recordBytes + offset * layoutOf(slab.dtype).bytes;
        await file.write(bytesFromElements(data, 'big'), position);
        written = Math.max(written, record + 1);
      }),
    finish: (records = written) =>
      guarded(async () => {
        const count = Buffer.alloc(4);
        count.writeUInt32BE(records);
        await file.write(count, RECORDS_AT);
        // A record that ends in padding, or was written in part, is as long as it promises; more than was counted goes.
        await file.resize(firstRecord + records * recordBytes);
        await file.commit();
      }),
    abandon: () => file.abandon(),
  };
}
