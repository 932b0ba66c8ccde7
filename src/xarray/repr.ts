/** Arrays and datasets as text, in xarray's form. */
import { DeviceArray, type NdArray } from '../array/array.js';
import type { Coordinate, Coordinates } from './coordinate.js';
import type { DataArray } from './data-array.js';
import type { Dataset } from './dataset.js';
import type { Sizes } from './variable.js';

const sizesText = (sizes: Sizes): string =>
  Object.entries(sizes)
    .map(([d, n]) => `${d}: ${n}`)
    .join(', ');

const dtypeText = (c: Coordinate): string =>
  c.kind !== 'number' ? c.kind : c.values.constructor.name.replace('Array', '').toLowerCase();

function labelsText(c: Coordinate): string {
  const labels = Array.from({ length: Math.min(c.size, 400) }, (_, i) => i);
  if (c.size <= 8) return labels.map((i) => c.label(i)).join(' ');
  return `${[0, 1, 2].map((i) => c.label(i)).join(' ')} ... ${[3, 2, 1].map((k) => c.label(c.size - k)).join(' ')}`;
}

function coordLines(coords: Coordinates): string[] {
  const names = Object.keys(coords);
  if (names.length === 0) return [];
  const width = Math.max(...names.map((n) => n.length)) + 1;
  return [
    'Coordinates:',
    ...names.map((name) => {
      const c = coords[name];
      const mark = c.dims.includes(name) ? '*' : ' ';
      return `  ${mark} ${name.padEnd(width)} (${c.dims.join(', ')}) ${dtypeText(c)} ${labelsText(c)}`;
    }),
  ];
}

const valuesText = (data: NdArray): string =>
  data instanceof DeviceArray && data.size <= 1000 ? data.toString() : `[${data.size} values of ${data.dtype}]`;

export function dataArrayText(x: DataArray): string {
  const head = `<xarray.DataArray ${x.name === null ? '' : `'${x.name}' `}(${sizesText(x.sizes)})> ${x.dtype}`;
  return [head, valuesText(x.data), ...coordLines(x.coords)].join('\n');
}

export function datasetText(x: Dataset): string {
  const names = x.keys();
  const width = Math.max(0, ...names.map((n) => n.length)) + 2;
  return [
    `<xarray.Dataset>`,
    `Dimensions: (${sizesText(x.sizes)})`,
    ...coordLines(x.coords),
    'Data variables:',
    ...names.map((name) => {
      const v = x.variables[name];
      return `    ${name.padEnd(width)} (${v.dims.join(', ')}) ${v.data.dtype}`;
    }),
    ...(names.length === 0 ? ['    (none)'] : []),
  ].join('\n');
}
