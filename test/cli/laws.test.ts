import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { ended, ensureBuilt, start } from './helpers/spawn.js';

const compiled = fileURLToPath(new URL('../../dist/test/cli/helpers/losses.js', import.meta.url));
const source = fileURLToPath(new URL('./helpers/losses.ts', import.meta.url));
const quick = ['--runs', '2', '--seed', '1'];
const laws = (file: string, ...args: readonly string[]) =>
  ended(start('src/cli/main', ['laws', file, ...quick, ...args], { FLUXION_LAW_TIME: '50' }));

beforeAll(ensureBuilt);

it('checks the function that a module exports, and says how each law fared', async () => {
  const { code, stdout } = await laws(compiled, '--export', 'loss');
  expect(code).toBe(0);
  expect(stdout).toMatch(/holds +forward = reverse/);
  expect(stdout).toMatch(/(\d+) of \d+ laws hold, 0 are broken/);
});

it('ends with 1 and names the culprit and its line where a law is broken', async () => {
  const { code, stdout, stderr } = await laws(compiled, '--export', 'lossWithSlip');
  expect(code).toBe(1);
  expect(stdout).toContain('Law broken: reverse mode agrees with differences');
  expect(stdout).toMatch(/to blame: custom_vjp_call.*mySquare/s);
  expect(stdout).toMatch(/losses\.(js|ts):\d+/);
  expect(stderr).toMatch(/laws are broken/);
});

it('tells programs in JSON, with what is needed to replay', async () => {
  const { code, stdout } = await laws(compiled, '--export', 'lossWithSlip', '--json');
  expect(code).toBe(1);
  const report = JSON.parse(stdout) as { laws: { name: string; status: string; seed?: number; path?: string }[] };
  const broken = report.laws.find((law) => law.name === 'reverse mode agrees with differences');
  expect(broken).toMatchObject({ status: 'broken', seed: 1, path: expect.stringMatching(/^\d+/) });
  expect(report.laws.some((law) => law.status === 'held')).toBe(true);
});

it('checks a list of laws as it is', async () => {
  const { code, stdout } = await laws(compiled, '--export', 'laws');
  expect(code).toBe(0);
  expect(stdout).toMatch(/3 of 3 laws hold/);
});

it('says what a module lacks, and what it has', async () => {
  const { code, stderr } = await laws(compiled, '--export', 'notAFunction');
  expect(code).toBe(1);
  expect(stderr).toMatch(/must export 'notAFunction': a function, or a list of laws.*It exports .*lossWithSlip/);
});

it('says which file cannot be loaded', async () => {
  const { code, stderr } = await laws('no-such-file.js');
  expect(code).toBe(1);
  expect(stderr).toContain('no-such-file.js cannot be loaded');
});

it('reads TypeScript where Node does, and else says what to do', async () => {
  const { code, stdout, stderr } = await laws(source, '--export', 'loss');
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) expect(stdout).toMatch(/0 are broken/);
  else {
    expect(code).toBe(1);
    expect(stderr).toMatch(/losses\.ts is TypeScript, which Node [\d.]+ cannot read\. Use Node 22\.18 or later/);
  }
});
