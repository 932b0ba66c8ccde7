/**
 * `fluxion/laws`: is the gradient of *my* function lawful?
 *
 * Laws are values, run by fast-check on your function; what breaks is shrunk, and the equation to blame is named.
 *
 *     await checkLaws(gradLaws(loss, { params, batch }));
 */
export * from './arbitrary/index.js';
export { type Blame, blameText } from './blame.js';
export { Chance } from './chance.js';
export {
  type CheckOptions,
  checkLaw,
  checkLaws,
  examineLaws,
  type Failure,
  type LawReport,
  type LawResult,
} from './check.js';
export { type Closeness, type Difference, difference, EPSILON, estimated, exact, rounded } from './closeness.js';
export { customRuleLaws } from './custom.js';
export { centralDerivative, confirmedDerivative, type Estimate } from './differences.js';
export * from './error.js';
export { type ForeignGradient, foreignLaws } from './foreign.js';
export { type GradLawsOptions, gradLaws } from './gradient/index.js';
export { onJudge, withSettings } from './judge.js';
export { type Keyed, keyLaws } from './keyed.js';
export {
  type AnyLaw,
  isVacuous,
  type Law,
  type LawProperty,
  type Outcome,
  type Sides,
  type Vacuous,
  vacuous,
} from './law.js';
export { type LawfulOptions, lawful, type Runner } from './lawful.js';
export { clipLaws, type OptimizerFacts, optimizerLaws } from './optimizer/index.js';
export { kinkLaws, primitiveCases, primitiveLaws } from './primitive/index.js';
export {
  decode,
  Program,
  type ProgramDraw,
  type ProgramLawsOptions,
  type ProgramOptions,
  programLaws,
  programs,
  vocabulary,
  type Word,
} from './program/index.js';
export { lineProgress, type Progress } from './progress.js';
export { purityLaws } from './purity.js';
export { type Quantity, quantities, quantity, scalarQuantity } from './quantity.js';
export { type Distribution, distributionLaw, FALSE_ALARM, kolmogorovDistance, randomLaws } from './random.js';
export { failureText, summaryText } from './report.js';
export type { AnyFunction, Arguments, Draw, SubjectOptions } from './subject.js';
export { transformationLaws } from './transformation.js';
export { treeLaws } from './tree.js';
