/**
 * No callable of the first two tiers without a conformance case, or a reason why it has none.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Surface } from '../coverage/surface.js';
import { describeGolden, golden } from '../helpers/golden.js';
import { callableNamed, casesOf, MODULES } from './cases.js';

/** Not asked of every transformation, with the reason; names are separated by spaces. */
const WITHOUT_CASE: Readonly<Record<string, string>> = {
  'numpy.arange numpy.eye numpy.full numpy.ones numpy.zeros numpy.empty numpy.identity numpy.tri numpy.indices':
    'makes arrays of numbers that are no arrays: nothing to differentiate or batch',
  'numpy.diagIndices numpy.trilIndices numpy.triuIndices numpy.fft.fftfreq numpy.fft.rfftfreq':
    'makes arrays of numbers that are no arrays: nothing to differentiate or batch',
  'numpy.ndim numpy.shape numpy.size numpy.promoteTypes numpy.resultType numpy.broadcastShapes lax.broadcastShapes':
    'answers with shapes or dtypes',
  'numpy.astype numpy.permuteDims numpy.digitize numpy.histogramBinEdges':
    'the cases of lax.convertElementType, numpy.transpose, numpy.searchsorted and numpy.histogram are theirs',
  'numpy.intersect1d numpy.setdiff1d numpy.union1d numpy.unique':
    'the size of the result depends on the values: test/fixtures/numpy/order.json',
  'numpy.linalg.eigh numpy.linalg.svd numpy.linalg.lstsq scipy.linalg.eigh scipy.linalg.svd scipy.linalg.qr':
    'vectors are determined up to their signs: test/fixtures/{lax/linalg,numpy/systems}.json',
  'scipy.linalg.choFactor scipy.linalg.choSolve scipy.linalg.lu scipy.linalg.luSolve':
    'takes or gives factors in pairs: test/fixtures/lax/linalg.json has the factors',
  'lax.allGather lax.axisIndex lax.axisSize lax.pmax lax.pmean lax.pmin lax.ppermute lax.psum':
    'speaks of mapped axes: test/fixtures/transforms/collectives.json',
  'lax.associativeScan lax.cond lax.foriLoop lax.map lax.scan lax.switch lax.whileLoop lax.reduce lax.reduceWindow':
    'takes functions: test/fixtures/primitives/{control,reduce,window}.json, with derivatives and batches',
  'lax.gather lax.scatter lax.scatterAdd lax.scatterMax lax.scatterMin lax.scatterMul lax.scatterSub':
    'test/fixtures/primitives/indexing.json, with derivatives',
  'random.bits random.foldIn random.key random.keyData random.PRNGKey random.randint random.split random.wrapKeyData':
    'bits and integers: test/fixtures/random/{keys,samplers}.json, exactly',
  'scipy.stats.bernoulli.ppf scipy.stats.poisson.entropy': 'test/fixtures/scipy/stats.json',
};

/** Where a module of JAX is here; null for those that have nothing to differentiate. */
function placeOf(module: string, namespace: string | null): string | null {
  const name = module.replace(/^jax\./, '');
  if (name === 'nn.initializers') return null; // no derivative: test/fixtures/nn/initializers.json
  if (/^(numpy(\.(linalg|fft))?|lax|nn|random|ops|scipy\.(special|linalg))$/.test(name)) return name;
  return name.startsWith('scipy.stats.') && namespace !== null ? `scipy.stats.${namespace}` : null;
}

const has = new Set(MODULES.flatMap((module) => casesOf(module).map(({ op }) => op)));
const excused = new Set(Object.keys(WITHOUT_CASE).flatMap((names) => names.split(' ')));

describeGolden('the cases of conformance', () => {
  const { modules } = JSON.parse(readFileSync(golden('jax-surface.json'), 'utf8')) as Surface;

  test('cover every callable of the first two tiers', () => {
    const names = Object.entries(modules).flatMap(([module, { namespace, callables }]) => {
      const place = placeOf(module, namespace);
      if (place === null) return [];
      return callables
        .filter(({ tier, kind }) => tier < 3 && kind === 'function')
        .map(({ name }) => `${place}.${name}`);
    });
    expect(names.length).toBeGreaterThan(400);
    const missing = names.filter((name) => callableNamed(name) !== null && !has.has(name) && !excused.has(name));
    expect(missing).toEqual([]);
  });
});

test('what is excused from a case has none', () => {
  expect([...excused].filter((name) => has.has(name))).toEqual([]);
});
