import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { config, jit } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { Coordinate, DataArray, Dataset, loadDataset, openDataset } from '../../src/xarray/index.js';
import { run } from '../helpers/either.js';
import { arrayOf, type JsonArray } from '../helpers/fixtures.js';
import { temporaryFolder } from '../helpers/folder.js';

interface JsonCoordinate {
  readonly dims: readonly string[];
  readonly kind: 'number' | 'timedelta64[ns]' | 'datetime64[ns]' | 'str';
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}
interface Case {
  readonly name: string;
  readonly variables: {
    readonly [name: string]: { readonly dims: readonly string[]; readonly data: JsonArray; readonly attrs: object };
  };
  readonly coords: { readonly [name: string]: JsonCoordinate };
  readonly attrs: object;
  readonly text: string;
}

const { cases } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../fixtures/xarray/reprs.json', import.meta.url)), 'utf8'),
) as { readonly cases: readonly Case[] };

function coordinateOf({ dims, kind, shape, values }: JsonCoordinate, text: string, name: string): Coordinate {
  if (kind === 'str') return new Coordinate(dims, values as string[], kind, shape);
  if (kind !== 'number') {
    const hours = values as number[];
    return new Coordinate(
      dims,
      BigInt64Array.from(hours, (h) => BigInt(h) * 3_600_000_000_000n),
      kind,
      shape,
    );
  }
  const isFloat = new RegExp(`\\s${name}\\s.*float32`).test(text);
  const numbers = values as number[];
  return new Coordinate(dims, isFloat ? Float32Array.from(numbers) : Int32Array.from(numbers), kind, shape);
}

const datasetOf = ({ variables, coords, attrs, text }: Case): Dataset =>
  new Dataset(
    Object.fromEntries(
      Object.entries(variables).map(([name, v]) => [
        name,
        [v.dims, arrayOf(v.data), v.attrs as Record<string, unknown>] as const,
      ]),
    ),
    {
      coords: Object.fromEntries(Object.entries(coords).map(([name, c]) => [name, coordinateOf(c, text, name)])),
      attrs: attrs as Record<string, unknown>,
    },
  );

const file = temporaryFolder();
const weather = (): Dataset => datasetOf(cases[0]);

beforeAll(() => config.update('engine', 'reference'));

describe('the text of a dataset', () => {
  test.each(cases)("is xarray's own: $name", (given) => {
    expect(datasetOf(given).toString()).toBe(given.text);
  });

  it('has dots for values that are not read, or being traced', async () => {
    const path = file('weather.nc');
    await run(weather().dropVars(['flag', 'station']).toNetcdf(path));
    const lazy = await run(openDataset(path));
    expect(lazy.toString()).toMatch(/2m_temperature +\(batch, time, lat, lon\) float32 480B \.\.\./);
    expect((await run(lazy.load())).toString()).toBe((await run(loadDataset(path))).toString());
    let text = '';
    jit((d: Dataset) => {
      text = d.toString();
      return d.get('u').data;
    })(weather());
    expect(text).toMatch(/u +\(lat, lon\) float32 80B \.\.\./);
  });
});

describe('the text of an array', () => {
  it('has its name, dimensions, size, values, labels and attributes', () => {
    const x = new DataArray(jnp.array([1, 2]), {
      dims: ['lat'],
      coords: { lat: [10, 20] },
      name: 't',
      attrs: { units: 'K' },
    });
    expect(x.toString().split('\n')).toEqual([
      "<xarray.DataArray 't' (lat: 2)> Size: 8B",
      'array([1., 2.], dtype=float32)',
      'Coordinates:',
      '  * lat      (lat) int32 8B 10 20',
      'Attributes:',
      '    units:    K',
    ]);
  });
});

describe('the HTML of a dataset', () => {
  it('has every variable, label and attribute, and nothing that a name could smuggle in', () => {
    const html = weather()
      .assign({ '<script>': [['lat'], jnp.zeros([4])] })
      .toHtml();
    for (const part of ['2m_temperature', 'xr-has-index', 'datetime', 'Attributes', '&lt;script&gt;']) {
      expect(html).toContain(part);
    }
    expect(html).not.toContain('<script');
    expect(html.match(/<(details|ul|li|div|dl|span|summary)\b/g)?.length).toBe(
      html.match(/<\/(details|ul|li|div|dl|span|summary)>/g)?.length,
    );
  });

  it('is what a notebook is given, beside the text', () => {
    const shown = weather() as unknown as { [key: symbol]: () => Record<string, string> };
    const mimes = shown[Symbol.for('Jupyter.display')]();
    expect(mimes['text/plain']).toBe(cases[0].text);
    expect(mimes['text/html']).toContain('xarray.Dataset');
    expect(weather().get('u').toHtml()).toContain('xarray.DataArray');
  });
});
