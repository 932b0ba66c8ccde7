/**
 * What the peers need is installed on first use, with pinned versions, into the cache folder: a Python environment, a
 * small npm project each. Nothing of it ever becomes a dependency of fluxion.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from 'fluxion/io';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('../../bench/peers/', import.meta.url));
/** Compiled files of ours that the peers written in JavaScript use. */
const SHARED = ['draw.js', 'measure.js', 'memory.js', 'figure.js'];

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The program `suite.js` of an npm peer, its packages beside it. */
export async function npmPeer(name: string): Promise<string> {
  const manifest = await readFile(join(sources, name, 'package.json'));
  const hash = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), 'peers', `${name}-${hash}`);
  if (!(await exists(join(folder, 'complete')))) {
    process.stderr.write(`installing ${name} in ${folder}\n`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), manifest);
    // Their install scripts fetch native parts that the WebAssembly backends do without.
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
    await writeFile(join(folder, 'complete'), '');
  }
  await copyFile(join(sources, name, 'suite.js'), join(folder, 'suite.js'));
  for (const file of SHARED) await copyFile(fileURLToPath(new URL(file, import.meta.url)), join(folder, file));
  return join(folder, 'suite.js');
}

/** The interpreter of JAX's environment; `FLUXION_PEER_PYTHON` names one that already has the packages. */
export async function jaxPython(): Promise<string> {
  if (process.env.FLUXION_PEER_PYTHON) return process.env.FLUXION_PEER_PYTHON;
  const environment = fileURLToPath(new URL('../../test/oracle/environment.sh', import.meta.url));
  const script = `source "${environment}" && python_environment "${join(sources, 'jax', 'requirements.txt')}"`;
  return (await run('bash', ['-c', script])).stdout.trim();
}

/** The path of a program of JAX's. */
export const jaxProgram = (name: string): string => join(sources, 'jax', name);
