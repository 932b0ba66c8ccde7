/**
 * Runs compiled programs of this package in processes of their own.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = ['src/cli', 'test/cli/helpers'];

const newest = (folder: string, extension: string): number =>
  Math.max(
    0,
    ...readdirSync(root + folder)
      .filter((name) => name.endsWith(extension))
      .map((name) => statSync(`${root}${folder}/${name}`).mtimeMs),
  );

/** Compiles the package if its command line has changed since it was last compiled. `npm test` has done so already. */
export function ensureBuilt(): void {
  const fresh = sources.every(
    (folder) => existsSync(`${root}dist/${folder}`) && newest(`dist/${folder}`, '.js') >= newest(folder, '.ts'),
  );
  if (!fresh) spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], { cwd: root });
}

/** Starts a compiled program: `start('src/cli/main', ['--help'])`. */
export const start = (
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess => spawn(process.execPath, [`${root}dist/${program}.js`, ...args], { env: { ...process.env, ...env } });

/** How a process ended, and what it wrote. */
export interface Ended {
  /** As a shell gives it: 128 and the signal's number for a process that a signal ended. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits for the end. */
export const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk));
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 255), stdout, stderr }));
  });

/** Resolves when a process has written a text to stderr. */
export const written = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve) => {
    let seen = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
  });
