import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidTimestamp } from '../../src/error/graphcast.js';
import { millisecondsSinceEpoch } from '../../src/graphcast/timestamp.js';

const HOUR = 3_600_000;

describe('a timestamp', () => {
  it('is UTC unless it says otherwise, whatever the zone of the machine', () => {
    const noon = Date.UTC(2017, 0, 1, 12);
    for (const text of [
      '2017-01-01T12:00',
      '2017-01-01 12:00:00',
      '2017-01-01T12:00:00.000Z',
      '2017-01-01T13:00+01:00',
    ]) {
      expect(millisecondsSinceEpoch(text)).toBe(noon);
    }
    expect(millisecondsSinceEpoch('2017-01-01')).toBe(noon - 12 * HOUR);
  });

  it('comes back from ISO text as it went', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        expect(millisecondsSinceEpoch(date.toISOString())).toBe(date.getTime());
        expect(millisecondsSinceEpoch(date)).toBe(date.getTime());
      }),
    );
  });

  it.each(['', 'yesterday', '2017-13-01', '1/1/2017', '2017-01-01T25:00'])("cannot be '%s'", (text) => {
    expect(() => millisecondsSinceEpoch(text)).toThrow(InvalidTimestamp);
  });

  it('cannot be an invalid date', () => {
    expect(() => millisecondsSinceEpoch(new Date(Number.NaN))).toThrow(InvalidTimestamp);
  });
});
