/**
 * A user's weather, read whole, as a dataset to learn from; `weather.ts` says what form it gets. What cannot be learnt from
 * (values missing, axes that are none of weather's) is left out and listed with the reason.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { range } from '../../array/shape.js';
import type { FluxionError } from '../../error/error.js';
import { type FileError, fileError } from '../../error/io.js';
import { NoUsableVariable, UnusableVariable } from '../../error/weather.js';
import type { Dataset } from '../../xarray/index.js';
import type { Plan } from './netcdf-plan.js';
import { openWeather, type WeatherFileOptions } from './weather.js';

/** A file's weather, and what was left behind. */
export interface WeatherFile {
  readonly dataset: Dataset;
  /** Why variables of the file are not in the dataset, by their names in the file. */
  readonly omitted: { readonly [variable: string]: string };
}

/**
 * Reads a file of weather. Left: as `openWeather`; `UnusableVariable` too for a variable that was asked for and has
 * missing values.
 */
export const readWeatherFile = (
  path: string,
  options: WeatherFileOptions = {},
): TE.TaskEither<FileError | FluxionError, WeatherFile> =>
  pipe(
    openWeather(path, options),
    TE.chain((weather) =>
      pipe(
        weather.read(range(weather.frames)),
        TE.chain((dataset) =>
          TE.tryCatch(
            async () => {
              const whole = await withoutMissing(dataset, weather.plan);
              return { dataset: whole.dataset, omitted: { ...weather.omitted, ...whole.omitted } };
            },
            (error) => fileError(path, error),
          ),
        ),
      ),
    ),
  );

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
