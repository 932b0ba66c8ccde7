/**
 * When the frames of a file are: since its first one, and by the calendar.
 *
 * Three forms are read: an axis of dates (analyses); an axis of durations beside dates for each of them (GraphCast's own
 * files, whose members each have their dates); an axis of durations beside one date, from which they count (forecasts).
 */
import { range } from '../../array/shape.js';
import { UnusableTimes } from '../../error/weather.js';
import { Coordinate, type Dataset } from '../../xarray/index.js';
import type { Plan } from './netcdf-plan.js';

/** What of a dataset is needed here, read or not. */
type Labels = Pick<Dataset, 'coords' | 'sizes'>;

export interface Times {
  /** Size of the batch. */
  readonly batch: number;
  /** [time], since the first frame. */
  readonly time: Coordinate;
  /** [batch, time], UTC. */
  readonly datetime: Coordinate;
}

/** @throws UnusableTimes when there is no date, or frames are not at equal distances in the order of time */
export function timesOf(raw: Labels, { path, axes }: Plan): Times {
  const dim = axes.of.time as string;
  const frames = raw.sizes[dim];
  const batch = axes.of.batch === undefined ? 1 : raw.sizes[axes.of.batch];
  const dates = datesOf(raw, dim, axes.of.batch);
  if (dates === null) throw new UnusableTimes({ path, reason: `no dates follow from its coordinate ${dim}` });
  const values = BigInt64Array.from(
    range(batch * frames),
    (i) => (dates.length === frames ? dates[i % frames] : dates[i]) as bigint,
  );
  const time = values.slice(0, frames).map((t) => t - values[0]);
  const step = frames > 1 ? time[1] : 1n;
  for (let b = 0; b < batch; b++) {
    for (let i = 1; i < frames; i++) {
      const distance = values[b * frames + i] - values[b * frames + i - 1];
      if (distance === step && step > 0n) continue;
      const hours = (ns: bigint): string => `${Number(ns) / 3.6e12} h`;
      throw new UnusableTimes({
        path,
        reason: `frame ${i + 1} comes ${hours(distance)} after the one before it, and the second ${hours(step)} after the first`,
      });
    }
  }
  return {
    batch,
    time: new Coordinate(['time'], time, 'timedelta64[ns]'),
    datetime: new Coordinate(['batch', 'time'], values, 'datetime64[ns]', [batch, frames]),
  };
}

/** Nanoseconds since 1970 of each frame, or of each frame of each member. */
function datesOf(raw: Labels, dim: string, batch: string | undefined): BigInt64Array | null {
  const axis = raw.coords[dim];
  if (axis?.kind === 'datetime64[ns]') return axis.values as BigInt64Array;
  const dated = Object.values(raw.coords).filter((c) => c.kind === 'datetime64[ns]');
  const perFrame = dated.find((c) => c.dims.at(-1) === dim && (c.dims.length === 1 || c.dims[0] === batch));
  if (perFrame && perFrame.dims.length <= 2) return perFrame.values as BigInt64Array;
  const start = dated.find((c) => c.size === 1);
  if (axis?.kind !== 'timedelta64[ns]' || !start) return null;
  return (axis.values as BigInt64Array).map((t) => (start.values[0] as bigint) + t);
}
