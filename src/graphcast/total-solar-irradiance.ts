/**
 * Total solar irradiance (tsi): how bright the sun is at one astronomical unit, W m-2, as yearly means.
 */
import { millisecondsSinceEpoch, type TimestampLike } from './timestamp.js';

/** Yearly means: `tsi[i]` (W m-2) holds at `time[i]`, in years since 0000-01-01; 2023.5 is the middle of 2023. */
export interface TsiData {
  readonly time: ArrayLike<number>;
  readonly tsi: ArrayLike<number>;
}

/** Returns one value for all times: the reference of NOAA's climate data record, 1361 W m-2. */
export const referenceTsiData = (): TsiData => ({ time: [0], tsi: [1361] });

// biome-ignore format: a table, five years to the line
const IFS_1951_TO_1995 = [
  1365.7765, 1365.7676, 1365.6284, 1365.6564, 1365.7773,
  1366.3109, 1366.6681, 1366.6328, 1366.3828, 1366.2767,
  1365.9199, 1365.7484, 1365.6963, 1365.6976, 1365.7341,
  1365.9178, 1366.1143, 1366.1644, 1366.2476, 1366.2426,
  1365.9580, 1366.0525, 1365.7991, 1365.7271, 1365.5345,
  1365.6453, 1365.8331, 1366.2747, 1366.6348, 1366.6482,
  1366.6951, 1366.2859, 1366.1992, 1365.8103, 1365.6416,
  1365.6379, 1365.7899, 1366.0826, 1366.6479, 1366.5533,
  1366.4457, 1366.3021, 1366.0286, 1365.7971, 1365.6996,
];

// One solar cycle, 1996 to 2008, which the IFS repeats until 2034.
// biome-ignore format: a table
const IFS_CYCLE = [
  1365.6121, 1365.7399, 1366.1021, 1366.3851, 1366.6836, 1366.6022, 1366.6807, 1366.2300, 1366.0480, 1365.8545,
  1365.8107, 1365.7240, 1365.6918,
];

/**
 * Returns the yearly means that ERA5 was made with: those of ECMWF's IFS, cycle 41r2, for 1951 to 2034, scaled by
 * 0.9965 to agree with newer measurements.
 */
export function era5TsiData(): TsiData {
  const tsi = [...IFS_1951_TO_1995, ...IFS_CYCLE, ...IFS_CYCLE, ...IFS_CYCLE].map((value) => 0.9965 * value);
  return { time: tsi.map((_, i) => 1951.5 + i), tsi };
}

/**
 * Returns the irradiance at each time, [numTimes] W m-2, interpolated linearly; beyond the ends of the data the first
 * or last value holds.
 *
 * @throws InvalidTimestamp for text that is no time
 */
export const getTsi = (timestamps: readonly TimestampLike[], tsiData: TsiData): Float64Array =>
  Float64Array.from(timestamps, (timestamp) => interpolate(fractionalYear(timestamp), tsiData));

/** 2023-07-02T12:00 is 2023.5: years differ in length. */
function fractionalYear(timestamp: TimestampLike): number {
  const milliseconds = millisecondsSinceEpoch(timestamp);
  const year = new Date(milliseconds).getUTCFullYear();
  const start = startOfYear(year);
  return year + (milliseconds - start) / (startOfYear(year + 1) - start);
}

/** `Date.UTC` would take years 0 to 99 for those of the twentieth century. */
const startOfYear = (year: number): number => new Date(0).setUTCFullYear(year, 0, 1);

function interpolate(x: number, { time, tsi }: TsiData): number {
  const last = time.length - 1;
  if (x <= time[0]) return tsi[0];
  if (x >= time[last]) return tsi[last];
  let i = 0;
  while (time[i + 1] <= x) i++;
  return tsi[i] + ((tsi[i + 1] - tsi[i]) * (x - time[i])) / (time[i + 1] - time[i]);
}
