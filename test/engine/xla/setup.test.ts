import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPlugin, installedPath, pluginHash } from '../../../src/engine/xla/plugin.js';
import { type SetupEvent, setupPlugin } from '../../../src/engine/xla/setup.js';
import { temporaryFolder } from '../../helpers/xla.js';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = (): NodeJS.ProcessEnv => ({
  ...process.env,
  FLUXION_CACHE: join(folder, 'cache'),
  FLUXION_PJRT_PLUGIN: '',
});
const left = async (options: Parameters<typeof setupPlugin>[0]) => {
  const result = await setupPlugin(options)();
  if (E.isRight(result)) throw new Error('the setup should have failed');
  return result.left;
};
/** Every file under the test's cache folder. */
const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

/** A command that takes the place of Python. */
function fakePython(script: string): string {
  const path = join(folder, 'python');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('finding the plugin', () => {
  it('goes by FLUXION_PJRT_PLUGIN first', () => {
    const path = join(folder, 'plugin.so');
    writeFileSync(path, '');
    expect(findPlugin({ FLUXION_PJRT_PLUGIN: path })).toEqual(E.right({ path, source: 'FLUXION_PJRT_PLUGIN' }));
  });

  it('then by the cache folder', () => {
    mkdirSync(join(installedPath(env()), '..'), { recursive: true });
    writeFileSync(installedPath(env()), '');
    const found = findPlugin(env());
    expect(found).toEqual(E.right({ path: installedPath(env()), source: 'cache', version: '0.0.1' }));
  });

  it('says where it looked and what to do', () => {
    const gone = findPlugin({ FLUXION_PJRT_PLUGIN: '/nowhere/plugin.so' });
    expect(E.isLeft(gone) && gone.left.message).toBe(
      'The XLA engine has no plugin: FLUXION_PJRT_PLUGIN names a file that is not there. Looked at /nowhere/plugin.so. ' +
        'Run `npx fluxion setup` to fetch it, or name one in FLUXION_PJRT_PLUGIN.',
    );
    const absent = findPlugin(env());
    expect(E.isLeft(absent) && absent.left.data).toMatchObject({ searched: [installedPath(env())] });
  });

  it('remembers the hash of a plugin until the file changes', () => {
    const path = join(folder, 'plugin.so');
    writeFileSync(path, 'abc');
    // The SHA-256 of "abc" is the first example of FIPS 180-2.
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect([pluginHash(path), pluginHash(path)]).toEqual([abc, abc]);
    expect(files()).toContain('plugin.so.sha256');
    writeFileSync(path, 'abcd');
    expect(pluginHash(path)).not.toBe(abc);
  });
});

describe.skipIf(process.platform !== 'linux')('setting up the plugin', () => {
  it('refuses a wheel that is damaged, and installs nothing', async () => {
    const wheel = join(folder, 'damaged.whl');
    writeFileSync(wheel, 'not a wheel');
    const phases: SetupEvent['phase'][] = [];
    const error = await left({ wheel, env: env(), onProgress: ({ phase }) => phases.push(phase) });
    expect(error.tag).toBe('ChecksumMismatch');
    expect(error.message).toContain(`${wheel} is damaged or is another file`);
    expect(phases).toEqual(['verify']);
    expect(files()).toEqual(['damaged.whl']);
  });

  it('refuses what pip brings when it is not the pinned file, and removes it', async () => {
    const python = fakePython(
      'while [ $# -gt 0 ]; do [ "$1" = --dest ] && echo spoiled > "$2/xla_cpu_pjrt.whl"; shift; done; exit 0',
    );
    const events: SetupEvent[] = [];
    const error = await left({ pythons: [python], env: env(), onProgress: (event) => events.push(event) });
    expect(error.tag).toBe('ChecksumMismatch');
    expect(new Set(events.map(({ phase }) => phase))).toEqual(new Set(['find', 'download', 'verify']));
    expect(files()).toEqual(['python']);
  });

  it('shows what pip said when the download fails', async () => {
    const python = fakePython('[ "$3" = --version ] && exit 0; echo "no route to index" >&2; exit 1');
    const error = await left({ pythons: [python], env: env() });
    expect(error.tag).toBe('DownloadFailed');
    expect(error.message).toMatch(/^pip could not fetch xla-cpu-pjrt==0\.0\.1\.\n.*pip download.*\nno route to index$/);
  });

  it('says which commands it tried when there is no pip', async () => {
    const error = await left({ pythons: ['no-such-python', fakePython('exit 1')], env: env() });
    expect(error.tag).toBe('PipNotFound');
    expect(error.message).toContain('tried no-such-python -m pip');
  });

  it('does nothing when the plugin is there', async () => {
    mkdirSync(join(installedPath(env()), '..'), { recursive: true });
    writeFileSync(installedPath(env()), '');
    const events: SetupEvent[] = [];
    const result = await setupPlugin({ env: env(), pythons: [], onProgress: (event) => events.push(event) })();
    expect(result).toEqual(findPlugin(env()));
    expect(events.map(({ phase }) => phase)).toEqual(['present']);
  });

  it('reports a folder that cannot be written', async () => {
    writeFileSync(join(folder, 'cache'), 'a file where the folder should be');
    const error = await left({ pythons: [fakePython('exit 0')], env: env() });
    expect(error.tag).toBe('InstallFailed');
  });
});
