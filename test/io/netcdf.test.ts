import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HostData, hostData } from '../../src/array/host.js';
import { type NetcdfContents, netcdfVariable, openNetcdf, writeNetcdf } from '../../src/io/netcdf.js';
import { readClassic } from '../../src/io/netcdf-classic.js';
import { classicChunks } from '../../src/io/netcdf-classic-write.js';
import { bytesSource } from '../../src/io/source.js';
import { stringData } from '../../src/io/value.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describeGolden, golden } from '../helpers/golden.js';
import { describePython, python } from '../helpers/python.js';
import { bits, damage, hostArray, stringArray } from './arbitrary.js';

const file = temporaryFolder();
const name = fc.stringMatching(/^[a-z_ä][a-z0-9_ö]{0,8}$/);
const CLASSIC = ['int8', 'int16', 'int32', 'float32', 'float64'] as const;

/** Contents whose every variable has dimensions of its own, so that no two disagree. */
const contents: fc.Arbitrary<NetcdfContents> = fc
  .dictionary(name, fc.oneof(hostArray(CLASSIC), stringArray), { maxKeys: 4, noNullPrototype: true })
  .map((values) => {
    const entries = Object.entries(values).filter(([, { shape }]) => !shape.includes(0));
    const variables = entries.map(([key, value]) => [
      key,
      { value, dimensions: value.shape.map((_, i) => `${key}${i}`) },
    ]);
    return { attributes: { title: 'röad', count: 3 }, variables: Object.fromEntries(variables) };
  });

const bytesOf = (given: NetcdfContents): Uint8Array => Buffer.concat([...classicChunks('x.nc', given)]);

describe('NetCDF-3', () => {
  it('reads what it wrote', () =>
    fc.assert(
      fc.asyncProperty(contents, async (given) => {
        const read = await readClassic(bytesSource(bytesOf(given)));
        expect(read.attributes).toEqual({ title: 'röad', count: Int32Array.of(3) });
        expect(read.variables.map((variable) => variable.name)).toEqual(Object.keys(given.variables));
        for (const variable of read.variables) {
          const { value, dimensions } = given.variables[variable.name];
          expect(variable.dimensions).toEqual(dimensions);
          expect(bits(await run(variable.read()))).toEqual(bits(value));
        }
      }),
    ));

  it('meets any damage with a typed error or a file that is whole in its form', () =>
    fc.assert(
      fc.asyncProperty(contents, damage, async (given, damaged) => {
        const path = file('damaged.nc');
        writeFileSync(path, damaged(bytesOf(given)));
        const opened = await openNetcdf(path)();
        if (opened._tag === 'Left') {
          expect(['CorruptFile', 'UnsupportedFormat']).toContain(opened.left.tag);
          return;
        }
        for (const variable of opened.right.variables) {
          const value = await run(variable.read());
          expect(value.shape).toEqual(variable.shape);
        }
      }),
      { numRuns: 1000 },
    ));

  it('finds every file that was cut short', () =>
    fc.assert(
      fc.asyncProperty(contents, fc.nat(), async (given, cut) => {
        fc.pre(Object.keys(given.variables).length > 0);
        const whole = bytesOf(given);
        const path = file('short.nc');
        // The last bytes may be padding, without which nothing is lost.
        writeFileSync(path, whole.slice(0, cut % (whole.length - 3)));
        expect((await failure(openNetcdf(path))).tag).toBe('CorruptFile');
      }),
    ));

  it('makes types that the format lacks smaller where every value fits, and refuses where not', async () => {
    const path = file('smaller.nc');
    const one = (value: HostData): NetcdfContents => ({ variables: { v: { dimensions: ['x'], value } } });
    await run(writeNetcdf(path, one(hostData('int64', [2], BigInt64Array.of(-5n, 2n ** 31n - 1n)))));
    expect(await run((await run(netcdfVariable(await run(openNetcdf(path)), 'v'))).read())).toEqual(
      hostData('int32', [2], Int32Array.of(-5, 2 ** 31 - 1)),
    );
    for (const value of [
      hostData('int64', [1], BigInt64Array.of(2n ** 31n)),
      hostData('uint8', [1], Uint8Array.of(128)),
      hostData('float16', [1], Uint16Array.of(0)),
      hostData('complex64', [1], Float32Array.of(0, 1)),
      hostData('float32', [0], new Float32Array(0)),
    ]) {
      expect(await failure(writeNetcdf(path, one(value)))).toMatchObject({
        tag: 'UnsupportedFormat',
        data: { member: 'v' },
      });
    }
  });

  it('refuses variables that disagree about a dimension, and names that are none', async () => {
    const value = (length: number) => hostData('int8', [length], new Int8Array(length));
    const variables = { a: { dimensions: ['x'], value: value(2) }, b: { dimensions: ['x'], value: value(3) } };
    expect((await failure(writeNetcdf(file('no.nc'), { variables }))).tag).toBe('ShapeMismatch');
    const slash = { variables: { 'a/b': { dimensions: ['x'], value: value(2) } } };
    expect((await failure(writeNetcdf(file('no.nc'), slash))).tag).toBe('UnsupportedFormat');
  });

  it('says what there is when a variable is not', async () => {
    const path = file('one.nc');
    await run(
      writeNetcdf(path, { variables: { t: { dimensions: [], value: hostData('float32', [], Float32Array.of(1)) } } }),
    );
    const error = await failure(netcdfVariable(await run(openNetcdf(path)), 'u'));
    expect(error).toMatchObject({ tag: 'NotInFile', data: { name: 'u', available: ['t'] } });
  });

  it('refuses what is no NetCDF file at all', async () => {
    writeFileSync(file('text'), 'this is not a file of weather');
    expect((await failure(openNetcdf(file('text')))).tag).toBe('UnsupportedFormat');
    expect((await failure(openNetcdf(file('absent')))).tag).toBe('FileNotFound');
  });
});

describeGolden('NetCDF of the original GraphCast', () => {
  it('reads the same statistics from NetCDF-3 and NetCDF-4', async () => {
    const [classic, hdf5] = await Promise.all(
      ['mean_by_level.nc', 'mean_by_level.netcdf4.nc'].map((name) =>
        run(openNetcdf(golden(`graphcast/case_a/${name}`))),
      ),
    );
    expect([classic.format, hdf5.format]).toEqual(['netcdf3', 'netcdf4']);
    expect(hdf5.dimensions).toEqual(classic.dimensions);
    expect(hdf5.variables.map((v) => v.name).sort()).toEqual(classic.variables.map((v) => v.name).sort());
    for (const variable of classic.variables) {
      const other = await run(netcdfVariable(hdf5, variable.name));
      expect([other.dimensions, other.attributes]).toEqual([variable.dimensions, variable.attributes]);
      expect(bits(await run(other.read()))).toEqual(bits(await run(variable.read())));
    }
  });

  it('reads the inputs, their axes in the order batch, time, level, lat, lon', async () => {
    const inputs = await run(openNetcdf(golden('graphcast/case_a/inputs.nc')));
    const temperature = await run(netcdfVariable(inputs, 'temperature'));
    expect(temperature.dimensions).toEqual(['batch', 'time', 'level', 'lat', 'lon']);
    const time = await run(netcdfVariable(inputs, 'time'));
    expect(time.attributes).toEqual({ units: 'hours' });
    expect(await run(time.read())).toEqual(hostData('int32', [2], Int32Array.of(-12, 0)));
  });

  it('finds NetCDF-4 files that are cut short, and meets changed bits without a crash', async () => {
    const whole = readFileSync(golden('graphcast/case_a/mean_by_level.netcdf4.nc'));
    await fc.assert(
      fc.asyncProperty(damage, async (damaged) => {
        const bytes = damaged(whole);
        const path = file('damaged.netcdf4.nc');
        writeFileSync(path, bytes);
        const opened = await openNetcdf(path)();
        if (bytes.length < whole.length) expect(opened._tag).toBe('Left');
        if (opened._tag === 'Left') {
          expect(['CorruptFile', 'UnsupportedFormat']).toContain(opened.left.tag);
          return;
        }
        for (const variable of opened.right.variables) {
          const value = await variable.read()();
          if (value._tag === 'Left') expect(['CorruptFile', 'UnsupportedFormat']).toContain(value.left.tag);
          else expect(value.right.shape).toEqual(variable.shape);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describePython('NetCDF and scipy', ['numpy', 'scipy.io'], () => {
  it('scipy opens what was written here', async () => {
    const path = file('ours.nc');
    const grid = hostData('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6.5));
    await run(
      writeNetcdf(path, {
        attributes: { title: 'a test', version: 2, ratio: 0.5 },
        variables: {
          grid: {
            dimensions: ['lat', 'lon'],
            value: grid,
            attributes: { units: 'K', valid_range: Float32Array.of(0, 9) },
          },
          odd: { dimensions: ['lon'], value: hostData('int8', [3], Int8Array.of(-1, 0, 1)) },
          lon: { dimensions: ['lon'], value: hostData('int64', [3], BigInt64Array.of(0n, 120n, 240n)) },
          scalar: { dimensions: [], value: hostData('float64', [], Float64Array.of(0.1)) },
        },
      }),
    );
    const said = python(
      `import sys
from scipy.io import netcdf_file
f = netcdf_file(sys.argv[1], mmap=False)
g = f.variables['grid']
print(g.dimensions, g[:].tolist(), g.units, g.valid_range.tolist())
print(f.variables['odd'][:].tolist(), f.variables['lon'][:].tolist(), f.variables['scalar'].data.item(), f.variables['scalar'].data.dtype)
print(f.title, f.version, f.ratio)`,
      path,
    );
    expect(said.trim().split('\n')).toEqual([
      "('lat', 'lon') [[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]] b'K' [0.0, 9.0]",
      '[-1, 0, 1] [0, 120, 240] 0.1 >f8',
      "b'a test' 2 0.5",
    ]);
  });

  it.each([1, 2])('reads records, interleaved and single, from version %i', async (version) => {
    const path = file('records.nc');
    python(
      `import sys, numpy as np
from scipy.io import netcdf_file
for path, names in [(sys.argv[1], ['a', 'b', 'c']), (sys.argv[1] + '1', ['a'])]:
    f = netcdf_file(path, 'w', version=int(sys.argv[2]))
    f.createDimension('t', None); f.createDimension('x', 3)
    fixed = f.createVariable('fixed', 'h', ('x',)); fixed[:] = [1, 2, 3]
    for n, code in zip(names, ['b', 'f', 'd']):
        v = f.createVariable(n, code, ('t', 'x'))
        for i in range(4): v[i] = np.arange(3) + 10 * i
    f.close()`,
      path,
      String(version),
    );
    const numbers = [0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32];
    const read = await run(openNetcdf(path));
    expect(read.dimensions[0]).toEqual({ name: 't', length: 4, unlimited: true });
    expect(await run((await run(netcdfVariable(read, 'a'))).read())).toEqual(
      hostData('int8', [4, 3], Int8Array.from(numbers)),
    );
    expect(await run((await run(netcdfVariable(read, 'b'))).read())).toEqual(
      hostData('float32', [4, 3], Float32Array.from(numbers)),
    );
    expect(await run((await run(netcdfVariable(read, 'c'))).read())).toEqual(
      hostData('float64', [4, 3], Float64Array.from(numbers)),
    );
    expect(await run((await run(netcdfVariable(read, 'fixed'))).read())).toEqual(
      hostData('int16', [3], Int16Array.of(1, 2, 3)),
    );
    const single = await run(openNetcdf(`${path}1`));
    expect(await run((await run(netcdfVariable(single, 'a'))).read())).toEqual(
      hostData('int8', [4, 3], Int8Array.from(numbers)),
    );
  });
});

describePython('NetCDF and xarray', ['numpy', 'xarray', 'scipy', 'netCDF4'], () => {
  it('xarray opens what was written here, strings included', async () => {
    const path = file('xarray.nc');
    await run(
      writeNetcdf(path, {
        variables: {
          t: { dimensions: ['time', 'station'], value: hostData('float32', [1, 2], Float32Array.of(280, 290.5)) },
          time: {
            dimensions: ['time'],
            value: hostData('int32', [1], Int32Array.of(36)),
            attributes: { units: 'hours since 2020-01-01' },
          },
          station: { dimensions: ['station'], value: stringData([2], ['Köln', 'Oslo']) },
        },
      }),
    );
    const said = python(
      `import sys, xarray
d = xarray.open_dataset(sys.argv[1], engine='scipy')
print(d.t.values.tolist(), d.t.dims, d.time.values.astype('datetime64[h]').tolist(), d.station.values.tolist())`,
      path,
    );
    expect(said.trim()).toBe(
      "[[280.0, 290.5]] ('time', 'station') [datetime.datetime(2020, 1, 2, 12, 0)] ['Köln', 'Oslo']",
    );
  });

  it('reads strings, characters, booleans, unlimited axes and big-endian numbers of NetCDF-4', async () => {
    const path = file('theirs.nc');
    python(
      `import sys, netCDF4, numpy as np
f = netCDF4.Dataset(sys.argv[1], 'w')
f.createDimension('x', 3); f.createDimension('t', None); f.createDimension('two', 2)
f.createVariable('big', 'i2', ('x',), endian='big')[:] = [1, 2, -3]
f.createVariable('packed', 'f8', ('t', 'x'), zlib=True, fletcher32=True)[:] = np.arange(6).reshape(2, 3)
f.createVariable('words', str, ('x',))[:] = np.array(['a', 'bc', 'äö'], object)
f.createVariable('letters', 'S1', ('x', 'two'))[:] = np.array([['a', 'b'], ['c', 'd'], ['e', 'f']], 'S1')
f.createVariable('empty', 'f4', ('t', 'x'))
flag = f.createEnumType(np.int8, 'flag', {'FALSE': 0, 'TRUE': 1}); f.createVariable('flags', flag, ('x',))[:] = [0, 1, 1]
f.createVariable('word', str, ())[...] = 'hello'
t = f.createVariable('t', 'u8', ('x',)); t[:] = [1, 2, 2**64 - 1]; t.setncattr('list', ['p', 'q']); t.setncattr('number', np.int16(7))
f.close()`,
      path,
    );
    const read = await run(openNetcdf(path));
    const value = async (name: string) => run((await run(netcdfVariable(read, name))).read());
    expect(await value('big')).toEqual(hostData('int16', [3], Int16Array.of(1, 2, -3)));
    expect(await value('packed')).toEqual(hostData('float64', [2, 3], Float64Array.of(0, 1, 2, 3, 4, 5)));
    expect(await value('words')).toEqual(stringData([3], ['a', 'bc', 'äö']));
    expect(await value('letters')).toEqual(stringData([3], ['ab', 'cd', 'ef']));
    expect(await value('flags')).toEqual(hostData('bool', [3], Uint8Array.of(0, 1, 1)));
    expect(await value('word')).toEqual(stringData([], ['hello']));
    expect(await value('t')).toEqual(hostData('uint64', [3], BigUint64Array.of(1n, 2n, 2n ** 64n - 1n)));
    expect((await run(netcdfVariable(read, 't'))).dimensions).toEqual(['x']);
    expect((await run(netcdfVariable(read, 't'))).attributes).toEqual({ list: ['p', 'q'], number: Int16Array.of(7) });
    expect(read.dimensions).toContainEqual({ name: 't', length: 2, unlimited: true });
    expect((await run(netcdfVariable(read, 'packed'))).dimensions).toEqual(['t', 'x']);
  });

  it('reads NetCDF-3 with 64-bit data', async () => {
    const path = file('cdf5.nc');
    python(
      `import sys, netCDF4
f = netCDF4.Dataset(sys.argv[1], 'w', format='NETCDF3_64BIT_DATA')
f.createDimension('x', 2)
v = f.createVariable('v', 'i8', ('x',)); v[:] = [-1, 2**40]; v.setncattr('unit', 'm'); f.close()`,
      path,
    );
    const read = await run(openNetcdf(path));
    expect(await run(read.variables[0].read())).toEqual(hostData('int64', [2], BigInt64Array.of(-1n, 2n ** 40n)));
    expect(read.variables[0].attributes).toEqual({ unit: 'm' });
  });
});
