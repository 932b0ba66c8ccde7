/**
 * How much of JAX's public surface is here: `npm run coverage:jax [-- surface.json] [--json] [--write-readme]`.
 *
 * The surface is a list of callables by module and tier, with the name each has here. A callable is present when the
 * module exports that name (for enums: every member), missing when not, or deliberately different with a reason
 * (deliberate.ts). With `--write-readme`, the README's table is written anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deliberate } from './deliberate.js';
import { type Callable, type Coverage, markdown, measure, type Surface, table, withTable } from './surface.js';

/** The surface list beside the checkout; from dist/test/coverage and from test/coverage. */
function defaultPath(): string {
  const candidates = ['../../../shared/golden/jax-surface.json', '../../../../shared/golden/jax-surface.json'];
  const paths = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return paths.find(existsSync) ?? paths[0];
}

/** The README of the checkout; from dist/test/coverage and from test/coverage. */
function readmePath(): string {
  const paths = ['../../README.md', '../../../README.md'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return paths.find(existsSync) ?? paths[0];
}

const isJax = (module: string): boolean => module.startsWith('jax');

async function main(args: readonly string[]): Promise<number> {
  const asJson = args.includes('--json');
  const path = args.find((arg) => !arg.startsWith('--')) ?? defaultPath();
  if (!existsSync(path)) {
    console.error(`coverage: there is no surface list ${path}. Give its path as an argument.`);
    return 2;
  }
  const surface = JSON.parse(readFileSync(path, 'utf8')) as Surface;
  const coverage = await measure(surface, isJax, deliberate);
  if (args.includes('--write-readme')) {
    const readme = readmePath();
    writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), markdown(coverage)));
  }
  console.log(asJson ? JSON.stringify(coverage) : table(coverage));
  return 0;
}

export type { Callable, Coverage };

process.exitCode = await main(process.argv.slice(2));
