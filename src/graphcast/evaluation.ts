/**
 * Forecasts a set of samples and scores them beside persistence; metrics.ts has the scores themselves.
 */
import * as hk from '../haiku/index.js';
import { jit } from '../transform/jit.js';
import type { Dataset } from '../xarray/dataset.js';
import type { Params } from './checkpoint.js';
import * as metrics from './metrics.js';
import type { Predictor } from './predictor-base.js';
import type { RmseRow } from './report/metrics.js';
import type { Samples } from './samples.js';

export interface EvaluationOptions {
  readonly params: Params;
  readonly makePredictor: () => Predictor;
  readonly samples: Samples;
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
  const { params, makePredictor, samples } = options;
  const { apply } = hk.transform((inputs: Dataset, targets: Dataset, forcings: Dataset) =>
    makePredictor().call(inputs, targets, forcings),
  );
  const forward = jit((p: Params, i: Dataset, t: Dataset, f: Dataset) => apply(p, null, i, t, f));
  const forecast = forward(params, samples.inputs, samples.targets, samples.forcings) as Dataset;
  const initial = samples.inputs.isel({ time: -1 }, { drop: true });
  const persistence = metrics.persistenceForecast(samples.inputs, samples.targets);
  const rmse = metrics.rmseRows(
    await metrics.evaluate(forecast, samples.targets),
    await metrics.evaluate(persistence, samples.targets),
  );
  return { rmse, forecast, truth: samples.targets, initial };
}
