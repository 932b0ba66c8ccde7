/**
 * `npm run bench -- [case...] [options]`: measures side by side with the peers, in one run.
 *
 * Cases go by name or letter. Every figure is one JSON line in `bench/results/<case>.jsonl`; a table goes to the screen,
 * and with `--write-docs` to `docs/benchmarks.md`. `--quick` measures all of it in some minutes, less exactly.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { disagreements } from './agreement.js';
import { runCase, suite } from './cases/suite.js';
import type { Figure } from './figure.js';
import { takeLock } from './lock.js';
import type { Comparison } from './peers.js';
import { writeDocs } from './report/docs.js';
import { figureTable } from './report/table.js';

type Run = (args: readonly string[]) => Promise<readonly Figure[] | Comparison>;

const others: { readonly [name: string]: () => Promise<{ run: Run }> } = {
  graphcast: () => import('./cases/graphcast.js'),
  tfjs: () => import('./cases/tfjs.js'),
  optax: () => import('./cases/optax.js'),
  transforms: () => import('./cases/transforms.js'),
};

/** Options of each case under `--quick`. */
const QUICK: { readonly [name: string]: readonly string[] } = {
  graphcast: ['--mesh-size', '2', '--spacing', '6', '--latent-size', '32', '--steps', '10', '--repeats', '1'],
  transforms: ['--repeats', '1'],
};
const QUICK_SUITE = ['--seconds', '1', '--warmup', '1', '--repeats', '1', '--limit', '60'];

const cases = new Map<string, { readonly run: Run; readonly quick: readonly string[] }>([
  ...suite.map((c) => [c.name, { run: (args: readonly string[]) => runCase(c, args), quick: QUICK_SUITE }] as const),
  ...Object.entries(others).map(
    ([name, load]) =>
      [name, { run: async (args: readonly string[]) => (await load()).run(args), quick: QUICK[name] ?? [] }] as const,
  ),
]);

const results = fileURLToPath(new URL('../../bench/results/', import.meta.url));

/** A case by its name or letter. */
const nameOf = (given: string): string => suite.find(({ letter }) => letter === given)?.name ?? given;

function usage(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

async function measure(name: string, options: readonly string[]): Promise<Comparison> {
  const found = await cases.get(name)!.run(options);
  const { figures, refusals }: Comparison = 'figures' in found ? found : { figures: found, refusals: [] };
  await mkdir(results, { recursive: true });
  const lines = figures.map((f) => JSON.stringify(f)).join('\n');
  await appendFile(join(results, `${name}.jsonl`), `${lines}\n`);
  console.log(`\n${name}\n${figureTable(figures)}`);
  for (const { peer, refusal } of refusals) console.log(`${peer} cannot: ${refusal}`);
  for (const { peer, expected, actual } of disagreements(figures)) {
    console.log(`${peer} computed ${actual}, JAX ${expected}: its figures are of something else.`);
    if (peer.startsWith('fluxion')) process.exitCode = 1;
  }
  return { figures, refusals };
}

async function main(args: readonly string[]): Promise<void> {
  const split = args.findIndex((a) => a.startsWith('-'));
  const names = (split < 0 ? args : args.slice(0, split)).map(nameOf);
  const given = split < 0 ? [] : args.slice(split);
  const flags = new Set(['--quick', '--write-docs']);
  const options = given.filter((a) => !flags.has(a));
  const quick = given.includes('--quick');
  const unknown = names.find((name) => !cases.has(name));
  if (unknown !== undefined) {
    const all = [...suite.map((c) => `${c.letter} ${c.name}`), ...Object.keys(others)];
    return usage(`There is no case '${unknown}'; there are ${all.join(', ')}.`);
  }
  const other = takeLock();
  if (other !== null) return usage(`Another benchmark runs (process ${other}); two at once would measure each other.`);
  const measured = new Map<string, Comparison>();
  for (const name of names.length > 0 ? names : cases.keys()) {
    const all = quick ? [...cases.get(name)!.quick, ...options] : options;
    measured.set(name, await measure(name, all));
  }
  if (given.includes('--write-docs')) console.log(`written: ${(await writeDocs(measured, quick)).join(', ')}`);
}

await main(process.argv.slice(2)).catch((error: NodeJS.ErrnoException) => {
  if (error.code?.startsWith('ERR_PARSE_ARGS')) return usage(error.message);
  console.error(error);
  process.exitCode = 1;
});
