/**
 * Arrays and datasets as text, line by line as xarray writes them. Source: xarray's `core/formatting.py`.
 */
import { DeviceArray, type NdArray } from '../array/array.js';
import { layoutOf } from '../array/dtype.js';
import { sizeOf } from '../array/shape.js';
import type { Coordinate, Coordinates } from './coordinate.js';
import type { DataArray } from './data-array.js';
import type { Dataset } from './dataset.js';
import type { LazyDataset } from './lazy-dataset.js';
import { bytesText, type Listed, listedArray, listedCoordinate, valuesLine } from './repr-values.js';
import type { Attrs, Dims, Sizes } from './variable.js';

const WIDTH = 80;

/** A variable or a coordinate, ready to be listed. */
export interface Row extends Listed {
  readonly name: string;
  readonly dims: Dims;
  readonly attrs: Attrs;
  /** Whether it labels the dimension of its name. */
  readonly isIndex: boolean;
}

/** What both the text and the HTML of a dataset are made from. */
export interface Summary {
  readonly sizes: Sizes;
  readonly bytes: number;
  readonly coords: readonly Row[];
  readonly unlabelled: readonly string[];
  readonly variables: readonly Row[];
  readonly attrs: Attrs;
}

/** Labels in the order of dimensions: that of a dimension first, then those that end in it, then those of none. */
function coordRows(coords: Coordinates, dims: Dims): Row[] {
  const place = (name: string, c: Coordinate): readonly [number, number] => {
    if (dims.includes(name)) return [dims.indexOf(name), 0];
    const last = c.dims.findLast((d) => dims.includes(d));
    return [last === undefined ? dims.length : dims.indexOf(last), 1];
  };
  return Object.entries(coords)
    .map(([name, c]) => ({ name, c, place: place(name, c) }))
    .sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1])
    .map(({ name, c }) => ({
      ...listedCoordinate(c),
      name,
      dims: c.dims,
      attrs: {},
      isIndex: c.dims.length === 1 && c.dims[0] === name,
    }));
}

const summary = (sizes: Sizes, coords: Coordinates, variables: readonly Row[], attrs: Attrs): Summary => {
  const dims = Object.keys(sizes);
  const labels = coordRows(coords, dims);
  return {
    sizes,
    bytes: [...labels, ...variables].reduce((n, { bytes }) => n + bytes, 0),
    coords: labels,
    unlabelled: dims.filter((d) => !(d in coords)),
    variables,
    attrs,
  };
};

export const datasetSummary = (x: Dataset): Summary =>
  summary(
    x.sizes,
    x.coords,
    Object.entries(x.variables).map(([name, { data, dims, attrs }]) => ({
      ...listedArray(data),
      name,
      dims,
      attrs,
      isIndex: false,
    })),
    x.attrs,
  );

export const lazyDatasetSummary = (x: LazyDataset): Summary =>
  summary(
    x.sizes,
    x.coords,
    Object.entries(x.variables).map(([name, { dtype, shape, dims, attrs }]) => {
      const size = sizeOf(shape);
      return { name, dims, attrs, isIndex: false, dtype, size, bytes: size * layoutOf(dtype).bytes, texts: null };
    }),
    x.attrs,
  );

export const dataArraySummary = (x: DataArray): Summary => {
  const row = { ...listedArray(x.data), name: x.name ?? '', dims: x.dims, attrs: x.attrs, isIndex: false };
  return { ...summary(x.sizes, x.coords, [row], x.attrs), bytes: row.bytes };
};

/** Elements with commas between, in lines that begin at a column. */
function wrapped(elements: readonly string[], column: number): string {
  const lines = [''];
  let length = 0;
  elements.forEach((element, i) => {
    const text = i < elements.length - 1 ? `${element}, ` : element;
    length += text.length;
    if (column + length > WIDTH) {
      lines[lines.length - 1] = lines[lines.length - 1].trimEnd();
      lines.push(`\n${' '.repeat(column)}${text}`);
      length = text.length;
    } else lines[lines.length - 1] += text;
  });
  return lines.join('');
}

/** The width of the column of names. */
const columnOf = (names: readonly string[]): number => Math.max(7, ...names.map((n) => n.length)) + 6;

function rowText(row: Row, column: number): string {
  const { name, dims, dtype, bytes, isIndex } = row;
  const first = `  ${isIndex ? '*' : ' '} ${name} `.padEnd(column);
  const front = `${first}${dims.length === 0 ? '' : `(${dims.join(', ')}) `}${dtype} ${bytesText(bytes)} `;
  return `${front}${valuesLine(row, WIDTH - front.length)}`;
}

const sizeElements = (sizes: Sizes): string[] => Object.entries(sizes).map(([d, n]) => `${d}: ${n}`);

/** An attribute's value in a line. */
export const attributeText = (value: unknown): string =>
  (Array.isArray(value) ? (value.length === 1 ? String(value[0]) : `[${value.join(', ')}]`) : String(value))
    .replace(/\t/g, '\\t')
    .replace(/\n/g, '\\n');

function attrLines(attrs: Attrs): string[] {
  const names = Object.keys(attrs);
  if (names.length === 0) return [];
  const column = columnOf(names);
  const line = (name: string): string => {
    const text = `${`    ${name}:`.padEnd(column)} ${attributeText(attrs[name])}`;
    return text.length > WIDTH ? `${text.slice(0, WIDTH - 3)}...` : text;
  };
  return ['Attributes:', ...names.map(line)];
}

function coordLines({ coords, unlabelled }: Summary, column: number): string[] {
  const start = 'Dimensions without coordinates: ';
  return [
    ...(coords.length === 0 ? [] : ['Coordinates:', ...coords.map((row) => rowText(row, column))]),
    ...(unlabelled.length === 0 ? [] : [start + wrapped(unlabelled, start.length)]),
  ];
}

/** The text of a dataset from its summary. */
function summaryText(kind: string, found: Summary): string {
  const { sizes, bytes, coords, variables, attrs } = found;
  const column = columnOf([...coords, ...variables].map(({ name }) => name));
  return [
    `<xarray.${kind}> Size: ${bytesText(bytes)}`,
    `${'Dimensions:'.padEnd(column)}(${wrapped(sizeElements(sizes), column + 1)})`,
    ...coordLines(found, column),
    'Data variables:',
    ...(variables.length === 0 ? ['    *empty*'] : variables.map((row) => rowText(row, column))),
    ...attrLines(attrs),
  ].join('\n');
}

export const datasetText = (x: Dataset): string => summaryText('Dataset', datasetSummary(x));

export const lazyDatasetText = (x: LazyDataset): string => summaryText('Dataset', lazyDatasetSummary(x));

/** Values as NumPy writes them; a traced or a large array says what it is. */
export const arrayValuesText = (data: NdArray): string =>
  data instanceof DeviceArray && data.size <= 1000
    ? data.toString().replace(/^Array/, 'array')
    : `[${data.size} values with dtype=${data.dtype}]`;

export function dataArrayText(x: DataArray): string {
  const found = dataArraySummary(x);
  const start = `<xarray.DataArray ${x.name === null ? '' : `'${x.name}' `}`;
  return [
    `${start}(${wrapped(sizeElements(found.sizes), start.length + 1)})> Size: ${bytesText(found.bytes)}`,
    arrayValuesText(x.data),
    ...coordLines(found, columnOf(Object.keys(x.coords))),
    ...attrLines(x.attrs),
  ].join('\n');
}
