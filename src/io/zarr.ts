/**
 * Zarr: arrays in chunks, one file each, in a folder. The format of archives such as WeatherBench 2 and ARCO-ERA5.
 *
 * Both versions are read, with their codecs (blosc, zstd, gzip, lz4, sharding, ...), by the library `zarrita`; here
 * a store is put into NetCDF's terms, as xarray does: names of axes from `_ARRAY_DIMENSIONS` or `dimension_names`, missing
 * values from `fill_value` (version 2) or `_FillValue`. Only chunks that hold something of what is asked for are read. A
 * chunk without a file is all fill value: that is the format's rule. Of groups, the root is read.
 * Source: the Zarr specifications, versions 2 and 3; `xarray/backends/zarr.py`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DataType, Array as ZarrArray } from 'zarrita';
import { allocate, type DType, isDType, isFloat, layoutOf, type TypedArray } from '../array/dtype.js';
import { hostData } from '../array/host.js';
import { range, sizeOf, stridesOf } from '../array/shape.js';
import { FluxionError } from '../error/error.js';
import { CorruptFile, type FileError, fileError, UnsupportedFormat } from '../error/io.js';
import { type Block, checkBlock, shapeOfBlock, wholeBlock } from './block.js';
import type { NetcdfAttribute, NetcdfAttributes, NetcdfDimension, NetcdfFile, NetcdfVariable } from './netcdf.js';
import { fileSource } from './source.js';
import { type FileValue, stringData } from './value.js';

type Zarr = typeof import('zarrita');
type Opened = ZarrArray<DataType, FolderStore>;

/** A piece of a file: from a position, or the end. */
type Piece = { readonly offset: number; readonly length: number } | { readonly suffixLength: number };

/** A folder as zarrita reads it: keys are paths, and what has no file is not there. Shards are read in pieces. */
interface FolderStore {
  get(key: `/${string}`): Promise<Uint8Array | undefined>;
  getRange(key: `/${string}`, piece: Piece): Promise<Uint8Array | undefined>;
}

async function unlessAbsent(bytes: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    const found = await bytes;
    return new Uint8Array(found.buffer, found.byteOffset, found.byteLength);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function readPiece(path: string, piece: Piece): Promise<Uint8Array> {
  const source = await fileSource(path);
  if ('offset' in piece) return source.read(piece.offset, piece.length);
  return source.read(source.size - piece.suffixLength, piece.suffixLength);
}

const folderStore = (path: string): FolderStore => ({
  get: (key) => unlessAbsent(readFile(join(path, key))),
  getRange: (key, piece) => unlessAbsent(readPiece(join(path, key), piece)),
});

/** What the library throws, as errors of files: those of the system pass through. */
function zarrError(zarr: Zarr, path: string, member: string | undefined, error: unknown): unknown {
  if (error instanceof FluxionError || (error as NodeJS.ErrnoException).code?.startsWith('E')) return error;
  if (zarr.isZarritaError(error, 'UnknownCodecError')) {
    const found = `the codec '${error.codec}'`;
    return new UnsupportedFormat({ path, member, found, supported: 'blosc, zstd, gzip, zlib, lz4 and no codec' });
  }
  if (zarr.isZarritaError(error, 'UnsupportedError')) {
    return new UnsupportedFormat({ path, member, found: error.message, supported: 'regular chunks of plain types' });
  }
  const reason = error instanceof Error ? error.message.split('\n')[0].replace(/\.$/, '') : String(error);
  return new CorruptFile({ path, member, reason: `it cannot be decoded (${reason})` }, { cause: error });
}

/**
 * Opens a Zarr store, the folder `path`, and reads its metadata.
 *
 * Left: `FileNotFound`, `FileAccess`, `CorruptFile`; `UnsupportedFormat` for a folder that is none, for arrays whose axes
 * have no names, and for types that are no numbers or texts.
 */
export const openZarr = (path: string): TE.TaskEither<FileError, NetcdfFile> =>
  TE.tryCatch(
    async () => {
      const zarr = await import('zarrita');
      const store = folderStore(path);
      const version = await versionOf(store, path);
      const names = await arraysIn(path, version);
      const variables: NetcdfVariable[] = [];
      const rootOf = zarr.root(store);
      const open = version === 2 ? zarr.open.v2 : zarr.open.v3;
      for (const name of names) {
        try {
          const array = (await open(rootOf.resolve(name), { kind: 'array' })) as Opened;
          variables.push(variableOf(zarr, path, name, array, version));
        } catch (error) {
          throw zarrError(zarr, path, name, error);
        }
      }
      const group = await open(rootOf, { kind: 'group' }).catch((error: unknown) => {
        throw zarrError(zarr, path, undefined, error);
      });
      return {
        path,
        format: version === 2 ? ('zarr2' as const) : ('zarr3' as const),
        dimensions: dimensionsOf(path, variables),
        attributes: attributesOf(group.attrs),
        variables,
      };
    },
    (error) => fileError(path, error),
  );

async function versionOf(store: FolderStore, path: string): Promise<2 | 3> {
  if ((await store.get('/zarr.json')) !== undefined) return 3;
  for (const key of ['/.zgroup', '/.zmetadata', '/.zattrs'] as const) {
    if ((await store.get(key)) !== undefined) return 2;
  }
  const supported = 'Zarr stores (with a .zgroup or a zarr.json in them)';
  throw new UnsupportedFormat({ path, found: 'a folder of another kind', supported });
}

/** The arrays of the root group, by name. */
async function arraysIn(path: string, version: 2 | 3): Promise<string[]> {
  const folders = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const store = folderStore(path);
  const names: string[] = [];
  for (const { name } of folders) {
    const metadata = await store.get(version === 2 ? `/${name}/.zarray` : `/${name}/zarr.json`);
    if (metadata === undefined) continue;
    if (version === 3 && /"node_type"\s*:\s*"group"/.test(Buffer.from(metadata).toString('utf8'))) continue;
    names.push(name);
  }
  return names.sort();
}

function dimensionsOf(path: string, variables: readonly NetcdfVariable[]): NetcdfDimension[] {
  const lengths = new Map<string, number>();
  for (const { name, dimensions, shape } of variables) {
    for (const [axis, dimension] of dimensions.entries()) {
      const known = lengths.get(dimension) ?? shape[axis];
      if (known !== shape[axis]) {
        const reason = `its dimension ${dimension} has length ${shape[axis]}, and ${known} in another array`;
        throw new CorruptFile({ path, member: name, reason });
      }
      lengths.set(dimension, known);
    }
  }
  return [...lengths].map(([name, length]) => ({ name, length, unlimited: false }));
}

const isText = (dtype: string): boolean => dtype === 'string' || /^v2:[US]/.test(dtype);

/** Attributes in NetCDF's terms: numbers are doubles, what is nested is left out. */
function attributesOf(attributes: Readonly<Record<string, unknown>>): Record<string, NetcdfAttribute> {
  const out: Record<string, NetcdfAttribute> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const list = Array.isArray(value) ? value : [value];
    if (name === '_ARRAY_DIMENSIONS') continue;
    if (typeof value === 'string' || (Array.isArray(value) && list.every((x) => typeof x === 'string'))) {
      out[name] = value as string | string[];
    } else if (list.length > 0 && list.every((x) => typeof x === 'number'))
      out[name] = Float64Array.from(list as number[]);
  }
  return out;
}

/** The attributes of an array. A missing value that is NaN masks nothing, and is not mentioned. */
function describing(array: Opened, dtype: DType | 'str', version: 2 | 3): NetcdfAttributes {
  const attributes = attributesOf(array.attrs);
  const given = array.attrs._FillValue;
  // xarray writes floats of version 3 as the bytes of a double.
  if (version === 3 && typeof given === 'string' && dtype !== 'str' && isFloat(dtype)) {
    const bytes = Buffer.from(given, 'base64');
    delete attributes._FillValue;
    if (bytes.length === 8) attributes._FillValue = Float64Array.of(bytes.readDoubleLE());
  }
  const fill = array.fillValue;
  const isNumber = typeof fill === 'number' || typeof fill === 'bigint';
  if (version === 2 && isNumber && !('_FillValue' in attributes)) attributes._FillValue = Float64Array.of(Number(fill));
  const missing = attributes._FillValue;
  if (missing instanceof Float64Array && Number.isNaN(missing[0])) delete attributes._FillValue;
  return attributes;
}

function variableOf(zarr: Zarr, path: string, name: string, array: Opened, version: 2 | 3): NetcdfVariable {
  const { shape } = array;
  const dtype = isText(array.dtype) ? 'str' : array.dtype;
  if (dtype !== 'str' && !isDType(dtype)) {
    const supported = 'integers, float32, float64, booleans and strings';
    throw new UnsupportedFormat({ path, member: name, found: `the type ${dtype}`, supported });
  }
  const dimensions = (version === 2 ? array.attrs._ARRAY_DIMENSIONS : array.dimensionNames) as string[] | undefined;
  if (
    !Array.isArray(dimensions) ||
    dimensions.length !== shape.length ||
    dimensions.some((d) => typeof d !== 'string')
  ) {
    const found = 'an array whose axes have no names';
    throw new UnsupportedFormat({ path, member: name, found, supported: 'stores as xarray writes them' });
  }
  return {
    name,
    dtype,
    dimensions,
    shape,
    attributes: describing(array, dtype, version),
    read: (block = wholeBlock(shape)) =>
      TE.tryCatch(
        async () => {
          checkBlock(block, shape, name);
          try {
            return await read(zarr, array, dtype, block);
          } catch (error) {
            throw zarrError(zarr, path, name, error);
          }
        },
        (error) => fileError(path, error),
      ),
  };
}

/** Elements of a chunk, of whatever kind the library keeps them in. */
interface Elements {
  readonly length: number;
  get?(i: number): unknown;
  readonly [i: number]: unknown;
}

async function read(zarr: Zarr, array: Opened, dtype: DType | 'str', block: Block): Promise<FileValue> {
  const shape = shapeOfBlock(block);
  if (sizeOf(shape) === 0) {
    return dtype === 'str' ? stringData(shape, []) : hostData(dtype, shape, allocate(dtype, 0));
  }
  const chunk =
    shape.length === 0
      ? await array.getChunk([])
      : await zarr.get(
          array,
          block.map(({ start, count }) => zarr.slice(start, start + count)),
        );
  const { data, stride } = chunk as { readonly data: Elements; readonly stride: readonly number[] };
  const places = placesOf(shape, stride);
  const at = (i: number): unknown => (typeof data.get === 'function' ? data.get(i) : data[i]);
  if (dtype === 'str') {
    const texts = range(sizeOf(shape)).map((i) => String(at(places?.[i] ?? i)));
    return stringData(shape, texts);
  }
  const { storage } = layoutOf(dtype);
  if (places === null && data instanceof storage) return hostData(dtype, shape, data as TypedArray);
  const out = allocate(dtype, sizeOf(shape)) as Float64Array;
  for (let i = 0; i < out.length; i++) out[i] = at(places?.[i] ?? i) as number;
  return hostData(dtype, shape, out as TypedArray);
}

/** Where each element, in row-major order, lies in a chunk; null where that is the chunk's own order. */
function placesOf(shape: readonly number[], stride: readonly number[]): number[] | null {
  const rowMajor = stridesOf(shape);
  if (shape.every((n, axis) => n === 1 || stride[axis] === rowMajor[axis])) return null;
  return shape.reduce<number[]>(
    (offsets, n, axis) => offsets.flatMap((o) => range(n).map((i) => o + i * stride[axis])),
    [0],
  );
}
