import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgramCache, processorFingerprint } from '../../src/engine/cache.js';
import { pluginHash } from '../../src/engine/xla/plugin.js';
import { addProgram, compiledSources, describeXla, openEngine, pluginPath, temporaryFolder } from '../helpers/xla.js';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

describe('the cache of compiled programs', () => {
  const open = (limit?: number, context = ['plugin', 'processor']) => new ProgramCache(folder, { context, limit });

  it('gives back what was kept under a key, in another process too', () => {
    const key = open().key(['module', bytes(3, 1)]);
    open().set(key, bytes(1000, 7));
    expect(Buffer.compare(open().get(key)!, bytes(1000, 7))).toBe(0);
    expect(open().size()).toMatchObject({ programs: 1 });
  });

  it('has another key for another module, options, plugin or processor, and for parts cut elsewhere', () => {
    const key = (context: string[], ...parts: string[]) => open(undefined, context).key(parts);
    const keys = [
      key(['p', 'c'], 'ab', 'o'),
      key(['p', 'c'], 'a', 'bo'),
      key(['p', 'c'], 'ab', 'p'),
      key(['q', 'c'], 'ab', 'o'),
      key(['p', 'd'], 'ab', 'o'),
      key(['p', 'cab'], 'o'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(key(['p', 'c'], 'ab', 'o')).toBe(keys[0]);
  });

  it.each([
    ['truncated', (path: string) => truncateSync(path, 500)],
    ['emptied', (path: string) => truncateSync(path, 0)],
    ['with a flipped bit', (path: string) => flipBit(path, 600)],
    ['with a foreign beginning', (path: string) => flipBit(path, 0)],
  ])('removes an entry that is %s', (_, damage) => {
    const cache = open();
    const key = cache.key(['module']);
    cache.set(key, bytes(1000, 7));
    damage(join(folder, readdirSync(folder)[0]));
    expect(cache.get(key)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('drops the least recently used programs over its limit', () => {
    const cache = open(3500);
    const keys = ['a', 'b', 'c'].map((name) => cache.key([name]));
    for (const [i, key] of keys.entries()) {
      cache.set(key, bytes(1000, i));
      const when = new Date(1_000_000 * (i + 1));
      utimesSync(join(folder, `${key}.program`), when, when);
    }
    cache.get(keys[0]); // used now, so that `b` is the oldest
    const key = cache.key(['d']);
    cache.set(key, bytes(1000, 3));
    expect([...keys, key].map((k) => cache.get(k) !== undefined)).toEqual([true, false, true, true]);
  });

  it('that cannot be written is no cache, and no error', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const cache = new ProgramCache(join(file, 'inside'), { context: [] });
    cache.set(cache.key(['a']), bytes(10, 1));
    expect(cache.get(cache.key(['a']))).toBeUndefined();
    expect(cache.size()).toEqual({ programs: 0, bytes: 0 });
  });

  it('is safe under processes that write, read and remove the same entry at once, and leaves no temporary files', async () => {
    const sources = compiledSources();
    const script = `
      import { ProgramCache } from ${JSON.stringify(pathToFileURL(join(sources, 'engine/cache.js')).href)};
      const cache = new ProgramCache(${JSON.stringify(folder)}, { context: [] });
      const key = cache.key(['module']);
      for (let i = 0; i < 200; i++) {
        cache.set(key, new Uint8Array(100_000).fill(7));
        const back = cache.get(key);
        if (back && (back.length !== 100_000 || back.some((x) => x !== 7))) throw new Error('torn entry');
        if (i % 10 === 0) cache.remove(key);
      }`;
    const run = () =>
      new Promise((resolve) => {
        spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }).on('close', resolve);
      });
    try {
      expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0]);
    } finally {
      rmSync(sources, { recursive: true, force: true });
    }
    const cache = open(undefined, []);
    expect(readdirSync(folder)).toEqual([`${cache.key(['module'])}.program`]);
  });

  it('knows the processor by its features', () => {
    const text = processorFingerprint();
    expect(text).toContain(process.arch);
    expect(text).toBe(processorFingerprint());
  });
});

function flipBit(path: string, at: number): void {
  const file = readFileSync(path);
  file[at] ^= 1;
  writeFileSync(path, file);
}

describeXla('programs kept on disk', () => {
  const { text, spec } = addProgram('float32', [4]);
  const run = (cache: ProgramCache) => {
    const engine = openEngine(cache);
    const compile = vi.spyOn(engine.client, 'compile');
    const x = engine.put(new Float32Array([1, 2, 3, 4]), 'float32', [4]);
    const result = engine.compileText(text, spec).execute([x, x])[0].readSync();
    return { result, compiled: compile.mock.calls.length };
  };
  const open = () => new ProgramCache(folder, { context: [pluginHash(pluginPath()), processorFingerprint()] });

  it('are loaded instead of compiled, with the same results', () => {
    const [first, second] = [run(open()), run(open())];
    expect([first.compiled, second.compiled]).toEqual([1, 0]);
    expect(second.result).toEqual(first.result);
    expect(second.result).toEqual(new Float32Array([2, 4, 6, 8]));
  });

  it('are compiled anew when XLA refuses the bytes, and replaced', () => {
    const cache = open();
    const engine = openEngine(cache);
    const key = cache.key([text, new Uint8Array([0x1a, 4, 0x20, 1, 0x28, 1])]);
    cache.set(key, bytes(5000, 9)); // sound as a file, but no program
    expect(engine.platform).toBe('cpu');
    expect(run(cache)).toEqual({ compiled: 1, result: new Float32Array([2, 4, 6, 8]) });
    expect(run(cache).compiled).toBe(0);
  });
});
