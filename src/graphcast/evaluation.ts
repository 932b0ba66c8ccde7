/**
 * How good forecasts are: root mean square errors weighted by area, beside those of persistence.
 *
 *     RMSE = sqrt( mean over samples, lat, lon of  w(lat) (forecast - truth)^2 )
 *
 * Source: Lam et al. 2023, supplement, section 5.1; persistence is the forecast that nothing changes.
 */
import * as hk from '../haiku/index.js';
import { jit } from '../transform/jit.js';
import type { Dataset } from '../xarray/dataset.js';
import type { Params } from './checkpoint.js';
import { normalizedLatitudeWeights } from './latitude-weights.js';
import type { Predictor } from './predictor-base.js';
import type { RmseRow } from './report/metrics.js';
import type { Samples } from './samples.js';

export interface EvaluationOptions {
  readonly params: Params;
  readonly makePredictor: () => Predictor;
  readonly samples: Samples;
  readonly stepHours: number;
}

/** Scores, and the forecasts that they judge. */
export interface Evaluation {
  readonly rmse: readonly RmseRow[];
  readonly forecast: Dataset;
  readonly truth: Dataset;
  /** The last frame of the inputs, [batch, (level,) lat, lon]. */
  readonly initial: Dataset;
}

/** Forecasts all samples and scores them. */
export async function evaluate(options: EvaluationOptions): Promise<Evaluation> {
  const { params, makePredictor, samples, stepHours } = options;
  const { apply } = hk.transform((inputs: Dataset, targets: Dataset, forcings: Dataset) =>
    makePredictor().call(inputs, targets, forcings),
  );
  const forward = jit((p: Params, i: Dataset, t: Dataset, f: Dataset) => apply(p, null, i, t, f));
  const forecast = forward(params, samples.inputs, samples.targets, samples.forcings) as Dataset;
  const initial = samples.inputs.isel({ time: -1 }, { drop: true });
  const rmse: RmseRow[] = [];
  for (const variable of samples.targets.keys()) {
    rmse.push(...(await scores(variable, forecast, samples.targets, initial, stepHours)));
  }
  return { rmse, forecast, truth: samples.targets, initial };
}

async function scores(
  variable: string,
  forecast: Dataset,
  truth: Dataset,
  initial: Dataset,
  stepHours: number,
): Promise<RmseRow[]> {
  const order = ['batch', 'time', 'level', 'lat', 'lon'];
  const target = truth.get(variable);
  const dims = order.filter((d) => target.dims.includes(d));
  const values = async (array: typeof target): Promise<Float32Array> =>
    (await array.transpose(...order.filter((d) => array.dims.includes(d))).values()) as Float32Array;
  const [predicted, wanted, before] = await Promise.all([
    values(forecast.get(variable)),
    values(target),
    values(initial.get(variable)),
  ]);
  const { batch, time, lat, lon } = target.sizes;
  const levels = dims.includes('level') ? target.sizes.level : 1;
  const latitude = target.coords.lat.values as Float32Array;
  const weights = normalizedLatitudeWeights(Float64Array.from(latitude));
  const rows: RmseRow[] = [];
  for (let t = 0; t < time; t++) {
    for (let l = 0; l < levels; l++) {
      let model = 0;
      let persistence = 0;
      for (let b = 0; b < batch; b++) {
        const at = ((b * time + t) * levels + l) * lat * lon;
        const start = (b * levels + l) * lat * lon;
        for (let y = 0; y < lat; y++) {
          for (let x = 0; x < lon; x++) {
            const i = y * lon + x;
            model += weights[y] * (predicted[at + i] - wanted[at + i]) ** 2;
            persistence += weights[y] * (before[start + i] - wanted[at + i]) ** 2;
          }
        }
      }
      const n = batch * lat * lon;
      const level = dims.includes('level') ? Number(target.coords.level.values[l]) : null;
      rows.push({
        variable,
        level,
        leadHours: (t + 1) * stepHours,
        model: Math.sqrt(model / n),
        persistence: Math.sqrt(persistence / n),
      });
    }
  }
  return rows;
}
