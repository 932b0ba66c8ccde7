/**
 * A density estimated from a sample: a normal distribution around each point, all of one shape.
 *
 * Its covariance is that of the sample, shrunk by a bandwidth factor. Source: Scott, "Multivariate Density Estimation"
 * (1992); jax.scipy.stats.gaussian_kde.
 */
import { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isComplex } from '../../array/dtype.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { asArray } from '../../lax/operand.js';
import { logsumexp } from '../../nn/logsumexp.js';
import * as jnp from '../../numpy/index.js';
import { promoteDTypesInexact } from '../../numpy/promote.js';
import { choice, type Key, multivariateNormal, split } from '../../random/index.js';
import { registerDataclass } from '../../tree/index.js';
import { choFactor, choSolve } from '../linalg/index.js';
import { ndtr } from '../special/normal.js';

/** Options of a `gaussianKde`. */
export interface KdeOptions {
  /** How the bandwidth is found: `scott` (default), `silverman`, a factor, or a function of the estimate that gives one. */
  readonly bwMethod?: 'scott' | 'silverman' | number | NdArray | ((kde: gaussianKde) => ArrayLike) | null;
  /** A weight for each point. Default equal ones. */
  readonly weights?: ArrayLike | null;
}

const inRows = (x: NdArray): NdArray => (x.ndim < 2 ? x.reshape([1, x.size]) : x);

function realArray(op: string, argument: string, value: ArrayLike): NdArray {
  const x = inRows(asArray(value, op, argument));
  if (!isComplex(x.dtype)) return x;
  throw new DTypeMismatch({ op, argument, expected: 'real numbers', actual: x.dtype });
}

/**
 * A kernel density estimate of points `dataset: [d, n]`, one in each column (a vector is `n` numbers).
 *
 * It is a tree: its arrays are leaves.
 * @throws ShapeMismatch when weights do not fit the points
 * @throws InvalidArgument for another `bwMethod`
 */
export class gaussianKde {
  readonly neff: NdArray;
  readonly dataset: NdArray;
  readonly weights: NdArray;
  readonly covariance: NdArray;
  readonly invCov: NdArray;

  constructor(dataset: ArrayLike, options: KdeOptions = {}) {
    const op = 'gaussianKde';
    const { bwMethod = null, weights = null } = options;
    const given = realArray(op, 'dataset', dataset);
    if (given.size < 2 || given.ndim !== 2) {
      throw new ShapeMismatch({ op, argument: 'dataset', expected: 'several points are needed', actual: given.shape });
    }
    const [d, n] = given.shape;
    const [points, shares] = promoteDTypesInexact(op, weights === null ? [given] : [given, weights]);
    if (shares !== undefined && (shares.ndim !== 1 || shares.size !== n)) {
      throw new ShapeMismatch({ op, argument: 'weights', expected: `${n} are needed`, actual: shares.shape });
    }
    this.dataset = points;
    this.weights = shares === undefined ? jnp.full([n], 1 / n, { dtype: points.dtype }) : shares.div(shares.sum());
    this.neff = jnp.reciprocal(this.weights.square().sum());
    const spread = jnp.cov(points, { aweights: this.weights }).reshape([d, d]);
    const inverse = jnp.linalg.inv(spread);
    // A function of the estimate sees it with the sample's own covariance.
    this.covariance = spread;
    this.invCov = inverse;
    const factor = this.#factor(op, bwMethod ?? 'scott', d);
    this.covariance = spread.mul(factor.square());
    this.invCov = inverse.div(factor.square());
  }

  #factor(op: string, method: NonNullable<KdeOptions['bwMethod']>, d: number): NdArray {
    if (method === 'scott') return this.neff.pow(-1 / (d + 4));
    if (method === 'silverman') {
      return this.neff
        .mul(d + 2)
        .div(4)
        .pow(-1 / (d + 4));
    }
    if (typeof method === 'function') return asArray(method(this), op, 'bwMethod');
    if (typeof method === 'number' || (method instanceof NdArray && method.ndim === 0)) {
      return asArray(method, op, 'bwMethod');
    }
    const expected = "'scott', 'silverman', a number or a function";
    throw new InvalidArgument({ op, argument: 'bwMethod', expected, actual: `${String(method)}` });
  }

  /** How many dimensions points have. */
  get d(): number {
    return this.dataset.shape[0];
  }

  /** How many points there are. */
  get n(): number {
    return this.dataset.shape[1];
  }

  /** The density at points `[d, m]`. */
  evaluate(points: ArrayLike): NdArray {
    return this.#kernels(points).exp().mul(this.weights).sum({ axis: 1 });
  }

  /** The density at points, as `evaluate`. */
  pdf(x: ArrayLike): NdArray {
    return this.evaluate(x);
  }

  /** The logarithm of the density at points `[d, m]`. */
  logpdf(x: ArrayLike): NdArray {
    return logsumexp(this.#kernels(x).add(this.weights.log()), { axis: 1 });
  }

  /** Logarithms of the normal densities of points around those of the sample: `[m, n]`. */
  #kernels(points: ArrayLike): NdArray {
    const op = 'gaussianKde';
    const given = realArray(op, 'points', points);
    const { d } = this;
    const isOne = given.shape[0] === 1 && given.shape[1] === d;
    if (given.ndim !== 2 || (given.shape[0] !== d && !isOne)) {
      throw new ShapeMismatch({ op, argument: 'points', expected: `${d} rows are needed`, actual: given.shape });
    }
    const x = given.shape[0] === d ? given : given.reshape([d, 1]);
    const [sample, at, precision] = promoteDTypesInexact(op, [this.dataset, x, this.invCov]);
    const whitening = jnp.linalg.cholesky(precision);
    const constant = jnp
      .diagonal(whitening)
      .log()
      .sum()
      .sub(0.5 * d * Math.log(2 * Math.PI));
    const white = (z: NdArray): NdArray => jnp.dot(z.T, whitening);
    const apart = white(at).reshape([at.shape[1], 1, d]).sub(white(sample));
    return apart.square().sum({ axis: 2 }).mul(-0.5).add(constant);
  }

  /** The integral of the density times a normal one. */
  integrateGaussian(mean: ArrayLike, cov: ArrayLike): NdArray {
    const op = 'gaussianKde.integrateGaussian';
    const { d } = this;
    const [centre, spread] = [asArray(mean, op, 'mean').ravel(), asArray(cov, op, 'cov')];
    if (centre.size !== d) {
      throw new ShapeMismatch({ op, argument: 'mean', expected: `${d} numbers are needed`, actual: centre.shape });
    }
    if (spread.size !== d * d) {
      throw new ShapeMismatch({ op, argument: 'cov', expected: `[${d}, ${d}] is needed`, actual: spread.shape });
    }
    return this.#convolved(centre.reshape([d, 1]), spread.reshape([d, d])).get(0);
  }

  /** For each of some means `[d, m]`: the integral of the density times the normal one of that mean and this covariance. */
  #convolved(means: NdArray, cov: NdArray): NdArray {
    const { d } = this;
    const factor = choFactor(this.covariance.add(cov));
    const scale = jnp
      .diagonal(factor[0])
      .prod()
      .mul((2 * Math.PI) ** (d / 2));
    const apart = this.dataset.reshape([d, this.n, 1]).sub(means.reshape([d, 1, means.shape[1]]));
    const flat = apart.reshape([d, -1]);
    const arg = flat.mul(choSolve(factor, flat)).sum({ axis: 0 }).mul(-0.5);
    const kernels = arg.exp().reshape([this.n, means.shape[1]]);
    return kernels
      .mul(this.weights.reshape([this.n, 1]))
      .sum({ axis: 0 })
      .div(scale);
  }

  /** The probability of `[low, high]`, for one dimension. */
  integrateBox1d(low: ArrayLike, high: ArrayLike): NdArray {
    const op = 'gaussianKde.integrateBox1d';
    if (this.d !== 1) {
      const expected = 'points of one dimension are needed';
      throw new ShapeMismatch({ op, argument: 'dataset', expected, actual: this.dataset.shape });
    }
    const [from, to] = [asArray(low, op, 'low'), asArray(high, op, 'high')];
    for (const [argument, x] of [['low', from] as const, ['high', to] as const]) {
      if (x.ndim > 0) throw new ShapeMismatch({ op, argument, expected: 'a number is needed', actual: x.shape });
    }
    const sigma = this.covariance.get(0, 0).sqrt();
    const below = (limit: NdArray): NdArray => ndtr(limit.sub(this.dataset.get(0)).div(sigma));
    return this.weights.mul(below(to).sub(below(from))).sum();
  }

  /** The integral of the product of two estimates. */
  integrateKde(other: gaussianKde): NdArray {
    if (other.d !== this.d) {
      const expected = `points of ${this.d} dimensions are needed`;
      throw new ShapeMismatch({
        op: 'gaussianKde.integrateKde',
        argument: 'other',
        expected,
        actual: other.dataset.shape,
      });
    }
    return this.#convolved(other.dataset, other.covariance).mul(other.weights).sum();
  }

  /** Points drawn from the estimated distribution: `[d, ...shape]`. */
  resample(key: Key, options: { readonly shape?: readonly number[] } = {}): NdArray {
    const { shape = [] } = options;
    const [indexKey, noiseKey] = split(key);
    const index = choice(indexKey, this.n, { shape, p: this.weights });
    const zeros = jnp.zeros([this.d], { dtype: this.covariance.dtype });
    const noise = multivariateNormal(noiseKey, zeros, this.covariance, { shape, dtype: this.dataset.dtype });
    return jnp.take(this.dataset, index, { axis: 1 }).add(noise.T);
  }
}

registerDataclass(gaussianKde, { dataFields: ['neff', 'dataset', 'weights', 'covariance', 'invCov'] });
