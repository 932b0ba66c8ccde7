/**
 * Dates as text, which are periods: `'2020'` is a year, `'2020-02-29'` a day, `'2020-02-29T06'` an hour. Without a zone
 * they are UTC. Source: pandas, "Partial string indexing".
 */
import { InvalidDate } from '../error/xarray.js';

/** Finer resolutions are larger: year 0, month 1, day 2, hour 3, minute 4, second 5, parts of a second 6. */
export type Resolution = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** A stretch of time, in nanoseconds since 1970; both ends belong to it. */
export interface Period {
  readonly first: bigint;
  readonly last: bigint;
  readonly resolution: Resolution;
}

const TEXT =
  /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

const NANOSECONDS = { hour: 3_600_000_000_000n, minute: 60_000_000_000n, second: 1_000_000_000n };

const zoneMinutes = (zone: string): number => {
  const [, sign, hours, minutes] = /([+-])(\d{2}):?(\d{2})/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

/** The period that a text means. @throws InvalidDate */
export function periodOf(text: string): Period {
  const [, ...fields] = TEXT.exec(text.trim()) ?? [];
  const [year, month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = fields;
  if (year === undefined) throw new InvalidDate({ text });
  const resolution = (fields.slice(0, 7).filter((f) => f !== undefined).length - 1) as Resolution;
  const [y, m, d] = [Number(year), Number(month) - 1, Number(day)];
  const midnight = Date.UTC(y, m, d);
  const exists = new Date(midnight).getUTCMonth() === m && Number(hour) < 24 && Number(minute) < 60;
  if (!exists || Number(second) > 59) throw new InvalidDate({ text });
  const minutes = Number(hour) * 60 + Number(minute) - zoneMinutes(zone);
  const whole = BigInt(midnight + minutes * 60_000 + Number(second) * 1000) * 1_000_000n;
  const first = whole + BigInt(fraction.padEnd(9, '0'));
  const next = [Date.UTC(y + 1, 0), Date.UTC(y, m + 1), Date.UTC(y, m, d + 1)];
  const lengths = [NANOSECONDS.hour, NANOSECONDS.minute, NANOSECONDS.second, 10n ** BigInt(9 - fraction.length)];
  const end = resolution < 3 ? BigInt(next[resolution]) * 1_000_000n : first + lengths[resolution - 3];
  return { first, last: end - 1n, resolution };
}

/** The resolution that times need: days, or finer. */
export function resolutionOf(times: BigInt64Array): Resolution {
  const divides = (unit: bigint): boolean => times.every((t) => t % unit === 0n);
  if (divides(24n * NANOSECONDS.hour)) return 2;
  if (divides(NANOSECONDS.hour)) return 3;
  if (divides(NANOSECONDS.minute)) return 4;
  return divides(NANOSECONDS.second) ? 5 : 6;
}
