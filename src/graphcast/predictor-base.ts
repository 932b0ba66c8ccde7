/**
 * What every predictor can do, the network and the wrappers around it alike: predict, and say how wrong it was.
 *
 * Python's `predictor(...)` is `predictor.call(...)`. Source: graphcast's `predictor_base.py`.
 */
import type { DataArray } from '../xarray/data-array.js';
import type { Dataset } from '../xarray/dataset.js';

/** The loss of each batch element, [batch], and its parts by variable, each [batch]. */
export type LossAndDiagnostics = readonly [loss: DataArray, diagnostics: Dataset];

/** A model of the weather, or a wrapper around one. */
export interface Predictor {
  /**
   * Predictions that look like `targetsTemplate`: its variables, dimensions and coordinates; its values do not matter.
   * @param inputs the past, [batch, time, (level,) lat, lon] and less
   * @param forcings what is known of the target times
   */
  call(inputs: Dataset, targetsTemplate: Dataset, forcings: Dataset): Dataset;
  /** The loss against `targets`. */
  loss(inputs: Dataset, targets: Dataset, forcings: Dataset): LossAndDiagnostics;
  /** The loss and the predictions that it judges. */
  lossAndPredictions(
    inputs: Dataset,
    targets: Dataset,
    forcings: Dataset,
  ): readonly [LossAndDiagnostics, predictions: Dataset];
}
