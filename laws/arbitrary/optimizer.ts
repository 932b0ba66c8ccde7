/** Optimizers: random chains of transformations, and schedules; each knows how it is written. */
import * as fc from 'fast-check';
import * as optax from 'fluxion/optax';

type Optimizer = optax.GradientTransformation;

const texts = new WeakMap<Optimizer, string>();

/** A drawn optimizer as one would write it; of others, that it is one. */
export const optimizerText = (tx: Optimizer): string => texts.get(tx) ?? 'a transformation';

function written(text: string, tx: unknown): Optimizer {
  texts.set(tx as Optimizer, text);
  return tx as Optimizer;
}

const rate = fc.constantFrom(0.1, 0.03, 0.01);

interface Written<T> {
  readonly text: string;
  readonly value: T;
}

const writtenSchedules: fc.Arbitrary<Written<optax.ScalarOrSchedule>> = fc.oneof(
  rate.map((r): Written<optax.ScalarOrSchedule> => ({ text: `${r}`, value: r })),
  rate.map((r) => ({ text: `exponentialDecay(${r}, 2, 0.5)`, value: optax.exponentialDecay(r, 2, 0.5) })),
  rate.map((r) => ({ text: `cosineDecaySchedule(${r}, 10)`, value: optax.cosineDecaySchedule(r, 10) })),
  rate.map((r) => ({ text: `linearSchedule(${r}, ${r / 10}, 5)`, value: optax.linearSchedule(r, r / 10, 5) })),
);

/** Schedules of step sizes; shrinks to a constant. */
export const schedules = (): fc.Arbitrary<optax.ScalarOrSchedule> => writtenSchedules.map(({ value }) => value);

const plain = (text: string, make: () => unknown): fc.Arbitrary<Optimizer> =>
  fc.constant(null).map(() => written(text, make()));
const withNumber = (name: string, numbers: readonly number[], make: (x: number) => unknown): fc.Arbitrary<Optimizer> =>
  fc.constantFrom(...numbers).map((x) => written(`${name}(${x})`, make(x)));

/** What chains are made of; shrinks to the unit. */
export const links: fc.Arbitrary<Optimizer> = fc.oneof(
  plain('identity()', () => optax.identity()),
  withNumber('scale', [0.1, 0.5, -1], optax.scale),
  withNumber('clip', [0.5, 1], optax.clip),
  withNumber('clipByGlobalNorm', [0.5, 1], optax.clipByGlobalNorm),
  withNumber('clipByBlockRms', [0.5, 1], optax.clipByBlockRms),
  withNumber('trace', [0.9, 0.5], (d) => optax.trace(d)),
  withNumber('ema', [0.9, 0.5], (d) => optax.ema(d)),
  withNumber('addDecayedWeights', [0.1, 0.01], (w) => optax.addDecayedWeights({ weightDecay: w })),
  plain('scaleByAdam()', () => optax.scaleByAdam()),
  plain('scaleByRms()', () => optax.scaleByRms()),
  plain('scaleByTrustRatio()', () => optax.scaleByTrustRatio()),
);

/** Random chains that end with a step size; shrinks to fewer links. */
export const optimizers = (): fc.Arbitrary<Optimizer> =>
  fc.tuple(fc.array(links, { maxLength: 3 }), writtenSchedules).map(([chain, { text, value }]) => {
    const members = [...chain.map(optimizerText), `scaleByLearningRate(${text})`];
    return written(`chain(${members.join(', ')})`, optax.chain(...chain, optax.scaleByLearningRate(value)));
  });
