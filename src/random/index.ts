/**
 * `fluxion/random`: what `jax.random` has, with its numbers.
 */
import '../wiring.js';

export { binomial, multinomial } from './binomial.js';
export {
  cauchy,
  exponential,
  type GumbelMode,
  type GumbelOptions,
  gumbel,
  laplace,
  logistic,
  pareto,
  rayleigh,
  triangular,
  weibullMin,
} from './continuous.js';
export {
  type BernoulliOptions,
  bernoulli,
  type CategoricalOptions,
  type CountOptions,
  categorical,
  geometric,
  type RademacherOptions,
  rademacher,
} from './discrete.js';
export {
  type BallOptions,
  ball,
  beta,
  chisquare,
  dirichlet,
  f,
  gamma,
  generalizedNormal,
  loggamma,
  t,
} from './gamma.js';
export {
  clone,
  foldIn,
  type Key,
  type KeyOptions,
  key,
  keyData,
  keyImpl,
  PRNGKey,
  PRNGKeyArray,
  type SplitOptions,
  split,
  wrapKeyData,
} from './key.js';
export {
  type MultivariateNormalOptions,
  multivariateNormal,
  type OrthogonalOptions,
  orthogonal,
} from './multivariate.js';
export {
  doubleSidedMaxwell,
  type LognormalOptions,
  lognormal,
  maxwell,
  normal,
  truncatedNormal,
  wald,
} from './normal.js';
export { poisson } from './poisson.js';
export type { FloatOptions, ParameterOptions, ShapeOption } from './sampler.js';
export { type ChoiceOptions, choice, type PermutationOptions, permutation } from './shuffle.js';
export { type BitsOptions, bits, type RandintOptions, randint, type UniformOptions, uniform } from './uniform.js';
