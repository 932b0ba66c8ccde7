import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTimedeltas, decodeTimes, isTimeUnits, NOT_A_TIME } from '../../src/io/cf-time.js';
import { left, right } from '../helpers/either.js';
import { describePython, python } from '../helpers/python.js';

const times = (units: string, values: number[], calendar?: string) =>
  Array.from(right(decodeTimes(units, values, { calendar })));
const utc = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;

describe('decodeTimes', () => {
  it('decodes what weather files use', () => {
    expect(times('hours since 1900-01-01 00:00:00.0', [1_043_148])).toEqual([utc('2019-01-01T12:00Z')]);
    expect(times('seconds since 1970-01-01', [1_483_228_800], 'proleptic_gregorian')).toEqual([
      utc('2017-01-01T00:00Z'),
    ]);
    expect(times('days since 2000-1-1', [59, 60])).toEqual([utc('2000-02-29T00:00Z'), utc('2000-03-01T00:00Z')]);
    expect(times('Minutes since 2020-01-01T06:00:00Z', [-30])).toEqual([utc('2020-01-01T05:30Z')]);
  });

  it('heeds time zones and fractions of seconds', () => {
    expect(times('hours since 2020-01-01 00:00:00 +02:00', [0])).toEqual([utc('2019-12-31T22:00Z')]);
    expect(times('hours since 2020-01-01 00:00:00 -5', [0])).toEqual([utc('2020-01-01T05:00Z')]);
    expect(times('seconds since 2020-01-01 00:00:00.000000001', [0])).toEqual([utc('2020-01-01T00:00Z') + 1n]);
  });

  it('rounds fractions to the nearest nanosecond, and keeps 64-bit integers exact', () => {
    expect(times('days since 1970-01-01', [0.5, -0.25])).toEqual([43_200_000_000_000n, -21_600_000_000_000n]);
    expect(right(decodeTimes('nanoseconds since 1970-01-01', BigInt64Array.of(2n ** 62n + 1n)))).toEqual(
      BigInt64Array.of(2n ** 62n + 1n),
    );
  });

  it('is linear in whole numbers', () =>
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 }), (a, b) => {
        const [x, y, sum, zero] = times('hours since 1980-01-06', [a, b, a + b, 0]);
        expect(x + y).toBe(sum + zero);
      }),
    ));

  it('keeps missing times missing', () => {
    expect(times('hours since 2000-01-01', [Number.NaN])).toEqual([NOT_A_TIME]);
    expect(right(decodeTimes('hours since 2000-01-01', [NOT_A_TIME]))).toEqual(BigInt64Array.of(NOT_A_TIME));
  });

  it('refuses what names no instant', () => {
    const refused = (units: string, values: number[] = [0], calendar?: string) =>
      left(decodeTimes(units, values, { calendar })).data.reason;
    expect(refused('hours')).toContain('UNIT since DATE');
    expect(refused('fortnights since 2000-01-01')).toContain('UNIT since DATE');
    expect(refused('days since 2001-02-29')).toContain('UNIT since DATE');
    expect(refused('days since 2000-01-01', [0], '360_day')).toContain('360_day');
    expect(refused('days since 0001-01-01')).toContain('1582');
    expect(refused('days since 2000-01-01', [1e6])).toContain('64 bits');
    expect(refused('days since 2000-01-01', [Number.POSITIVE_INFINITY])).toContain('64 bits');
  });
});

describe('decodeTimedeltas', () => {
  it('decodes spans of time', () => {
    expect(right(decodeTimedeltas('hours', Int32Array.of(-12, 0, 6)))).toEqual(
      BigInt64Array.of(-43_200_000_000_000n, 0n, 21_600_000_000_000n),
    );
    expect(left(decodeTimedeltas('metres', [1])).tag).toBe('InvalidTime');
  });
});

it('knows units of time from others', () => {
  expect(['hours', 'days since 1900-01-01', 's since 1970-01-01'].map(isTimeUnits)).toEqual([true, true, true]);
  expect(['K', 'metres since yesterday', undefined, 'm s-1'].map(isTimeUnits)).toEqual([false, false, false, false]);
});

describePython('decodeTimes and xarray', ['numpy', 'xarray'], () => {
  it('agrees on units, dates and numbers', () => {
    const units = [
      'hours since 1900-01-01 00:00:00.0',
      'days since 1950-01-01',
      'seconds since 1970-01-01T00:00:00',
      'minutes since 1999-12-31 23:59:30',
      'milliseconds since 2010-05-05',
    ];
    const values = [0, 1, -7, 12345, 2.5, 100.125];
    const said = python(
      `import sys, json, numpy as np, xarray, warnings
warnings.simplefilter('ignore')
out = []
for u in json.loads(sys.argv[1]):
    row = []
    for v in json.loads(sys.argv[2]):
        t = xarray.coding.times.decode_cf_datetime(np.array([v]), u, 'standard')
        row.append(str(t.astype('datetime64[ns]').astype('int64')[0]))
    out.append(row)
print(json.dumps(out))`,
      JSON.stringify(units),
      JSON.stringify(values),
    );
    expect(units.map((unit) => times(unit, values).map(String))).toEqual(JSON.parse(said));
  });
});
