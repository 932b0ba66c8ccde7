/**
 * Real weather: the ERA5 sample of `io/era5.ts` as a dataset.
 *
 * Temperature (K) and geopotential (m2 s-2) of ten members of ECMWF's ensemble of data assimilations, at 500 and 850 hPa,
 * every 12 hours from 2017-01-01 00 UTC to 2017-01-02 12 UTC, on a 3 degree grid.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../../error/error.js';
import type { FileError } from '../../error/io.js';
import type { Dataset } from '../../xarray/index.js';
import { readWeatherFile } from './netcdf.js';

/** Members kept away from training: the last two of ten. */
export const ERA5_HELD_OUT_MEMBERS = 2;

/**
 * Reads the sample: `temperature` and `geopotential`, float32 [batch 10, time 4, level 2, lat 61, lon 120], latitudes and
 * levels ascending. The batch is the members.
 *
 * Left: `FileNotFound`, `CorruptFile`, and those of `readWeatherFile` for another file.
 */
export const era5Dataset = (path: string): TE.TaskEither<FileError | FluxionError, Dataset> =>
  pipe(
    readWeatherFile(path, { variables: ['temperature', 'geopotential'] }),
    TE.map(({ dataset }) => dataset),
  );
