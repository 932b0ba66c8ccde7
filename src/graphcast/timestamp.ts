/**
 * Points in time. Weather data carry UTC times without saying so, and so does everything here: text without a zone is
 * UTC, and a `Date` is the instant that it is.
 */
import { InvalidTimestamp } from '../error/graphcast.js';

/** A `Date`, or text in ISO 8601 (`'2017-01-01'`, `'2017-01-01T06:00'`, `'2017-01-01 06:00:00.5Z'`). */
export type TimestampLike = Date | string;

const ISO_8601 = /^([+-]\d{6}|\d{4})(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/**
 * Returns milliseconds since 1970-01-01T00:00Z; finer fractions are dropped.
 *
 * @throws InvalidTimestamp if the text is not ISO 8601, or no such time exists
 */
export function millisecondsSinceEpoch(timestamp: TimestampLike): number {
  const milliseconds = timestamp instanceof Date ? timestamp.getTime() : parse(timestamp);
  if (Number.isNaN(milliseconds)) throw new InvalidTimestamp({ text: String(timestamp) });
  return milliseconds;
}

function parse(text: string): number {
  const match = ISO_8601.exec(text);
  if (!match) return Number.NaN;
  const hasTime = match[4] !== undefined;
  const hasZone = match[7] !== undefined;
  // Without a zone, JavaScript would read a date with a time in the zone of the machine.
  return Date.parse(text.replace(' ', 'T') + (hasTime && !hasZone ? 'Z' : ''));
}
