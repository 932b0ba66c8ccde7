/** Optimizers with mistakes in them, of the kind that train anyway. */
import type { NdArray } from 'fluxion/extend';
import type { OptimizerFacts } from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import * as optax from 'fluxion/optax';
import { flatten, map, unflatten } from 'fluxion/tree';

export interface OptimizerMutant {
  readonly name: string;
  readonly make: () => optax.GradientTransformation;
  readonly facts: OptimizerFacts;
}

type Leaves = (...leaves: NdArray[]) => NdArray;
const leafwise = (f: Leaves, ...trees: unknown[]): unknown => {
  const [first, def] = flatten(trees[0]);
  const columns = trees.map((t) => flatten(t)[0] as NdArray[]);
  return unflatten(
    def,
    first.map((_, i) => f(...columns.map((c) => c[i]))),
  );
};

interface AdamSlip {
  readonly firstBias?: (b1: number, count: NdArray) => NdArray;
  readonly secondBias?: (b2: number, count: NdArray) => NdArray;
  readonly counts?: boolean;
  readonly momentum?: (m: NdArray, g: NdArray) => NdArray;
}

const power = (b: number, count: NdArray): NdArray => jnp.power(b, jnp.asarray(count, { dtype: 'float64' }));
const bias = (b: number, count: NdArray): NdArray => jnp.subtract(1, power(b, count));

/** Adam, with a slip. */
const adamWith =
  ({ firstBias = bias, secondBias = bias, counts = true, momentum }: AdamSlip) =>
  (): optax.GradientTransformation =>
    optax.GradientTransformation(
      (params) => ({
        count: jnp.asarray(0, { dtype: 'int32' }),
        mu: leafwise((x) => jnp.zerosLike(x), params),
        nu: leafwise((x) => jnp.zerosLike(x), params),
      }),
      (updates, state) => {
        const { count, mu, nu } = state as { count: NdArray; mu: unknown; nu: unknown };
        const next = counts ? jnp.add(count, 1) : jnp.add(count, jnp.equal(count, 0));
        const mean = leafwise(
          (m, g) => momentum?.(m, g) ?? jnp.add(jnp.multiply(0.9, m), jnp.multiply(0.1, g)),
          mu,
          updates,
        );
        const squares = leafwise(
          (v, g) => jnp.add(jnp.multiply(0.999, v), jnp.multiply(0.001, jnp.square(g))),
          nu,
          updates,
        );
        const step = leafwise(
          (m, v) =>
            jnp.divide(
              jnp.multiply(-0.1, jnp.divide(m, firstBias(0.9, next))),
              jnp.add(jnp.sqrt(jnp.divide(v, secondBias(0.999, next))), 1e-8),
            ),
          mean,
          squares,
        );
        return [step, { count: next, mu: mean, nu: squares }] as never;
      },
    ) as optax.GradientTransformation;

const facts: OptimizerFacts = { elementwise: true, restsAtZero: true, stationary: true, descent: 60 };
const stateless = (f: (updates: unknown, params: unknown) => unknown) => (): optax.GradientTransformation =>
  optax.GradientTransformation(
    () => ({}),
    (updates, _, params) => [f(updates, params), {}] as never,
  ) as optax.GradientTransformation;

const scale = (c: number) => (g: unknown) => leafwise((x) => jnp.multiply(c, x), g);

let hidden = 0;

export const optimizerMutants: readonly OptimizerMutant[] = [
  {
    name: 'Adam without the first bias correction',
    make: adamWith({ firstBias: (_, c) => jnp.add(1, jnp.multiply(0, c)) }),
    facts,
  },
  {
    name: 'Adam without the second bias correction',
    make: adamWith({ secondBias: (_, c) => jnp.add(1, jnp.multiply(0, c)) }),
    facts,
  },
  {
    name: 'Adam with the second decay in the first correction',
    make: adamWith({ firstBias: (_, c) => bias(0.999, c) }),
    facts,
  },
  { name: 'Adam that counts one step late', make: adamWith({ firstBias: (b, c) => bias(b, jnp.add(c, 1)) }), facts },
  { name: 'Adam whose count stops at one', make: adamWith({ counts: false }), facts },
  {
    name: 'Adam whose mean does not decay',
    make: adamWith({ momentum: (m, g) => jnp.add(m, jnp.multiply(0.1, g)) }),
    facts,
  },
  { name: 'descent with the wrong sign', make: stateless(scale(0.1)), facts: { ...facts, degree: 1 } },
  {
    name: 'descent twice as fast with every call',
    make: stateless((g) => scale(-0.01 * ++hidden)(g)),
    facts: { degree: 1 },
  },
  {
    name: 'descent that decays weights unasked',
    make: stateless((g, p) => leafwise((x, y) => jnp.subtract(jnp.multiply(-0.1, x), jnp.multiply(0.01, y)), g, p)),
    facts,
  },
  {
    name: 'descent along signs',
    make: stateless((g) => leafwise((x) => jnp.multiply(-0.1, jnp.sign(x)), g)),
    facts: { ...facts, degree: 1 },
  },
  {
    name: 'descent that treats the first leaf unlike the others',
    make: stateless((g) => {
      let first = true;
      return map((x: unknown) => {
        const y = jnp.multiply(first ? -0.1 : -0.05, x as NdArray);
        first = false;
        return y;
      }, g as never);
    }),
    facts: { degree: 1 },
  },
  {
    name: 'descent normalized by each leaf, said to be elementwise',
    make: stateless((g) =>
      leafwise((x) => jnp.divide(jnp.multiply(-0.1, x), jnp.add(jnp.sqrt(jnp.sum(jnp.square(x))), 1e-9)), g),
    ),
    facts: { elementwise: true },
  },
  {
    name: 'a state that changes its dtype',
    make: () =>
      optax.GradientTransformation(
        () => ({ count: jnp.asarray(0, { dtype: 'int32' }) }),
        (updates, state) =>
          [scale(-0.1)(updates), { count: jnp.add((state as { count: NdArray }).count, 0.5) }] as never,
      ) as optax.GradientTransformation,
    facts: {},
  },
  {
    name: 'memory that is not in the state',
    make: (() => {
      const memory: { last: unknown } = { last: null };
      return stateless((g) => {
        const before = memory.last;
        memory.last = g;
        return before && flatten(before)[1] === flatten(g)[1]
          ? leafwise((x, y) => jnp.subtract(jnp.multiply(-0.1, x), jnp.multiply(0.05, y)), g, before)
          : scale(-0.1)(g);
      });
    })(),
    facts: {},
  },
  {
    name: 'NaN at a zero gradient',
    make: stateless((g) => leafwise((x) => jnp.divide(jnp.multiply(-0.1, x), jnp.abs(x)), g)),
    facts: {},
  },
];
