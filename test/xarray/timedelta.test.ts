import { describe, expect, it } from 'vitest';
import { InvalidTimedelta } from '../../src/error/xarray.js';
import { parseTimedelta } from '../../src/xarray/timedelta.js';

const HOUR = 3_600e9;

describe('a timedelta', () => {
  it.each([
    ['6h', 6 * HOUR],
    ['24 hours', 24 * HOUR],
    ['1 day', 24 * HOUR],
    ['5d12h', 132 * HOUR],
    ['1 days 06 h', 30 * HOUR],
    ['-90min', -1.5 * HOUR],
    ['0.5D', 12 * HOUR],
    ['1ms', 1e6],
    ['3 microseconds', 3000],
  ])("'%s' has its length", (text, nanoseconds) => {
    expect(Number(parseTimedelta(text))).toBe(nanoseconds);
  });

  it.each(['', '6', 'h', '6 fortnights', '6h later', '1h-2h'])("cannot be '%s'", (text) => {
    expect(() => parseTimedelta(text)).toThrow(InvalidTimedelta);
  });
});
