/**
 * Durations as text, in pandas' spelling: numbers with units, as in `'6h'`, `'12 hours'`, `'1 day'`, `'5d12h'`,
 * `'-90 min'`. Source: pandas.Timedelta.
 */
import { checkArgument } from '../array/kind.js';
import { InvalidTimedelta } from '../error/xarray.js';

/** A duration as text, such as `'6h'` or `'1 day 12 hours'`. */
export type TimedeltaLike = string;

const NANOSECONDS: { readonly [unit: string]: number } = {
  w: 604_800e9,
  week: 604_800e9,
  d: 86_400e9,
  day: 86_400e9,
  h: 3_600e9,
  hr: 3_600e9,
  hour: 3_600e9,
  m: 60e9,
  min: 60e9,
  minute: 60e9,
  s: 1e9,
  sec: 1e9,
  second: 1e9,
  ms: 1e6,
  milli: 1e6,
  millisecond: 1e6,
  us: 1e3,
  microsecond: 1e3,
  ns: 1,
  nanosecond: 1,
};

/**
 * Nanoseconds of a duration.
 * @throws InvalidTimedelta when the text is not a sequence of numbers with known units
 */
export function parseTimedelta(text: TimedeltaLike): bigint {
  checkArgument('parseTimedelta', 'text', text, 'string');
  const trimmed = text.trim();
  const parts = trimmed.replace(/^[+-]\s*/, '');
  if (!/^(\d+(\.\d+)?\s*[a-z]+\s*)+$/i.test(parts)) throw new InvalidTimedelta({ text });
  let total = 0;
  for (const [, amount, unit] of parts.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const name = unit.toLowerCase();
    const scale = NANOSECONDS[name] ?? NANOSECONDS[name.replace(/s$/, '')];
    if (scale === undefined) throw new InvalidTimedelta({ text });
    total += Number(amount) * scale;
  }
  const whole = BigInt(Math.round(total));
  return trimmed.startsWith('-') ? -whole : whole;
}
