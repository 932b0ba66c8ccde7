/**
 * Which dimension of a file is which axis of weather: by the CF conventions where the file follows them (standard_name,
 * units), by usual names where it does not.
 *
 * Source: CF Conventions 1.11, sections 4.1 to 4.4; names as ECMWF's cfgrib, the Climate Data Store, CMIP and WeatherBench
 * write them.
 */
import { AmbiguousAxis } from '../../error/weather.js';
import { isTimeUnits } from '../../io/cf-time.js';
import type { NetcdfFile, NetcdfVariable } from '../../io/netcdf.js';

/** The axes, by the names that GraphCast's datasets give them, in the order in which their arrays have them. */
export const AXES = ['batch', 'time', 'level', 'lat', 'lon'] as const;
export type Axis = (typeof AXES)[number];

interface Signs {
  readonly standardNames: readonly string[];
  readonly units: RegExp;
  readonly names: readonly string[];
}

const SIGNS: { readonly [axis in Exclude<Axis, 'time'>]: Signs } = {
  batch: {
    standardNames: ['realization'],
    units: /^$/,
    names: ['batch', 'number', 'member', 'realization', 'ensemble', 'ensemble_member', 'sample'],
  },
  level: {
    standardNames: ['air_pressure'],
    units: /^(hPa|mbar|mb|millibars?|Pa|hectopascals?)$/i,
    names: ['level', 'isobaricInhPa', 'isobaricInPa', 'pressure_level', 'plev', 'lev', 'pressure'],
  },
  lat: {
    standardNames: ['latitude'],
    units: /^degrees?_?(north|N)$/i,
    names: ['lat', 'latitude'],
  },
  lon: {
    standardNames: ['longitude'],
    units: /^degrees?_?(east|E)$/i,
    names: ['lon', 'longitude'],
  },
};

const TIME_NAMES = ['time', 'valid_time', 'step'];

const text = (variable: NetcdfVariable | undefined, attribute: string): string => {
  const value = variable?.attributes[attribute];
  return typeof value === 'string' ? value : '';
};

/** The axis that a dimension is; null for others. */
function axisOf(dimension: string, coordinate: NetcdfVariable | undefined): Axis | null {
  const units = text(coordinate, 'units');
  if (isTimeUnits(units) || (!coordinate && TIME_NAMES.includes(dimension))) return 'time';
  const standardName = text(coordinate, 'standard_name');
  const matches = (test: (signs: Signs) => boolean): Axis | undefined =>
    (Object.keys(SIGNS) as (keyof typeof SIGNS)[]).find((axis) => test(SIGNS[axis]));
  return (
    matches((s) => s.standardNames.includes(standardName)) ??
    matches((s) => s.units.test(units) && units !== '') ??
    matches((s) => s.names.includes(dimension)) ??
    null
  );
}

/** Where the axes of weather are in a file. */
export interface AxisNames {
  /** The dimension that is each axis; those that the file lacks are absent. */
  readonly of: { readonly [axis in Axis]?: string };
  /** The variable that holds the level of a file that has a single one, and no dimension for it. */
  readonly scalarLevel: string | null;
  /** Whether the levels are in Pa rather than hPa. */
  readonly levelsInPascal: boolean;
}

/**
 * Finds the axes of a file. Of two times, such as that of a forecast's start and its lead, the longer counts when the
 * other has one position.
 *
 * @throws AmbiguousAxis when two dimensions of more than one position are the same axis
 */
export function findAxes(file: NetcdfFile): AxisNames {
  const coordinate = (name: string): NetcdfVariable | undefined => file.variables.find((v) => v.name === name);
  const of: { [axis in Axis]?: string } = {};
  for (const axis of AXES) {
    const found = file.dimensions.filter((d) => axisOf(d.name, coordinate(d.name)) === axis);
    const long = found.filter((d) => d.length > 1);
    if (long.length > 1) {
      throw new AmbiguousAxis({ path: file.path, axis: WORDS[axis], dimensions: long.map((d) => d.name) });
    }
    const chosen = long[0] ?? found[0];
    if (chosen) of[axis] = chosen.name;
  }
  const scalar =
    of.level === undefined
      ? file.variables.find((v) => v.shape.length === 0 && axisOf(v.name, v) === 'level')
      : undefined;
  const levels = scalar ?? (of.level === undefined ? undefined : coordinate(of.level));
  return {
    of,
    scalarLevel: scalar?.name ?? null,
    levelsInPascal: /^pa$/i.test(text(levels, 'units')) || levels?.name === 'isobaricInPa',
  };
}

/** The axes as messages call them. */
export const WORDS: { readonly [axis in Axis]: string } = {
  batch: 'batch of members',
  time: 'time',
  level: 'pressure level',
  lat: 'latitude',
  lon: 'longitude',
};
