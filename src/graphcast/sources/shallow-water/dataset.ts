/**
 * Weather without a download: trajectories of the shallow-water equations from random balanced states, as a dataset of the
 * form that ERA5's is. All members run side by side as one compiled program.
 */
import type { NdArray } from '../../../array/array.js';
import { range } from '../../../array/shape.js';
import { InvalidArgument } from '../../../error/error.js';
import { scan } from '../../../lax/control.js';
import * as jnp from '../../../numpy/index.js';
import { type Key, key, split } from '../../../random/index.js';
import { jit } from '../../../transform/jit.js';
import { vmap } from '../../../transform/vmap.js';
import { Coordinate, Dataset } from '../../../xarray/index.js';
import { integrate, type State, windsOn } from './dynamics.js';
import { EARTH_RADIUS, harmonics, synthesise, synthesisOn } from './harmonics.js';
import { randomBalancedState } from './initial-state.js';

export interface ShallowWaterOptions {
  /** Seed of the initial states. Default 0. */
  readonly seed?: number;
  /** Trajectories; the batch. Default 10. */
  readonly members?: number;
  /** Frames of each. Default 24. */
  readonly frames?: number;
  /** Hours between frames. Default 12. */
  readonly stepHours?: number;
  /** Days before the first frame, in which the flow forgets how it was made. Default 2. */
  readonly spinUpDays?: number;
  /** Points from pole to pole, both included. Default 61. */
  readonly numLat?: number;
  /** Points around the globe, from Greenwich eastwards. Default 120. */
  readonly numLon?: number;
  /** Highest degree of the spherical harmonics that carry the flow. Default 21, waves of 950 km and more. */
  readonly truncation?: number;
}

/** m2 s-2: 5500 m, about where the pressure is 500 hPa. */
const MEAN_GEOPOTENTIAL = 5.4e4;
const JET = 30;
const EDDIES = 12;
const DIFFUSION_HOURS = 6;
/** Courant number of the fastest gravity wave: the Runge-Kutta scheme is stable up to 2.8. */
const COURANT = 1.6;
/** The flow knows no season: any date would do. */
const FIRST_DATE = Date.UTC(2001, 0, 1);

/** The number of steps between frames, such that the fastest gravity wave keeps below the Courant number. */
function stepsBetween(hours: number, truncation: number): number {
  const frequency = Math.sqrt(MEAN_GEOPOTENTIAL * truncation * (truncation + 1)) / EARTH_RADIUS;
  return Math.ceil((hours * 3600 * frequency) / COURANT);
}

function checked(options: ShallowWaterOptions): Required<ShallowWaterOptions> {
  const all: Required<ShallowWaterOptions> = {
    seed: 0,
    members: 10,
    frames: 24,
    stepHours: 12,
    spinUpDays: 2,
    numLat: 61,
    numLon: 120,
    truncation: 21,
    ...options,
  };
  for (const name of ['members', 'frames', 'numLat', 'numLon', 'truncation'] as const) {
    const least = name === 'numLat' || name === 'truncation' ? 2 : 1;
    if (Number.isInteger(all[name]) && all[name] >= least) continue;
    const expected = `a whole number, ${least} or more`;
    throw new InvalidArgument({ op: 'shallowWaterDataset', argument: name, expected, actual: `${all[name]}` });
  }
  if (!(all.stepHours > 0)) {
    const actual = `${all.stepHours}`;
    throw new InvalidArgument({ op: 'shallowWaterDataset', argument: 'stepHours', expected: 'above 0', actual });
  }
  return all;
}

/** One frame: [level 1, lat, lon]; or all of them, with leading axes for members and frames. */
type Frames = Readonly<Record<'geopotential' | 'u_component_of_wind' | 'v_component_of_wind', NdArray>>;

/**
 * Simulates weather: `geopotential` (m2 s-2), `u_component_of_wind` and `v_component_of_wind` (m s-1), float32
 * [batch, time, level 1, lat, lon], on 500 hPa. Coordinates as ERA5's; `datetime` begins at an arbitrary date.
 *
 * The same options give the same numbers on one engine.
 *
 * @throws InvalidArgument for sizes that are no whole numbers
 */
export function shallowWaterDataset(options: ShallowWaterOptions = {}): Dataset {
  const { seed, members, frames, stepHours, spinUpDays, numLat, numLon, truncation } = checked(options);
  const h = harmonics(truncation);
  const latitude = Float64Array.from({ length: numLat }, (_, i) => -90 + (180 * i) / (numLat - 1));
  const longitude = Float64Array.from({ length: numLon }, (_, j) => (360 * j) / numLon);
  const scalars = synthesisOn(truncation, latitude, longitude);
  const winds = synthesisOn(truncation, latitude, longitude, true);
  const steps = stepsBetween(stepHours, truncation);
  const step = { dt: (stepHours * 3600) / steps, diffusionHours: DIFFUSION_HOURS };
  const spinUp = Math.round((spinUpDays * 86_400) / step.dt);

  const frameOf = (state: State): Frames => {
    const [u, v] = jnp.expandDims(windsOn(state, h, winds), 1);
    const geopotential = jnp.expandDims(synthesise(state.geopotential, scalars), 0);
    return { geopotential, u_component_of_wind: u, v_component_of_wind: v };
  };
  const trajectory = (memberKey: Key): Frames => {
    const start = randomBalancedState(memberKey, h, { jet: JET, eddies: EDDIES, mean: MEAN_GEOPOTENTIAL });
    const first = integrate(start, spinUp, h, step);
    const [, fields] = scan((state: State) => [integrate(state, steps, h, step), frameOf(state)] as const, first, {
      length: frames,
    });
    return fields as Frames;
  };
  const fields = jit(vmap(trajectory))(split(key(seed), { num: members })) as Frames;
  const dims = ['batch', 'time', 'level', 'lat', 'lon'];
  const hour = 3_600_000_000_000;
  const times = BigInt64Array.from(range(frames), (i) => BigInt(Math.round(i * stepHours * hour)));
  const first = BigInt(FIRST_DATE) * 1_000_000n;
  const dates = BigInt64Array.from(range(members * frames), (i) => first + times[i % frames]);
  return new Dataset(
    Object.fromEntries(Object.entries(fields).map(([name, x]) => [name, [dims, jnp.astype(x, 'float32')] as const])),
    {
      coords: {
        time: new Coordinate(['time'], times, 'timedelta64[ns]'),
        datetime: new Coordinate(['batch', 'time'], dates, 'datetime64[ns]', [members, frames]),
        level: new Coordinate(['level'], Int32Array.of(500)),
        lat: new Coordinate(['lat'], Float32Array.from(latitude)),
        lon: new Coordinate(['lon'], Float32Array.from(longitude)),
      },
    },
  );
}
