import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCf } from '../../src/io/cf.js';
import { fetchEra5Sample, findEra5Sample } from '../../src/io/era5.js';
import { netcdfVariable, openNetcdf } from '../../src/io/netcdf.js';
import { bytesSource } from '../../src/io/source.js';
import { readTarMember } from '../../src/io/tar.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describePython, python } from '../helpers/python.js';
import { damage } from './arbitrary.js';

const file = temporaryFolder();

describePython('readTarMember', ['tarfile'], () => {
  const long = `${'folder/'.repeat(40)}deep.txt`;

  const make = (format: string): Buffer => {
    python(
      `import tarfile, io, sys
with tarfile.open(sys.argv[1], 'w:gz', format=getattr(tarfile, sys.argv[3])) as archive:
    for name, content in [('empty', b''), ('p/' * 60 + 'split.txt', b'split'), ('a.txt', b'x' * 700)] + ([(sys.argv[2], b'deep')] if sys.argv[3] == 'PAX_FORMAT' else []):
        info = tarfile.TarInfo(name); info.size = len(content); archive.addfile(info, io.BytesIO(content))`,
      file('a.tar.gz'),
      long,
      format,
    );
    return readFileSync(file('a.tar.gz'));
  };
  const read = async (bytes: Uint8Array, path: string) =>
    Buffer.from(await readTarMember(bytesSource(bytes, 'a.tar.gz'), path)).toString();

  it('reads members with short, split and extended names', async () => {
    const ustar = make('USTAR_FORMAT');
    expect(await read(ustar, 'a.txt')).toBe('x'.repeat(700));
    expect(await read(ustar, 'empty')).toBe('');
    expect(await read(ustar, `${'p/'.repeat(60)}split.txt`)).toBe('split');
    expect(await read(make('PAX_FORMAT'), long)).toBe('deep');
    await expect(read(ustar, 'b.txt')).rejects.toMatchObject({ tag: 'NotInFile' });
  });

  it('answers damage with a typed error or the undamaged member', async () => {
    const whole = make('USTAR_FORMAT');
    await fc.assert(
      fc.asyncProperty(damage, async (damaged) => {
        try {
          expect(await read(damaged(whole), 'a.txt')).toBe('x'.repeat(700));
        } catch (error) {
          expect(['CorruptFile', 'NotInFile']).toContain((error as { tag?: string }).tag);
        }
      }),
    );
    await expect(read(gzipSync(Buffer.alloc(2048, 1)), 'a.txt')).rejects.toMatchObject({ tag: 'CorruptFile' });
  });
});

describe('findEra5Sample', () => {
  it('says so where the sample is absent or another file', async () => {
    expect((await failure(findEra5Sample({ folder: file('nothing') }))).tag).toBe('FileNotFound');
    writeFileSync(file('era5-levels-members.nc'), 'not it');
    expect((await failure(findEra5Sample({ folder: file('.') }))).tag).toBe('ChecksumMismatch');
  });
});

const network = process.env.FLUXION_TEST_NETWORK === '1';
if (!network) console.warn('SKIPPED, set FLUXION_TEST_NETWORK=1 to fetch the ERA5 sample (9.7 MB): fetchEra5Sample');

describe.skipIf(!network)('fetchEra5Sample', () => {
  it('brings weather: temperatures of the air, geopotential of 500 and 850 hPa', async () => {
    const phases: string[] = [];
    const folder = file('cache');
    const path = await run(fetchEra5Sample({ folder, onProgress: ({ phase }) => phases.push(phase) }));
    expect(phases.at(-1)).toBe('done');
    expect(await run(findEra5Sample({ folder }))).toBe(path);

    const sample = await run(openNetcdf(path));
    expect(sample.dimensions.map(({ name, length }) => [name, length])).toEqual([
      ['number', 10],
      ['time', 4],
      ['isobaricInhPa', 2],
      ['latitude', 61],
      ['longitude', 120],
    ]);
    const physical = async (name: string) => {
      const variable = await run(netcdfVariable(sample, name));
      const value = await run(variable.read());
      if (value.dtype === 'str') throw new Error('not text');
      return decodeCf(value, variable.attributes, { dtype: 'float32' }).data as Float32Array;
    };
    const temperature = await physical('t');
    expect(temperature.every((kelvin) => kelvin > 180 && kelvin < 330)).toBe(true);
    // The layer between 850 and 500 hPa is some 4 km thick everywhere.
    const geopotential = await physical('z');
    const level = 61 * 120;
    const thickness = (geopotential[level] - geopotential[0]) / 9.80665;
    expect(thickness).toBeGreaterThan(3000);
    expect(thickness).toBeLessThan(5000);
  });
});
