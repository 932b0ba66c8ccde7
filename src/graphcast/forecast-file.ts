/**
 * A forecast as a NetCDF file that grows step by step, in CF's terms: `time` is when the forecast is valid, `lead_time`
 * how far that is from its start; variables [time, (member,) level, lat, lon] with the units of the data.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fromNumbers } from '../array/numeric.js';
import { range } from '../array/shape.js';
import type { FluxionError } from '../error/error.js';
import { type FileError, fileError } from '../error/io.js';
import type { NetcdfContent, NetcdfWritableAttributes } from '../io/netcdf.js';
import { type GrowingVariable, type NetcdfStream, streamNetcdf } from '../io/netcdf-stream.js';
import type { Dataset } from '../xarray/index.js';
import { dateText } from '../xarray/repr-values.js';
import type { OpenWeather } from './sources/weather.js';

export interface ForecastFileOptions {
  readonly weather: OpenWeather;
  readonly variables: readonly string[];
  readonly members: number;
  /** The instant of the start, nanoseconds since 1970. */
  readonly start: bigint;
  readonly stepHours: number;
  readonly attributes: NetcdfWritableAttributes;
}

/** A forecast that is being written. */
export interface ForecastFile {
  /** Writes one step of one member: variables [1, 1, (level,) lat, lon]. Left: `FileAccess`. */
  write(step: number, member: number, prediction: Dataset): TE.TaskEither<FileError | FluxionError, void>;
  /** Gives the file its name, with so many steps. Left: `FileAccess`. */
  finish(steps: number): TE.TaskEither<FileError, void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Attributes that readers of files know. */
const DESCRIBING = ['units', 'long_name', 'standard_name'];

const axis = (name: string, numbers: readonly number[], attributes: NetcdfWritableAttributes): NetcdfContent => ({
  dimensions: [name],
  value: fromNumbers(name === 'level' || name === 'member' ? 'int32' : 'float32', [numbers.length], numbers),
  attributes,
});

/** Begins a file. Left: `FileAccess`. */
export const beginForecast = (path: string, options: ForecastFileOptions): TE.TaskEither<FileError, ForecastFile> => {
  const { weather, variables, members, start, stepHours, attributes } = options;
  const { lat, lon, level } = weather.coords;
  const ensemble = members > 1;
  const fixed: Record<string, NetcdfContent> = {
    lat: axis('lat', lat.numbers(), { units: 'degrees_north', standard_name: 'latitude' }),
    lon: axis('lon', lon.numbers(), { units: 'degrees_east', standard_name: 'longitude' }),
  };
  if (level)
    fixed.level = axis('level', level.numbers(), { units: 'hPa', standard_name: 'air_pressure', positive: 'down' });
  if (ensemble) fixed.member = axis('member', range(members), { standard_name: 'realization' });
  const since = dateText(start).replace('T', ' ');
  const growing: Record<string, GrowingVariable> = {
    time: { dtype: 'float64', dimensions: [], attributes: { units: `hours since ${since}`, standard_name: 'time' } },
    lead_time: {
      dtype: 'float64',
      dimensions: [],
      attributes: { units: 'hours', long_name: 'time since the start of the forecast' },
    },
  };
  for (const name of variables) {
    const { dims, attrs } = weather.variables[name];
    const known = Object.entries(attrs).filter(([key, v]) => DESCRIBING.includes(key) && typeof v === 'string');
    growing[name] = {
      dtype: 'float32',
      dimensions: [...(ensemble ? ['member'] : []), ...dims.filter((d) => d !== 'batch' && d !== 'time')],
      attributes: Object.fromEntries(known) as NetcdfWritableAttributes,
    };
  }
  return pipe(
    streamNetcdf(path, { attributes, fixed, record: 'time', growing }),
    TE.map((stream) => fileOf(stream, variables, stepHours)),
  );
};

function fileOf(stream: NetcdfStream, variables: readonly string[], stepHours: number): ForecastFile {
  const write = (
    name: string,
    step: number,
    data: Float32Array | Float64Array,
    at = 0,
  ): TE.TaskEither<FileError, void> => stream.write(name, step, data, at);
  return {
    write: (step, member, prediction) => {
      const hours = Float64Array.of((step + 1) * stepHours);
      const values = TE.tryCatch(
        () =>
          Promise.all(
            variables.map(async (name) => {
              const x = prediction.get(name);
              const order = ['batch', 'time', 'level', 'lat', 'lon'].filter((d) => x.dims.includes(d));
              return [
                name,
                (await x
                  .transpose(...order)
                  .astype('float32')
                  .values()) as Float32Array,
              ] as const;
            }),
          ),
        (error) => fileError(stream.path, error),
      );
      return pipe(
        values,
        TE.chain((all) =>
          TE.sequenceSeqArray(all.map(([name, data]) => write(name, step, data, member * data.length))),
        ),
        TE.chain(() => write('time', step, hours)),
        TE.chain(() => write('lead_time', step, hours)),
      );
    },
    finish: (steps) => stream.finish(steps),
    abandon: () => stream.abandon(),
  };
}
