/** Zarr. */
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { FileError } from '../error/io.js';
import type { NetcdfFile } from './netcdf.js';
export declare const openZarr: (path: string) => TE.TaskEither<FileError, NetcdfFile>;
