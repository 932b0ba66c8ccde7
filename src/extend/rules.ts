/**
 * What the rules of a new primitive are written with: its lowering to StableHLO, and the kit for elementwise operations,
 * which gives types, batching and the reference value for a formula.
 */
export { attr, type Emitter, type Region, type Value } from '../ir/lowering.js';
export type {
  BatchResult,
  Interpreter,
  JvpResult,
  PartialEvalRule,
  PartialEvaluation,
} from '../ir/primitive.js';
export { like } from '../primitive/elementwise.js';
export {
  type Accepts,
  type ElementRules,
  partials,
  pointwise,
  rebroadcast,
  unbroadcast,
} from '../primitive/pointwise.js';
export { moveAxis } from '../primitive/structure.js';
export { bindOne } from '../trace/context.js';
export { addTangents, mapCotangent } from '../trace/derivative.js';
