/** The golden cases' data, cut from the ERA5 sample as their README says. */
import { readFileSync } from 'node:fs';
import type { ExtractOptions } from '../../src/graphcast/data-utils/index.js';
import { era5Dataset } from '../../src/graphcast/sources/era5.js';
import { slice } from '../../src/numpy/index.js';
import { type Dataset, loadDataset } from '../../src/xarray/index.js';
import { run } from '../helpers/either.js';
import { era5Path } from '../helpers/era5.js';
import { golden } from '../helpers/golden.js';

interface Config {
  readonly task_config: {
    readonly input_variables: readonly string[];
    readonly target_variables: readonly string[];
    readonly forcing_variables: readonly string[];
    readonly pressure_levels: readonly number[];
    readonly input_duration: string;
  };
  readonly sample: { readonly members: readonly number[]; readonly lat_stride: number; readonly lon_stride: number };
}

export const configOf = (which: 'a' | 'b'): Config =>
  JSON.parse(readFileSync(golden(`graphcast/case_${which}/config.json`), 'utf8'));

/** A dataset of a case: `inputs`, `targets`, `forcings`, `mean_by_level`, ... */
export const goldenDataset = (which: 'a' | 'b', name: string): Promise<Dataset> =>
  run(loadDataset(golden(`graphcast/case_${which}/${name}.nc`)));

/** All members on the case's grid. */
export async function weatherOf(which: 'a' | 'b'): Promise<Dataset> {
  const { lat_stride, lon_stride } = configOf(which).sample;
  const dataset = await run(era5Dataset(era5Path));
  return dataset.isel({ lat: slice(null, null, lat_stride), lon: slice(null, null, lon_stride) });
}

/** The case's task, with a lead time of one day; variables that are not of ERA5 are left out. */
export function extractionOf(which: 'a' | 'b'): ExtractOptions {
  const { task_config: task } = configOf(which);
  const real = (names: readonly string[]): string[] =>
    names.filter((name) => name !== 'land_sea_mask' && name !== 'mean_sea_level_pressure');
  return {
    inputVariables: real(task.input_variables),
    targetVariables: real(task.target_variables),
    forcingVariables: task.forcing_variables,
    pressureLevels: task.pressure_levels,
    inputDuration: task.input_duration,
    targetLeadTimes: { start: '12h', stop: '24h' },
  };
}
