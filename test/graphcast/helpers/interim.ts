/**
 * Weather as an archive delivers it: the shape of ERA-Interim's u, v and z, packed into 16 bits, north and bottom first,
 * with a wave that travels east. Anything about it can be changed, to see who notices.
 */
import { hostData } from '../../../src/array/host.js';
import { type NetcdfContent, writeNetcdf } from '../../../src/io/netcdf.js';
import { run } from '../../helpers/either.js';

type Attributes = NonNullable<NetcdfContent['attributes']>;

/** A field: its value at a frame, level (hPa; 0 at the surface), latitude and longitude (degrees). */
export interface Field {
  readonly value: (hour: number, level: number, lat: number, lon: number) => number;
  readonly attributes?: Attributes;
  /** 'level': on all levels; 'surface': on none; 'still': without a time. */
  readonly on?: 'level' | 'surface' | 'still';
  /** Stored as 16-bit integers. */
  readonly packed?: boolean;
}

export interface InterimOptions {
  /** Hours of the frames since 1998-01-01. */
  readonly hours?: readonly number[];
  readonly levels?: readonly number[];
  readonly latitudes?: readonly number[];
  readonly longitudes?: readonly number[];
  /** Null for frames without a coordinate. */
  readonly timeAttributes?: Attributes | null;
  readonly levelAttributes?: Attributes;
  readonly fields?: { readonly [name: string]: Field };
}

export const evenly = (n: number, from: number, step: number): number[] =>
  Array.from({ length: n }, (_, i) => from + i * step);

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const wave = (hour: number, lat: number, lon: number): number =>
  Math.sin(radians(3 * lon) - hour / 24) * Math.cos(radians(lat));
const HEIGHTS: { readonly [level: number]: number } = { 200: 11_784, 500: 5574, 850: 1457, 1000: 110 };

/** Wind, m s-1. */
export const u: Field = {
  value: (hour, level, lat, lon) => (level < 400 ? 25 : 10) * Math.cos(radians(lat)) ** 2 + 6 * wave(hour, lat, lon),
  attributes: { units: 'm s**-1', standard_name: 'eastward_wind' },
  packed: true,
};
export const v: Field = {
  value: (hour, _level, lat, lon) => 6 * Math.cos(radians(3 * lon) - hour / 24) * Math.cos(radians(lat)),
  attributes: { units: 'm s**-1', standard_name: 'northward_wind' },
  packed: true,
};
/** Geopotential, m2 s-2. */
export const z: Field = {
  value: (hour, level, lat, lon) =>
    9.80665 * ((HEIGHTS[level] ?? 5000) - 200 * Math.sin(radians(lat)) ** 2 + 60 * wave(hour, lat, lon)),
  attributes: { units: 'm**2 s**-2', standard_name: 'geopotential' },
  packed: true,
};

const axis = (name: string, values: readonly number[], attributes: Attributes): NetcdfContent => ({
  dimensions: [name],
  value: hostData(
    name === 'time' ? 'float64' : 'float32',
    [values.length],
    (name === 'time' ? Float64Array : Float32Array).from(values),
  ),
  attributes,
});

/** Writes the file. */
export async function writeInterim(path: string, options: InterimOptions = {}): Promise<string> {
  const {
    hours = evenly(12, 0, 6),
    levels = [850, 500, 200],
    latitudes = evenly(7, 90, -30),
    longitudes = evenly(12, 0, 30),
    timeAttributes = { units: 'hours since 1998-01-01 00:00:00' },
    levelAttributes = { units: 'millibars' },
    fields = { u, v, z },
  } = options;
  const variables: Record<string, NetcdfContent> = {
    ...(timeAttributes ? { time: axis('time', hours, timeAttributes) } : {}),
    ...(levels.length > 0 ? { level: axis('level', levels, levelAttributes) } : {}),
    latitude: axis('latitude', latitudes, { units: 'degrees_north' }),
    longitude: axis('longitude', longitudes, { units: 'degrees_east' }),
  };
  for (const [name, field] of Object.entries(fields)) {
    const { on = 'level' } = field;
    const dimensions = [
      ...(on === 'still' ? [] : ['time']),
      ...(on === 'level' ? ['level'] : []),
      'latitude',
      'longitude',
    ];
    const values: number[] = [];
    for (const hour of on === 'still' ? [0] : hours) {
      for (const level of on === 'level' ? levels : [0]) {
        for (const lat of latitudes) for (const lon of longitudes) values.push(field.value(hour, level, lat, lon));
      }
    }
    const sizes: { readonly [dim: string]: number } = {
      time: hours.length,
      level: levels.length,
      latitude: latitudes.length,
      longitude: longitudes.length,
    };
    variables[name] = content(
      field,
      dimensions,
      dimensions.map((d) => sizes[d]),
      values,
    );
  }
  await run(writeNetcdf(path, { variables }));
  return path;
}

function content(
  field: Field,
  dimensions: readonly string[],
  shape: readonly number[],
  values: readonly number[],
): NetcdfContent {
  const { attributes = {}, packed = false } = field;
  if (!packed) return { dimensions, value: hostData('float32', shape, Float32Array.from(values)), attributes };
  const known = values.filter((x) => !Number.isNaN(x));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const scale = (high - low) / 60_000 || 1;
  const offset = (high + low) / 2;
  const stored = Int16Array.from(values, (x) => (Number.isNaN(x) ? -32_767 : Math.round((x - offset) / scale)));
  return {
    dimensions,
    value: hostData('int16', shape, stored),
    attributes: {
      ...attributes,
      scale_factor: Float64Array.of(scale),
      add_offset: Float64Array.of(offset),
      _FillValue: Int16Array.of(-32_767),
    },
  };
}
