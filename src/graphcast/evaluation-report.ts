/** An evaluation as one self-contained HTML page: errors by lead time beside persistence, anomaly correlations, maps. */
import type { EvaluationResult } from './evaluation-options.js';
import { html, type Markup } from './report/html.js';
import { mapSection } from './report/map-section.js';
import { numberText, signedText } from './report/number-text.js';
import { pageOf } from './report/report.js';
import type { ReportData } from './report/report-data.js';
import { skillSection } from './report/skill-section.js';
import { levelText, variableFacts } from './report/variable.js';

/** What the sections of the training report need, without a training. */
function sectionData(result: EvaluationResult): ReportData {
  const { scores, maps, weather } = result;
  const { lat, lon } = weather.coords;
  const times = Array.from(weather.coords.datetime.values as BigInt64Array, (ns) =>
    new Date(Number(ns / 1_000_000n)).toISOString(),
  );
  return {
    title: 'GraphCast, evaluated',
    finishedAt: new Date().toISOString(),
    seconds: 0,
    outcome: result.outcome,
    parameterCount: 0,
    training: [],
    heldOut: [],
    rmse: scores.flatMap(({ variable, level, leadHours, rmse, persistence }) =>
      persistence === null ? [] : [{ variable, level, leadHours, model: rmse, persistence }],
    ),
    grid: { latitudes: lat.numbers(), longitudes: lon.numbers() },
    maps,
    dataset: {
      name: weather.path,
      origin: `The file ${weather.path}`,
      kind: 'observed',
      times,
      members: weather.members,
      heldOut: `${result.forecasts} forecasts from ${result.firstStart} to ${result.lastStart}`,
    },
    configuration: [],
    provenance: [],
  };
}

const biasTable = ({ scores }: EvaluationResult): Markup =>
  html`<section aria-labelledby="bias"><h2 id="bias">Bias and anomaly correlation</h2>
<p class="intro">Bias is the mean of forecast minus truth. The anomaly correlation is 1 for a perfect forecast and 0 for one that knows nothing; anomalies are those from the mean of these data, so with a short record it says little.</p>
<div class="scroll"><table class="card"><thead><tr><th scope="col">Variable</th><th scope="col">Level</th><th scope="col" class="number">Lead time</th><th scope="col" class="number">Bias</th><th scope="col">Unit</th><th scope="col" class="number">Anomaly correlation</th></tr></thead>
<tbody>${scores.map(({ variable, level, leadHours, bias, acc }) => {
    const { label, units } = variableFacts(variable);
    const correlation = acc === null || !Number.isFinite(acc) ? '–' : numberText(acc);
    return html`<tr><th scope="row">${label}</th><td>${levelText(level) || 'surface'}</td><td class="number">${leadHours}\u00a0h</td><td class="number">${signedText(bias)}</td><td>${units}</td><td class="number">${correlation}</td></tr>`;
  })}</tbody></table></div></section>`;

/** The page. */
export function evaluationReport(result: EvaluationResult): string {
  const data = sectionData(result);
  const { forecasts, firstStart, lastStart, weather, model } = result;
  const lead = html`${forecasts} forecasts, started from ${firstStart} to ${lastStart}. Model: ${model.checkpoint.description}. Data: ${weather.path}.`;
  const content = html`${skillSection(data)}
${biasTable(result)}
${mapSection(data)}`;
  return pageOf(data.title, lead, content).text;
}
