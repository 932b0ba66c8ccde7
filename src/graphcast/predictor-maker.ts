/**
 * GraphCast with everything around it that training and forecasting have in common: residuals in normalized units, and
 * many steps, each fed with the one before.
 */
import { Predictor as Autoregressive } from './autoregressive.js';
import { GraphCast } from './graphcast.js';
import { InputsAndResiduals } from './normalization.js';
import type { Predictor } from './predictor-base.js';
import type { Statistics } from './statistics.js';
import type { ModelConfig, TaskConfig } from './task.js';

/** A function that builds the predictor inside `hk.transform`. */
export const predictorMaker =
  (model: ModelConfig, task: TaskConfig, statistics: Statistics): (() => Predictor) =>
  () =>
    new Autoregressive(new InputsAndResiduals(new GraphCast(model, task, { perVariableWeights: {} }), statistics), {
      gradientCheckpointing: true,
    });
