/**
 * What a forecast looks like: target, forecast and both errors on the globe, for each variable, level and lead time.
 *
 * The reader chooses among them with radio buttons and one rule of the style sheet: the page needs no script, and on
 * paper all of them appear.
 */
import { redBlue, viridis } from './colour.js';
import { colourBar, divergingRange, fieldMap, globeSymbols, sequentialRange } from './field-map.js';
import { globeOutlines, type Raster, rasterize } from './globe.js';
import { html, type Markup } from './html.js';
import { numberText, signedText, timeText } from './number-text.js';
import type { Field, ForecastMap, Grid, ReportData } from './report-data.js';
import { extent } from './scale.js';
import { levelText, variableFacts } from './variable.js';

const difference = (a: Field, b: Field): Float64Array => Float64Array.from(Array.from(a, (value, i) => value - b[i]!));

/** A position as `45°N 30°W`. */
export function placeText(latitude: number, longitude: number): string {
  const east = ((((longitude + 180) % 360) + 360) % 360) - 180;
  const part = (degrees: number, positive: string, negative: string): string =>
    `${numberText(Math.abs(degrees))}°${degrees === 0 ? '' : degrees > 0 ? positive : negative}`;
  return `${part(latitude, 'N', 'S')} ${part(east, 'E', 'W')}`;
}

function largest(error: Float64Array, { latitudes, longitudes }: Grid): { value: number; place: string } | null {
  let at = -1;
  error.forEach((value, i) => {
    if (Number.isFinite(value) && (at < 0 || Math.abs(value) > Math.abs(error[at]!))) at = i;
  });
  if (at < 0) return null;
  const columns = longitudes.length;
  return { value: error[at]!, place: placeText(latitudes[Math.floor(at / columns)]!, longitudes[at % columns]!) };
}

const rangeText = (field: Field, units: string): string => {
  const range = extent(Array.from(field));
  return range ? `${numberText(range[0], 4)} to ${numberText(range[1], 4)} ${units}` : 'no finite value';
};

const validTime = ({ initialTime, leadHours }: ForecastMap): string => {
  const time = new Date(initialTime).getTime() + leadHours * 3_600_000;
  return Number.isNaN(time) ? `${leadHours} h after ${initialTime}` : timeText(new Date(time).toISOString());
};

function panel(map: ForecastMap, index: number, data: ReportData, raster: Raster): Markup {
  const { label, units } = variableFacts(map.variable, data.variables);
  const what = `${label}${map.level === null ? '' : ` at ${levelText(map.level)}`}`;
  const values = sequentialRange(viridis, [map.target, map.forecast]);
  const errors = [difference(map.forecast, map.target), difference(map.persistence, map.target)] as const;
  const errorRange = divergingRange(redBlue, errors);
  const view = (title: string, note: string, field: Field, range: typeof values): Markup =>
    fieldMap(title, note, `${what}, ${title.toLowerCase()}, ${note}`, field, raster, range);
  const errorView = (title: string, error: Float64Array): Markup => {
    const worst = largest(error, data.grid);
    const note = worst ? `largest ${signedText(worst.value)} ${units} at ${worst.place}` : 'no finite value';
    return view(title, note, error, errorRange);
  };
  return html`<div class="panel card" id="panel-${index}"><h3>${what} <small>${map.leadHours} h after ${timeText(map.initialTime)}, valid ${validTime(map)}</small></h3>
<div class="pair">${view('Target', rangeText(map.target, units), map.target, values)}${view('Forecast', rangeText(map.forecast, units), map.forecast, values)}</div>
${colourBar(`bar-${index}-values`, values, label, units)}
<div class="pair">${errorView('Error of the forecast', errors[0])}${errorView('Error of persistence', errors[1])}</div>
${colourBar(`bar-${index}-errors`, errorRange, 'Forecast minus target', units)}</div>`;
}

function chooser(data: ReportData): Markup {
  const rows = new Map<string, Markup[]>();
  data.maps.forEach((map, index) => {
    const { label } = variableFacts(map.variable, data.variables);
    const name = `${label} ${levelText(map.level)}`.trim();
    const choice = html`<label><input type="radio" name="map" value="${index}"${index === 0 && html` checked`} aria-label="${name}, ${map.leadHours} hours"><span>${map.leadHours} h</span></label>`;
    rows.set(name, [...(rows.get(name) ?? []), choice]);
  });
  return html`<fieldset class="chooser"><legend>Variable, level and lead time</legend>${[...rows].map(
    ([name, choices]) => html`<div role="group" aria-label="${name}"><b aria-hidden="true">${name}</b>${choices}</div>`,
  )}</fieldset>`;
}

/** The rule that shows the chosen panel. */
const panelStyle = (count: number): Markup =>
  html`<style>${Array.from(
    { length: count },
    (_, i) => html`.maps:has(input[value="${i}"]:checked) #panel-${i}`,
  ).flatMap((selector, i) => (i === 0 ? [selector] : [html`,`, selector]))}{display:block}</style>`;

/** The section; empty without maps. */
export function mapSection(data: ReportData): Markup | null {
  if (data.maps.length === 0) return null;
  const raster = rasterize(data.grid);
  return html`<section class="maps" aria-labelledby="maps"><h2 id="maps">Maps</h2>
<p class="intro">Equal Earth projection, which keeps areas true. Each coloured cell is one cell of the grid; nothing is interpolated. Target and forecast share one scale, and so do the two errors.</p>
${globeSymbols(globeOutlines())}${data.maps.length > 1 && chooser(data)}${panelStyle(data.maps.length)}
${data.maps.map((map, index) => panel(map, index, data, raster))}</section>`;
}
