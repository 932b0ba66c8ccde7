/**
 * `fluxion/haiku`: modules with named parameters, as `haiku` has them, over pure functions.
 */
import '../wiring.js';

export {
  Bias,
  type BiasOptions,
  type DropoutOptions,
  dropout,
  Embed,
  type EmbedOptions,
  type Layer,
  Sequential,
} from './basic.js';
export type { Params, State } from './frame.js';
export * as initializers from './initializers.js';
export {
  LayerNorm,
  type LayerNormOptions,
  layerNorm,
  type NormalizationOptions,
  RMSNorm,
  type RMSNormOptions,
} from './layer-norm.js';
export { Linear, type LinearOptions } from './linear.js';
export { currentName, Module, type ModuleOptions, nameScope, toModule } from './module.js';
export * as nets from './nets.js';
export {
  type Creator,
  customCreator,
  customGetter,
  customSetter,
  type Getter,
  type GetterContext,
  getParameter,
  getState,
  type HookOptions,
  type ParameterOptions,
  type Setter,
  type StateOptions,
  setState,
} from './parameter.js';
export { maybeNextRngKey, nextRngKey, nextRngKeys, PRNGSequence } from './rng.js';
export { type ScanOptions, scan } from './scan.js';
export { grad, remat, valueAndGrad } from './stateful.js';
export {
  getParams,
  type Rng,
  runningInit,
  type Transformed,
  type TransformedWithState,
  transform,
  transformWithState,
  withEmptyState,
  withoutApplyRng,
  withoutState,
} from './transform.js';
