/**
 * A training job that takes seconds: a small model on weather made of waves, in a file of its own.
 *
 * Nothing here is learnt that a forecaster wants; what is tested is that nothing is lost.
 */
import { hostData } from '../../../src/array/host.js';
import { type MainJobOptions, mainJobDefaults, type TrainingObserver } from '../../../src/graphcast/job.js';
import { writeNetcdf } from '../../../src/io/netcdf.js';
import { run } from '../../helpers/either.js';

const SIZES = { number: 5, time: 4, isobaricInhPa: 2, latitude: 7, longitude: 12 } as const;
const DIMENSIONS = Object.keys(SIZES) as (keyof typeof SIZES)[];

/** A field [member, time, level, lat, lon] of waves that travel to the east, each member's at a phase of its own. */
function waves(mean: number, amplitude: number): Float32Array {
  const data: number[] = [];
  for (let member = 0; member < SIZES.number; member++) {
    for (let time = 0; time < SIZES.time; time++) {
      for (let level = 0; level < SIZES.isobaricInhPa; level++) {
        for (let lat = 0; lat < SIZES.latitude; lat++) {
          for (let lon = 0; lon < SIZES.longitude; lon++) {
            const phase = 2 * Math.PI * (lon / SIZES.longitude - time / 7 + member / 3);
            const wave = Math.sin(phase) + 0.5 * Math.cos(2 * phase + level);
            data.push(mean * (level + 1) + amplitude * wave * Math.sin((Math.PI * lat) / (SIZES.latitude - 1)));
          }
        }
      }
    }
  }
  return Float32Array.from(data);
}

/** Writes the weather as a NetCDF file of the ERA5 sample's form. */
export async function writeTinyWeather(path: string): Promise<void> {
  const axis = (name: keyof typeof SIZES, values: readonly number[], attributes: Record<string, string> = {}) => ({
    dimensions: [name],
    value: hostData('float64', [SIZES[name]], Float64Array.from(values)),
    attributes,
  });
  const evenly = (n: number, from: number, step: number): number[] =>
    Array.from({ length: n }, (_, i) => from + i * step);
  const field = (data: Float32Array, units: string) => ({
    dimensions: DIMENSIONS,
    value: hostData('float32', Object.values(SIZES), data),
    attributes: { units },
  });
  await run(
    writeNetcdf(path, {
      variables: {
        number: axis('number', evenly(SIZES.number, 0, 1)),
        time: axis('time', evenly(SIZES.time, 0, 12), { units: 'hours since 2017-01-01 00:00:00' }),
        isobaricInhPa: axis('isobaricInhPa', [500, 850], { units: 'hPa' }),
        latitude: axis('latitude', evenly(SIZES.latitude, -90, 30), { units: 'degrees_north' }),
        longitude: axis('longitude', evenly(SIZES.longitude, 0, 30), { units: 'degrees_east' }),
        z: field(waves(20000, 800), 'm**2 s**-2'),
        t: field(waves(250, 8), 'K'),
      },
    }),
  );
}

/** The job of six steps, the last two of them autoregressive. */
export const tinyJob = (data: string, out: string, changed: Partial<MainJobOptions> = {}): MainJobOptions => ({
  ...mainJobDefaults,
  steps: 6,
  source: { kind: 'file', path: data },
  out,
  meshSize: 0,
  latentSize: 4,
  messageSteps: 1,
  batchSize: 2,
  autoregressiveSteps: 2,
  checkpointEvery: 100,
  engine: 'xla',
  ...changed,
});

/** The same as arguments of the command line. */
export const tinyArguments = (data: string, out: string, ...more: readonly string[]): string[] => [
  'graphcast',
  ...['--data', data, '--out', out, '--mesh-size', '0', '--latent-size', '4', '--message-steps', '1'],
  ...more,
];

/** An observer that hears nothing but what it is given to hear. */
export const observer = (heard: Partial<TrainingObserver> = {}): TrainingObserver => ({
  phase: () => {},
  progress: () => {},
  plan: () => {},
  step: () => {},
  heldOut: () => {},
  message: () => {},
  ...heard,
});
