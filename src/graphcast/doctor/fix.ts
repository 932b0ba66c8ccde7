/**
 * Writes a file of weather anew, with the doctor's safe repairs in it: GraphCast's names, order, directions and units,
 * frames in order and once, at the model's step. A stretch of frames is in memory at a time.
 */
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fromNumbers } from '../../array/numeric.js';
import { range } from '../../array/shape.js';
import type { FluxionError } from '../../error/error.js';
import { fileError } from '../../error/io.js';
import type { NetcdfContent } from '../../io/netcdf.js';
import { type GrowingVariable, streamNetcdf } from '../../io/netcdf-stream.js';
import type { OnProgress } from '../../io/progress.js';
import type { Dataset } from '../../xarray/index.js';
import { coordinateContent, writable } from '../../xarray/netcdf.js';
import { need } from '../need.js';
import { type OpenWeather, openWeather, type WeatherVariable } from '../sources/weather.js';
import type { Fix } from './finding.js';
import { hourlyOf } from './fit.js';

/** What was written. */
export interface Fixed {
  readonly path: string;
  readonly frames: number;
  readonly variables: readonly string[];
}

/** A variable of the new file, and how it comes from the old one's. */
interface Target {
  readonly name: string;
  readonly from: string;
  readonly variable: WeatherVariable;
  readonly scale: number;
  readonly offset: number;
  readonly units: string | null;
  /** Whether the frames of a step are summed, instead of the last taken. */
  readonly summed: boolean;
}

function targetsOf(weather: OpenWeather, fixes: readonly Fix[], every: number): Target[] {
  return Object.entries(weather.variables).map(([from, variable]) => {
    const convert = fixes.find((f) => f.kind === 'convert' && f.variable === from);
    const { scale, offset, units } = convert?.kind === 'convert' ? convert : { scale: 1, offset: 0, units: null };
    const hours = (weather.stepHours ?? 0) * every;
    const sum = `${from}_${hours}hr`;
    const summed = every > 1 && hourlyOf(sum) === from;
    const stated = typeof variable.attrs.units === 'string' ? variable.attrs.units : null;
    return { name: summed ? sum : from, from, variable, scale, offset, units: units ?? stated, summed };
  });
}

/**
 * Applies fixes. Left: `FileAccess`; `UnusableTimes` where frames are missing, which no repair can bring.
 */
export const applyFixes = (
  path: string,
  out: string,
  fixes: readonly Fix[],
  onProgress?: OnProgress,
): TE.TaskEither<FluxionError, Fixed> =>
  TE.tryCatch(
    async () => {
      const ordered = fixes.find((f) => f.kind === 'frames');
      const weather = await need(openWeather(path, ordered?.kind === 'frames' ? { frames: ordered.positions } : {}));
      const resample = fixes.find((f) => f.kind === 'resample');
      const every = resample?.kind === 'resample' ? resample.every : 1;
      return rewrite(weather, out, targetsOf(weather, fixes, every), every, onProgress);
    },
    (error) => fileError(out, error),
  );

async function rewrite(
  weather: OpenWeather,
  out: string,
  targets: readonly Target[],
  every: number,
  onProgress: OnProgress | undefined,
): Promise<Fixed> {
  const { lat, lon, level, datetime } = weather.coords;
  const numbers = { lat, lon, ...(level ? { level } : {}) };
  const described: { readonly [axis: string]: NetcdfContent['attributes'] } = {
    lat: { units: 'degrees_north', standard_name: 'latitude' },
    lon: { units: 'degrees_east', standard_name: 'longitude' },
    level: { units: 'hPa', standard_name: 'air_pressure' },
  };
  const fixed: Record<string, NetcdfContent> = Object.fromEntries(
    Object.entries(numbers).map(([axis, c]) => [axis, { ...coordinateContent(c), attributes: described[axis] }]),
  );
  const members = weather.members;
  if (members > 1) fixed.batch = { dimensions: ['batch'], value: fromNumbers('int32', [members], range(members)) };
  const still = targets.filter(({ variable }) => !variable.dims.includes('time'));
  if (still.length > 0) {
    const frame = await need(weather.select(still.map(({ from }) => from)).read([0]));
    for (const target of still) {
      const { dims, data } = frame.variables[target.from];
      const values = converted((await data.data()) as Float32Array, target);
      fixed[target.name] = {
        dimensions: dims,
        value: { dtype: 'float32', shape: data.shape, data: values },
        attributes: attributesOf(target),
      };
    }
  }
  const moving = targets.filter((target) => !still.includes(target));
  const growing: Record<string, GrowingVariable> = {
    time: { dtype: 'float64', dimensions: [], attributes: { units: 'hours since 1970-01-01', standard_name: 'time' } },
  };
  for (const target of moving) {
    growing[target.name] = {
      dtype: 'float32',
      dimensions: target.variable.dims.filter((d) => d !== 'time' && (d !== 'batch' || members > 1)),
      attributes: attributesOf(target),
    };
  }
  const dates = datetime.values as BigInt64Array;
  const first = firstFrame(
    dates.subarray(0, weather.frames),
    every,
    moving.some(({ summed }) => summed),
  );
  const count = Math.max(0, Math.floor((weather.frames - 1 - first) / every) + 1);
  const stream = await need(streamNetcdf(out, { fixed, record: 'time', growing }));
  try {
    const chosen = weather.select(moving.map(({ from }) => from));
    for (const record of range(count)) {
      // A sum is over the frames that end with its own.
      const last = first + record * every;
      const positions = range(every)
        .map((i) => last - every + 1 + i)
        .filter((p) => p >= 0);
      const frames = await need(chosen.read(positions));
      await need(stream.write('time', record, Float64Array.of(Number(dates[last]) / 3.6e12)));
      for (const target of moving) {
        await need(stream.write(target.name, record, converted(await frameOf(frames, target), target)));
      }
      onProgress?.({ phase: 'write', message: 'writing', done: record + 1, total: count, unit: 'frames' });
    }
    await need(stream.finish());
  } catch (error) {
    await stream.abandon();
    throw error;
  }
  return { path: out, frames: count, variables: targets.map(({ name }) => name) };
}

/** The first frame to keep: at a multiple of the step, and with enough frames before it to sum over. */
function firstFrame(dates: BigInt64Array, every: number, sums: boolean): number {
  if (every === 1) return 0;
  const step = (dates[1] - dates[0]) * BigInt(every);
  const earliest = sums ? every - 1 : 0;
  const found = dates.findIndex((t, i) => i >= earliest && t % step === 0n);
  return found < 0 ? earliest : found;
}

const attributesOf = ({ variable, units }: Target): NetcdfContent['attributes'] => ({
  ...writable(variable.attrs),
  ...(units === null ? {} : { units }),
});

/** The last frame, or the sum of all, [batch, (level,) lat, lon]. */
async function frameOf(frames: Dataset, { from, summed }: Target): Promise<Float32Array> {
  const x = frames.get(from);
  const one = summed ? x.sum('time') : x.isel({ time: -1 }, { drop: true });
  return (await one.values()) as Float32Array;
}

function converted(values: Float32Array, { scale, offset }: Target): Float32Array {
  return scale === 1 && offset === 0 ? values : values.map((x) => x * scale + offset);
}
