/**
 * What the options of `fluxion/optax/schedules` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../../array/options.js';
import type { WarmupCosineDecayOptions } from './join.js';
import type { BoundariesOption, CosineOnecycleOptions, LinearOnecycleOptions } from './piecewise.js';
import type { CosineDecayOptions, ExponentialDecayOptions, TransitionBeginOption } from './schedule.js';

export const boundariesOption: Kinds<BoundariesOption> = { boundariesAndScales: 'any' };

export const cosineDecayOptions: Kinds<CosineDecayOptions> = { alpha: 'array', exponent: 'array' };

export const cosineOnecycleOptions: Kinds<CosineOnecycleOptions> = {
  pctStart: 'number',
  divFactor: 'number',
  finalDivFactor: 'number',
};

export const exponentialDecayOptions: Kinds<ExponentialDecayOptions> = {
  staircase: 'boolean',
  endValue: 'array?',
  transitionBegin: 'number',
};

export const linearOnecycleOptions: Kinds<LinearOnecycleOptions> = {
  pctFinal: 'number',
  pctStart: 'number',
  divFactor: 'number',
  finalDivFactor: 'number',
};

export const transitionBeginOption: Kinds<TransitionBeginOption> = { transitionBegin: 'number' };

export const warmupCosineDecayOptions: Kinds<WarmupCosineDecayOptions> = { endValue: 'number', exponent: 'any' };
