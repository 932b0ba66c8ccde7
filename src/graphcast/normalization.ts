/**
 * Normalization: the network sees values of about zero mean and unit variance, and predicts normalized *changes*.
 *
 * Targets that are also inputs are predicted as residuals, scaled by how much they change in a step; the others are
 * predicted as such, scaled as inputs are. Source: graphcast's `normalization.py`.
 */
import { InvalidArgument } from '../error/error.js';
import type { DataArray } from '../xarray/data-array.js';
import type { Dataset } from '../xarray/dataset.js';
import type { LossAndDiagnostics, Predictor } from './predictor-base.js';

/** (values - locations) / scales, variable by variable; those without a location or scale are left. */
export const normalize = (values: Dataset, scales: Dataset, locations: Dataset | null): Dataset =>
  values.map((array, name) => normalizeArray(array, name, scales, locations));

function normalizeArray(array: DataArray, name: string, scales: Dataset, locations: Dataset | null): DataArray {
  const centred = locations?.has(name) ? array.sub(locations.get(name).astype(array.dtype)) : array;
  return (scales.has(name) ? centred.div(scales.get(name).astype(array.dtype)) : centred).rename(name);
}

/** values * scales + locations, variable by variable. */
export const unnormalize = (values: Dataset, scales: Dataset, locations: Dataset | null): Dataset =>
  values.map((array, name) => unnormalizeArray(array, name, scales, locations));

function unnormalizeArray(array: DataArray, name: string, scales: Dataset, locations: Dataset | null): DataArray {
  const scaled = scales.has(name) ? array.mul(scales.get(name).astype(array.dtype)) : array;
  return (locations?.has(name) ? scaled.add(locations.get(name).astype(array.dtype)) : scaled).rename(name);
}

/** Statistics of the data, by variable and level. */
export interface Statistics {
  readonly stddevByLevel: Dataset;
  readonly meanByLevel: Dataset;
  /** Standard deviations of the change in one step. */
  readonly diffsStddevByLevel: Dataset;
}

/** Normalizes what goes into a predictor and undoes it on what comes out. */
export class InputsAndResiduals implements Predictor {
  constructor(
    readonly predictor: Predictor,
    readonly statistics: Statistics,
  ) {}

  #normalized(data: Dataset): Dataset {
    return normalize(data, this.statistics.stddevByLevel, this.statistics.meanByLevel);
  }

  #toPhysical(inputs: Dataset, prediction: DataArray, name: string): DataArray {
    checkSingleStep(prediction);
    const { stddevByLevel, meanByLevel, diffsStddevByLevel } = this.statistics;
    if (!inputs.has(name)) return unnormalizeArray(prediction, name, stddevByLevel, meanByLevel);
    const change = unnormalizeArray(prediction, name, diffsStddevByLevel, null);
    return change
      .add(lastFrame(inputs, name))
      .transpose(...prediction.dims)
      .rename(name);
  }

  #toResidual(inputs: Dataset, target: DataArray, name: string): DataArray {
    checkSingleStep(target);
    const { stddevByLevel, meanByLevel, diffsStddevByLevel } = this.statistics;
    if (!inputs.has(name)) return normalizeArray(target, name, stddevByLevel, meanByLevel);
    const change = target.sub(lastFrame(inputs, name)).transpose(...target.dims);
    return normalizeArray(change, name, diffsStddevByLevel, null);
  }

  call(inputs: Dataset, targetsTemplate: Dataset, forcings: Dataset): Dataset {
    const predictions = this.predictor.call(this.#normalized(inputs), targetsTemplate, this.#normalized(forcings));
    return predictions.map((p, name) => this.#toPhysical(inputs, p, name));
  }

  loss(inputs: Dataset, targets: Dataset, forcings: Dataset): LossAndDiagnostics {
    const residuals = targets.map((t, name) => this.#toResidual(inputs, t, name));
    return this.predictor.loss(this.#normalized(inputs), residuals, this.#normalized(forcings));
  }

  lossAndPredictions(
    inputs: Dataset,
    targets: Dataset,
    forcings: Dataset,
  ): readonly [LossAndDiagnostics, predictions: Dataset] {
    const residuals = targets.map((t, name) => this.#toResidual(inputs, t, name));
    const [loss, predictions] = this.predictor.lossAndPredictions(
      this.#normalized(inputs),
      residuals,
      this.#normalized(forcings),
    );
    return [loss, predictions.map((p, name) => this.#toPhysical(inputs, p, name))];
  }
}

const lastFrame = (inputs: Dataset, name: string): DataArray => inputs.get(name).isel({ time: -1 }, { drop: true });

function checkSingleStep(array: DataArray): void {
  if (array.sizes.time !== 1) {
    throw new InvalidArgument({
      op: 'InputsAndResiduals',
      argument: 'targets',
      expected: 'data of a single time step (wrap this predictor in autoregressive.Predictor for several)',
      actual: array.sizes.time === undefined ? 'without a time dimension' : `${array.sizes.time} time steps`,
    });
  }
}
