import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { MissingExtraArgument, MissingParams, UnknownLabel, WrongState } from '../../src/error/optax.js';
import * as jnp from '../../src/optax/arithmetic.js';
import * as optax from '../../src/optax/index.js';
import { config, grad, jit, type NdArray, tree, vmap } from './fluxion.js';

config.update('engine', 'reference');

const vector = (...values: number[]): NdArray => jnp.asarray(values);
const values = (x: unknown): number[] => Array.from((x as NdArray).dataSync(), Number);
const params = Object.freeze({ b: vector(1, -2), w: vector(0.5, 3, -1) });
const grads = Object.freeze({ b: vector(0.25, 1), w: vector(-2, 0.5, 0.125) });

/** Transformations that are cheap and do not commute. */
const members: readonly (() => optax.GradientTransformation)[] = [
  () => optax.clip(0.5),
  () => optax.scale(-0.5),
  () => optax.scaleBySign(),
  () => optax.trace(0.5),
  () => optax.addDecayedWeights({ weightDecay: 0.25 }),
  () => optax.scaleByLearningRate(optax.linearSchedule(1, 0, 4)),
];
const anyTransformation = fc.constantFrom(...members).map((make) => make());

/** The updates of three steps. */
const run = (tx: optax.GradientTransformation): number[][] => {
  let state = tx.init(params);
  return [1, 2, 3].map(() => {
    const [updates, next] = tx.update(grads, state, params);
    state = next;
    return [...values(updates.b), ...values(updates.w)];
  });
};

describe('the monoid of transformations', () => {
  const { concat, empty } = optax.MonoidTransformation;
  test('is associative in what it does to updates', () => {
    fc.assert(
      fc.property(anyTransformation, anyTransformation, anyTransformation, (f, g, h) => {
        expect(run(concat(concat(f, g), h))).toEqual(run(concat(f, concat(g, h))));
      }),
      { numRuns: 30 },
    );
  });
  test('has identity() as its unit, on both sides', () => {
    fc.assert(
      fc.property(anyTransformation, (f) => {
        expect(run(concat(empty, f))).toEqual(run(f));
        expect(run(concat(f, empty))).toEqual(run(f));
      }),
      { numRuns: 20 },
    );
  });
});

test('a state has the type of the parameters', () => {
  const [adam] = optax.adam(1e-3).init(params);
  expectTypeOf(adam.count).toEqualTypeOf<NdArray>();
  expectTypeOf(adam.mu.w).toEqualTypeOf<NdArray>();
});

test('parameters may come in one object with the extra arguments, unless the updates have that key themselves', () => {
  const tx = optax.chain(optax.addDecayedWeights({ weightDecay: 1 }), optax.polyakSgd());
  const [plain] = tx.update(grads, tx.init(params), params, { value: vector(1) });
  const [named] = tx.update(grads, tx.init(params), { params, value: vector(1) } as never);
  expect(values(named.w)).toEqual(values(plain.w));
  const wrapped = { params: grads };
  const decay = optax.addDecayedWeights({ weightDecay: 1 });
  const [updates] = decay.update(wrapped, decay.init(wrapped), { params });
  expect(values(updates.params.b)).toEqual([1.25, -1]);
});

describe('mistakes are named', () => {
  test('parameters that are needed and missing', () => {
    const tx = optax.adamw(0.1);
    expect(() => tx.update(grads, tx.init(params))).toThrow(MissingParams);
  });
  test('an extra argument that is needed and missing', () => {
    const tx = optax.polyakSgd();
    expect(() => tx.update(grads, tx.init(params), params)).toThrow(MissingExtraArgument);
  });
  test('the state of another chain', () => {
    const state = optax.chain(optax.scale(1)).init(params);
    expect(() => optax.sgd(0.1).update(grads, state as never)).toThrow(WrongState);
  });
  test('a label without a transformation', () => {
    expect(() => optax.partition({ a: optax.sgd(1) as never }, { b: 'a', w: 'c' }).init(params)).toThrow(UnknownLabel);
  });
});

describe('transformations compose with those of functions', () => {
  const tx = optax.adam(0.1);
  const loss = (p: typeof params): NdArray => jnp.sum(jnp.square(p.w));
  const trained = (rate: NdArray): NdArray => {
    const inner = optax.sgd(rate);
    const [updates] = inner.update(
      grad(loss as never)(params as never) as unknown as typeof params,
      inner.init(params),
      params,
    );
    return loss(optax.applyUpdates(params, updates) as typeof params);
  };

  test('jit(update) is update, to the last bit', () => {
    const state = tx.init(params);
    const [plain] = tx.update(grads, state);
    const [jitted] = jit((g: typeof grads, s: typeof state) => tx.update(g, s))(grads, state);
    expect(values(jitted.w)).toEqual(values(plain.w));
  });

  test('grad through a step of descent is the derivative in the learning rate', () => {
    // loss(w - 2 r w) = (1 - 2 r)^2 |w|^2, whose derivative at r = 0.1 is -4 (1 - 0.2) |w|^2
    const slope = (grad(trained as never)(jnp.asarray(0.1) as never) as NdArray).item();
    expect(slope).toBeCloseTo(-4 * 0.8 * (0.25 + 9 + 1), 4);
  });

  test('vmap trains one model for each learning rate', () => {
    const losses = vmap(trained as never)(vector(0, 0.25, 0.5) as never) as NdArray;
    expect(values(losses)).toEqual([10.25, 2.5625, 0]);
  });
});

describe('hyperparameters in the state', () => {
  const tx = optax.injectHyperparams(optax.adam)(optax.linearSchedule(1, 0, 4), { b1: 0.5 });
  test('are those that were given and the defaults', () => {
    const { hyperparams } = tx.init(params);
    expect(Object.keys(hyperparams).sort()).toEqual(['b1', 'b2', 'eps', 'epsRoot', 'learningRate']);
    expect(hyperparams.b1.item()).toBe(0.5);
    expect(hyperparams.learningRate.item()).toBe(1);
  });
  test('can be set for the next step', () => {
    const sgd = optax.injectHyperparams(optax.sgd)(0.5);
    const state = optax.tree.set(sgd.init(params), { learningRate: jnp.asarray(2, { dtype: 'float32' }) });
    const [updates, next] = sgd.update(grads, state, params);
    expect(values(updates.b)).toEqual([-0.5, -2]);
    expect((optax.tree.get(next, 'learningRate') as NdArray).item()).toBe(2);
  });
});

test('step is valueAndGrad, update and applyUpdates', () => {
  const loss = (p: typeof params, shift: NdArray): NdArray => jnp.sum(jnp.square(jnp.sub(p.w, shift)));
  const optimizer = optax.sgd(0.25);
  const train = optax.step(loss as never, optimizer as never, { donate: false });
  const result = train(params as never, optimizer.init(params) as never, vector(1) as never) as unknown as {
    params: typeof params;
    loss: NdArray;
  };
  // w - 0.25 * 2 (w - 1)
  expect(values(result.params.w)).toEqual([0.75, 2, 0]);
  expect(values(result.params.b)).toEqual([1, -2]);
  expect(result.loss.item()).toBe(0.25 + 4 + 4);
});

test('migrateState keeps the moments of layers that stay, and the count', () => {
  const tx = optax.adam(0.1);
  const [, state] = tx.update(grads, tx.init(params));
  const grown = tree.produce(params as { b: NdArray; w: NdArray; added?: NdArray }, (draft) => {
    (draft as { added?: unknown }).added = vector(7);
    delete (draft as { b?: unknown }).b;
  });
  const [adam] = optax.migrateState(tx, state, grown) as unknown as readonly [
    optax.ScaleByAdamState<Record<string, NdArray>>,
  ];
  expect(adam.count.item()).toBe(1);
  expect(Object.keys(adam.mu).sort()).toEqual(['added', 'w']);
  expect(values(adam.mu.w)).toEqual(values(state[0].mu.w));
  expect(values(adam.mu.added)).toEqual([0]);
});

test('mapParams finds the copies of the parameters in a state', () => {
  const tx = optax.adam(0.1);
  const doubled = optax.tree.mapParams(tx, ((x: NdArray) => jnp.add(x, 1)) as never, tx.init(params));
  const [{ count, mu }] = doubled as readonly [optax.ScaleByAdamState<typeof params>];
  expect(count.item()).toBe(0);
  expect(values(mu.b)).toEqual([1, 1]);
});

test('a masked transformation has no state for what it does not see', () => {
  const tx = optax.masked(optax.trace(0.9), { b: false, w: true });
  const [updates, state] = tx.update(grads, tx.init(params));
  expect(values(updates.b)).toEqual(values(grads.b));
  expect((tree.leaves(state) as NdArray[]).length).toBe(1);
});

test('counters stop at the largest number of their dtype', () => {
  expect(optax.safeIncrement(jnp.asarray(2 ** 31 - 1, { dtype: 'int32' })).item()).toBe(2 ** 31 - 1);
  expect(optax.safeIncrement(jnp.asarray(127, { dtype: 'int8' })).item()).toBe(127);
});

test('scaleGradient multiplies the derivative only', () => {
  const f = (x: NdArray): NdArray => jnp.sum(jnp.square(optax.scaleGradient(x, 0.25)));
  expect(f(vector(1, 2)).item()).toBe(5);
  expect(values(grad(f as never)(vector(1, 2) as never))).toEqual([0.5, 1]);
});

test('microbatches give what the whole batch gives', () => {
  const x = jnp.reshape(jnp.arange(12), [6, 2]);
  const sum = (scale: number, batch: NdArray): NdArray => jnp.mul(scale, jnp.sum(batch, { axis: 0 }));
  expect(values(optax.microbatch(sum as never, 1, 2)(2 as never, x as never))).toEqual(values(sum(2, x)));
  const twice = (batch: NdArray): NdArray => jnp.mul(2, batch);
  const joined = optax.microbatch(twice as never, 0, 3, { accumulator: 'CONCAT' })(x as never) as NdArray;
  expect(values(joined)).toEqual(values(twice(x)));
});
