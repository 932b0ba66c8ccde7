import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../src/io/cache-folder.js';
import { sha256 } from '../../src/io/checksum.js';
import { pipDownload } from '../../src/io/pip.js';
import type { ProgressEvent } from '../../src/io/progress.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';

const file = temporaryFolder();
const CONTENT = 'a'.repeat(1000);
const expected = { bytes: CONTENT.length, sha256: sha256(Buffer.from(CONTENT)) };

/** A shell script that stands for python3; `saved` is pip's destination in it, `unpack` its temporary folder. */
function pretend(name: string, script: string): void {
  const folder = file(name);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'python3');
  const prelude = `#!/bin/sh
if [ "$4" = "" ] && [ "$3" = "--version" ]; then exit 0; fi
while [ "$1" != "--dest" ]; do shift; done; saved="$2"; mkdir -p "$saved"; unpack="$TMPDIR/pip-unpack-x"; mkdir "$unpack"
`;
  writeFileSync(path, prelude + script);
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
}

afterEach(() => vi.unstubAllEnvs());

const write = (path: string): string => `head -c 1000 /dev/zero | tr '\\0' a > "${path}/it-1.0.tar.gz"\n`;

describe.skipIf(process.platform === 'win32')('pipDownload', () => {
  it('returns the file that pip saved, and cleans up', async () => {
    pretend('saves', write('$saved'));
    const path = await run(pipDownload({ requirement: 'it==1.0', directory: file('saved'), expected }));
    expect(path).toBe(file('saved/it-1.0.tar.gz'));
    expect(readFileSync(path, 'utf8')).toBe(CONTENT);
    expect(readdirSync(dirname(path))).toEqual(['it-1.0.tar.gz']);
  });

  it('takes the expected file as soon as it is there, though pip would go on and fail', async () => {
    pretend('builds', `${write('$unpack')}sleep 20; rm -r "$unpack"; exit 1\n`);
    const begin = Date.now();
    const path = await run(pipDownload({ requirement: 'it==1.0', directory: file('built'), expected }));
    expect(readFileSync(path, 'utf8')).toBe(CONTENT);
    expect(Date.now() - begin).toBeLessThan(10_000);
  });

  it('tells how far the download is', async () => {
    const half = `head -c 500 /dev/zero | tr '\\0' a > "$unpack/it-1.0.tar.gz"; sleep 0.5\n`;
    pretend('slow', `${half}${write('$unpack')}sleep 0.5; cp "$unpack"/* "$saved"\n`);
    const events: ProgressEvent[] = [];
    await run(
      pipDownload({
        requirement: 'it==1.0',
        directory: file('slow-saved'),
        expected,
        onProgress: (event) => events.push(event),
      }),
    );
    expect([...new Set(events.map((event) => event.phase))]).toEqual(['find', 'download', 'verify', 'done']);
    const done = events.filter((event) => event.phase === 'download').map((event) => event.done ?? 0);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(new Set(done)).toContain(500);
    expect(events.filter((event) => event.phase === 'download').every((event) => event.total === 1000)).toBe(true);
  });

  it('refuses another content, and keeps none of it', async () => {
    pretend('other', 'echo other > "$saved/it-1.0.tar.gz"\n');
    const error = await failure(pipDownload({ requirement: 'it==1.0', directory: file('other-saved'), expected }));
    expect(error).toMatchObject({ tag: 'ChecksumMismatch', data: { expected: expected.sha256 } });
    expect(readdirSync(file('other-saved'))).toEqual([]);
  });

  it('tells a missing network from other failures, with the last words of pip', async () => {
    pretend(
      'offline',
      'echo "Failed to establish: NewConnectionError: Temporary failure in name resolution" >&2; exit 1\n',
    );
    const offline = await failure(pipDownload({ requirement: 'it==1.0', directory: file('x') }));
    expect(offline).toMatchObject({ tag: 'DownloadFailed', data: { offline: true, wanted: 'it==1.0' } });
    expect(offline.message).toContain('no package index can be reached');
    pretend('fails', 'echo "ERROR: No matching distribution found" >&2; exit 1\n');
    const failed = await failure(pipDownload({ requirement: 'it==1.0', directory: file('x') }));
    expect(failed).toMatchObject({ tag: 'DownloadFailed', data: { offline: false } });
    expect(failed.message).toContain('No matching distribution found');
    expect(readdirSync(file('x'))).toEqual([]);
  });

  it('says that pip is missing', async () => {
    vi.stubEnv('PATH', file('empty'));
    const error = await failure(pipDownload({ requirement: 'it==1.0', directory: file('y') }));
    expect(error).toMatchObject({ tag: 'PipMissing', data: { wanted: 'it==1.0' } });
    expect(existsSync(file('y'))).toBe(false);
  });
});

describe('cacheFolder', () => {
  it('heeds FLUXION_CACHE, then XDG_CACHE_HOME, then the home folder', () => {
    vi.stubEnv('FLUXION_CACHE', '/own');
    vi.stubEnv('XDG_CACHE_HOME', '/shared');
    expect(cacheFolder()).toBe('/own');
    vi.stubEnv('FLUXION_CACHE', '');
    expect(cacheFolder()).toBe(join('/shared', 'fluxion'));
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(cacheFolder()).toMatch(/[\\/]\.cache[\\/]fluxion$/);
  });
});
