import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { createOptions, memoryOptions } from '../../../src/engine/xla/client-options.js';
import { cudaFolder, cudaPath, findPlugin } from '../../../src/engine/xla/plugin.js';
import { setupPlugin } from '../../../src/engine/xla/setup.js';
import { DownloadFailed, InstallFailed } from '../../../src/error/engine.js';
import { InvalidArgument } from '../../../src/error/error.js';
import { failure, run } from '../../helpers/either.js';
import { temporaryFolder } from '../../helpers/folder.js';

const file = temporaryFolder();

describe('The CUDA plugin', () => {
  const env = (name: string): NodeJS.ProcessEnv => ({
    ...process.env,
    FLUXION_CACHE: file(name),
    FLUXION_PJRT_PLUGIN: '',
    FLUXION_PLATFORM: 'cuda',
  });
  /** A command in Python's place: `install` is run with $target set to the folder that pip was told. */
  const python = (name: string, install: string): string => {
    const path = file(name);
    const find = 'while [ "$1" != "--target" ] && [ $# -gt 0 ]; do shift; done; target="$2"';
    writeFileSync(path, `#!/bin/sh\nif [ "$3" = "--version" ]; then exit 0; fi\n${find}\n${install}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  test('is found where FLUXION_PLATFORM asks for it, and only when it is there', () => {
    const absent = findPlugin(env('absent'));
    expect(E.isLeft(absent) && absent.left.message).toContain('`npx fluxion setup --cuda` has not been run');
    mkdirSync(dirname(cudaPath(env('there'))), { recursive: true });
    writeFileSync(cudaPath(env('there')), '');
    const found = findPlugin(env('there'));
    const path = cudaPath(env('there'));
    expect(found).toEqual(E.right({ path, source: 'FLUXION_PLATFORM', version: '0.10.2' }));
  });

  test('is installed with its libraries side by side, by pip, as a whole', async () => {
    const plugin = '$target/jax_plugins/xla_cuda13';
    const pip = python(
      'pip',
      `echo "$@" >> ${file('arguments')}; mkdir -p ${plugin}; echo x > ${plugin}/xla_cuda_plugin.so`,
    );
    const options = { env: env('cache'), pythons: [pip], cuda: true };
    const { path } = await run(setupPlugin(options));
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(dirname(cudaFolder(env('cache'))))).toHaveLength(1);
    await run(setupPlugin({ ...options, pythons: ['/nowhere'] })); // there already: nobody is asked
  });

  test('says when pip fails, or brings something else', async () => {
    const options = { env: env('broken'), cuda: true };
    const failed = await failure(setupPlugin({ ...options, pythons: [python('fails', 'echo no matching; exit 1')] }));
    expect(failed).toBeInstanceOf(DownloadFailed);
    expect(failed.message).toContain('no matching');
    const empty = await failure(setupPlugin({ ...options, pythons: [python('empty', 'exit 0')] }));
    expect(empty).toBeInstanceOf(InstallFailed);
    expect(existsSync(cudaFolder(env('broken')))).toBe(false);
  });
});

describe('Options of a client', () => {
  test('come from the environment, checked', () => {
    expect(memoryOptions({})).toEqual({});
    expect(
      memoryOptions({
        FLUXION_PREALLOCATE: 'false',
        FLUXION_MEMORY_FRACTION: '0.5',
        FLUXION_GPU_ALLOCATOR: 'cuda_async',
      }),
    ).toEqual({ preallocate: false, memory_fraction: 0.5, allocator: 'cuda_async' });
    for (const wrong of [
      { FLUXION_PREALLOCATE: 'maybe' },
      { FLUXION_MEMORY_FRACTION: '2' },
      { FLUXION_GPU_ALLOCATOR: 'x' },
    ]) {
      expect(() => memoryOptions(wrong)).toThrow(InvalidArgument);
    }
  });

  test('are an array of PJRT_NamedValue: 56 bytes each, kind at 32, value at 40, size at 48', () => {
    const { words, count, unpin } = createOptions({ count: 8, fraction: 0.5, on: true, name: 'bfc' });
    expect(count).toBe(4);
    const at = (i: number, byte: number): number => words[(56 * i + byte) / 4];
    expect([0, 1, 2, 3].map((i) => at(i, 0))).toEqual([56, 56, 56, 56]);
    expect([0, 1, 2, 3].map((i) => at(i, 32))).toEqual([1, 3, 4, 0]);
    expect([at(0, 40), at(1, 40), at(2, 40)]).toEqual([8, 0x3f000000, 1]);
    expect([0, 1, 2, 3].map((i) => at(i, 24))).toEqual([5, 8, 2, 4]);
    expect([0, 1, 2, 3].map((i) => at(i, 48))).toEqual([1, 1, 1, 3]);
    unpin();
  });
});
