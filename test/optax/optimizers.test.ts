import { describe, expect, test } from 'vitest';
import * as jnp from '../../src/optax/arithmetic.js';
import * as optax from '../../src/optax/index.js';
import { config, jit, type NdArray, tree, valueAndGrad } from './fluxion.js';
import { type Row, table } from './table.js';
import { leavesByPath } from './trajectory.js';

config.update('engine', 'reference');

interface Params {
  readonly table: NdArray;
  readonly vector: NdArray;
}

const array = (data: readonly number[], shape: readonly number[], dtype: 'float32' | 'bfloat16' = 'float32'): NdArray =>
  jnp.reshape(jnp.asarray([...data], { dtype }), [...shape]);

const target: Params = Object.freeze({
  table: array([1, -1, 0.5, 2, 0, -0.5], [2, 3]),
  vector: array([0.25, -1.5], [2]),
});
const start: Params = Object.freeze({
  table: array([0.4, 0.1, -0.3, 1.1, 0.7, 0.2], [2, 3]),
  vector: array([0.9, -0.4], [2]),
});

const parabola = (params: Params): NdArray =>
  jnp.add(
    jnp.sum(jnp.square(jnp.sub(params.table, target.table))),
    jnp.sum(jnp.square(jnp.sub(params.vector, target.vector))),
  );

const loss = parabola as (params: never) => NdArray;

const extraOf = (row: Row, value: NdArray, grad: unknown): optax.ExtraArgs => {
  const offered: Record<string, unknown> = { value, grad, valueFn: parabola, objFn: parabola };
  return Object.fromEntries((row.needs ?? []).map((name) => [name, offered[name]]));
};

/** One step of training, from parameters and state. */
const stepOf =
  (row: Row, tx: optax.GradientTransformation) =>
  (params: Params, state: unknown): readonly [Params, unknown, NdArray] => {
    const [value, grad] = valueAndGrad(loss)(params as never) as unknown as readonly [NdArray, Params];
    const [updates, next] = tx.update(grad, state, params as never, extraOf(row, value, grad));
    return [optax.applyUpdates(params, updates) as unknown as Params, next, value];
  };

const deepFrozen = (node: unknown): boolean =>
  typeof node !== 'object' ||
  node === null ||
  !(Array.isArray(node) || Object.getPrototypeOf(node) === Object.prototype) ||
  (Object.isFrozen(node) && Object.values(node).every(deepFrozen));

const types = (state: unknown): string[] =>
  Object.entries(leavesByPath(state))
    .map(([path, x]) => `${path}: ${x.dtype}[${x.shape}]`)
    .sort();

for (const row of table) {
  describe(row.name, () => {
    test('comes near the minimum of a parabola, jitted, and is traced once', () => {
      const tx = row.make();
      const step = jit(stepOf(row, tx));
      let params = start;
      let state: unknown = tx.init(params);
      const first = parabola(start).item();
      for (let i = 0; i < (row.parabola ?? 200); i++)
        [params, state] = step(params, state) as unknown as readonly [Params, unknown];
      // Schedule-free parameters are averages: those to evaluate are others.
      expect(parabola(params).item()).toBeLessThan(0.05 * first);
      expect(step.cacheSize()).toBe(1);
    });

    test('returns frozen trees, and its state keeps structure, dtypes and shapes', () => {
      const tx = row.make();
      const state = tx.init(start);
      const [params, next] = stepOf(row, tx)(start, state);
      expect(deepFrozen(state)).toBe(true);
      expect(deepFrozen(next)).toBe(true);
      expect(deepFrozen(params)).toBe(true);
      expect(types(next)).toEqual(types(state));
      expect(types(params)).toEqual(types(start));
    });

    test('does the same jitted and not', () => {
      const tx = row.make();
      const plain = stepOf(row, tx);
      const jitted = jit(plain);
      let a: readonly [Params, unknown] = [start, tx.init(start)];
      let b = a;
      for (let i = 0; i < 3; i++) {
        a = plain(...a) as never;
        b = jitted(...b) as never;
      }
      expect(tree.leaves(a[0]).length).toBe(2);
      for (const [i, x] of (tree.leaves(a[0]) as NdArray[]).entries()) {
        expect(Array.from(x.dataSync(), Number)).toEqual(
          Array.from((tree.leaves(b[0]) as NdArray[])[i].dataSync(), Number),
        );
      }
    });

    test('survives gradients that are zero', () => {
      const tx = row.make();
      const zeros = optax.tree.zerosLike(start);
      const extra = extraOf(row, jnp.asarray(0), zeros);
      const [updates] = tx.update(zeros, tx.init(start), start as never, extra);
      for (const x of tree.leaves(updates) as NdArray[]) {
        expect(Array.from(x.dataSync(), Number).every(Number.isFinite)).toBe(true);
      }
    });
  });
}
