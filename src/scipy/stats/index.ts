/**
 * Distributions, one namespace each (`jax.scipy.stats`): `norm.logpdf(x, { loc, scale })`.
 */

export { vonmises, wrapcauchy } from './circular.js';
export {
  beta,
  cauchy,
  chi2,
  expon,
  gamma,
  gumbelL,
  gumbelR,
  laplace,
  logistic,
  norm,
  pareto,
  t,
  uniform,
} from './continuous.js';
export { dirichlet, gennorm } from './densities.js';
export { bernoulli, geom, poisson } from './discrete.js';
export type { Distribution, LocationScale, Statistic } from './distribution.js';
export { gaussianKde, type KdeOptions } from './kernel-density.js';
export { multivariateNormal } from './multivariate-normal.js';
export { type ModeOptions, mode, type RankMethod, rankdata, sem } from './ranks.js';
export { betabinom, binom, multinomial, nbinom } from './trials.js';
export { truncnorm } from './truncated-normal.js';
