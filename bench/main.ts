/**
 * `npm run bench -- [case...] [options]`: measures side by side with the peers, in one run.
 *
 * Every figure is one JSON line in `bench/results/<case>.jsonl`; a table goes to the screen.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.js';

const cases: { readonly [name: string]: () => Promise<{ run(args: readonly string[]): Promise<Figure[]> }> } = {
  graphcast: () => import('./cases/graphcast.js'),
  optax: () => import('./cases/optax.js'),
  transforms: () => import('./cases/transforms.js'),
};

const results = fileURLToPath(new URL('../../bench/results/', import.meta.url));

const text = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

function table(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [
    f.metric,
    f.peer,
    `${text(f.median)} ${f.unit}`,
    `${text(f.min)} to ${text(f.max)}`,
    f.ratioToJax === undefined ? '' : `${f.ratioToJax.toFixed(2)} x JAX`,
  ]);
  rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const head = ['metric', 'peer', 'median', 'range', ''];
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)));
  return [head, ...rows].map((r) => r.map((cell, i) => cell.padEnd(widths[i])).join('  ')).join('\n');
}

const args = process.argv.slice(2);
const split = args.findIndex((a) => a.startsWith('-'));
const names = split < 0 ? args : args.slice(0, split);
const options = split < 0 ? [] : args.slice(split);
const chosen = names.length > 0 ? names : Object.keys(cases);
for (const name of chosen) {
  if (!Object.hasOwn(cases, name)) {
    console.error(`There is no case '${name}'; there are ${Object.keys(cases).join(', ')}.`);
    process.exitCode = 2;
    break;
  }
  const { run } = await cases[name]();
  const figures = await run(options);
  await mkdir(results, { recursive: true });
  const lines = figures.map((f) => JSON.stringify(f)).join('\n');
  await appendFile(join(results, `${name}.jsonl`), `${lines}\n`);
  console.log(`\n${name}\n${table(figures)}`);
}
