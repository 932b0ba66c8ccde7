/** Whether weather and a model belong together: variables, pressure levels, grid, and the time between frames. */
import type { CheckPoint } from '../checkpoint.js';
import type { OpenWeather } from '../sources/weather.js';
import { STATIC_VARS } from '../task.js';
import { stepHoursOf, storedVariables } from '../trained-model.js';
import { type Finding, finding, listed } from './finding.js';

/** Hourly sums, by what they are the sums over several hours of. */
const SUMMED: { readonly [hourly: string]: RegExp } = { total_precipitation: /^total_precipitation_(\d+)hr$/ };

/** The name of a variable of one step that is summed to `wanted`; null for none. */
export const hourlyOf = (wanted: string): string | null =>
  Object.entries(SUMMED).find(([, pattern]) => pattern.test(wanted))?.[0] ?? null;

/** What of a model's needs some weather does not meet. */
export function fitFindings(weather: OpenWeather, checkpoint: CheckPoint): Finding[] {
  const { taskConfig, modelConfig } = checkpoint;
  const found: Finding[] = [];
  const error = (
    code: string,
    variable: string | null,
    what: string,
    repair: string,
    fix: Finding['fix'] = null,
  ): void => void found.push(finding('error', code, variable, what, repair, fix));

  const step = stepHoursOf(taskConfig);
  const { stepHours } = weather;
  const every = stepHours === null ? null : step / stepHours;
  const resamples = every !== null && every > 1 && Number.isInteger(every);
  if (stepHours !== null && stepHours !== step) {
    const what = `its frames are ${stepHours} h apart; the model steps ${step} h`;
    const repair = resamples
      ? `Keep every frame at a multiple of ${step} h; sum precipitation over the ${step} h before it.`
      : 'Take data with frames at that distance.';
    error('time-step', null, what, repair, resamples ? { kind: 'resample', every } : null);
  }
  for (const name of storedVariables(taskConfig)) {
    if (name in weather.variables) continue;
    const hourly = hourlyOf(name);
    if (hourly !== null && hourly in weather.variables && resamples && stepHours === 1) continue;
    const repair = (STATIC_VARS as readonly string[]).includes(name)
      ? 'It does not change with time: take it from any ERA5 file of the same grid.'
      : hourly !== null && hourly in weather.variables
        ? `Sum ${hourly} over the hours before each frame.`
        : 'Fetch it, or train a model without it.';
    error('missing-variable', name, `the model needs ${name}, and the file has none`, repair);
  }
  const levels = weather.coords.level?.numbers() ?? [];
  const absent = taskConfig.pressureLevels.filter((p) => !levels.includes(p));
  if (absent.length > 0) {
    const what = `the model needs the levels ${listed(absent)} hPa, and the file has ${levels.length > 0 ? listed(levels) : 'none'}`;
    error('missing-levels', null, what, 'Fetch them, or train a model on the levels that there are.');
  }
  const degrees = 360 / weather.coords.lon.size;
  const { resolution } = modelConfig;
  if (resolution > 0 && Math.abs(degrees - resolution) > 1e-3 * resolution) {
    const what = `its grid has ${degrees} degrees; the model was trained on ${resolution}`;
    error('resolution', null, what, 'Regrid it (xarray.regridConservative does).');
  }
  return found;
}
