/**
 * Laws of random numbers: keys are values, splitting makes independent ones, samples follow their distribution.
 *
 * The statistical laws compare an empirical distribution with the true one by Kolmogorov's statistic. With `n` samples
 * the probability that it exceeds `d` is at most `2 exp(-2 n d^2)` (Massart, Annals of Probability 1990), so the bound is
 * chosen for the false-alarm rate that is stated, one in a billion for each run.
 */
import * as fc from 'fast-check';
import type { NdArray } from 'fluxion/extend';
import * as random from 'fluxion/random';
import { exact } from './closeness.js';
import { withSettings } from './judge.js';
import type { Law, Outcome } from './law.js';
import { numbersOf, type Quantity, quantity, scalarQuantity, vectorQuantity } from './quantity.js';

/** The probability with which a correct sampler breaks a statistical law in one run. */
export const FALSE_ALARM = 1e-9;

const SAMPLES = 4096;

/** Largest Kolmogorov distance that `n` samples may have. */
const allowedDistance = (n: number): number => Math.sqrt(Math.log(2 / FALSE_ALARM) / (2 * n));

/** The largest distance between the empirical distribution and the true one. */
export function kolmogorovDistance(samples: Float64Array, cdf: (x: number) => number): number {
  const sorted = samples.slice().sort();
  const n = sorted.length;
  let largest = 0;
  sorted.forEach((x, i) => {
    const p = cdf(x);
    largest = Math.max(largest, Math.abs(p - i / n), Math.abs((i + 1) / n - p));
  });
  return largest;
}

const atMost = (what: string, value: number, bound: number): Outcome => ({
  expected: [scalarQuantity(what, Math.min(value, bound))],
  got: [scalarQuantity(what, value)],
  closeness: exact,
});

const equal = (expected: readonly Quantity[], got: readonly Quantity[]): Outcome => ({
  expected,
  got,
  closeness: exact,
});

const law = (name: string, statement: string, reference: string, sides: (seed: number) => Outcome): Law<number> => ({
  name,
  statement,
  reference,
  runs: 10,
  property: {
    arbitrary: fc.nat(),
    sides: (seed) => withSettings({ engine: 'reference', enableX64: false }, () => sides(seed)),
    print: (seed) => `random.key(${seed})`,
  },
});

/** A sampler whose samples follow a known distribution. */
export interface Distribution {
  readonly name: string;
  readonly sample: (key: random.PRNGKeyArray, shape: readonly number[]) => NdArray;
  /** The cumulative distribution function. */
  readonly cdf: (x: number) => number;
}

/** The standard normal distribution function, by the series of the error function's complement (Abramowitz 26.2.11). */
function normalCdf(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let [term, sum] = [x, x];
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 500; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + sum * Math.exp((-x * x) / 2) * 0.3989422804014327;
}

const unit = (x: number): number => Math.min(1, Math.max(0, x));

/** Distributions of `fluxion/random` whose distribution functions are elementary. */
export const distributions: readonly Distribution[] = [
  { name: 'uniform', sample: (key, shape) => random.uniform(key, { shape }), cdf: unit },
  { name: 'normal', sample: (key, shape) => random.normal(key, { shape }), cdf: normalCdf },
  { name: 'exponential', sample: (key, shape) => random.exponential(key, { shape }), cdf: (x) => 1 - Math.exp(-x) },
  { name: 'cauchy', sample: (key, shape) => random.cauchy(key, { shape }), cdf: (x) => 0.5 + Math.atan(x) / Math.PI },
  {
    name: 'laplace',
    sample: (key, shape) => random.laplace(key, { shape }),
    cdf: (x) => (x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2),
  },
  { name: 'logistic', sample: (key, shape) => random.logistic(key, { shape }), cdf: (x) => 1 / (1 + Math.exp(-x)) },
  { name: 'gumbel', sample: (key, shape) => random.gumbel(key, { shape }), cdf: (x) => Math.exp(-Math.exp(-x)) },
];

const words = (key: random.Key): Quantity => quantity('key', random.keyData(key));

/** The law that samples follow a distribution. */
export const distributionLaw = ({ name, sample, cdf }: Distribution): Law<number> =>
  law(
    `${name} samples follow their distribution`,
    `sup |empirical - true distribution| <= ${allowedDistance(SAMPLES).toFixed(4)} for ${SAMPLES} samples`,
    `Kolmogorov; Massart 1990. False alarms: at most one in ${1 / FALSE_ALARM} runs`,
    (seed) => {
      const samples = numbersOf(sample(random.key(seed), [SAMPLES]));
      return atMost("Kolmogorov's distance", kolmogorovDistance(samples, cdf), allowedDistance(SAMPLES));
    },
  );

/** The laws of keys and samplers. */
export const randomLaws = (): Law<number>[] => [
  law('the same key gives the same numbers', 'normal(key(s)) = normal(key(s))', 'jax.random: keys are values', (seed) =>
    equal(
      [quantity('sample', random.normal(random.key(seed), { shape: [8] }))],
      [quantity('sample', random.normal(random.key(seed), { shape: [8] }))],
    ),
  ),
  law('split keys differ', 'the keys of split(k, n) differ from each other and from k', 'jax.random.split', (seed) => {
    const key = random.key(seed);
    const parent = words(key);
    const children = numbersOf(random.keyData(random.split(key, { num: 16 })));
    const all = [parent.values, ...Array.from({ length: 16 }, (_, i) => children.slice(2 * i, 2 * i + 2))].map((w) =>
      w.join(),
    );
    return equal([scalarQuantity('different keys', 17)], [scalarQuantity('different keys', new Set(all).size)]);
  }),
  law(
    'a prefix of a split is a smaller split',
    'split(k, 5)[:3] = split(k, 3)',
    'jax_threefry_partitionable',
    (seed) => {
      const [five, three] = [5, 3].map((num) => numbersOf(random.keyData(random.split(random.key(seed), { num }))));
      return equal([vectorQuantity('keys', three, [3, 2])], [vectorQuantity('keys', five.slice(0, 6), [3, 2])]);
    },
  ),
  law('foldIn tells numbers apart', 'foldIn(k, i) differ for different i', 'jax.random.fold_in', (seed) => {
    const keys = Array.from({ length: 16 }, (_, i) => words(random.foldIn(random.key(seed), i)).values.join());
    return equal([scalarQuantity('different keys', 16)], [scalarQuantity('different keys', new Set(keys).size)]);
  }),
  law(
    'split keys are independent',
    'the uniform samples of two split keys are uncorrelated, and so are their signs',
    `a sum of n bounded independent terms; Hoeffding 1963. False alarms: at most one in ${1 / FALSE_ALARM} runs`,
    (seed) => {
      const [a, b] = random.split(random.key(seed));
      const [x, y] = [a, b].map((key) => numbersOf(random.uniform(key, { shape: [SAMPLES] })));
      const correlation = Math.abs(x.reduce((s, v, i) => s + (2 * v - 1) * (2 * y[i] - 1), 0)) / SAMPLES;
      return atMost('|mean of products|', correlation, Math.sqrt((2 * Math.log(2 / FALSE_ALARM)) / SAMPLES));
    },
  ),
  ...distributions.map(distributionLaw),
];
