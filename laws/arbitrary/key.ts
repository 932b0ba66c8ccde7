/** PRNG keys; they shrink to `random.key(0)`. */
import * as fc from 'fast-check';
import * as random from 'fluxion/random';

/** Typed keys (`random.key`), each used by nobody yet. */
export const keys = (): fc.Arbitrary<random.PRNGKeyArray> => keysOfShape([]);

/** Arrays of typed keys: of no axes a single key, else what `split` gives. */
export const keysOfShape = (shape: readonly number[]): fc.Arbitrary<random.PRNGKeyArray> =>
  fc.nat().map((seed) => (shape.length === 0 ? random.key(seed) : random.split(random.key(seed), { num: shape })));
