/**
 * Arrays and datasets as HTML, for notebooks: what xarray's own page shows, in sections that open and close.
 *
 * The page is self-contained and needs no script; colours follow the notebook's. Source: xarray's `formatting_html.py`.
 */
import type { DataArray } from './data-array.js';
import type { Dataset } from './dataset.js';
import type { LazyDataset } from './lazy-dataset.js';
import {
  arrayValuesText,
  attributeText,
  dataArraySummary,
  datasetSummary,
  lazyDatasetSummary,
  type Row,
  type Summary,
} from './repr.js';
import { bytesText, valuesLine } from './repr-values.js';
import type { Attrs, Sizes } from './variable.js';

const STYLE = `.xr-wrap{--line:color-mix(in srgb,currentColor 20%,transparent);line-height:1.6;max-width:760px}
.xr-wrap ul{list-style:none;margin:0;padding:0}.xr-header{border-bottom:1px solid var(--line);padding:.3em 0}
.xr-obj-type,.xr-var-dtype,.xr-var-preview,.xr-size{opacity:.62}.xr-dim-list,.xr-dim-list li{display:inline}
.xr-dim-list li+li::before{content:", "}.xr-dim-list::before{content:"("}.xr-dim-list::after{content:")"}
.xr-has-index{font-weight:bold}.xr-wrap summary{cursor:pointer}.xr-wrap details{margin:.2em 0}
.xr-var-item>details>summary,.xr-var-item>div{display:grid;grid-template-columns:10em 12em 9em 1fr;gap:.6em}
.xr-var-preview{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.xr-attrs{margin:0 0 .4em 2em}
.xr-attrs dt{float:left;clear:left;opacity:.62;min-width:8em}.xr-attrs dd{margin-left:9em}.xr-array-data{overflow-x:auto}`;

/** Text with the characters that HTML reads otherwise. */
const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const dimList = (sizes: Sizes, labelled: ReadonlySet<string>): string =>
  `<ul class="xr-dim-list">${Object.entries(sizes)
    .map(([d, n]) => `<li><span${labelled.has(d) ? ' class="xr-has-index"' : ''}>${escaped(d)}</span>: ${n}</li>`)
    .join('')}</ul>`;

const attrList = (attrs: Attrs): string =>
  `<dl class="xr-attrs">${Object.entries(attrs)
    .map(([name, value]) => `<dt>${escaped(name)} :</dt><dd>${escaped(attributeText(value))}</dd>`)
    .join('')}</dl>`;

function rowHtml(row: Row): string {
  const cells = [
    `<span class="xr-var-name${row.isIndex ? ' xr-has-index' : ''}">${escaped(row.name)}</span>`,
    `<span class="xr-var-dims">(${escaped(row.dims.join(', '))})</span>`,
    `<span class="xr-var-dtype">${escaped(row.dtype)} ${bytesText(row.bytes)}</span>`,
    `<span class="xr-var-preview">${escaped(valuesLine(row, 35))}</span>`,
  ].join('');
  const body =
    Object.keys(row.attrs).length === 0
      ? `<div>${cells}</div>`
      : `<details><summary>${cells}</summary>${attrList(row.attrs)}</details>`;
  return `<li class="xr-var-item">${body}</li>`;
}

const section = (title: string, count: number, open: boolean, body: string): string =>
  `<details class="xr-section-item"${open ? ' open' : ''}><summary>${title}: <span>(${count})</span></summary>${body}</details>`;

const rows = (title: string, found: readonly Row[], open: number): string =>
  section(title, found.length, found.length < open, `<ul class="xr-var-list">${found.map(rowHtml).join('')}</ul>`);

function page(kind: string, name: string, found: Summary, sections: readonly string[]): string {
  const labelled = new Set(found.coords.filter((row) => row.isIndex).map((row) => row.name));
  const attrs = Object.keys(found.attrs).length;
  return [
    `<div class="xr-wrap"><style>${STYLE}</style>`,
    `<div class="xr-header"><span class="xr-obj-type">xarray.${kind}</span> ${escaped(name)} ${dimList(found.sizes, labelled)} <span class="xr-size">${bytesText(found.bytes)}</span></div>`,
    ...sections,
    ...(attrs === 0 ? [] : [section('Attributes', attrs, attrs < 10, attrList(found.attrs))]),
    '</div>',
  ].join('');
}

const coordSection = ({ coords }: Summary): string[] => (coords.length === 0 ? [] : [rows('Coordinates', coords, 25)]);

const datasetPage = (found: Summary): string =>
  page('Dataset', '', found, [...coordSection(found), rows('Data variables', found.variables, 15)]);

export const datasetHtml = (x: Dataset): string => datasetPage(datasetSummary(x));
export const lazyDatasetHtml = (x: LazyDataset): string => datasetPage(lazyDatasetSummary(x));

export function dataArrayHtml(x: DataArray): string {
  const found = dataArraySummary(x);
  const values = `<details open><summary><span class="xr-var-preview">${escaped(valuesLine(found.variables[0], 70))}</span></summary><pre class="xr-array-data">${escaped(arrayValuesText(x.data))}</pre></details>`;
  return page('DataArray', x.name === null ? '' : `'${x.name}'`, found, [values, ...coordSection(found)]);
}
