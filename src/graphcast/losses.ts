/**
 * Losses weighted by the area of grid cells and by pressure.
 *
 *     L = mean over lat, lon, level, time of  w(lat) w(level) (prediction - target)^2,   summed over variables
 *
 * Source: graphcast's `losses.py`; Lam et al. 2023, supplement, section 4.2.
 */
import { DeviceArray, type NdArray } from '../array/array.js';
import { fromNumbers } from '../array/numeric.js';
import { NameError } from '../error/error.js';
import { NotFound } from '../error/xarray.js';
import { DataArray } from '../xarray/data-array.js';
import type { Dataset } from '../xarray/dataset.js';
import {
  normalizedLatitudeWeights as latitudeWeights,
  normalizedLevelWeights as levelWeights,
} from './latitude-weights.js';
import type { LossAndDiagnostics } from './predictor-base.js';

export interface WeightedLossOptions {
  /** Weights of variables by name; 1 where absent. */
  readonly perVariableWeights?: { readonly [name: string]: number };
  /** Variables whose targets may be NaN: nothing is learned there. */
  readonly varsWithNanTargets?: readonly string[];
}

/** A loss of each element, from a prediction and its target. */
export type ElementLoss = (prediction: DataArray, target: DataArray) => DataArray;

const weightArray = (data: DataArray, dim: string, values: ArrayLike<number>): DataArray => {
  const host = fromNumbers('float32', [values.length], values);
  return new DataArray(DeviceArray.fromHost(host) as NdArray, { dims: [dim], coords: { [dim]: data.coords[dim] } });
};

const labels = (data: DataArray, dim: string): ArrayLike<number> => {
  const coordinate = data.coords[dim];
  if (!coordinate)
    throw new NotFound({ op: 'losses', kind: 'coordinate', name: dim, available: Object.keys(data.coords) });
  return coordinate.values as Float32Array;
};

/** Weights of unit mean, proportional to the area of the cells around each latitude, [lat]. */
export function normalizedLatitudeWeights(data: DataArray): DataArray {
  const latitude = labels(data, 'lat');
  const floats = latitude instanceof Float32Array ? latitude : Float64Array.from(latitude);
  return weightArray(data, 'lat', latitudeWeights<Float32Array | Float64Array>(floats));
}

/** Weights of unit mean, proportional to the pressure of each level, [level]. */
export const normalizedLevelWeights = (data: DataArray): DataArray =>
  weightArray(data, 'level', levelWeights(labels(data, 'level')));

/** The mean over everything but the batch. */
const meanPreservingBatch = (x: DataArray): DataArray => x.mean(x.dims.filter((d) => d !== 'batch'));

/**
 * Weighted loss by variable and in all.
 * @returns the total of each batch element, [batch], and the (unweighted) losses by variable
 * @throws NameError when a weight names a variable that is not predicted
 */
export function weightedLossPerLevel(
  predictions: Dataset,
  targets: Dataset,
  elementLoss: ElementLoss,
  options: WeightedLossOptions = {},
): LossAndDiagnostics {
  const { perVariableWeights = {}, varsWithNanTargets = [] } = options;
  const losses = predictions.map((prediction, name) => {
    const given = targets.get(name);
    const mask = varsWithNanTargets.includes(name) ? given.notnull() : null;
    // The target is made finite first: a NaN that is only masked afterwards would still make the gradient NaN.
    const target = mask ? given.where(mask, 0) : given;
    let loss = elementLoss(prediction, target);
    loss = loss.mul(normalizedLatitudeWeights(target).astype(loss.dtype));
    if (target.dims.includes('level')) loss = loss.mul(normalizedLevelWeights(target).astype(loss.dtype));
    return meanPreservingBatch(mask ? loss.where(mask, 0) : loss);
  });
  return sumPerVariableLosses(losses, perVariableWeights);
}

/** Latitude- and level-weighted mean squared error. */
export const weightedMsePerLevel = (
  predictions: Dataset,
  targets: Dataset,
  options: WeightedLossOptions = {},
): LossAndDiagnostics => weightedLossPerLevel(predictions, targets, (p, t) => p.sub(t).pow(2), options);

/** Latitude- and level-weighted mean absolute error. */
export const weightedMaePerLevel = (
  predictions: Dataset,
  targets: Dataset,
  options: WeightedLossOptions = {},
): LossAndDiagnostics => weightedLossPerLevel(predictions, targets, (p, t) => p.sub(t).abs(), options);

/** The weighted sum of losses by variable. @throws NameError for a weight without a loss */
export function sumPerVariableLosses(
  losses: Dataset,
  weights: { readonly [name: string]: number } = {},
): LossAndDiagnostics {
  for (const name of Object.keys(weights)) {
    if (!losses.has(name)) {
      const reason = `has a weight but is not predicted; predicted are ${losses.keys().join(', ')}`;
      throw new NameError({ op: 'sumPerVariableLosses', name, reason });
    }
  }
  const total = losses
    .entries()
    .map(([name, loss]) => (weights[name] === undefined || weights[name] === 1 ? loss : loss.mul(weights[name])))
    .reduce((a, b) => a.add(b));
  return [total.rename(null), losses];
}
