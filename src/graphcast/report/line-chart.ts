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
  /** The x axis starts at zero, whether or not a point stands there. */
  readonly xFromZero?: boolean;
  /** Positions to label on the x axis, instead of round numbers. */
  readonly xTicks?: readonly number[];
  readonly series: readonly Series[];
  readonly width: number;
  readonly height: number;
}

const edge = { right: 14, top: 10, bottom: 42 };

/** Room for the widest label and the axis's name, at 7 units a letter. */
const leftEdge = (labels: readonly { readonly text: string }[]): number =>
  34 + 7 * Math.max(3, ...labels.map(({ text }) => text.length));

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

/** Each value's average with its neighbours, up to `reach` on either side, fewer at the ends. Unlike a running average it does not lag. */
export function smooth(points: readonly Point[], reach: number): readonly Point[] {
  const sums = [0];
  const counts = [0];
  for (const [, y] of points) {
    sums.push(sums.at(-1)! + (Number.isFinite(y) ? y : 0));
    counts.push(counts.at(-1)! + (Number.isFinite(y) ? 1 : 0));
  }
  return points.map(([x, y], i) => {
    if (!Number.isFinite(y)) return [x, y];
    const [from, to] = [Math.max(0, i - reach), Math.min(points.length, i + reach + 1)];
    return [x, (sums[to]! - sums[from]!) / (counts[to]! - counts[from]!)];
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

  const plotHeight = chart.height - edge.top - edge.bottom;
  const yCount = Math.max(3, Math.round(plotHeight / 45));
  const yScale =
    chart.y === 'log'
      ? logScale([ys[0] / 1.08, ys[1] * 1.08], yCount)
      : linearScale([chart.fromZero ? Math.min(0, ys[0]) : ys[0], ys[1]], yCount, true);
  const left = leftEdge(yScale.ticks);
  const plotWidth = chart.width - left - edge.right;
  const xScale: Scale = linearScale([chart.xFromZero ? Math.min(0, xs[0]) : xs[0], xs[1]], Math.round(plotWidth / 90));
  const xTicks = chart.xTicks?.map((value) => ({ value, text: String(value) })) ?? xScale.ticks;
  const px = (x: number): string => fixed(left + plotWidth * xScale.position(x));
  const py = (y: number): string => fixed(edge.top + plotHeight * (1 - yScale.position(y)));
  const bottom = edge.top + plotHeight;

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
<g class="grid" aria-hidden="true">${yScale.ticks.map(({ value }) => html`<path d="M${left} ${py(value)}H${chart.width - edge.right}"/>`)}</g>
<path class="axis" d="M${left} ${bottom}H${chart.width - edge.right}" aria-hidden="true"/>
<g class="ticks" aria-hidden="true">${yScale.ticks.map(
    ({ value, text }) => html`<text x="${left - 8}" y="${py(value)}" dy=".32em" text-anchor="end">${text}</text>`,
  )}${xTicks.map(({ value, text }) => html`<text x="${px(value)}" y="${bottom + 18}" text-anchor="middle">${text}</text>`)}</g>
<g class="labels" aria-hidden="true"><text x="${left + plotWidth / 2}" y="${chart.height - 4}" text-anchor="middle">${chart.xLabel}</text>
<text transform="translate(12 ${edge.top + plotHeight / 2})rotate(-90)" text-anchor="middle">${chart.yLabel}</text></g>
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
