/** Optimizers: random chains of transformations, and schedules. */
import * as fc from 'fast-check';
import * as optax from 'fluxion/optax';

const rate = fc.constantFrom(0.1, 0.03, 0.01);

/** Schedules of step sizes; shrinks to a constant. */
export const schedules = (): fc.Arbitrary<optax.ScalarOrSchedule> =>
  fc.oneof(
    rate.map((r): optax.ScalarOrSchedule => r),
    rate.map((r): optax.ScalarOrSchedule => optax.exponentialDecay(r, 2, 0.5)),
    rate.map((r): optax.ScalarOrSchedule => optax.cosineDecaySchedule(r, 10)),
    rate.map((r): optax.ScalarOrSchedule => optax.linearSchedule(r, r / 10, 5)),
  );

/** What chains are made of. */
const links: fc.Arbitrary<optax.GradientTransformation> = fc.oneof(
  fc.constant(null).map(() => optax.identity() as optax.GradientTransformation),
  rate.map((r) => optax.scale(r) as optax.GradientTransformation),
  fc.constantFrom(0.5, 1).map((n) => optax.clipByGlobalNorm(n) as optax.GradientTransformation),
  fc.constantFrom(0.5, 1).map((n) => optax.clip(n) as optax.GradientTransformation),
  fc.constantFrom(0.9, 0.5).map((d) => optax.trace(d) as optax.GradientTransformation),
  fc.constant(null).map(() => optax.scaleByAdam() as optax.GradientTransformation),
  fc.constant(null).map(() => optax.scaleByRms() as optax.GradientTransformation),
);

/** Random chains that end with a step size; shrinks to fewer links. */
export const optimizers = (): fc.Arbitrary<optax.GradientTransformation> =>
  fc
    .tuple(fc.array(links, { maxLength: 3 }), schedules())
    .map(([chain, size]) => optax.chain(...chain, optax.scaleByLearningRate(size)) as optax.GradientTransformation);
