/** `docs/benchmarks.md` and its plot, written from the figures of one run. */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { disagreements } from '../agreement.js';
import { type SuiteCase, suite } from '../cases/suite.js';
import type { Figure } from '../figure.js';
import type { Comparison } from '../peers.js';
import { type Row, ratioPlot } from './plot.js';
import { digits } from './table.js';

const folder = fileURLToPath(new URL('../../../docs/', import.meta.url));
const notes = fileURLToPath(new URL('../../../bench/report/notes.md', import.meta.url));

const COLUMNS = ['fluxion', 'jax', 'jax, same allocator', 'jax-js', 'tfjs-wasm'] as const;

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const find = ({ figures }: Comparison, peer: string, metric: string): Figure | undefined =>
  figures.find((f) => f.peer === peer && f.metric === metric);

/** A median with its unit; or that the numbers are others; or that the peer cannot. */
function cell(comparison: Comparison, peer: string, metric: string): string {
  const f = find(comparison, peer, metric);
  if (!f) return comparison.refusals.some((r) => r.peer === peer) ? 'cannot' : '';
  const wrong = disagreements(comparison.figures).some((d) => d.peer === peer);
  return `${digits(f.median)} ${f.unit}${wrong ? ' (another result)' : ''}`;
}

const ratio = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(2));

function suiteRows(subject: SuiteCase, comparison: Comparison): string[][] {
  return Object.entries(subject.goals).map(([peer, goal]) => {
    const ours = find(comparison, peer, subject.metric);
    const tuned = find(comparison, 'jax, same allocator', subject.metric);
    const reached = ours?.ratioToJax === undefined ? '' : ours.ratioToJax <= goal ? 'yes' : 'no';
    const kept = peer === 'fluxion' ? '' : ' (kept programs)';
    return [
      `${subject.letter}. ${subject.title}${kept}`,
      cell(comparison, peer, subject.metric),
      ...COLUMNS.slice(1).map((name) => cell(comparison, name, subject.metric)),
      ratio(ours?.ratioToJax),
      ours && tuned ? ratio(ours.median / tuned.median) : '',
      `${goal.toFixed(2)}${reached && `: ${reached}`}`,
    ];
  });
}

function plotRows(measured: ReadonlyMap<string, Comparison>): Row[] {
  return suite.flatMap((subject) => {
    const comparison = measured.get(subject.name);
    if (!comparison) return [];
    const wrong = new Set(disagreements(comparison.figures).map(({ peer }) => peer));
    const values = COLUMNS.flatMap((peer) => {
      const value = find(comparison, peer, subject.metric)?.ratioToJax;
      return value === undefined || peer === 'jax' || wrong.has(peer) ? [] : [[peer, value] as const];
    });
    return [
      {
        label: `${subject.letter}. ${subject.name}: ${subject.metric}`,
        values: new Map(values),
        goal: subject.goals.fluxion,
      },
    ];
  });
}

const otherTables = (measured: ReadonlyMap<string, Comparison>): string[] =>
  [...measured]
    .filter(([name]) => !suite.some((c) => c.name === name))
    .map(([name, { figures }]) => {
      const rows = figures
        .filter(({ metric }) => metric !== 'check')
        .map((f) => [
          f.metric,
          f.peer,
          `${digits(f.median)} ${f.unit}`,
          `${digits(f.min)} to ${digits(f.max)}`,
          ratio(f.ratioToJax),
        ]);
      return `## ${name}\n\n${markdownTable(['figure', 'of', 'median', 'range', 'x JAX'], rows)}`;
    });

const refusalLines = (measured: ReadonlyMap<string, Comparison>): string[] =>
  [...measured].flatMap(([name, { refusals }]) =>
    refusals.map(({ peer, refusal }) => `- ${name}, ${peer}: ${refusal.replaceAll('|', '/')}`),
  );

function page(measured: ReadonlyMap<string, Comparison>, quick: boolean): string {
  const cases = suite.filter(({ name }) => measured.has(name));
  const of = ({ name }: SuiteCase): Comparison => measured.get(name) as Comparison;
  const memory = cases.map((c) => [
    `${c.letter}. ${c.name}`,
    ...COLUMNS.map((peer) => cell(of(c), peer, 'peak memory').replace(' (another result)', '')),
    ratio(find(of(c), 'fluxion', 'peak memory')?.ratioToJax),
  ]);
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${(totalmem() / 1e9).toFixed(0)} GB`;
  const command = ['npm run bench --', ...(quick ? ['--quick'] : []), '--write-docs'].join(' ');
  return [
    '# Benchmarks',
    `Written by \`${command}\`: one run, every peer in turn, medians; what counts are ratios. ${machine}; ` +
      `${platform()} ${arch()}, Node.js ${process.versions.node}.`,
    readFileSync(notes, 'utf8').trim(),
    '![time relative to JAX](benchmarks.svg)',
    markdownTable(
      ['case', ...COLUMNS, 'x JAX', 'x JAX, same allocator', 'goal'],
      cases.flatMap((c) => suiteRows(c, of(c))),
    ),
    '## Peak memory of the process',
    markdownTable(['case', ...COLUMNS, 'x JAX'], memory),
    ...otherTables(measured),
    '## What peers cannot do',
    refusalLines(measured).join('\n') || 'Nothing of what was measured.',
  ].join('\n\n');
}

/** Writes the page and its plot; returns their paths. */
export async function writeDocs(measured: ReadonlyMap<string, Comparison>, quick: boolean): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files = {
    'benchmarks.md': `${page(measured, quick)}\n`,
    'benchmarks.svg': ratioPlot('Time relative to JAX (less is better; dashes: the goal)', plotRows(measured), [
      ...COLUMNS.filter((c) => c !== 'jax'),
    ]),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return Object.keys(files).map((name) => join(folder, name));
}
