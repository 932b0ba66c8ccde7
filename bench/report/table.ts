/** Figures as text: numbers of three digits, columns that line up. */
import type { Figure } from '../figure.js';

/** Three significant digits. */
export const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

/** The table that the screen shows. */
export function figureTable(figures: readonly Figure[]): string {
  const shown = figures.filter(({ metric }) => metric !== 'check');
  const rows = shown.map((f) => [
    f.metric,
    f.peer,
    `${digits(f.median)} ${f.unit}`,
    `${digits(f.min)} to ${digits(f.max)}`,
    f.ratioToJax === undefined ? '' : `${f.ratioToJax.toFixed(2)} x JAX`,
  ]);
  rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const head = ['metric', 'peer', 'median', 'range', ''];
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)));
  return [head, ...rows].map((r) => r.map((cell, i) => cell.padEnd(widths[i])).join('  ')).join('\n');
}
