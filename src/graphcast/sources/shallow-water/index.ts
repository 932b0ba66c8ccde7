/** A differentiable shallow-water model on the sphere, and the weather it makes. */

export { type ShallowWaterOptions, shallowWaterDataset } from './dataset.js';
export {
  balancedGeopotential,
  EARTH_ROTATION,
  integrate,
  type State,
  type StepOptions,
  step,
  tendency,
  windsOn,
} from './dynamics.js';
export { EARTH_RADIUS, type Harmonics, harmonics, type Synthesis, synthesise, synthesisOn } from './harmonics.js';
export { randomBalancedState, type WeatherOptions } from './initial-state.js';
