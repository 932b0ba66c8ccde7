/**
 * Laws of functions that draw random numbers: the key is the only source of chance, and no key is used twice.
 *
 * The laws draw keys of their own; all other arguments are held as they are given.
 */
import type * as fc from 'fast-check';
import * as random from 'fluxion/random';
import { keys } from './arbitrary/key.js';
import { exact } from './closeness.js';
import { withSettings } from './judge.js';
import type { Law, Outcome } from './law.js';
import { quantities, scalarQuantity } from './quantity.js';

/** A function of a key: `(key) => model.apply(params, key, batch)`. */
export type Keyed = (key: random.PRNGKeyArray) => unknown;

const seedOf = (key: random.PRNGKeyArray): string =>
  `[${Array.from(random.keyData(key).dataSync(), Number).join(', ')}]`;

const law = (
  name: string,
  statement: string,
  reference: string,
  keyReuse: 'allow' | 'error',
  sides: (key: random.PRNGKeyArray) => Outcome,
): Law<random.PRNGKeyArray> => ({
  name,
  statement,
  reference,
  property: {
    arbitrary: keys() as fc.Arbitrary<random.PRNGKeyArray>,
    // A fresh object each time, for it is objects that are watched.
    sides: (key) => withSettings({ engine: 'reference', keyReuse }, () => sides(random.clone(key))),
    print: (key) => `key: words ${seedOf(key)}`,
  },
});

/** Whether a call uses a key twice: what is said of it, or null. */
function reuse(f: Keyed, key: random.PRNGKeyArray): string | null {
  try {
    f(key);
    return null;
  } catch (error) {
    if (error instanceof Error && error.name === 'KeyReused') return error.message;
    throw error;
  }
}

/**
 * The laws of a function that draws random numbers.
 *
 * @param varies whether another key is meant to give another result. Default true; two keys may agree by accident where
 *   the result holds few bits, so say false for such functions
 * @example await checkLaws(keyLaws((key) => random.normal(key, { shape: [4] })))
 */
export const keyLaws = (
  f: Keyed,
  { varies = true }: { readonly varies?: boolean } = {},
): Law<random.PRNGKeyArray>[] => [
  law('no key is used twice', 'every draw has a key of its own', 'jax.experimental.key_reuse', 'error', (key) => {
    const said = reuse(f, key);
    const path = said ?? 'keys that are used twice';
    return {
      expected: [scalarQuantity(path, 0)],
      got: [scalarQuantity(path, said === null ? 0 : 1)],
      closeness: exact,
    };
  }),
  law(
    'the same key gives the same result',
    'f(k) = f(k), to the last bit: no chance comes from elsewhere',
    'jax.random: keys are values',
    'allow',
    (key) => ({
      expected: quantities('result', f(random.clone(key))),
      got: quantities('result', f(random.clone(key))),
      closeness: exact,
    }),
  ),
  ...(varies
    ? [
        law(
          'another key gives another result',
          'f(k1) differs from f(k2), where k1, k2 = split(k): the key is not ignored',
          'jax.random.split',
          'allow',
          (key) => {
            const [a, b] = [...random.split(key)].map((k) => quantities('result', f(k)).flatMap((q) => [...q.values]));
            const same = a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
            return {
              expected: [scalarQuantity('results that are the same', 0)],
              got: [scalarQuantity('results that are the same', same ? 1 : 0)],
              closeness: exact,
            };
          },
        ),
      ]
    : []),
];
