/**
 * NetCDF: named dimensions, variables over them, attributes. The format of weather.
 *
 * Two formats share the name. NetCDF-3 ("classic", magic `CDF`) is a plain layout, read and written by
 * `netcdf-classic.ts`; NetCDF-4 is HDF5 with conventions, read by `netcdf-hdf5.ts` through the HDF5 library itself.
 * The magic bytes decide, never the name. Data is raw here, as stored; `cf.ts` and `cf-time.ts` decode fill values,
 * packing and times. Of NetCDF-4 groups, the root is read.
 */
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DType, TypedArray } from '../array/dtype.js';
import { CorruptFile, type FileError, NotInFile, UnsupportedFormat } from '../error/io.js';
import { writeAtomically } from './atomic.js';
import type { Block } from './block.js';
import { readClassic } from './netcdf-classic.js';
import { classicChunks } from './netcdf-classic-write.js';
import { readHdf5 } from './netcdf-hdf5.js';
import { type ByteSource, reading } from './source.js';
import type { FileValue } from './value.js';

/** The length of an axis, by name. An unlimited dimension can grow; its length is the present one. */
export interface NetcdfDimension {
  readonly name: string;
  readonly length: number;
  readonly unlimited: boolean;
}

/** Text, several texts, or numbers with their type; one number is an array of length 1. */
export type NetcdfAttribute = string | readonly string[] | TypedArray;
export type NetcdfAttributes = { readonly [name: string]: NetcdfAttribute };

/** A variable: what is known of it before its data is read. */
export interface NetcdfVariable {
  readonly name: string;
  /** The dtype of its data as stored; 'str' for text. An array of characters is one of strings, without its last axis. */
  readonly dtype: DType | 'str';
  /** The names of its axes, and their lengths. */
  readonly dimensions: readonly string[];
  readonly shape: readonly number[];
  readonly attributes: NetcdfAttributes;
  /** Reads its data as stored: all of it, or a block, of which no more is read than is needed. */
  read(block?: Block): TE.TaskEither<FileError, FileValue>;
}

/** A NetCDF file, or what is read in its terms, whose header has been read. */
export interface NetcdfFile {
  readonly path: string;
  readonly format: 'netcdf3' | 'netcdf4' | 'zarr2' | 'zarr3';
  readonly dimensions: readonly NetcdfDimension[];
  readonly attributes: NetcdfAttributes;
  /** In the order of the file. */
  readonly variables: readonly NetcdfVariable[];
}

/** A variable to write. */
export interface NetcdfContent {
  readonly dimensions: readonly string[];
  readonly value: FileValue;
  readonly attributes?: NetcdfWritableAttributes;
}

/** Attributes to write: a plain number is an int where it is a whole one of 32 bits, else a double. */
export type NetcdfWritableAttributes = { readonly [name: string]: string | number | TypedArray };

/** What to write: variables by name. The lengths of dimensions are those of the data. */
export interface NetcdfContents {
  readonly attributes?: NetcdfWritableAttributes;
  readonly variables: { readonly [name: string]: NetcdfContent };
}

const HDF5_MAGIC = '\x89HDF\r\n\x1a\n';
const MAGIC_BYTES = 8;

/**
 * Opens a NetCDF file and reads its header.
 *
 * Left: `FileNotFound`, `FileAccess`, `CorruptFile`, `UnsupportedFormat` (neither kind of NetCDF, or types that are no
 * arrays of numbers or text).
 */
export const openNetcdf = (path: string): TE.TaskEither<FileError, NetcdfFile> =>
  reading(path, async (source) => {
    const magic = await magicOf(source);
    if (magic.startsWith('CDF')) return readClassic(source);
    if (magic === HDF5_MAGIC) return readHdf5(path);
    const supported = 'NetCDF-3 (CDF) and NetCDF-4 (HDF5)';
    throw new UnsupportedFormat({ path: source.path, found: 'a file that begins in another way', supported });
  });

async function magicOf(source: ByteSource): Promise<string> {
  if (source.size < MAGIC_BYTES)
    throw new CorruptFile({ path: source.path, reason: `it has only ${source.size} bytes` });
  return Buffer.from(await source.read(0, MAGIC_BYTES)).toString('latin1');
}

/** A variable of an open file. Left: `NotInFile`. */
export const netcdfVariable = (file: NetcdfFile, name: string): TE.TaskEither<FileError, NetcdfVariable> =>
  TE.fromNullable<FileError>(new NotInFile({ path: file.path, name, available: file.variables.map((v) => v.name) }))(
    file.variables.find((variable) => variable.name === name),
  );

/**
 * Writes a NetCDF-3 file, atomically. Types that the format lacks become smaller ones where every value fits, as xarray
 * has it: booleans and 64-bit integers among them.
 *
 * Left: `FileAccess`; `UnsupportedFormat` for values that do not fit, floats and complex numbers the format lacks, or
 * impossible names; `ShapeMismatch` where variables disagree about a dimension.
 */
export const writeNetcdf = (path: string, contents: NetcdfContents): TE.TaskEither<FileError, void> =>
  writeAtomically(path, () => classicChunks(path, contents));
