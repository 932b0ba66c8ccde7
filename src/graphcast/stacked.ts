/**
 * Between datasets and the arrays of a network: all variables, times and levels side by side in one axis of channels.
 *
 * Channels: variables in alphabetical order; within a variable its remaining dimensions in their order (time, then
 * level). Source: graphcast's `model_utils.py`.
 */
import type { NdArray } from '../array/array.js';
import { sizeOf } from '../array/shape.js';
import { ShapeMismatch } from '../error/error.js';
import { NotFound } from '../error/xarray.js';
import * as jnp from '../numpy/index.js';
import { slice } from '../numpy/index.js';
import { DataArray, fittingCoords } from '../xarray/data-array.js';
import { Dataset } from '../xarray/dataset.js';
import { concatVariables, type Dims, type Sizes, type Variable } from '../xarray/variable.js';

const PRESERVED: Dims = ['batch', 'lat', 'lon'];

/** A variable with the dimensions `preservedDims`, then `channels`; repeated along preserved ones that it lacks. */
export function variableToStacked(variable: Variable, sizes: Sizes, preservedDims: Dims = PRESERVED): Variable {
  const folded = variable.dims.filter((d) => !preservedDims.includes(d));
  const stacked =
    folded.length > 0 ? variable.stack('channels', folded) : variable.expandDims('channels', 1, variable.dims.length);
  const target: Record<string, number> = {};
  for (const d of preservedDims) {
    const size = variable.sizes[d] ?? sizes[d];
    if (size === undefined) {
      throw new NotFound({ op: 'datasetToStacked', kind: 'dimension', name: d, available: Object.keys(sizes) });
    }
    target[d] = size;
  }
  return stacked.setDims({ ...target, channels: stacked.sizes.channels });
}

/** All variables of a dataset as one array with the dimensions `preservedDims`, then `channels`. */
export function datasetToStacked(
  dataset: Dataset,
  sizes: Sizes = dataset.sizes,
  preservedDims: Dims = PRESERVED,
): DataArray {
  const variables = dataset
    .keys()
    .sort()
    .map((name) => variableToStacked(dataset.variables[name], sizes, preservedDims));
  return new DataArray(concatVariables(variables, 'channels'), {
    coords: fittingCoords(dataset.coords, preservedDims),
  });
}

/**
 * The inverse of `datasetToStacked`.
 * @throws ShapeMismatch when there are not as many channels as the template has
 */
export function stackedToDataset(stacked: Variable, template: Dataset, preservedDims: Dims = PRESERVED): Dataset {
  const names = template.keys().sort();
  const folded = names.map((name): Sizes => {
    const { sizes } = template.variables[name];
    return Object.fromEntries(Object.entries(sizes).filter(([d]) => !preservedDims.includes(d)));
  });
  const counts = folded.map((sizes) => sizeOf(Object.values(sizes)));
  const expected = counts.reduce((a, b) => a + b, 0);
  if (stacked.sizes.channels !== expected) {
    throw new ShapeMismatch({
      op: 'stackedToDataset',
      argument: 'stackedArray',
      expected: `the template (${names.join(', ')}) needs ${expected} channels`,
      actual: stacked.data.shape,
    });
  }
  const last = stacked.transpose(...stacked.dims.filter((d) => d !== 'channels'), 'channels');
  const variables: Record<string, Variable> = {};
  let start = 0;
  names.forEach((name, i) => {
    const part = last.with(last.data.get('...', slice(start, start + counts[i])));
    start += counts[i];
    const own = Object.keys(folded[i]);
    const unstacked =
      own.length > 0
        ? part.unstack('channels', folded[i])
        : part.with(
            jnp.squeeze(part.data, { axis: -1 }),
            part.dims.filter((d) => d !== 'channels'),
          );
    variables[name] = unstacked.transpose(...template.variables[name].dims);
  });
  return new Dataset(Object.fromEntries(template.keys().map((name) => [name, variables[name]])), {
    coords: template.coords,
    attrs: template.attrs,
  });
}

/** The dimensions lat and lon first, as nodes of a graph want them. */
export function latLonToLeadingAxes(array: DataArray): DataArray {
  return array.transpose('lat', 'lon', '...');
}

/** [lat, lon, batch, ...] back to [batch, ..., lat, lon] order of the data. */
export function restoreLeadingAxes(array: DataArray): DataArray {
  const rest = array.dims.filter((d) => !['batch', 'time', 'level', 'lat', 'lon'].includes(d));
  const known = ['batch', 'time', 'level', 'lat', 'lon'].filter((d) => array.dims.includes(d));
  return array.transpose(...known, ...rest);
}

/** [lat, lon, ...] as [node, ...]. */
export const toNodes = (array: NdArray): NdArray =>
  jnp.reshape(array, [array.shape[0] * array.shape[1], ...array.shape.slice(2)]);
