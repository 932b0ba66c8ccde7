/** The task that a data set allows: all its variables are predicted from themselves, the sun and the calendar. */
import type { Dataset } from '../xarray/dataset.js';
import { addDerivedVars, addTisrVar } from './data-utils/index.js';
import type { WeatherData } from './sources/source.js';
import { FORCING_VARS, type TaskConfig } from './task.js';

/** The data with the calendar and the sun. */
export const withForcings = (dataset: Dataset): Dataset => addTisrVar(addDerivedVars(dataset));

/** Predict every time-dependent variable of the data from two frames of all of them. */
export function taskFor({ train, stepHours }: WeatherData): TaskConfig {
  const targets = train.keys().filter((name) => train.variables[name].dims.includes('time'));
  const statics = train.keys().filter((name) => !targets.includes(name));
  return {
    inputVariables: [...targets, ...FORCING_VARS, ...statics],
    targetVariables: targets,
    forcingVariables: FORCING_VARS,
    pressureLevels: Array.from((train.coords.level?.values ?? []) as ArrayLike<number>, Number),
    inputDuration: `${2 * stepHours}h`,
  };
}
