/**
 * How good forecasts are, by variable, level and lead time, over the area of the globe and all forecasts.
 *
 *   rmse   sqrt(E[(f - o)^2])                               in the variable's units
 *   bias   E[f - o]                                         in the variable's units
 *   acc    E over forecasts of  <f', o'> / (|f'| |o'|)      between -1 and 1, f' = f - climatology
 *
 * with f the forecast, o what came to be, and means weighted by the area of grid cells (`normalizedLatitudeWeights`).
 * Computed on the host in float64. Source: Rasp et al., "WeatherBench 2", J. Adv. Model. Earth Syst. 16, 2024, section 3.
 */
import { range } from '../array/shape.js';
import { NotFound } from '../error/xarray.js';
import { type DataArray, Dataset, type Variable } from '../xarray/index.js';
import { normalizedLatitudeWeights } from './latitude-weights.js';
import type { RmseRow } from './report/metrics.js';

/** The figures of one variable at one level and lead time. */
export interface Score {
  readonly variable: string;
  /** Pressure level, hPa; null for variables without. */
  readonly level: number | null;
  readonly leadHours: number;
  readonly rmse: number;
  readonly bias: number;
  /** Null without a climatology. */
  readonly acc: number | null;
}

const ORDER = ['batch', 'time', 'level', 'lat', 'lon'];

/** Row-major values [batch, time, level, lat, lon], with sizes of 1 for what an array lacks. */
interface Grid {
  readonly values: ArrayLike<number>;
  readonly sizes: readonly number[];
}

async function gridOf(array: DataArray): Promise<Grid> {
  const ordered = array.transpose(...ORDER.filter((d) => array.dims.includes(d)));
  const values = (await ordered.astype('float32').values()) as Float32Array;
  return { values, sizes: ORDER.map((d) => array.sizes[d] ?? 1) };
}

/** Sums over one field, weighted by area: of the difference, its square, and the products of anomalies. */
function sumsOf(
  f: ArrayLike<number>,
  o: ArrayLike<number>,
  at: number,
  climate: { readonly values: ArrayLike<number>; readonly at: number } | null,
  weights: ArrayLike<number>,
  numLon: number,
): { difference: number; square: number; correlation: number } {
  let [difference, square, ff, fo, oo] = [0, 0, 0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    for (let j = 0; j < numLon; j++) {
      const k = i * numLon + j;
      const d = f[at + k] - o[at + k];
      difference += weights[i] * d;
      square += weights[i] * d * d;
      if (climate === null) continue;
      const c = climate.values[climate.at + k];
      const [df, dof] = [f[at + k] - c, o[at + k] - c];
      ff += weights[i] * df * df;
      fo += weights[i] * df * dof;
      oo += weights[i] * dof * dof;
    }
  }
  return { difference, square, correlation: fo / Math.sqrt(ff * oo) };
}

/** Sums over forecasts, of one variable at one level and lead time. */
interface Sums {
  readonly variable: string;
  readonly level: number | null;
  readonly leadHours: number;
  readonly hasClimate: boolean;
  forecasts: number;
  points: number;
  difference: number;
  square: number;
  correlation: number;
}

export interface ScoreOptions {
  /** Variables without batch and time, for the anomaly correlation. */
  readonly climatology?: Dataset;
}

/** Scores of forecasts that come one after the other: memory holds sums. */
export class ScoreAccumulator {
  readonly #sums = new Map<string, Sums>();
  readonly #climatology: Dataset | undefined;

  constructor(options: ScoreOptions = {}) {
    this.#climatology = options.climatology;
  }

  /**
   * Counts forecasts in. Variables: [batch, time, level, lat, lon] or [batch, time, lat, lon], any order, with the
   * coordinates `time` (lead times), `lat` and, where there are levels, `level`.
   *
   * @throws NotFound when a variable of the forecasts is not among the targets, or a coordinate is missing
   * @throws InvalidLatitudes when the grid's cells have no known areas
   */
  async add(forecasts: Dataset, targets: Dataset): Promise<void> {
    const { lat, time } = targets.coords;
    for (const [name, coordinate] of Object.entries({ lat, time })) {
      if (coordinate) continue;
      throw new NotFound({ op: 'evaluate', kind: 'coordinate', name, available: Object.keys(targets.coords) });
    }
    const weights = normalizedLatitudeWeights(Float64Array.from(lat.numbers()));
    for (const name of forecasts.keys()) {
      const [forecast, target] = [forecasts.get(name), targets.get(name)];
      const f = await gridOf(forecast);
      const o = await gridOf(target);
      const climate = this.#climatology?.has(name) ? await gridOf(this.#climatology.get(name)) : null;
      const [batch, times, levels, numLat, numLon] = o.sizes;
      const size = numLat * numLon;
      const labels = target.dims.includes('level') ? targets.coords.level?.numbers() : undefined;
      for (const l of range(levels)) {
        for (const t of range(times)) {
          const sums = this.#of(name, labels?.[l] ?? null, Number(time.values[t]) / 3.6e12, climate !== null);
          for (const b of range(batch)) {
            const at = ((b * times + t) * levels + l) * size;
            const beside = climate === null ? null : { values: climate.values, at: l * size };
            const { difference, square, correlation } = sumsOf(f.values, o.values, at, beside, weights, numLon);
            sums.forecasts += 1;
            sums.points += size;
            sums.difference += difference;
            sums.square += square;
            sums.correlation += correlation;
          }
        }
      }
    }
  }

  #of(variable: string, level: number | null, leadHours: number, hasClimate: boolean): Sums {
    const key = `${variable}|${level}|${leadHours}`;
    const found = this.#sums.get(key);
    if (found) return found;
    const none = { forecasts: 0, points: 0, difference: 0, square: 0, correlation: 0 };
    const made = { variable, level, leadHours, hasClimate, ...none };
    this.#sums.set(key, made);
    return made;
  }

  /** A row for each variable, level and lead time, in the order in which they came. */
  scores(): Score[] {
    return [...this.#sums.values()].map((s) => ({
      variable: s.variable,
      level: s.level,
      leadHours: s.leadHours,
      rmse: Math.sqrt(s.square / s.points),
      bias: s.difference / s.points,
      acc: s.hasClimate ? s.correlation / s.forecasts : null,
    }));
  }
}

/**
 * Scores forecasts against what came to be: `ScoreAccumulator` on one dataset of them. A row for each variable of
 * `forecasts`, level and lead time, in this order.
 */
export async function evaluate(forecasts: Dataset, targets: Dataset, options: ScoreOptions = {}): Promise<Score[]> {
  const accumulator = new ScoreAccumulator(options);
  await accumulator.add(forecasts, targets);
  return accumulator.scores();
}

/**
 * The forecast that nothing changes: the last frame of the inputs at each time of the targets. Of the targets' variables
 * that the inputs have; the others cannot persist and are left out.
 */
export function persistenceForecast(inputs: Dataset, targets: Dataset): Dataset {
  const last = inputs.isel({ time: -1 }, { drop: true });
  const variables = targets
    .keys()
    .filter((name) => inputs.has(name))
    .map((name): [string, Variable] => {
      const { dims, sizes } = targets.get(name);
      const axis = dims.indexOf('time');
      const frame = last.variables[name].transpose(...dims.filter((d) => d !== 'time'));
      return [name, frame.expandDims('time', sizes.time, axis)];
    });
  return new Dataset(Object.fromEntries(variables), { coords: targets.coords });
}

/** The mean over all members and times: what a climatology is where there is no longer record. */
export const climatologyOf = (dataset: Dataset): Dataset => dataset.mean(['batch', 'time']);

/** The model's errors beside those of persistence: the rows of `metrics.json`. Rows that one of the two lacks are left out. */
export function rmseRows(model: readonly Score[], persistence: readonly Score[]): RmseRow[] {
  const key = ({ variable, level, leadHours }: Score): string => `${variable}|${level}|${leadHours}`;
  const other = new Map(persistence.map((score) => [key(score), score.rmse]));
  return model.flatMap((score) => {
    const beside = other.get(key(score));
    const { variable, level, leadHours, rmse } = score;
    return beside === undefined ? [] : [{ variable, level, leadHours, model: rmse, persistence: beside }];
  });
}
