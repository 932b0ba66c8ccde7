/**
 * Distributions, one namespace each (`jax.scipy.stats`): `norm.logpdf(x, { loc, scale })`.
 */
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
export { bernoulli, geom, poisson } from './discrete.js';
export type { Distribution, LocationScale, Statistic } from './distribution.js';
export { multivariateNormal } from './multivariate-normal.js';
