/**
 * Reading NetCDF-4: HDF5 files whose datasets and dimension scales follow NetCDF's conventions.
 *
 * HDF5 is a file system of its own; the HDF5 library, compiled to WebAssembly, reads it. A dataset with the attribute
 * CLASS = DIMENSION_SCALE is a dimension; it is a coordinate variable too, unless its NAME says otherwise. Each other
 * dataset has its scales attached, axis by axis. The library is loaded when the first such file is opened.
 * Source: Unidata, "NetCDF-4 / HDF5 File Format", and "HDF5 Dimension Scale Specification".
 */

import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Attribute, Dataset, File, Metadata } from 'h5wasm/node';
import type { DType, TypedArray } from '../array/dtype.js';
import { hostData } from '../array/host.js';
import { sizeOf } from '../array/shape.js';
import { FluxionError } from '../error/error.js';
import { CorruptFile, type FileError, fileError, UnsupportedFormat } from '../error/io.js';
import { type Block, checkBlock, cutBlock, isWhole, shapeOfBlock } from './block.js';
import type { NetcdfAttribute, NetcdfAttributes, NetcdfDimension, NetcdfFile, NetcdfVariable } from './netcdf.js';
import { type FileValue, stringData } from './value.js';

/** Attributes that belong to the conventions, not to the data. */
const HIDDEN = new Set([
  'CLASS',
  'NAME',
  'DIMENSION_LIST',
  'REFERENCE_LIST',
  '_Netcdf4Coordinates',
  '_Netcdf4Dimid',
  '_NCProperties',
  '_nc3_strict',
]);
const NO_VARIABLE = 'This is a netCDF dimension but not a netCDF variable';
/** HDF5's classes of types. */
const [INTEGER, FLOAT, STRING, ENUM] = [0, 1, 3, 8];

const BROKEN_FILE = 'HDF5 cannot read it';

type Hdf5 = typeof import('h5wasm/node');
let library: Promise<Hdf5> | undefined;

/** The HDF5 library, ready, and made to throw its errors instead of printing them. */
function loadHdf5(): Promise<Hdf5> {
  library ??= import('h5wasm/node').then(async (hdf5) => {
    const module = await hdf5.ready;
    module.activate_throwing_error_handler();
    return hdf5;
  });
  return library;
}

/** What the library throws is its whole stack of errors; the innermost line has the reason. */
function hdf5Error(path: string, member: string | undefined, error: unknown): CorruptFile {
  const lines = [...String((error as Error).message).matchAll(/#\d+: .*\(\): (.+)/g)].map((match) => match[1]);
  const reason = lines.length > 0 ? `${BROKEN_FILE} (${lines.at(-1)})` : BROKEN_FILE;
  return new CorruptFile({ path, member, reason }, { cause: error });
}

/** Opens the file for `work` only: nothing stays open between reads. What the library throws becomes `CorruptFile`. */
async function withFile<A>(path: string, member: string | undefined, work: (file: File) => A): Promise<A> {
  const hdf5 = await loadHdf5();
  let file: File | undefined;
  try {
    file = new hdf5.File(path, 'r');
    return work(file);
  } catch (error) {
    if (error instanceof FluxionError) throw error;
    throw hdf5Error(path, member, error);
  } finally {
    file?.close();
  }
}

/** A dataset of the root group, before its axes have names. */
interface Entry {
  readonly name: string;
  readonly hdf5Name: string;
  readonly attributes: { readonly [name: string]: Attribute };
  readonly metadata: Metadata;
  readonly shape: readonly number[];
  readonly scales: readonly (string | undefined)[];
}

/** Reads the header of a NetCDF-4 file. Rejects: `CorruptFile`, `UnsupportedFormat` (compound and other exotic types). */
export const readHdf5 = (path: string): Promise<NetcdfFile> =>
  withFile(path, undefined, (file) => {
    const entries = file
      .keys()
      .map((name) => file.get(name))
      .filter(
        (entity): entity is Dataset => entity !== null && 'type' in entity && (entity.type as string) === 'Dataset',
      )
      .map(entryOf);
    const dimensionNames = nameAxes(entries);
    const variables = entries.filter((entry) => !isBareDimension(entry));
    return {
      path,
      format: 'netcdf4' as const,
      dimensions: dimensionsOf(entries, dimensionNames),
      attributes: attributesOf(file.attrs),
      variables: variables.map((entry) => variableOf(path, entry, dimensionNames.get(entry) ?? [])),
    };
  });

function entryOf(dataset: Dataset): Entry {
  const hdf5Name = dataset.path.replace(/^\//, '');
  const shape = dataset.shape ?? [];
  const isScale = textOf(dataset.attrs.CLASS) === 'DIMENSION_SCALE';
  const scales = shape.map((_, axis) =>
    isScale && shape.length === 1 ? plainName(hdf5Name) : scaleName(dataset.get_attached_scales(axis)[0]),
  );
  return { name: plainName(hdf5Name), hdf5Name, attributes: dataset.attrs, metadata: dataset.metadata, shape, scales };
}

const textOf = (attribute: Attribute | undefined): string =>
  typeof attribute?.value === 'string' ? attribute.value : '';

/** A variable that shares a dimension's name without being its coordinate is stored under a longer one. */
const plainName = (name: string): string => name.replace(/^_nc4_non_coord_/, '');
const scaleName = (path: string | undefined): string | undefined => path?.slice(path.lastIndexOf('/') + 1);

const isScale = (entry: Entry): boolean => textOf(entry.attributes.CLASS) === 'DIMENSION_SCALE';
const isBareDimension = (entry: Entry): boolean => textOf(entry.attributes.NAME).startsWith(NO_VARIABLE);
const numbersOf = (attribute: Attribute | undefined): number[] => {
  const value = attribute?.value;
  return ArrayBuffer.isView(value) ? Array.from(value as Int32Array, Number) : typeof value === 'number' ? [value] : [];
};

/**
 * Gives each axis of each dataset its dimension: by the identifiers that NetCDF notes for coordinates of several axes,
 * else by the attached scale, else, as the NetCDF library does, an invented `phony_dim_N`, one per length.
 */
function nameAxes(entries: readonly Entry[]): Map<Entry, readonly string[]> {
  const byId = new Map(
    entries.filter(isScale).map((entry) => [numbersOf(entry.attributes._Netcdf4Dimid)[0], entry.name]),
  );
  const phony: { readonly name: string; readonly length: number }[] = [];
  return new Map(
    entries.map((entry) => {
      const ids = numbersOf(entry.attributes._Netcdf4Coordinates);
      const names: string[] = [];
      for (const [axis, length] of entry.shape.entries()) {
        let name = entry.scales[axis] ?? (ids.length === entry.shape.length ? byId.get(ids[axis]) : undefined);
        name ??= phony.find((dimension) => dimension.length === length && !names.includes(dimension.name))?.name;
        if (name === undefined) {
          name = `phony_dim_${phony.length}`;
          phony.push({ name, length });
        }
        names.push(name);
      }
      return [entry, names];
    }),
  );
}

function dimensionsOf(entries: readonly Entry[], names: Map<Entry, readonly string[]>): NetcdfDimension[] {
  const dimensions = new Map<string, NetcdfDimension>();
  // Scales first: theirs is the order in which the dimensions were defined.
  for (const entry of [...entries.filter(isScale), ...entries]) {
    for (const [axis, name] of (names.get(entry) ?? []).entries()) {
      const known = dimensions.get(name);
      // The scale of an unlimited dimension without coordinates has length 0; its length is its longest variable's.
      const length = Math.max(known?.length ?? 0, entry.shape[axis]);
      const unlimited = (known?.unlimited ?? false) || (entry.metadata.maxshape?.[axis] ?? 0) > Number.MAX_SAFE_INTEGER;
      dimensions.set(name, { name, length, unlimited });
    }
  }
  return [...dimensions.values()];
}

function attributesOf(attributes: { readonly [name: string]: Attribute }): NetcdfAttributes {
  const visible = Object.entries(attributes).filter(([name]) => !HIDDEN.has(name));
  return Object.fromEntries(visible.map(([name, attribute]) => [name, attributeOf(attribute)]));
}

function attributeOf({ value, metadata }: Attribute): NetcdfAttribute {
  if (typeof value === 'string') return value;
  if (ArrayBuffer.isView(value)) return value as TypedArray;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value as string[];
  if (typeof value === 'number' || typeof value === 'bigint') {
    const dtype = dtypeOf(metadata);
    if (dtype !== undefined && dtype !== 'str') return arrayOfOne(dtype, value);
  }
  return '';
}

const ARRAYS = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;
type Hdf5DType = keyof typeof ARRAYS;

const arrayOfOne = (dtype: Hdf5DType, value: number | bigint): TypedArray =>
  (ARRAYS[dtype] as { from(values: Iterable<number | bigint>): TypedArray }).from([value]);

/** Our name for an HDF5 type; an enumeration of FALSE and TRUE is h5py's boolean. */
function dtypeOf({ type, size, signed, enum_type: enumeration }: Metadata): Hdf5DType | 'str' | undefined {
  if (type === STRING) return 'str';
  if (type === FLOAT) return size === 4 ? 'float32' : size === 8 ? 'float64' : undefined;
  if (type === ENUM && enumeration && Object.keys(enumeration.members).sort().join() === 'FALSE,TRUE') return 'bool';
  if (type !== INTEGER && type !== ENUM) return undefined;
  const dtype = `${signed ? 'int' : 'uint'}${size * 8}`;
  return Object.hasOwn(ARRAYS, dtype) ? (dtype as Hdf5DType) : undefined;
}

function variableOf(path: string, entry: Entry, names: readonly string[]): NetcdfVariable {
  const { name, metadata, attributes } = entry;
  const dtype = dtypeOf(metadata);
  if (dtype === undefined) {
    const found = `HDF5 type class ${metadata.type} of ${metadata.size} bytes`;
    throw new UnsupportedFormat({
      path,
      member: name,
      found,
      supported: 'integers, float32, float64, booleans and strings',
    });
  }
  const isCharacters = dtype === 'str' && !metadata.vlen && metadata.size === 1 && entry.shape.length > 0;
  const axes = isCharacters ? entry.shape.length - 1 : entry.shape.length;
  const shape = entry.shape.slice(0, axes);
  return {
    name,
    dtype: dtype satisfies DType | 'str',
    dimensions: names.slice(0, axes),
    shape,
    attributes: attributesOf(attributes),
    read: (block) =>
      TE.tryCatch(
        async () => {
          if (block) checkBlock(block, shape, name);
          return withFile(path, name, (file) => valueOf(file.get(entry.hdf5Name) as Dataset, dtype, shape, block));
        },
        (error): FileError => fileError(path, error),
      ),
  };
}

function valueOf(dataset: Dataset, dtype: Hdf5DType | 'str', shape: readonly number[], block?: Block): FileValue {
  if (block && !isWhole(block, shape)) return blockOf(dataset, dtype, shape, block);
  const stored = sizeOf(dataset.shape ?? []) === 0 ? [] : dataset.value;
  if (dtype === 'str') {
    const strings = (Array.isArray(stored) ? stored : [stored]).map(String);
    const width = strings.length / Math.max(1, sizeOf(shape));
    // Characters of one array element are neighbours along the last axis.
    return stringData(
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => strings.slice(i * width, (i + 1) * width).join('')),
    );
  }
  if (ArrayBuffer.isView(stored)) {
    const { buffer, byteOffset, byteLength } = stored as TypedArray;
    const Elements = ARRAYS[dtype];
    return hostData(
      dtype,
      shape,
      new Elements(buffer as ArrayBuffer, byteOffset, byteLength / Elements.BYTES_PER_ELEMENT),
    );
  }
  if (typeof stored === 'number' || typeof stored === 'bigint')
    return hostData(dtype, shape, arrayOfOne(dtype, stored));
  return hostData(dtype, shape, new ARRAYS[dtype](0));
}

/** A block, cut out by the HDF5 library; texts are few, and cut here. */
function blockOf(dataset: Dataset, dtype: Hdf5DType | 'str', shape: readonly number[], block: Block): FileValue {
  if (dtype === 'str') return cutBlock(valueOf(dataset, dtype, shape), block);
  const wanted = shapeOfBlock(block);
  if (sizeOf(wanted) === 0) return hostData(dtype, wanted, new ARRAYS[dtype](0));
  const part = dataset.slice(block.map(({ start, count }): [number, number] => [start, start + count])) as TypedArray;
  const Elements = ARRAYS[dtype];
  const { buffer, byteOffset, byteLength } = part;
  return hostData(
    dtype,
    wanted,
    new Elements(buffer as ArrayBuffer, byteOffset, byteLength / Elements.BYTES_PER_ELEMENT),
  );
}
