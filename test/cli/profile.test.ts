import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, ensureBuilt, start } from './helpers/spawn.js';

const fluxion = (...args: readonly string[]) => ended(start('src/cli/main', args));
const built = (path: string): string => pathToFileURL(join(import.meta.dirname, '../../dist/src', path)).href;
const source = `
import * as jnp from '${built('numpy/index.js')}';
export const step = (w, x) => jnp.matmul(x, w);
export const example = { w: jnp.ones([4, 5]), x: jnp.ones([3, 4]) };
export const number = 3;
`;

let folder: string;
beforeAll(async () => {
  ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), 'fluxion-profile-'));
  await writeFile(join(folder, 'step.mjs'), source);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('fluxion profile', () => {
  it('prints the dearest lines and writes a trace that can be read', async () => {
    const out = join(folder, 'trace.json');
    const module = join(folder, 'step.mjs');
    const { code, stdout } = await fluxion(
      'profile',
      module,
      '--export',
      'step',
      '--steps',
      '2',
      '--out',
      out,
      '--json',
    );
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.steps).toHaveLength(2);
    expect(report.lines[0]).toMatchObject({ line: `${module}:3`, flops: 120, primitives: ['dot_general'] });
    expect(JSON.parse(await readFile(out, 'utf8')).traceEvents.length).toBeGreaterThan(5);
  });

  it('says what is missing', async () => {
    const { code, stderr } = await fluxion('profile', join(folder, 'step.mjs'), '--export', 'number');
    expect(code).toBe(1);
    expect(stderr).toContain("must export 'number': a function. It exports example, number, step.");
  });
});
