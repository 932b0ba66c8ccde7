/**
 * Putting arrays and datasets together: `concat` along a dimension, `merge` by name. Source: xarray, "Combining data".
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidDataset } from '../error/xarray.js';
import { type CoordinateLike, type Coordinates, coordinateOf, joinCoordinates } from './coordinate.js';
import { DataArray, mergeCoords } from './data-array.js';
import { Dataset } from './dataset.js';
import { concatVariables, type Variable } from './variable.js';

/** Labels of a result that is `parts` behind each other. */
function concatCoords(parts: readonly { readonly coords: Coordinates }[], dim: string): Coordinates {
  const [first] = parts;
  const joined = Object.entries(first.coords)
    .filter(([name, c]) => c.dims.includes(dim) && parts.every((p) => name in p.coords))
    .map(
      ([name]) =>
        [
          name,
          joinCoordinates(
            dim,
            parts.map((p) => p.coords[name]),
          ),
        ] as const,
    );
  const rest = parts
    .map((p) => Object.fromEntries(Object.entries(p.coords).filter(([, c]) => !c.dims.includes(dim))))
    .reduce<Coordinates>((a, b) => mergeCoords(a, b), {});
  return { ...rest, ...Object.fromEntries(joined) };
}

/**
 * Arrays or datasets behind each other along a dimension; a new dimension comes first (`xarray.concat`).
 * Variables of datasets that lack the dimension are taken from the first.
 */
export function concat<T extends DataArray | Dataset>(
  parts: readonly T[],
  dim: string,
  options: { readonly coord?: CoordinateLike } = {},
): T {
  checkArgument('concat', 'parts', parts, 'list');
  checkArgument('concat', 'dim', dim, 'string');
  checkOptions('concat', options, { coord: 'any' });
  for (const [i, part] of parts.entries()) {
    checkArgument('concat', `parts[${i}]`, part, parts[0] instanceof DataArray ? DataArray : Dataset);
  }
  if (parts.length === 0) throw new InvalidDataset({ what: 'concat: there is nothing to concatenate.' });
  const [first] = parts;
  const label = (made: DataArray | Dataset): T =>
    (options.coord === undefined ? made : made.assignCoords({ [dim]: coordinateOf(dim, options.coord) })) as T;
  if (first instanceof DataArray) {
    const arrays = (parts as readonly DataArray[]).map((p) => (p.dims.includes(dim) ? p : p.expandDims(dim)));
    const variable = concatVariables(
      arrays.map((a) => a.variable),
      dim,
    );
    return label(new DataArray(variable, { coords: concatCoords(arrays, dim), name: first.name }));
  }
  const datasets = parts as readonly Dataset[];
  const isNew = !(first as Dataset).dims.includes(dim);
  const variables = Object.fromEntries(
    (first as Dataset).keys().map((name) => {
      const all = datasets.map((d) => d.get(name).variable);
      if (isNew) {
        return [
          name,
          concatVariables(
            all.map((v) => v.expandDims(dim, 1, 0)),
            dim,
          ),
        ];
      }
      return [name, all[0].dims.includes(dim) ? concatVariables(all, dim) : all[0]];
    }),
  );
  return label(new Dataset(variables, { coords: concatCoords(datasets, dim), attrs: (first as Dataset).attrs }));
}

/** All variables of all datasets; of those in several, the first one's (`xarray.merge` with `compat: 'override'`). */
export function merge(datasets: readonly Dataset[]): Dataset {
  checkArgument('merge', 'datasets', datasets, 'list');
  for (const [i, dataset] of datasets.entries()) checkArgument('merge', `datasets[${i}]`, dataset, Dataset);
  const variables: Record<string, Variable> = {};
  let coords: Coordinates = {};
  for (const d of datasets) {
    for (const [name, v] of Object.entries(d.variables)) variables[name] ??= v;
    coords = { ...d.coords, ...coords };
  }
  return new Dataset(variables, { coords, attrs: datasets[0]?.attrs });
}
