/**
 * The XLA engine for tests: skipped loudly where the plugin has not been set up.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { describe, it } from 'vitest';
import type { DType } from '../../src/array/dtype.js';
import { layoutOf } from '../../src/array/dtype.js';
import { PjrtClient } from '../../src/engine/xla/client.js';
import type { CompiledPrograms } from '../../src/engine/xla/engine.js';
import { XlaEngine } from '../../src/engine/xla/engine.js';
import type { ArraySpec, ProgramSpec } from '../../src/engine/xla/executable.js';
import { findPlugin } from '../../src/engine/xla/plugin.js';

const plugin = findPlugin();

/** `describe` for tests that need the plugin. */
export function describeXla(title: string, body: () => void): void {
  if (E.isRight(plugin)) return void describe(title, body);
  console.warn(`SKIPPED, no XLA plugin (run \`npx fluxion setup\`): ${title}`);
  describe.skip(title, () => it('needs the plugin'));
}

/** The plugin's path; only within `describeXla`. */
export function pluginPath(): string {
  if (E.isLeft(plugin)) throw plugin.left;
  return plugin.right.path;
}

/** A client of one device, and an engine on it that takes module text only. */
export function openEngine(cache?: CompiledPrograms): XlaEngine {
  const client = PjrtClient.open(pluginPath());
  if (E.isLeft(client)) throw client.left;
  return new XlaEngine(client.right, { lower: () => '', cache });
}

/** `tensor<2x3xf32>` */
export const tensor = ({ dtype, shape }: ArraySpec): string => `tensor<${[...shape, layoutOf(dtype).mlir].join('x')}>`;

/** A module of one function `main`, and its specification. `body` uses %a0, %a1, ... and ends with its return. */
export function program(
  name: string,
  inputs: readonly ArraySpec[],
  outputs: readonly ArraySpec[],
  body: string,
  aliases: Readonly<Record<number, number>> = {},
): { text: string; spec: ProgramSpec } {
  const parameters = inputs.map((input, i) => {
    const alias = aliases[i] === undefined ? '' : ` {tf.aliasing_output = ${aliases[i]} : i32}`;
    return `%a${i}: ${tensor(input)}${alias}`;
  });
  const text =
    `module @${name} {\n  func.func public @main(${parameters.join(', ')}) -> (${outputs.map(tensor).join(', ')}) {\n` +
    `${body}\n  }\n}\n`;
  return { text, spec: { name, inputs, outputs, donate: Object.keys(aliases).map(Number) } };
}

/** x + y, or x + x with one input. */
export function addProgram(dtype: DType, shape: readonly number[], donate = false) {
  const spec = { dtype, shape };
  const op = dtype === 'bool' ? 'or' : 'add';
  const body = `    %0 = stablehlo.${op} %a0, %a1 : ${tensor(spec)}\n    return %0 : ${tensor(spec)}`;
  return program('sum', [spec, spec], [spec], body, donate ? { 0: 0 } : {});
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'fluxion-test-'));

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The engine's modules as plain JavaScript, for child processes and workers, which do not know TypeScript.
 * Returns the folder that corresponds to `src/`.
 */
export function compiledSources(): string {
  const folder = join(root, 'dist/child', `${process.pid}`);
  const options = ['--ignoreConfig', '--noCheck', '--target', 'es2022', '--module', 'nodenext', '--rootDir', 'src'];
  const files = ['src/engine/xla/open.ts', 'src/engine/xla/setup.ts', 'src/engine/xla/doctor.ts'];
  execFileSync(join(root, 'node_modules/.bin/tsc'), [...files, ...options, '--outDir', folder], { cwd: root });
  return folder;
}
