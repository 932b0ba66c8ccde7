/**
 * Where the sun stands, seen from the Earth, at a moment counted in days since J2000.0 (2000-01-01 12:00).
 *
 * The series are those of ECMWF's forecast model, as Environment Canada's GEM has them (SUCST, FCTAST and FCTTIM);
 * DeepMind chose them because they reproduce ERA5's radiation. Letters in comments are that code's.
 */
import { floorMod } from './float-array.js';
import { millisecondsSinceEpoch, type TimestampLike } from './timestamp.js';

export const SECONDS_PER_DAY = 86_400;
const JULIAN_YEAR_LENGTH_IN_DAYS = 365.25;
const J2000_MILLISECONDS = Date.UTC(2000, 0, 1, 12);

export interface OrbitalParameters {
  /** Julian years since J2000.0. */
  readonly theta: number;
  /** How far the Earth has turned since noon at Greenwich, in turns, [0, 1). */
  readonly rotationalPhase: number;
  /** Sine and cosine of the sun's declination. */
  readonly sinDeclination: number;
  readonly cosDeclination: number;
  /** Equation of time: what a sundial is ahead of the clock, s. */
  readonly eqOfTimeSeconds: number;
  /** Distance from Earth to sun, astronomical units. */
  readonly solarDistanceAu: number;
}

/** Returns the days from J2000.0 to a time. */
export const getJ2000Days = (timestamp: TimestampLike): number =>
  (millisecondsSinceEpoch(timestamp) - J2000_MILLISECONDS) / (1000 * SECONDS_PER_DAY);

/** Returns the sun's position at a moment given in days since J2000.0. */
export function getOrbitalParameters(j2000Days: number): OrbitalParameters {
  const { sin, cos } = Math;
  const theta = j2000Days / JULIAN_YEAR_LENGTH_IN_DAYS;

  // REL and REM: mean anomalies, RLLS: mean longitude of the sun, radians.
  const rel = 1.7535 + 6.283076 * theta;
  const rem = 6.240041 + 6.28302 * theta;
  const rlls = 4.8951 + 6.283076 * theta;

  // RLLLS: ecliptic longitude of the sun, radians.
  const rllls =
    4.8952 + 6.28332 * theta - 0.0075 * sin(rel) - 0.0326 * cos(rel) - 0.0003 * sin(2 * rel) + 0.0002 * cos(2 * rel);

  // REPSM: obliquity of the ecliptic, 23.4393 degrees; RDS: declination of the sun.
  const repsm = 0.409093;
  const sinDeclination = sin(repsm) * sin(rllls);

  return {
    theta,
    rotationalPhase: floorMod(j2000Days, 1),
    sinDeclination,
    cosDeclination: Math.sqrt(1 - sinDeclination ** 2),
    // RET
    eqOfTimeSeconds:
      591.8 * sin(2 * rlls) -
      459.4 * sin(rem) +
      39.5 * sin(rem) * cos(2 * rlls) -
      12.7 * sin(4 * rlls) -
      4.8 * sin(2 * rem),
    // RRS
    solarDistanceAu: 1.0001 - 0.0163 * sin(rel) + 0.0037 * cos(rel),
  };
}
