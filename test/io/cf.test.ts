import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostData } from '../../src/array/host.js';
import { attributeNumbers, decodeCf } from '../../src/io/cf.js';
import { type NetcdfAttributes, openNetcdf, writeNetcdf } from '../../src/io/netcdf.js';
import { run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describePython, python } from '../helpers/python.js';

const int16 = (...values: number[]) => hostData('int16', [values.length], Int16Array.from(values));

describe('decodeCf', () => {
  it('leaves values alone that no attribute encodes', () => {
    const value = int16(1, 2);
    expect(decodeCf(value, { units: 'K' })).toBe(value);
  });

  it('unpacks with scale and offset, in their own type', () => {
    const wide = { scale_factor: Float64Array.of(0.01), add_offset: Float64Array.of(273.15) };
    expect(decodeCf(int16(0, 100), wide)).toEqual(
      hostData('float64', [2], Float64Array.of(273.15, 100 * 0.01 + 273.15)),
    );
    const narrow = { scale_factor: Float32Array.of(0.5), add_offset: Float32Array.of(1) };
    expect(decodeCf(int16(3), narrow)).toEqual(hostData('float32', [1], Float32Array.of(2.5)));
  });

  it('makes missing values NaN, whichever attribute names them', () => {
    const attributes = { _FillValue: Int16Array.of(-999), missing_value: Int16Array.of(-1) };
    expect(decodeCf(int16(-999, -1, 5), attributes)).toEqual(
      hostData('float32', [3], Float32Array.of(Number.NaN, Number.NaN, 5)),
    );
  });

  it('rounds once when float32 is asked for', () => {
    const attributes = { scale_factor: Float64Array.of(0.1) };
    const stored = hostData('float64', [1], Float64Array.of(2526.63134765625));
    expect(decodeCf(stored, attributes, { dtype: 'float32' })).toEqual(
      hostData('float32', [1], Float32Array.of(Math.fround(2526.63134765625 * 0.1))),
    );
    expect(decodeCf(hostData('int32', [1], Int32Array.of(7)), {}, { dtype: 'float32' }).dtype).toBe('float32');
  });

  it('reads signed bits as unsigned where _Unsigned says so', () => {
    const bytes = hostData('int8', [2], Int8Array.of(-1, 3));
    expect(decodeCf(bytes, { _Unsigned: 'true' })).toEqual(hostData('uint8', [2], Uint8Array.of(255, 3)));
    const filled = decodeCf(bytes, { _Unsigned: 'true', _FillValue: Int8Array.of(-1) });
    expect(filled).toEqual(hostData('float32', [2], Float32Array.of(Number.NaN, 3)));
  });

  it('keeps the numbers of times whole', () => {
    const attributes = { units: 'hours since 1900-01-01', _FillValue: Int16Array.of(-1) };
    expect(decodeCf(int16(5, -1), attributes)).toEqual(int16(5, -1));
  });

  it('gives numbers of an attribute, and none where it is text', () => {
    expect(attributeNumbers({ a: BigInt64Array.of(3n) }, 'a')).toEqual([3]);
    expect(attributeNumbers({ a: 'x' }, 'a')).toEqual([]);
  });
});

describePython('decodeCf and xarray', ['numpy', 'xarray', 'scipy'], () => {
  const file = temporaryFolder();
  const DTYPES = ['int8', 'int16', 'int32', 'float32', 'float64'] as const;
  const data = {
    int8: Int8Array.of(-128, 0, 7, 127),
    int16: Int16Array.of(-32768, 0, 7, 32767),
    int32: Int32Array.of(-(2 ** 31), 0, 7, 2 ** 31 - 1),
    float32: Float32Array.of(-1.5, 0, 7, 2 ** 70),
    float64: Float64Array.of(-1.5, 0, 7, 2 ** 70),
  };
  const scalar = (x: number) => fc.constantFrom(Float32Array.of(x), Float64Array.of(x));
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

  it('agrees to the last bit on every combination of types', async () => {
    const cases = fc.sample(
      fc.record({
        dtype: fc.constantFrom(...DTYPES),
        scale: optional(scalar(0.1)),
        offset: optional(scalar(273.15)),
        fill: fc.boolean(),
        missing: fc.boolean(),
      }),
      { numRuns: 200, seed: 1 },
    );
    const variables = Object.fromEntries(
      cases.map(({ dtype, scale, offset, fill, missing }, i) => {
        const entries = [
          ['scale_factor', scale],
          ['add_offset', offset],
          ['_FillValue', fill ? data[dtype].slice(2, 3) : undefined],
          ['missing_value', missing ? data[dtype].slice(0, 1) : undefined],
        ].filter(([, value]) => value !== undefined);
        const attributes = Object.fromEntries(entries);
        return [`v${i}`, { dimensions: ['x'], value: hostData(dtype, [4], data[dtype]), attributes }];
      }),
    );
    const path = file('cf.nc');
    await run(writeNetcdf(path, { variables }));
    const said = python(
      `import sys, json, warnings, xarray, numpy as np
warnings.simplefilter('ignore')
d = xarray.open_dataset(sys.argv[1], engine='scipy')
native = lambda a: np.ascontiguousarray(a, a.dtype.newbyteorder('='))
print(json.dumps({k: [native(v.values).dtype.name, np.where(np.isnan(v.values), np.nan, v.values).astype(v.dtype.newbyteorder('<')).tobytes().hex()] for k, v in d.data_vars.items()}))`,
      path,
    );
    const theirs = JSON.parse(said) as Record<string, [string, string]>;
    for (const variable of (await run(openNetcdf(path))).variables) {
      const value = await run(variable.read());
      if (value.dtype === 'str') throw new Error('not text');
      const decoded = decodeCf(value, variable.attributes as NetcdfAttributes);
      const bytes = Buffer.from(decoded.data.buffer, decoded.data.byteOffset, decoded.data.byteLength).toString('hex');
      expect([variable.name, variable.attributes, decoded.dtype, bytes]).toEqual([
        variable.name,
        variable.attributes,
        ...theirs[variable.name],
      ]);
    }
  });
});
