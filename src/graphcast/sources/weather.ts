/**
 * A user's weather, opened but not read: any NetCDF file or Zarr store on a grid of latitudes and longitudes, in the form
 * that GraphCast's datasets have:
 *
 *   variables     [batch, time, level, lat, lon], [batch, time, lat, lon], or [lat, lon] for what does not change
 *   coordinates   `time` since the first frame, `datetime` [batch, time], `level` hPa, `lat` and `lon` degrees
 *
 * with GraphCast's names, everything ascending, longitudes from 0 to 360, float32. A file with one member gets a batch of
 * one. Frames are read when they are asked for, so a file may be larger than memory.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { TypedArray } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import type { FluxionError } from '../../error/error.js';
import { type FileError, fileError } from '../../error/io.js';
import { NotFound } from '../../error/xarray.js';
import { openData } from '../../io/open-data.js';
import { type Attrs, Coordinate, type Coordinates, Dataset, LazyDataset, type Variable } from '../../xarray/index.js';
import { AXES, type Axis } from './axes.js';
import { type Plan, planOf } from './netcdf-plan.js';
import { type Times, timesOf } from './netcdf-times.js';

/** Options of `openWeather` and `readWeatherFile`. */
export interface WeatherFileOptions {
  /** The variables to keep, by GraphCast's names or the file's own. By default all that can be used. */
  readonly variables?: readonly string[];
  /** The pressure levels to keep, hPa. By default all. */
  readonly levels?: readonly number[];
  /** The positions of the frames to keep, in the order in which they are to be. By default all. */
  readonly frames?: readonly number[];
}

/** A variable as its frames will have it. */
export interface WeatherVariable {
  /** Its name in the file. */
  readonly inFile: string;
  readonly dims: readonly Axis[];
  readonly attrs: Attrs;
}

/** Weather that is read frame by frame. */
export interface OpenWeather {
  readonly path: string;
  readonly plan: Plan;
  /** By GraphCast's names. */
  readonly variables: { readonly [name: string]: WeatherVariable };
  /** `time`, `datetime`, `lat`, `lon`, and `level` where there are levels. */
  readonly coords: Coordinates;
  /** The number of frames. */
  readonly frames: number;
  /** Members of an ensemble; 1 where the file has none. */
  readonly members: number;
  /** Hours from frame to frame; null where there is one frame. */
  readonly stepHours: number | null;
  /** Why variables of the file stay behind, by their names in the file. */
  readonly omitted: { readonly [variable: string]: string };
  /**
   * Reads some frames, of all members or some, with the labels that they have among all; what has no time is read every
   * time. Left: `CorruptFile`, `InvalidArgument` for positions that are not there.
   */
  read(frames: readonly number[], members?: readonly number[]): TE.TaskEither<FileError | FluxionError, Dataset>;
  /** The same with fewer variables. */
  select(names: readonly string[]): OpenWeather;
}

/**
 * Opens weather: axes, names and times are found, no field is read.
 *
 * Left: `FileNotFound`, `CorruptFile`, `UnsupportedFormat`; `MissingAxis`, `AmbiguousAxis` where the axes of weather are
 * not all there, once; `UnusableTimes` where frames are not at equal distances; `UnusableVariable` for a variable that
 * was asked for and cannot be used; `NoUsableVariable`; `NotFound` for a level that is not there.
 */
export const openWeather = (
  path: string,
  options: WeatherFileOptions = {},
): TE.TaskEither<FileError | FluxionError, OpenWeather> =>
  pipe(
    openData(path),
    TE.chain((file) =>
      TE.tryCatch(
        async () => {
          const plan = planOf(file, options.variables);
          const lazy = await LazyDataset.of(file, plan.unread);
          const { frames, levels } = options;
          return opened(frames ? lazy.isel({ [plan.axes.of.time as string]: frames }) : lazy, plan, levels);
        },
        (error) => fileError(path, error),
      ),
    ),
  );

function opened(lazy: LazyDataset, plan: Plan, levels: readonly number[] | undefined): OpenWeather {
  const times = timesOf(lazy, plan);
  const axes = axesOf(lazy, plan);
  const positions: Record<string, number[]> = {};
  for (const [axis, { values }] of Object.entries(axes)) {
    const ascending = ascendingPositions(values);
    positions[axis] = axis === 'level' && levels ? wantedLevels(values, ascending, levels, plan) : ascending;
  }
  if (levels && !axes.level) wantedLevels([], [], levels, plan);
  const labels = Object.fromEntries(Object.entries(axes).map(([axis, c]) => [axis, c.take(axis, positions[axis])]));
  const inFile = Object.entries(positions).flatMap(([axis, p]) => {
    const dim = plan.axes.of[axis as Axis];
    return dim === undefined ? [] : [[dim, p] as const];
  });
  return weatherOf(lazy.isel(Object.fromEntries(inFile)), plan, times, labels, Object.keys(plan.names));
}

function weatherOf(
  lazy: LazyDataset,
  plan: Plan,
  times: Times,
  labels: { readonly [axis: string]: Coordinate },
  kept: readonly string[],
): OpenWeather {
  const { axes, names } = plan;
  const own = new Map(AXES.map((axis) => [axes.of[axis], axis]));
  const { time, datetime, batch } = times;
  const describe = (inFile: string): WeatherVariable => {
    const v = lazy.variables[inFile];
    const dims = new Set(v.dims.flatMap((d) => own.get(d) ?? []));
    if (axes.scalarLevel !== null) dims.add('level');
    if (dims.has('time')) dims.add('batch');
    else dims.delete('batch');
    return { inFile, dims: AXES.filter((axis) => dims.has(axis)), attrs: v.attrs };
  };
  const timeDim = axes.of.time as string;
  const frames = time.size;
  return {
    path: plan.path,
    plan,
    variables: Object.fromEntries(kept.map((inFile) => [names[inFile], describe(inFile)])),
    coords: { ...labels, time, datetime },
    frames,
    members: batch,
    stepHours: frames > 1 ? Number((time.values as BigInt64Array)[1]) / 3.6e12 : null,
    omitted: plan.omitted,
    read: (positions, members = range(batch)) =>
      pipe(
        TE.tryCatch(
          async () => {
            const batchDim = axes.of.batch;
            const some = lazy.isel({ [timeDim]: positions });
            return (batchDim === undefined ? some : some.isel({ [batchDim]: members })).select(kept);
          },
          (error) => fileError(plan.path, error),
        ),
        TE.chain((some) => some.load()),
        TE.chain((raw) =>
          TE.tryCatch(
            async () => {
              const bare = raw.dropVars(Object.keys(raw.coords));
              const arranged = withAxes(bare, plan, members.length).assignCoords(labels).rename(names);
              return arranged.astype('float32').assignCoords({
                time: time.take('time', positions),
                datetime: datetime.take('time', positions).take('batch', members),
              });
            },
            (error) => fileError(plan.path, error),
          ),
        ),
      ),
    select: (wanted) => {
      const chosen = wanted.map((name) => {
        const found = kept.find((inFile) => names[inFile] === name);
        if (found !== undefined) return found;
        const available = kept.map((inFile) => names[inFile]);
        throw new NotFound({ op: plan.path, kind: 'variable', name, available });
      });
      return weatherOf(lazy, plan, times, labels, chosen);
    },
  };
}

/** The labels of level, latitude and longitude, in the file's order, in the kinds and ranges that GraphCast has. */
function axesOf(raw: { readonly coords: Coordinates }, { axes }: Plan): { [axis: string]: Coordinate } {
  const made: Record<string, Coordinate> = {};
  const label = (axis: Axis, name: string | null | undefined, f: (x: number) => number): void => {
    const given = name === null || name === undefined ? undefined : raw.coords[name];
    if (!given) return;
    const values = given.numbers().map(f);
    const whole = axis === 'level' && values.every(Number.isInteger);
    made[axis] = new Coordinate([axis], whole ? Int32Array.from(values) : Float32Array.from(values));
  };
  label('level', axes.of.level ?? axes.scalarLevel, (p) => (axes.levelsInPascal ? p / 100 : p));
  label('lat', axes.of.lat, (x) => x);
  label('lon', axes.of.lon, (x) => ((x % 360) + 360) % 360);
  return made;
}

/** Positions that put labels in ascending order, each label once: a longitude of 360 repeats that of 0. */
function ascendingPositions(values: Coordinate['values']): number[] {
  const numbers = values as TypedArray;
  return range(numbers.length)
    .sort((i, j) => Number(numbers[i]) - Number(numbers[j]))
    .filter((p, i, sorted) => i === 0 || numbers[p] !== numbers[sorted[i - 1]]);
}

/** Positions of levels, in the order in which they are wanted. @throws NotFound */
function wantedLevels(
  values: Coordinate['values'],
  ascending: readonly number[],
  levels: readonly number[],
  { path }: Plan,
): number[] {
  return levels.map((level) => {
    const position = ascending.find((p) => Number(values[p]) === level);
    if (position !== undefined) return position;
    const available = ascending.map((p) => `${values[p]}`);
    throw new NotFound({ op: path, kind: 'label', name: `${level} along level`, available });
  });
}

/** Every array with weather's axes in their order, and no others. */
function withAxes(raw: Dataset, { axes }: Plan, batch: number): Dataset {
  const own = new Map(AXES.map((axis) => [axes.of[axis], axis]));
  const arrange = (given: Variable): Variable => {
    let v = given;
    for (const d of v.dims) if (!own.has(d)) v = v.take(d, { positions: [0], dropped: true });
    v = v.with(
      v.data,
      v.dims.map((d) => own.get(d) as Axis),
    );
    if (axes.scalarLevel !== null) v = v.expandDims('level', 1, 0);
    if (!v.dims.includes('time')) {
      if (v.dims.includes('batch')) v = v.take('batch', { positions: [0], dropped: true });
    } else if (!v.dims.includes('batch')) v = v.expandDims('batch', batch, 0);
    return v.transpose(...AXES.filter((axis) => v.dims.includes(axis)));
  };
  return new Dataset(Object.fromEntries(Object.entries(raw.variables).map(([name, v]) => [name, arrange(v)])), {
    attrs: raw.attrs,
  });
}
