/**
 * One field on the globe, with the legend that its colours need.
 */
import { type ColourScale, hexText, palette, paletteIndex } from './colour.js';
import { mapHeight, mapWidth, type Raster } from './globe.js';
import { html, type Markup } from './html.js';
import { encodePng, pngDataUri } from './png.js';
import type { Field } from './report-data.js';
import { extent, linearScale, niceStep } from './scale.js';

/** The values that the ends of a colour scale stand for. */
export interface ColourRange {
  readonly scale: ColourScale;
  readonly low: number;
  readonly high: number;
  /** Values below `low` (above `high`) exist, and take the end colour. */
  readonly below: boolean;
  readonly above: boolean;
}

const finiteSorted = (fields: readonly Field[]): Float64Array =>
  Float64Array.from(fields.flatMap((field) => Array.from(field).filter(Number.isFinite))).sort();

/** A range from the lowest to the highest of the first field, for it and the others. */
export function sequentialRange(scale: ColourScale, fields: readonly [Field, ...Field[]]): ColourRange {
  const [first, last] = extent(Array.from(fields[0])) ?? extent(fields.flatMap((field) => Array.from(field))) ?? [0, 1];
  const step = niceStep(last - first || Math.abs(first) || 1, 20);
  const low = Math.floor(first / step) * step;
  const high = Math.max(Math.ceil(last / step) * step, low + step);
  const all = finiteSorted(fields);
  return { scale, low, high, below: all.length > 0 && all[0]! < low, above: all.length > 0 && all.at(-1)! > high };
}

/**
 * A range around zero that holds all but the largest half percent of the absolute values, so that one bad cell does
 * not turn the rest of the map white.
 */
export function divergingRange(scale: ColourScale, fields: readonly Field[]): ColourRange {
  const sizes = finiteSorted(fields.map((field) => Array.from(field, Math.abs)));
  const wanted = sizes[Math.floor(0.995 * (sizes.length - 1))] || sizes.at(-1) || 1;
  const step = niceStep(wanted, 10);
  const high = Math.ceil(wanted / step - 1e-9) * step;
  const beyond = sizes.length > 0 && sizes.at(-1)! > high;
  return { scale, low: -high, high, below: beyond, above: beyond };
}

/** The picture: every pixel has the colour of the cell under it. */
function picture(field: Field, raster: Raster, range: ColourRange): string {
  const pixels = new Uint8Array(raster.cells.length);
  const colours = Uint8Array.from(Array.from(field), (value) => paletteIndex(value, range.low, range.high));
  raster.cells.forEach((cell, i) => {
    if (cell >= 0) pixels[i] = colours[cell]!;
  });
  return pngDataUri(encodePng(raster.width, raster.height, pixels, palette(range.scale)));
}

/** The shared shapes; they stand once in the page and each map refers to them. */
export const globeSymbols = (outlines: { sphere: string; graticule: string; coastlines: string }): Markup =>
  html`<svg class="hidden" aria-hidden="true" width="0" height="0"><defs><path id="coast" d="${outlines.coastlines}"/><g id="globe"><path class="graticule" d="${outlines.graticule}"/><g class="shore"><use href="#coast" class="halo"/><use href="#coast" class="edge"/></g><path class="sphere" d="${outlines.sphere}"/></g></defs></svg>`;

/** A map with its caption. `description` is what a reader who cannot see it is told. */
export function fieldMap(
  title: string,
  note: string,
  description: string,
  field: Field,
  raster: Raster,
  range: ColourRange,
): Markup {
  return html`<figure class="map"><figcaption><b>${title}</b> <span>${note}</span></figcaption>
<svg viewBox="0 0 ${mapWidth} ${mapHeight}" role="img" aria-label="${description}"><image href="${picture(field, raster, range)}" width="${mapWidth}" height="${mapHeight}" preserveAspectRatio="none"/><use href="#globe"/></svg></figure>`;
}

/** The colour bar: arrowheads where values lie beyond its ends. */
export function colourBar(id: string, range: ColourRange, label: string, units: string): Markup {
  const [left, right, top, bottom] = [14, 466, 4, 16];
  const axis = linearScale([range.low, range.high], 6);
  const at = (value: number): string => (left + (right - left) * axis.position(value)).toFixed(1);
  const end = (position: 0 | 1, points: string): Markup =>
    html`<path d="${points}" fill="${hexText(range.scale(position))}"/>`;
  return html`<svg class="bar" viewBox="0 0 480 56" role="img" aria-label="Colour scale of ${label}, from ${range.low} to ${range.high} ${units}">
<defs><linearGradient id="${id}">${Array.from(
    { length: 33 },
    (_, i) => html`<stop offset="${(i / 32).toFixed(5)}" stop-color="${hexText(range.scale(i / 32))}"/>`,
  )}</linearGradient></defs>
<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="url(#${id})"/>
${range.below && end(0, `M${left} ${top}L3 ${(top + bottom) / 2}L${left} ${bottom}z`)}${
  range.above && end(1, `M${right} ${top}L477 ${(top + bottom) / 2}L${right} ${bottom}z`)
}
<g class="ticks">${axis.ticks.map(
    ({ value, text }) =>
      html`<path class="axis" d="M${at(value)} ${bottom}v4"/><text x="${at(value)}" y="${bottom + 16}" text-anchor="middle">${text}</text>`,
  )}</g><g class="labels"><text x="240" y="49" text-anchor="middle">${label}${units && ` (${units})`}</text></g></svg>`;
}
