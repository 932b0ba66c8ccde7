/**
 * Lines over an axis, as inline SVG.
 *
 * Colours come from the page's style sheet (a class for each role), so one drawing serves light and dark. A line has
 * a dash or marks of its own beside its colour: nothing is told by colour alone. Values that are not finite, or not
 * positive on a logarithmic axis, leave a gap.
 */
import { html, type Markup } from './html.js';
import { extent, linearScale, logScale, type Scale } from './scale.js';

/** A position and a value. */
export type Point = readonly [x: number, y: number];

/** What a line stands for; the style sheet gives each role its colour and dash. */
export type Role = 'model' | 'raw' | 'other';

export interface Series {
  readonly name: string;
  readonly role: Role;
  readonly points: readonly Point[];
  /** Draws each point as a dot (`model`) or a diamond (`other`). */
  readonly marks?: boolean;
}

export interface LineChart {
  /** Unique in the page. */
  readonly id: string;
  /** What a reader who cannot see the chart is told. */
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly y: 'log' | 'linear';
  /** The linear axis starts at zero. */
  readonly fromZero?: boolean;
  /** Positions to label on the x axis, instead of round numbers. */
  readonly xTicks?: readonly number[];
  readonly series: readonly Series[];
  readonly width: number;
  readonly height: number;
}

const margin = { left: 62, right: 14, top: 10, bottom: 42 };

/**
 * At most four points for each of `columns` columns: the first, the lowest, the highest and the last of those that fall
 * into it. What the eye could see at this width stays, spikes included.
 */
export function thin(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= 4 * columns) return points;
  const low = points[0]![0];
  const width = (points.at(-1)![0] - low) / columns;
  const kept: Point[] = [];
  for (let start = 0; start < points.length; ) {
    const column = Math.floor((points[start]![0] - low) / width);
    let [end, smallest, largest] = [start, start, start];
    for (; end < points.length && Math.floor((points[end]![0] - low) / width) === column; end++) {
      // A value that is not finite is a gap, and a gap must be seen: it wins over both.
      if (!Number.isFinite(points[end]![1])) smallest = largest = end;
      if (points[end]![1] < points[smallest]![1]) smallest = end;
      if (points[end]![1] > points[largest]![1]) largest = end;
    }
    const indices = [...new Set([start, smallest, largest, end - 1])].sort((a, b) => a - b);
    kept.push(...indices.map((i) => points[i]!));
    start = end;
  }
  return kept;
}

/** The points' average, each step weighing `decay` of the one after it, corrected for the short memory of the start. */
export function smooth(points: readonly Point[], decay: number): readonly Point[] {
  let mean = 0;
  let weight = 0;
  return points.map(([x, y]) => {
    if (!Number.isFinite(y)) return [x, y];
    mean = decay * mean + (1 - decay) * y;
    weight = decay * weight + (1 - decay);
    return [x, mean / weight];
  });
}

const fixed = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

/** Draws the chart; null when it has no value to show. */
export function lineChart(chart: LineChart): Markup | null {
  const drawable = (y: number): boolean => Number.isFinite(y) && (chart.y === 'linear' || y > 0);
  const shown = chart.series.flatMap((series) => series.points.filter(([, y]) => drawable(y)));
  const xs = extent(shown.map(([x]) => x));
  const ys = extent(shown.map(([, y]) => y));
  if (!xs || !ys) return null;

  const plotWidth = chart.width - margin.left - margin.right;
  const plotHeight = chart.height - margin.top - margin.bottom;
  const xScale: Scale = linearScale(xs, Math.max(3, Math.round(plotWidth / 90)));
  const yCount = Math.max(3, Math.round(plotHeight / 55));
  const yScale =
    chart.y === 'log'
      ? logScale([ys[0] / 1.08, ys[1] * 1.08], yCount)
      : linearScale([chart.fromZero ? Math.min(0, ys[0]) : ys[0], ys[1]], yCount, true);
  const xTicks = chart.xTicks?.map((value) => ({ value, text: String(value) })) ?? xScale.ticks;
  const px = (x: number): string => fixed(margin.left + plotWidth * xScale.position(x));
  const py = (y: number): string => fixed(margin.top + plotHeight * (1 - yScale.position(y)));
  const bottom = margin.top + plotHeight;

  const path = (points: readonly Point[]): string => {
    let pen = 'M';
    return thin(points, plotWidth)
      .map(([x, y]) => {
        if (!drawable(y)) {
          pen = 'M';
          return '';
        }
        const command = `${pen}${px(x)} ${py(y)}`;
        pen = 'L';
        return command;
      })
      .join('');
  };
  const mark = (role: Role, [x, y]: Point): Markup =>
    role === 'other'
      ? html`<path class="mark ${role}" d="M${px(x)} ${py(y)}m0-4.6l4.6 4.6l-4.6 4.6l-4.6-4.6z"/>`
      : html`<circle class="mark ${role}" cx="${px(x)}" cy="${py(y)}" r="3.6"/>`;

  return html`<svg class="chart" viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-labelledby="${chart.id}">
<title id="${chart.id}">${chart.description}</title>
<g class="grid" aria-hidden="true">${yScale.ticks.map(({ value }) => html`<path d="M${margin.left} ${py(value)}H${chart.width - margin.right}"/>`)}</g>
<path class="axis" d="M${margin.left} ${bottom}H${chart.width - margin.right}" aria-hidden="true"/>
<g class="ticks" aria-hidden="true">${yScale.ticks.map(
    ({ value, text }) =>
      html`<text x="${margin.left - 8}" y="${py(value)}" dy=".32em" text-anchor="end">${text}</text>`,
  )}${xTicks.map(({ value, text }) => html`<text x="${px(value)}" y="${bottom + 18}" text-anchor="middle">${text}</text>`)}</g>
<g class="labels" aria-hidden="true"><text x="${margin.left + plotWidth / 2}" y="${chart.height - 4}" text-anchor="middle">${chart.xLabel}</text>
<text transform="translate(12 ${margin.top + plotHeight / 2})rotate(-90)" text-anchor="middle">${chart.yLabel}</text></g>
${chart.series.map(
  ({ role, points, marks }) =>
    html`<path class="line ${role}" d="${path(points)}"/>${
      marks ? points.filter(([, y]) => drawable(y)).map((point) => mark(role, point)) : null
    }`,
)}</svg>`;
}

/** The names of the lines, each with a piece of it. */
export const legend = (series: readonly Pick<Series, 'name' | 'role' | 'marks'>[]): Markup =>
  html`<ul class="legend">${series.map(
    ({ name, role, marks }) =>
      html`<li><svg viewBox="0 0 30 12" width="30" height="12" aria-hidden="true"><path class="line ${role}" d="M1 6H29"/>${
        marks &&
        (role === 'other'
          ? html`<path class="mark other" d="M15 1.4l4.6 4.6l-4.6 4.6l-4.6-4.6z"/>`
          : html`<circle class="mark ${role}" cx="15" cy="6" r="3.6"/>`)
      }</svg>${name}</li>`,
  )}</ul>`;
