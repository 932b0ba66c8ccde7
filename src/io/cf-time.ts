/**
 * CF times: numbers "since" a date become nanoseconds since 1970-01-01T00:00:00 UTC, as numpy's `datetime64[ns]`.
 *
 * Whole numbers are converted exactly, in 64-bit integers; fractions are rounded to the nearest nanosecond. The calendar
 * must be one of those that agree with the real one since 1582: a model's 360-day year has no instants in UTC.
 * Source: CF Conventions 1.11, section 4.4; `xarray/coding/times.py`.
 */
import * as E from 'fp-ts/lib/Either.js';
import { InvalidTime } from '../error/io.js';

/** numpy's "not a time": what a missing time becomes. */
export const NOT_A_TIME = -(2n ** 63n);

const NANOSECONDS: { readonly [unit: string]: bigint } = {
  nanosecond: 1n,
  microsecond: 1_000n,
  millisecond: 1_000_000n,
  second: 1_000_000_000n,
  minute: 60_000_000_000n,
  hour: 3_600_000_000_000n,
  day: 86_400_000_000_000n,
};
const ABBREVIATIONS: { readonly [unit: string]: string } = {
  ns: 'nanosecond',
  us: 'microsecond',
  ms: 'millisecond',
  msec: 'millisecond',
  s: 'second',
  sec: 'second',
  min: 'minute',
  h: 'hour',
  hr: 'hour',
  d: 'day',
};
const CALENDARS = ['standard', 'gregorian', 'proleptic_gregorian'];
/** The first day of the Gregorian calendar: before it, 'standard' means the Julian one. */
const REFORM = BigInt(Date.UTC(1582, 9, 15)) * 1_000_000n;
const LARGEST = 2n ** 63n - 1n;
const DATE =
  /^([+-]?\d{1,6})-(\d{1,2})-(\d{1,2})(?:[T ]\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?$/i;

/** Numbers of a time variable, as stored. */
export type TimeNumbers = ArrayLike<number> | ArrayLike<bigint>;

const nanosecondsOf = (unit: string): bigint | undefined => {
  const name = unit.toLowerCase();
  const singular = name.replace(/s$/, '');
  return (
    NANOSECONDS[name] ??
    NANOSECONDS[singular] ??
    NANOSECONDS[ABBREVIATIONS[name]] ??
    NANOSECONDS[ABBREVIATIONS[singular]]
  );
};

/** True for the units of times ("hours since 1900-01-01") and of spans of time ("hours"), as xarray recognizes them. */
export function isTimeUnits(units: unknown): boolean {
  if (typeof units !== 'string') return false;
  const since = units.match(/^\s*(\w+)\s+since\s/i);
  return since
    ? nanosecondsOf(since[1]) !== undefined
    : /^(days|hours|minutes|(milli|micro|nano)?seconds)$/.test(units);
}

/**
 * Nanoseconds since 1970-01-01T00:00:00 UTC of numbers in units such as `hours since 1900-01-01 00:00:00.0`.
 *
 * NaN, and the smallest 64-bit integer, become `NOT_A_TIME`. Left: `InvalidTime` for units that are not of that form,
 * for other calendars, for dates before 1582-10-15 in the standard one, and for times outside 1677-09-21 to 2262-04-11,
 * which 64 bits of nanoseconds do not reach.
 */
export function decodeTimes(
  units: string,
  values: TimeNumbers,
  options: { readonly calendar?: string } = {},
): E.Either<InvalidTime, BigInt64Array> {
  const calendar = (options.calendar ?? 'standard').toLowerCase();
  if (!CALENDARS.includes(calendar))
    return E.left(new InvalidTime({ units, reason: `the calendar '${calendar}' has no instants in UTC` }));
  const [, unit, date] = /^\s*(\w+)\s+since\s+(.+?)\s*$/i.exec(units) ?? [];
  const step = unit === undefined ? undefined : nanosecondsOf(unit);
  const reference = date === undefined ? undefined : instantOf(date);
  if (step === undefined || reference === undefined)
    return E.left(new InvalidTime({ units, reason: 'it is not of the form "UNIT since DATE"' }));
  const earliest = calendar === 'proleptic_gregorian' ? undefined : REFORM;
  if (earliest !== undefined && reference < earliest) {
    return E.left(
      new InvalidTime({ units, reason: 'its date is before 1582-10-15, where the standard calendar changes' }),
    );
  }
  return nanoseconds(units, values, step, reference);
}

/** Nanoseconds of spans of time, in units such as `hours`. Left: `InvalidTime`. */
export function decodeTimedeltas(units: string, values: TimeNumbers): E.Either<InvalidTime, BigInt64Array> {
  const step = nanosecondsOf(units.trim());
  if (step === undefined) return E.left(new InvalidTime({ units, reason: 'it is not a unit of time' }));
  return nanoseconds(units, values, step, 0n);
}

function nanoseconds(
  units: string,
  values: TimeNumbers,
  step: bigint,
  reference: bigint,
): E.Either<InvalidTime, BigInt64Array> {
  const result = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value) || value === NOT_A_TIME) {
      result[i] = NOT_A_TIME;
      continue;
    }
    const instant =
      Number.isFinite(value) || typeof value === 'bigint' ? reference + scaled(value, step) : LARGEST + 1n;
    if (instant > LARGEST || instant < -LARGEST)
      return E.left(new InvalidTime({ units, reason: `${value} of it is beyond 64 bits of nanoseconds` }));
    result[i] = instant;
  }
  return E.right(result);
}

/** `value * step`, the whole part exactly, the fraction rounded to the nearest. */
function scaled(value: number | bigint, step: bigint): bigint {
  if (typeof value === 'bigint') return value * step;
  const whole = Math.floor(value);
  return BigInt(whole) * step + BigInt(Math.round((value - whole) * Number(step)));
}

/** Nanoseconds since 1970 of a date as CF writes it; without a zone it is UTC. Nothing for what is not a date. */
function instantOf(text: string): bigint | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] =
    DATE.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const [, sign, zoneHours, zoneMinutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? [];
  const east = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  const minutes = Number(hour) * 60 + Number(minute) - east;
  const milliseconds = date.getTime() + minutes * 60_000 + Number(second) * 1000;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
