/**
 * Opens what holds named arrays with named axes, whatever its format: a NetCDF file, or the folder of a Zarr store.
 */
import { stat } from 'node:fs/promises';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { FileError } from '../error/io.js';
import { type NetcdfFile, openNetcdf } from './netcdf.js';

/**
 * Opens a file or store and reads its header. Zarr stores are folders; they appear in NetCDF's terms, as in xarray.
 *
 * Left: the errors of `openNetcdf`, and of `openZarr` for a folder.
 */
export const openData =
  (path: string): TE.TaskEither<FileError, NetcdfFile> =>
  async () => {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) return openNetcdf(path)();
    const { openZarr } = await import('./zarr.js');
    return openZarr(path)();
  };
