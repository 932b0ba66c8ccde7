/**
 * How training went: loss, gradient norm and learning rate by step.
 */
import { html, type Markup } from './html.js';
import { legend, lineChart, type Point, type Series, smooth } from './line-chart.js';
import { numberText } from './number-text.js';
import type { ReportData, TrainingPoint } from './report-data.js';

/** From this many steps on, the batch-to-batch noise is drawn thin behind a moving average. */
const manySteps = 60;

const by = (training: readonly TrainingPoint[], value: (point: TrainingPoint) => number): readonly Point[] =>
  training.map((point) => [point.step, value(point)]);

/** The average reaches a fiftieth of the run to either side. */
const reach = (steps: number): number => Math.max(2, Math.round(steps / 50));

function lossSeries({ training, heldOut }: ReportData): readonly Series[] {
  const loss = by(training, (point) => point.loss);
  const noisy = training.length >= manySteps;
  const lines: Series[] = noisy
    ? [
        { name: 'Training, each step', role: 'raw', points: loss },
        { name: 'Training, moving average', role: 'model', points: smooth(loss, reach(training.length)) },
      ]
    : [{ name: 'Training', role: 'model', points: loss }];
  if (heldOut.length > 0) {
    lines.push({
      name: 'Held out',
      role: 'other',
      points: heldOut.map(({ step, loss }) => [step, loss]),
      marks: heldOut.length <= 40,
    });
  }
  return lines;
}

const between = (points: readonly Point[]): string =>
  points.length > 0 ? `from ${numberText(points[0]![1])} to ${numberText(points.at(-1)![1])}` : 'without values';

/** The section, with a note on steps whose loss was not finite. */
export function trainingSection(data: ReportData): Markup {
  const series = lossSeries(data);
  const norms = by(data.training, (point) => point.gradientNorm);
  const rates = by(data.training, (point) => point.learningRate);
  const broken = data.training.filter(({ loss }) => !Number.isFinite(loss));
  const raw = by(data.training, (point) => point.loss);
  const loss = lineChart({
    id: 'chart-loss',
    description: `Loss by optimizer step on a logarithmic axis. Training: ${between(raw)}.${
      data.heldOut.length > 0 ? ` Held out: ${between(data.heldOut.map(({ step, loss }) => [step, loss]))}.` : ''
    }`,
    xLabel: 'Optimizer step',
    xFromZero: true,
    yLabel: 'Loss, logarithmic',
    y: 'log',
    series,
    width: 1040,
    height: 340,
  });
  const small = { xLabel: 'Optimizer step', xFromZero: true, width: 508, height: 240 };
  const norm = lineChart({
    ...small,
    id: 'chart-norm',
    description: `Global norm of the gradient by optimizer step on a logarithmic axis, ${between(norms)}.`,
    yLabel: 'Gradient norm, logarithmic',
    y: 'log',
    series:
      norms.length >= manySteps
        ? [
            { name: 'Each step', role: 'raw', points: norms },
            { name: 'Average', role: 'model', points: smooth(norms, reach(norms.length)) },
          ]
        : [{ name: 'Each step', role: 'model', points: norms }],
  });
  const rate = lineChart({
    ...small,
    id: 'chart-rate',
    description: `Learning rate by optimizer step, ${between(rates)}.`,
    yLabel: 'Learning rate',
    y: 'linear',
    fromZero: true,
    series: [{ name: 'Learning rate', role: 'model', points: rates }],
  });
  return html`<section aria-labelledby="training"><h2 id="training">Training</h2>
${
  loss
    ? html`<figure class="card wide"><figcaption><h3>Loss</h3>${legend(series)}</figcaption><div class="scroll">${loss}</div></figure>
<div class="pair"><figure class="card"><figcaption><h3>Gradient norm <small>before clipping</small></h3></figcaption>${norm}</figure>
<figure class="card"><figcaption><h3>Learning rate</h3></figcaption>${rate}</figure></div>`
    : html`<p class="card">No step has a loss that could be drawn.</p>`
}
${
  broken.length > 0 &&
  html`<p class="warning"><b>${broken.length} of ${data.training.length} steps have a loss that is not finite</b>, the first at step ${broken[0]!.step}. They are gaps in the curve.</p>`
}</section>`;
}
