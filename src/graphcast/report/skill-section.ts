/**
 * How good the forecasts are: their error by lead time, beside the error of assuming that nothing changes.
 */
import { html, type Markup } from './html.js';
import { legend, lineChart, type Series } from './line-chart.js';
import { type RmseRow, skill } from './metrics.js';
import { fixedText, numberText, percentText } from './number-text.js';
import type { ReportData } from './report-data.js';
import { levelText, variableFacts } from './variable.js';

/** Charts beyond this number are folded away; the table has every row. */
const chartsInView = 8;

const names = [
  { name: 'Model', role: 'model', marks: true },
  { name: 'Persistence', role: 'other', marks: true },
] as const;

/** Rows that belong into one chart, in the order of their first appearance, by lead time. */
export function bySeries(rows: readonly RmseRow[]): readonly (readonly RmseRow[])[] {
  const groups = new Map<string, RmseRow[]>();
  for (const row of rows) {
    const key = `${row.variable} ${row.level}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.leadHours - b.leadHours));
}

function chart(rows: readonly RmseRow[], index: number, data: ReportData): Markup {
  const { variable, level } = rows[0]!;
  const { label, units } = variableFacts(variable, data.variables);
  const series: readonly Series[] = names.map((line, which) => ({
    ...line,
    points: rows.map((row) => [row.leadHours, which === 0 ? row.model : row.persistence]),
  }));
  const description = rows
    .map((row) => `after ${row.leadHours} hours ${numberText(row.model)}, persistence ${numberText(row.persistence)}`)
    .join('; ');
  const leads = rows.map(({ leadHours }) => leadHours);
  const drawing = lineChart({
    id: `chart-rmse-${index}`,
    description: `Root mean square error of ${label} ${levelText(level)} in ${units}: ${description}.`,
    xLabel: 'Lead time (h)',
    yLabel: units ? `RMSE (${units})` : 'RMSE',
    y: 'linear',
    fromZero: true,
    xFromZero: true,
    xTicks: leads.length <= 6 ? [0, ...leads] : undefined,
    series,
    width: 508,
    height: 240,
  });
  return html`<figure class="card"><figcaption><h3>${label} <small>${levelText(level)}</small></h3></figcaption>${
    drawing ?? html`<p>No finite value.</p>`
  }</figure>`;
}

function gauge(value: number): Markup {
  if (!Number.isFinite(value)) return html`<td class="number">–</td>`;
  const share = Math.min(Math.abs(value), 1) * 50;
  const left = value >= 0 ? 50 : 50 - share;
  return html`<td class="gauge"><span class="track" aria-hidden="true"><i class="${value >= 0 ? 'better' : 'worse'}" style="left:${left.toFixed(1)}%;width:${share.toFixed(1)}%"></i></span>${percentText(value)}</td>`;
}

const table = (data: ReportData): Markup =>
  html`<div class="scroll"><table class="card"><caption>Area-weighted root mean square error. <i>Less error than persistence</i> is 1 − model / persistence: positive where the model is better.</caption>
<thead><tr><th scope="col">Variable</th><th scope="col">Level</th><th scope="col" class="number">Lead time</th><th scope="col" class="number">Model</th><th scope="col" class="number">Persistence</th><th scope="col">Unit</th><th scope="col" class="number">Less error than persistence</th></tr></thead>
<tbody>${bySeries(data.rmse)
    .flat()
    .map((row) => {
      const { label, units } = variableFacts(row.variable, data.variables);
      return html`<tr><th scope="row">${label}</th><td>${levelText(row.level) || 'surface'}</td><td class="number">${row.leadHours}\u00a0h</td><td class="number">${fixedText(row.model)}</td><td class="number">${fixedText(row.persistence)}</td><td>${units}</td>${gauge(skill(row))}</tr>`;
    })}</tbody></table></div>`;

/** The section; empty when nothing was measured. */
export function skillSection(data: ReportData): Markup | null {
  if (data.rmse.length === 0) return null;
  const charts = bySeries(data.rmse).map((rows, index) => chart(rows, index, data));
  const folded = charts.slice(chartsInView);
  return html`<section aria-labelledby="skill"><h2 id="skill">Forecasts against persistence</h2>
<p class="intro">Persistence is the forecast that nothing changes. ${data.dataset.heldOut ? `Measured on data held out from training: ${data.dataset.heldOut}.` : 'Measured on the training data: nothing was held out.'}</p>
${legend(names)}<div class="pair charts">${charts.slice(0, chartsInView)}</div>
${folded.length > 0 && html`<details><summary>${folded.length} more charts</summary><div class="pair charts">${folded}</div></details>`}
${table(data)}</section>`;
}
