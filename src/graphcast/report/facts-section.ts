/**
 * What the figures mean and where they come from: the headline, the caution, the data, configuration and provenance.
 */
import { html, type Markup } from './html.js';
import { skill } from './metrics.js';
import { durationText, numberText, timeText } from './number-text.js';
import type { DatasetFacts, Entry, EntryGroup, ReportData } from './report-data.js';

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const counted = (count: number, one: string, many: string): string =>
  `${words[count] ?? count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** Fewer times than a year of GraphCast's own six-hour steps say nothing about skill. */
const timesInAYear = 1460;

/** What a reader must not conclude from the scores; null when the data would bear it. */
export function cautionText({ kind, name, times, members }: DatasetFacts): string | null {
  if (kind === 'simulated') {
    return (
      `These data are simulated (${name}): the scores show how well the model learned that simulation, ` +
      'and that the machinery works. They say nothing about skill in forecasting weather.'
    );
  }
  if (times.length >= timesInAYear) return null;
  return (
    `${counted(times.length, 'time', 'times')} of one sample show the machinery and not skill: these data (${name}) are ` +
    `${counted(members, 'member', 'members')} of a single weather situation. ` +
    'That data, model, gradients, optimizer and forecasts work together can be seen from it; how good the forecasts ' +
    'would be on other days cannot. GraphCast itself learned from 39 years.'
  ).replace(/^./, (letter) => letter.toUpperCase());
}

const tile = (label: string, value: Markup | string, note: string): Markup =>
  html`<div class="tile"><dt>${label}</dt><dd>${value}<small>${note}</small></dd></div>`;

/** The figures that one looks for first. */
export function headline(data: ReportData): Markup {
  const first = data.training[0];
  const last = data.training.at(-1);
  const judged = data.rmse.filter((row) => Number.isFinite(skill(row)));
  const better = judged.filter((row) => skill(row) > 0).length;
  return html`<dl class="tiles">
${first && last ? tile('Training loss', html`${numberText(first.loss)} <span class="arrow" aria-label="to">→</span> ${numberText(last.loss)}`, first.loss > last.loss ? `${numberText(first.loss / last.loss)} times smaller` : 'not smaller') : tile('Training loss', '–', 'no step was made')}
${tile('Steps', data.training.length.toLocaleString('en-US'), `${durationText(data.seconds)}, ${numberText(data.training.length / data.seconds)} a second`)}
${tile('Parameters', data.parameterCount.toLocaleString('en-US'), 'trained')}
${tile('Better than persistence', judged.length > 0 ? `${better} of ${judged.length}` : '–', judged.length > 0 ? 'variables, levels and lead times' : 'not measured')}
</dl>`;
}

const shown = ({ value }: Entry): string => {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? numberText(value, 6) : value;
};

const entries = (list: readonly Entry[], caption: string): Markup =>
  html`<table class="card facts"><caption>${caption}</caption><tbody>${list.map(
    (entry) =>
      html`<tr><th scope="row">${entry.name}</th><td>${shown(entry)}${entry.note && html` <small>${entry.note}</small>`}</td></tr>`,
  )}</tbody></table>`;

const datasetEntries = (dataset: DatasetFacts): readonly Entry[] => {
  const { times } = dataset;
  const optional: readonly Entry[] = [
    ...(dataset.licence ? [{ name: 'Licence', value: dataset.licence }] : []),
    ...(dataset.sha256 ? [{ name: 'SHA-256', value: dataset.sha256 }] : []),
  ];
  return [
    { name: 'Name', value: dataset.name },
    { name: 'Origin', value: dataset.origin },
    {
      name: 'Times',
      value: times.length,
      note: times.length > 0 ? `${timeText(times[0]!)} to ${timeText(times.at(-1)!)}` : undefined,
    },
    { name: 'Members', value: dataset.members },
    { name: 'Held out', value: dataset.heldOut },
    ...optional,
  ];
};

/** Configuration: what one would need to run it again. */
export const configurationSection = (groups: readonly EntryGroup[]): Markup | null =>
  groups.length === 0
    ? null
    : html`<section aria-labelledby="configuration"><h2 id="configuration">Configuration</h2><div class="gallery tables">${groups.map(
        (group) => entries(group.entries, group.title),
      )}</div></section>`;

/** Provenance: what the figures were made from, and with. */
export const provenanceSection = (data: ReportData): Markup =>
  html`<section aria-labelledby="provenance"><h2 id="provenance">Provenance</h2><div class="gallery tables">${entries(datasetEntries(data.dataset), 'Data')}${
    data.provenance.length > 0 && entries(data.provenance, 'Run')
  }</div></section>`;
