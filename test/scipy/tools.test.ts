import { afterAll, expect, test } from 'vitest';
import { config, grad, type NdArray } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { key } from '../../src/random/index.js';
import { vq } from '../../src/scipy/cluster/vq/index.js';
import * as fft from '../../src/scipy/fft/index.js';
import { trapezoid } from '../../src/scipy/integrate/index.js';
import { RegularGridInterpolator } from '../../src/scipy/interpolate/index.js';
import { mapCoordinates } from '../../src/scipy/ndimage/index.js';
import * as signal from '../../src/scipy/signal/index.js';
import * as stats from '../../src/scipy/stats/index.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';

config.update('engine', 'reference');
afterAll(() => config.update('enableX64', false));

const dotted = (name: string, space: object): object =>
  Object.fromEntries(Object.entries(space).map(([key_, f]) => [`${name}.${key_}`, f]));

const { gaussianKde } = stats;
type KdeMethod = 'evaluate' | 'pdf' | 'logpdf';
const kde =
  (method: KdeMethod) =>
  (data: NdArray, points: NdArray, options: stats.KdeOptions = {}): NdArray =>
    new gaussianKde(data, options)[method](points);

/** Classes, written here as the generator writes them in Python. */
const written = {
  'cluster.vq': vq,
  // JSON writes NaN as a word; it is the default here.
  'interpolate.grid': (
    x: NdArray,
    y: NdArray,
    values: NdArray,
    xi: NdArray,
    { fillValue, ...rest }: Record<string, unknown>,
  ) =>
    new RegularGridInterpolator(
      [x, y],
      values,
      fillValue === 'NaN' ? rest : { ...rest, fillValue: fillValue as number },
    ).call(xi),
  'gaussianKde.evaluate': kde('evaluate'),
  'gaussianKde.pdf': kde('pdf'),
  'gaussianKde.logpdf': kde('logpdf'),
  'gaussianKde.weighted': (data: NdArray, weights: NdArray, points: NdArray) =>
    new gaussianKde(data, { weights }).logpdf(points),
  'gaussianKde.line': kde('evaluate'),
  'gaussianKde.integrateBox1d': (data: NdArray, low: NdArray, high: NdArray) =>
    new gaussianKde(data).integrateBox1d(low, high),
  'gaussianKde.integrateGaussian': (data: NdArray, mean: NdArray, cov: NdArray) =>
    new gaussianKde(data).integrateGaussian(mean, cov),
  'gaussianKde.integrateKde': (data: NdArray, other: NdArray) =>
    new gaussianKde(data).integrateKde(new gaussianKde(other)),
  'gaussianKde.resample': (data: NdArray) => new gaussianKde(data).resample(key(3), { shape: [4] }),
  mode: (a: NdArray, options: stats.ModeOptions) => {
    const { mode, count } = stats.mode(a, options);
    return [mode, count];
  },
};
const spaces = Object.entries(stats).flatMap(([name, space]) =>
  typeof space === 'object' ? Object.entries(dotted(name, space)) : [],
);
const calls = {
  ...stats,
  ...signal,
  ...Object.fromEntries(spaces),
  ...dotted('signal', signal),
  ...dotted('fft', fft),
  'ndimage.mapCoordinates': mapCoordinates,
  'integrate.trapezoid': trapezoid,
  'poisson.entropy': (mu: NdArray, loc?: NdArray) => stats.poisson.entropy(mu, loc === undefined ? {} : { loc }),
  ...written,
} as unknown as Record<string, Call>;

describeFixtures('scipy/signal', calls, { ulps: 16, at: 'array', atLeast: 1 });
// Lines of least squares are found from singular values in float32.
describeFixtures('scipy/spectra', calls, ({ op, args }) => ({
  ulps: op === 'detrend' || JSON.stringify(args).includes('linear') ? 256 : 32,
  at: 'array',
  atLeast: 1,
}));
// JAX's lgamma has an absolute error near its zeros; tails are differences of logarithms, kernels of precisions up to 30, and
// the probabilities of up to 250 counts exponentials of differences of numbers up to 1000.
describeFixtures('scipy/samples', calls, ({ op }) => ({
  ulps: /truncnorm|gaussianKde|betabinom/.test(op) ? 128 : 32,
  at: 'array',
  atLeast: op === 'poisson.entropy' ? 30 : 1,
}));

test('the entropy of a Poisson distribution has a derivative at small means, where that of JAX is NaN', () => {
  config.update('enableX64', false);
  // -d/dmu sum p log p = -sum p (k / mu - 1) log p, for mu = 0.5.
  const mu = 0.5;
  const p = [Math.exp(-mu)];
  for (let k = 1; k < 9; k++) p.push((p[k - 1] * mu) / k);
  const slope = -p.reduce((sum, x, k) => sum + x * (k / mu - 1) * Math.log(x), 0);
  expect(grad((x: NdArray) => stats.poisson.entropy(x))(jnp.array(mu)).item()).toBeCloseTo(slope, 4);
});
