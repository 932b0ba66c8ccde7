import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { portCommand } from '../../src/cli/port.js';
import { runProgram } from '../../src/cli/program.js';
import { temporaryFolder } from '../helpers/xla.js';

const run = async (...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runProgram(['port', ...argv], [portCommand], { stdout, stderr });
  return { code, stdout: stdout.read()?.toString() ?? '', stderr: stderr.read()?.toString() ?? '' };
};

describe('fluxion port', () => {
  const folder = temporaryFolder();
  const program = join(folder, 'a.py');
  writeFileSync(program, 'import jax.numpy as jnp\nx = jnp.zeros(3)\ny = jnp.nothing(x)\n');

  test('writes the draft, and says what is not covered', async () => {
    const out = join(folder, 'a.ts');
    const { code, stdout } = await run(program, '--out', out);
    expect(code).toBe(0);
    expect(stdout).toContain('2 calls of libraries: 1 mapped, 0 by the porting rule alone, 1 without a counterpart');
    expect(stdout).toContain('line 3: jax.numpy.nothing');
    expect(readFileSync(out, 'utf8')).toContain('const x = jnp.zeros(3);');
  });

  test('reports as JSON', async () => {
    const { stdout } = await run(program, '--json');
    const report = JSON.parse(stdout);
    expect(report.coverage).toEqual({ mapped: 1, rule: 0, unknown: 1 });
    expect(report.remarks).toEqual([{ line: 3, text: 'jax.numpy.nothing has no counterpart' }]);
    expect(report.typescript).toContain("import * as jnp from 'fluxion/numpy';");
  });

  test('says which file is missing', async () => {
    const { code, stderr } = await run(join(folder, 'none.py'));
    expect(code).toBe(1);
    expect(stderr).toContain('There is no file');
  });
});
