/**
 * bfloat16 inside, float32 outside: inputs and parameters are cast for the network, losses and predictions back.
 *
 * Parameters stay float32: gradients and the optimizer see those. Source: graphcast's `casting.py`.
 */
import type { DType } from '../array/dtype.js';
import { isFloat } from '../array/dtype.js';
import { InvalidArgument } from '../error/error.js';
import * as hk from '../haiku/index.js';
import * as jnp from '../numpy/index.js';
import type { Dataset } from '../xarray/dataset.js';
import type { LossAndDiagnostics, Predictor } from './predictor-base.js';

/** Casts what a predictor computes with to bfloat16. */
export class Bfloat16Cast implements Predictor {
  constructor(
    readonly predictor: Predictor,
    readonly enabled = true,
  ) {}

  call(inputs: Dataset, targetsTemplate: Dataset, forcings: Dataset): Dataset {
    if (!this.enabled) return this.predictor.call(inputs, targetsTemplate, forcings);
    const dtype = inferFloatingDtype(targetsTemplate);
    const [i, t, f] = allToBfloat16(inputs, targetsTemplate, forcings);
    return bfloat16VariableView(() => this.predictor.call(i, t, f)).astype(dtype);
  }

  loss(inputs: Dataset, targets: Dataset, forcings: Dataset): LossAndDiagnostics {
    if (!this.enabled) return this.predictor.loss(inputs, targets, forcings);
    const dtype = inferFloatingDtype(targets);
    const [i, t, f] = allToBfloat16(inputs, targets, forcings);
    const [loss, diagnostics] = bfloat16VariableView(() => this.predictor.loss(i, t, f));
    return [loss.astype(dtype), diagnostics.astype(dtype)];
  }

  lossAndPredictions(
    inputs: Dataset,
    targets: Dataset,
    forcings: Dataset,
  ): readonly [LossAndDiagnostics, predictions: Dataset] {
    if (!this.enabled) return this.predictor.lossAndPredictions(inputs, targets, forcings);
    const dtype = inferFloatingDtype(targets);
    const [i, t, f] = allToBfloat16(inputs, targets, forcings);
    const [[loss, diagnostics], predictions] = bfloat16VariableView(() => this.predictor.lossAndPredictions(i, t, f));
    return [[loss.astype(dtype), diagnostics.astype(dtype)], predictions.astype(dtype)];
  }
}

const allToBfloat16 = (...all: Dataset[]): Dataset[] => all.map((d) => d.astype('bfloat16'));

/** The one floating dtype of a dataset's variables. @throws InvalidArgument when there are several or none */
export function inferFloatingDtype(dataset: Dataset): DType {
  const dtypes = new Set(
    Object.values(dataset.variables)
      .map((v) => v.data.dtype)
      .filter(isFloat),
  );
  if (dtypes.size !== 1) {
    throw new InvalidArgument({
      op: 'inferFloatingDtype',
      argument: 'dataset',
      expected: 'variables of one floating-point dtype',
      actual: [...dtypes].join(', ') || 'none',
    });
  }
  return [...dtypes][0];
}

/** Runs `body` so that parameters asked for in bfloat16 are kept in float32 and cast when read. */
export function bfloat16VariableView<T>(body: () => T): T {
  const creator: hk.Creator = (next, shape, dtype, init, context) =>
    next(shape, context.originalDtype === 'bfloat16' ? 'float32' : dtype, init);
  const getter: hk.Getter = (next, value, context) =>
    next(context.originalDtype === 'bfloat16' ? jnp.astype(value, 'bfloat16') : value);
  return hk.customCreator(creator, () => hk.customGetter(getter, body, { state: true }), { state: true });
}
