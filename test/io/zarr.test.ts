import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/index.js';
import { openData } from '../../src/io/open-data.js';
import { loadDataset, openDataset, slice } from '../../src/xarray/index.js';
import { failure, run } from '../helpers/either.js';
import { expectArray, type JsonArray } from '../helpers/fixtures.js';
import { temporaryFolder } from '../helpers/folder.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/zarr/${name}`, import.meta.url));
const { variables } = JSON.parse(readFileSync(fixture('values.json'), 'utf8')) as {
  readonly variables: { readonly [name: string]: { readonly dims: readonly string[]; readonly data: JsonArray } };
};
const file = temporaryFolder();
const EXACT = { ulps: 0 };

/** A copy of a store, to be damaged. */
function copied(version: number, name: string): string {
  cpSync(fixture(`v${version}.zarr`), file(name), { recursive: true });
  return file(name);
}

/** The files of an array's chunks. */
const chunks = (store: string, array: string): string[] =>
  readdirSync(join(store, array), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^\.z|zarr\.json/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

beforeAll(() => config.update('engine', 'reference'));

describe.each([2, 3])('a Zarr store of version %i, as xarray writes it', (version) => {
  it('holds what xarray put into it, whatever the codec, and its labels', async () => {
    const dataset = await run(loadDataset(fixture(`v${version}.zarr`)));
    expect(dataset.keys().sort()).toEqual(Object.keys(variables).sort());
    for (const [name, { dims, data }] of Object.entries(variables)) {
      expect(dataset.get(name).dims, name).toEqual(dims);
      expectArray(dataset.get(name).data, data, EXACT, name);
    }
    const { time, level, longitude } = dataset.coords;
    expect([time.kind, time.label(4), level.numbers(), longitude.numbers()]).toEqual([
      'datetime64[ns]',
      '2020-01-02T00:00:00',
      [500, 850],
      [0, 90, 180, 270],
    ]);
    expect([dataset.attrs, dataset.get('temperature').attrs]).toEqual([
      { title: 'a small piece of weather' },
      { units: 'K' },
    ]);
  });

  it('is read by blocks', async () => {
    const lazy = await run(openDataset(fixture(`v${version}.zarr`)));
    const part = lazy.select(['temperature']).isel({ time: slice(1, 4), longitude: [3, 1], level: 1 });
    const whole = await run(loadDataset(fixture(`v${version}.zarr`)));
    const expected = whole.select(['temperature']).isel({ time: slice(1, 4), longitude: [3, 1], level: 1 });
    expect((await run(part.load())).get('temperature').data.jsSync()).toEqual(
      expected.get('temperature').data.jsSync(),
    );
  });

  it('needs only the chunks of what is asked for', async () => {
    const store = copied(version, `sparse${version}.zarr`);
    const before = await run(openDataset(store));
    const wanted = before.select(['2m_temperature']).isel({ time: [0] });
    const value = (await run(wanted.load())).get('2m_temperature').data.jsSync();
    for (const chunk of chunks(store, '2m_temperature').sort().slice(1)) truncateSync(chunk, 3);
    expect((await run(wanted.load())).get('2m_temperature').data.jsSync()).toEqual(value);
    const damaged = await failure(before.select(['2m_temperature']).load());
    expect([damaged.tag, damaged.message]).toEqual(['CorruptFile', expect.stringContaining('(2m_temperature)')]);
  });

  it('has fill values where a chunk has no file', async () => {
    const store = copied(version, `holes${version}.zarr`);
    for (const chunk of chunks(store, '2m_temperature')) rmSync(chunk);
    const dataset = await run(loadDataset(store));
    expect((dataset.get('2m_temperature').data.dataSync() as Float32Array).every(Number.isNaN)).toBe(true);
  });

  it('whose metadata is damaged says which array', async () => {
    const store = copied(version, `damaged${version}.zarr`);
    const metadata = join(store, 'count', version === 2 ? '.zarray' : 'zarr.json');
    writeFileSync(metadata, readFileSync(metadata, 'utf8').slice(0, 40));
    const error = await failure(openData(store));
    expect([error.tag, error.message]).toEqual(['CorruptFile', expect.stringContaining('(count)')]);
  });
});

describe('a folder', () => {
  it('that is no Zarr store is told from one', async () => {
    mkdirSync(file('plain'));
    const error = await failure(openData(file('plain')));
    expect([error.tag, error.message]).toEqual(['UnsupportedFormat', expect.stringContaining('.zgroup')]);
    expect((await failure(openData(file('absent.zarr')))).tag).toBe('FileNotFound');
  });

  it('with arrays that xarray did not write, or an unknown codec, is refused with the name of the array', async () => {
    const store = copied(2, 'nameless.zarr');
    writeFileSync(join(store, 'count', '.zattrs'), '{}');
    expect((await failure(openData(store))).message).toContain('(count): an array whose axes have no names');
    const other = copied(2, 'codec.zarr');
    const metadata = join(other, 'count', '.zarray');
    writeFileSync(metadata, readFileSync(metadata, 'utf8').replace('"zlib"', '"snappy9"'));
    const error = await failure(loadDataset(other));
    expect([error.tag, error.message]).toEqual(['UnsupportedFormat', expect.stringContaining('snappy9')]);
  });
});
