/**
 * A user's weather: any NetCDF file on a grid of latitudes and longitudes, as a dataset of the form that GraphCast's are:
 *
 *   variables     [batch, time, level, lat, lon], [batch, time, lat, lon], or [lat, lon] for what does not change
 *   coordinates   `time` since the first frame, `datetime` [batch, time], `level` hPa, `lat` and `lon` degrees
 *
 * with GraphCast's names, everything ascending, longitudes from 0 to 360, float32. A file with one member gets a batch of
 * one. What cannot be learnt from (values missing, axes that are none of weather's) is left out and listed with the reason.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { TypedArray } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import type { FluxionError } from '../../error/error.js';
import { type FileError, fileError } from '../../error/io.js';
import { NoUsableVariable, UnusableVariable } from '../../error/weather.js';
import { openNetcdf } from '../../io/netcdf.js';
import { Coordinate, Dataset, loadDataset, type Variable } from '../../xarray/index.js';
import { AXES, type Axis } from './axes.js';
import { type Plan, planOf } from './netcdf-plan.js';
import { timesOf } from './netcdf-times.js';

export interface WeatherFileOptions {
  /** The variables to keep, by GraphCast's names or the file's own. By default all that can be used. */
  readonly variables?: readonly string[];
  /** The pressure levels to keep, hPa. By default all. */
  readonly levels?: readonly number[];
}

/** A file's weather, and what was left behind. */
export interface WeatherFile {
  readonly dataset: Dataset;
  /** Why variables of the file are not in the dataset, by their names in the file. */
  readonly omitted: { readonly [variable: string]: string };
}

/**
 * Reads a file of weather.
 *
 * Left: `FileNotFound`, `CorruptFile`, `UnsupportedFormat`; `MissingAxis`, `AmbiguousAxis` where the axes of weather are
 * not all there, once; `UnusableTimes` where frames are not at equal distances; `UnusableVariable` for a variable that
 * was asked for; `NoUsableVariable`; `NotFound` for a level that is not there.
 */
export const readWeatherFile = (
  path: string,
  options: WeatherFileOptions = {},
): TE.TaskEither<FileError | FluxionError, WeatherFile> =>
  pipe(
    openNetcdf(path),
    TE.chainW((file) => caught(path, async () => planOf(file, options.variables))),
    TE.chainW((plan) =>
      pipe(
        loadDataset(path, { dropVariables: plan.unread }),
        TE.chainW((raw) => caught(path, () => arranged(raw, plan, options.levels))),
      ),
    ),
  );

const caught = <A>(path: string, work: () => Promise<A>): TE.TaskEither<FileError, A> =>
  TE.tryCatch(work, (error) => fileError(path, error));

async function arranged(raw: Dataset, plan: Plan, levels: readonly number[] | undefined): Promise<WeatherFile> {
  const times = timesOf(raw, plan);
  const axes = axesOf(raw, plan);
  const bare = raw.dropVars(Object.keys(raw.coords));
  const renamed = withAxes(bare, plan, times.batch).assignCoords(axes).rename(plan.names);
  const ascending = renamed.isel(
    Object.fromEntries(Object.entries(axes).map(([axis, { values }]) => [axis, ascendingPositions(values)])),
  );
  const selected = levels === undefined ? ascending : ascending.sel({ level: levels });
  const { dataset, omitted } = await withoutMissing(selected.astype('float32'), plan);
  const { time, datetime } = times;
  return { dataset: dataset.assignCoords({ time, datetime }), omitted: { ...plan.omitted, ...omitted } };
}

/** The labels of level, latitude and longitude, in the file's order, in the kinds and ranges that GraphCast has. */
function axesOf(raw: Dataset, { axes }: Plan): { [axis: string]: Coordinate } {
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

/** The variables all of whose values are there. */
async function withoutMissing(dataset: Dataset, plan: Plan): Promise<WeatherFile> {
  const inFile = Object.fromEntries(Object.entries(plan.names).map(([from, to]) => [to, from]));
  const omitted: Record<string, string> = {};
  for (const [name, { data }] of Object.entries(dataset.variables)) {
    const missing = ((await data.data()) as Float32Array).reduce((n, x) => n + (Number.isFinite(x) ? 0 : 1), 0);
    if (missing === 0) continue;
    const reason = `${missing} of its ${data.size} values are missing`;
    if (plan.strict) throw new UnusableVariable({ path: plan.path, variable: inFile[name], reason });
    omitted[inFile[name]] = reason;
  }
  const gone = Object.keys(omitted).map((name) => plan.names[name]);
  if (gone.length === dataset.keys().length) {
    const reasons = Object.entries({ ...plan.omitted, ...omitted }).map(([name, why]) => `${name}: ${why}`);
    throw new NoUsableVariable({ path: plan.path, reasons });
  }
  return { dataset: dataset.dropVars(gone), omitted };
}
