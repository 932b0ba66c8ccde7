/** Durations as text, in nanoseconds: `'6h'`, `'12 hours'`, `'1 day'`, `'5d12h'`. Source: pandas.Timedelta. */
import { InvalidArgument } from '../error/error.js';

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
  us: 1e3,
  ns: 1,
};

/**
 * Nanoseconds of a duration.
 * @throws InvalidArgument when the text is not a sequence of numbers with known units
 */
export function parseTimedelta(text: string): bigint {
  const trimmed = text.trim();
  const negative = trimmed.startsWith('-');
  const body = trimmed.replace(/^[+-]\s*/, '');
  let total = 0;
  let matched = '';
  for (const [whole, amount, unit] of body.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/gi)) {
    const name = unit.toLowerCase();
    const scale = NANOSECONDS[name] ?? NANOSECONDS[name.replace(/s$/, '')];
    if (scale === undefined) break;
    total += Number(amount) * scale;
    matched += whole;
  }
  if (matched.length === 0 || matched.length !== body.length) {
    throw new InvalidArgument({
      op: 'timedelta',
      argument: 'duration',
      expected: "numbers with units, such as '6h' or '1 day 12 hours'",
      actual: JSON.stringify(text),
    });
  }
  const whole = BigInt(Math.round(total));
  return negative ? -whole : whole;
}
