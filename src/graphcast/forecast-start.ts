/**
 * What a forecast starts from, and what it is told of the times to come.
 *
 * The dataset's frames become inputs at lead times -step and 0; forcings for any later time follow from the calendar and
 * the sun alone, so they are made for one step when that step's turn comes.
 */
import { DeviceArray } from '../array/array.js';
import { hostZeros } from '../array/host.js';
import { range } from '../array/shape.js';
import * as random from '../random/index.js';
import type { Key } from '../random/key.js';
import { Coordinate, type Coordinates, DataArray, Dataset, Variable } from '../xarray/index.js';
import type { Piece } from './rollout.js';
import { batchFirst } from './samples.js';
import type { OpenWeather } from './sources/weather.js';
import type { Statistics } from './statistics.js';
import type { TaskConfig } from './task.js';
import { withForcings } from './task-of-data.js';

const NANOSECONDS_OF_HOUR = 3_600_000_000_000n;

/** Durations of whole steps as the labels of lead times. */
const leadTimes = (steps: readonly number[], stepHours: number): Coordinate =>
  new Coordinate(
    ['time'],
    BigInt64Array.from(steps, (s) => BigInt(Math.round(s * stepHours * 3600)) * 1_000_000_000n),
    'timedelta64[ns]',
  );

/** The inputs of a task from its frames of one member, the last of which is at lead time 0. */
export function inputsOf(frames: Dataset, task: TaskConfig, stepHours: number): Dataset {
  const count = frames.sizes.time;
  const steps = range(count).map((i) => i + 1 - count);
  const led = withForcings(frames)
    .dropVars('datetime')
    .assignCoords({ time: leadTimes(steps, stepHours) });
  return batchFirst(led.select(task.inputVariables));
}

/** The instant of the last frame, nanoseconds since 1970. */
export const startOf = (frames: Dataset): bigint => (frames.coords.datetime.values as BigInt64Array).at(-1) as bigint;

/** The steps of a forecast: what each is to make, and its forcings. */
export function* stepsOf(
  weather: OpenWeather,
  task: TaskConfig,
  start: bigint,
  stepHours: number,
  steps: number,
): Generator<Piece> {
  const { lat, lon, level } = weather.coords;
  const grid: Coordinates = level ? { lat, lon, level } : { lat, lon };
  // Of a template only dimensions and labels count.
  const template = Object.fromEntries(
    task.targetVariables.map((name) => {
      const { dims } = weather.variables[name];
      const sizes: { readonly [axis: string]: number } = {
        batch: 1,
        time: 1,
        level: level?.size ?? 1,
        lat: lat.size,
        lon: lon.size,
      };
      return [
        name,
        new Variable(
          dims,
          DeviceArray.fromHost(
            hostZeros(
              'float32',
              dims.map((d) => sizes[d]),
            ),
          ),
        ),
      ];
    }),
  );
  for (const step of range(steps)) {
    const time = leadTimes([step + 1], stepHours);
    const instant = start + (time.values as BigInt64Array)[0];
    const datetime = new Coordinate(['batch', 'time'], BigInt64Array.of(instant), 'datetime64[ns]', [1, 1]);
    const known = withForcings(new Dataset({}, { coords: { ...grid, time, datetime } }));
    yield {
      template: new Dataset(template, { coords: { ...grid, time } }),
      forcings: batchFirst(known.select(task.forcingVariables).dropVars('datetime')),
    };
  }
}

/**
 * Another start of the same weather: each predicted variable with noise on it, the same in all frames, whose standard
 * deviation is `scale` times that of the variable's change in a step, level by level.
 */
export function perturbed(inputs: Dataset, task: TaskConfig, statistics: Statistics, scale: number, key: Key): Dataset {
  const names = task.targetVariables.filter((name) => inputs.has(name) && statistics.diffsStddevByLevel.has(name));
  const moved = names.map((name, i): [string, DataArray] => {
    const x = inputs.get(name);
    const one = x.isel({ time: 0 }, { drop: true });
    const draw = random.normal(random.foldIn(key, i), { shape: one.shape });
    const noise = new DataArray(one.variable.with(draw), { coords: one.coords, name });
    const spread = noise.mul(statistics.diffsStddevByLevel.get(name)).mul(scale);
    return [
      name,
      x
        .add(spread)
        .transpose(...x.dims)
        .rename(name),
    ];
  });
  return inputs.assign(Object.fromEntries(moved));
}

/** The frame that is the last before, or at, an instant; null for none. */
export function frameAt(weather: OpenWeather, instant: bigint): number | null {
  const times = (weather.coords.datetime.values as BigInt64Array).subarray(0, weather.frames);
  const found = times.findLastIndex((t) => t <= instant);
  return found < 0 || instant - times[found] >= NANOSECONDS_OF_HOUR ? null : found;
}
