import type { NdArray } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { describeEngines } from '../helpers/engines.js';
import { type Call, describeFixtures, type Fixture } from '../helpers/fixtures.js';

type Operation = 'set' | 'add' | 'multiply' | 'min' | 'max';
const operations: readonly Operation[] = ['set', 'add', 'multiply', 'min', 'max'];
const { slice } = jnp;

/** Python's square brackets, by the names that the fixtures give them. */
const brackets = {
  get: (x: NdArray, ...index: jnp.Index[]) => x.get(...index),
  outerGet: (x: NdArray, i: NdArray) => x.get(i, slice(null, null), i),
  sliceGet: (x: NdArray, i: NdArray) => x.get(slice(null, null), slice(1, 3), i.get(slice(2))),
  backwards: (x: NdArray) => x.get(slice(null, null, -2), slice(3, 0, -1)),
  ...Object.fromEntries(
    operations.flatMap((op) => [
      [`at.${op}`, (x: NdArray, i: NdArray, v: NdArray) => x.at(i)[op](v)],
      [`atSlice.${op}`, (x: NdArray, v: NdArray) => x.at(slice(1, 4, 2), 2)[op](v)],
      [`atMixed.${op}`, (x: NdArray, i: NdArray, v: NdArray) => x.at(i, slice(1, 3))[op](v)],
    ]),
  ),
};

/** What Python gives a default but the porting rule leaves positional; infinities, which JSON writes as words. */
const adapted = {
  clip: ({ arr, ...options }: { arr: NdArray }) => jnp.clip(arr, options),
  'linalg.norm': (x: NdArray, { ord, ...rest }: { ord?: number | string } = {}) =>
    jnp.linalg.norm(x, { ...rest, ...(ord === undefined ? {} : { ord: ord === 'fro' ? ord : Number(ord) }) }),
};

/** The functions of a namespace, by their dotted names. */
const dotted = (name: string, space: object): object =>
  Object.fromEntries(Object.entries(space).map(([key, f]) => [`${name}.${key}`, f]));

const calls = {
  ...jnp,
  ...dotted('fft', jnp.fft),
  ...dotted('linalg', jnp.linalg),
  ...adapted,
  ...brackets,
} as unknown as Record<string, Call>;
const short = (fixture: Fixture): boolean =>
  fixture.outputs.some((x) => x.dtype === 'bfloat16' || x.dtype === 'float16');

describeEngines(() => {
  // Functions are good to a few ulps in XLA and in JavaScript alike; 16-bit results of float32 functions round once.
  describeFixtures('numpy/ufunc', calls, (fixture) => ({ ulps: short(fixture) ? 1 : 8, atLeast: 1 }));
  describeFixtures('numpy/reduction', calls, (fixture) => ({ ulps: short(fixture) ? 1 : 16, at: 'array', atLeast: 1 }));
  describeFixtures('numpy/shape', calls, { ulps: 4, at: 'array' });
  describeFixtures('numpy/contraction', calls, (fixture) => ({ ulps: short(fixture) ? 1 : 16, at: 'array' }));
  describeFixtures('numpy/signal', calls, { ulps: 16, at: 'array', atLeast: 1 });
  describeFixtures('numpy/indexing', calls, { ulps: 2, at: 'array' });
  // A quantile's weights are what is left of a place among up to 15 elements: its rounding is that of the place.
  const interpolates = (op: string): boolean => /quantile|percentile|median/.test(op);
  describeFixtures('numpy/order', calls, ({ op }) => ({ ulps: 4, at: 'array', atLeast: interpolates(op) ? 15 : 1 }));
});
