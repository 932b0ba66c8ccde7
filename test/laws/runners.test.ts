/** One line in a test file makes a test for each law, whichever runner it is. vitest is shown in lawful.test.ts. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NdArray } from 'fluxion/extend';
import { gradLaws, lawful } from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../cli/helpers/spawn.js';

describe('node:test', () => {
  beforeAll(ensureBuilt);
  const file = fileURLToPath(new URL('../../dist/test/laws/helpers/lawful-in-node.js', import.meta.url));
  // Without the variables by which a test runner knows that it is inside of another one.
  const { NODE_TEST_CONTEXT: _, VITEST: __, ...env } = process.env;
  const run = (more: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      env: { ...env, ...more },
      encoding: 'utf8',
    });

  test('runs a test for each law', () => {
    const { status, stdout } = run();
    expect(stdout).toContain('# Subtest: the cube');
    expect(stdout.match(/^ +ok \d+ - the .* agrees with the plain function/gm)).toHaveLength(4);
    expect(status).toBe(0);
  });

  test('fails with everything that is known of the broken law', () => {
    const { status, stdout } = run({ BREAK: '1' });
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/not ok \d+ - the value agrees with the plain function/);
    expect(stdout).toMatch(/replay with \{ seed: 1/);
  });
});

describe('jest, whose functions are global', () => {
  const half = (x: NdArray): NdArray => jnp.sum(jnp.multiply(x, 0.5));
  const collected: { title: string; body: () => void | Promise<void>; timeout?: number }[] = [];
  const globals = globalThis as { describe?: unknown; test?: unknown };

  test('gets a test for each law without being named', async () => {
    const suites: string[] = [];
    globals.describe = (name: string, body: () => void) => {
      suites.push(name);
      body();
    };
    globals.test = (title: string, body: () => void, timeout?: number) => collected.push({ title, body, timeout });
    try {
      await lawful('half', gradLaws(half as never, { x: jnp.array([1, 2]) }, { order: 1 }), { runs: 1, seed: 1 });
    } finally {
      delete globals.describe;
      delete globals.test;
    }
    expect(suites).toEqual(['half']);
    expect(collected.map(({ title }) => title)).toContain('forward = reverse');
    expect(collected.every(({ timeout }) => timeout === 60_000)).toBe(true);
    for (const { body } of collected) await body();
  });
});
