/**
 * Durations as text, in the spelling that GraphCast's configurations use (pandas' `Timedelta`): numbers with units, as
 * in `'6h'`, `'12 hours'`, `'1 day'`, `'5d12h'`, `'-90 min'`.
 */
import { InvalidTimedelta } from '../error/graphcast.js';

/** A duration as text, such as `'6h'` or `'1 day 12 hours'`. */
export type TimedeltaLike = string;

// biome-ignore format: a table
const MILLISECONDS: Readonly<Record<string, number>> = {
  w: 604_800_000, week: 604_800_000, weeks: 604_800_000,
  d: 86_400_000, day: 86_400_000, days: 86_400_000,
  h: 3_600_000, hr: 3_600_000, hour: 3_600_000, hours: 3_600_000,
  m: 60_000, min: 60_000, minute: 60_000, minutes: 60_000,
  s: 1_000, sec: 1_000, second: 1_000, seconds: 1_000,
  ms: 1, milli: 1, millisecond: 1, milliseconds: 1,
};

/**
 * Returns the length of a duration in milliseconds.
 *
 * @throws InvalidTimedelta if the text is not a sequence of numbers with known units
 */
export function timedeltaToMilliseconds(timedelta: TimedeltaLike): number {
  const text = timedelta.trim();
  const sign = text.startsWith('-') ? -1 : 1;
  const parts = text.replace(/^[+-]\s*/, '');
  if (!/^(\d+(\.\d+)?\s*[a-z]+\s*)+$/i.test(parts)) throw new InvalidTimedelta({ text: timedelta });
  let total = 0;
  for (const [, amount, unit] of parts.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const scale = MILLISECONDS[unit.toLowerCase()];
    if (scale === undefined) throw new InvalidTimedelta({ text: timedelta });
    total += Number(amount) * scale;
  }
  return sign * total;
}
