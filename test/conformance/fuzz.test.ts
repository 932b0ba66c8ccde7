/**
 * A short stretch of `npm run fuzz`, always the same, in this process: random bad calls of every public function end in a
 * sound result or in one of fluxion's own errors.
 */
import { config } from 'fluxion';
import { beforeAll, expect, test } from 'vitest';
import { fuzz } from './fuzz/session.js';
import { publicCallables } from './fuzz/surface.js';

const CALLS = 3000;
const SEED = 20;

/** Callables that do not check their options or arguments yet; the list may only become shorter. */
const UNCHECKED: readonly string[] = [
  'fluxion.debug.visualizeArraySharding',
  'fluxion.debug.visualizeSharding',
  'fluxion.makeArrayFromCallback',
  'fluxion.makeMesh',
  'fluxion.pmap',
  'fluxion.shardMap',
  'lax.raggedDotGeneral',
  'numpy.applyAlongAxis',
  'numpy.applyOverAxes',
  'numpy.bartlett',
  'numpy.hamming',
  'numpy.isscalar',
  'numpy.linalg.matrixNorm',
  'numpy.maskIndices',
  'numpy.packbits',
  'numpy.polydiv',
  'numpy.triuIndicesFrom',
  'numpy.unwrap',
  'numpy.vander',
  'scipy.linalg.dft',
  'scipy.linalg.funm',
  'scipy.linalg.hadamard',
  'scipy.linalg.hilbert',
  'scipy.linalg.polar',
  'scipy.linalg.schur',
  'scipy.linalg.sqrtm',
  'scipy.linalg.toeplitz',
  'scipy.stats.betabinom.pmf',
  'scipy.stats.nbinom.logpmf',
  'scipy.stats.sem',
  'scipy.stats.truncnorm.cdf',
  'scipy.stats.truncnorm.pdf',
  'tree.treedefTuple',
  'xarray.GroupBy',
  'xarray.regridConservative',
];

beforeAll(() => {
  config.update('engine', 'reference');
  config.update('keyReuse', 'allow');
});

test(`${CALLS} random bad calls are answered soundly or refused by name`, { timeout: 300_000 }, async () => {
  const { defects, results, refused } = await fuzz(SEED, 0, CALLS, undefined, false);
  expect(defects.filter(({ callable }) => !UNCHECKED.includes(callable))).toEqual([]);
  // Calls that are half right must reach the insides: neither everything nor nothing is refused.
  expect(results).toBeGreaterThan(CALLS / 10);
  expect(Object.values(refused).reduce((n, m) => n + m, 0)).toBeGreaterThan(CALLS / 3);
});

test('the functions of every numeric module are called', () => {
  const modules = new Set(publicCallables().map(({ name }) => name.split('.')[0]));
  expect([...modules].sort()).toEqual([
    'dtypes',
    'fluxion',
    'haiku',
    'jraph',
    'lax',
    'nn',
    'numpy',
    'ops',
    'optax',
    'random',
    'scipy',
    'tree',
    'xarray',
  ]);
});
