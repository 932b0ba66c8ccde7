/**
 * Laws of what an optimizer is: a pure function of trees and states, a member of the monoid of transformations.
 */
import { jit } from 'fluxion';
import { NdArray } from 'fluxion/extend';
import * as optax from 'fluxion/optax';
import { flatten, unflatten } from 'fluxion/tree';
import { arrayOf } from '../arbitrary/array.js';
import { exact } from '../closeness.js';
import { vacuous } from '../law.js';
import { numbersOf, type Quantity, quantities, scalarQuantity } from '../quantity.js';
import { compare, type Optimizer, type OptimizerLaw, steps, updatesOf } from './run.js';

export const structureLaws: readonly OptimizerLaw[] = [
  {
    name: 'updates are pure',
    statement: 'T.update(g, s, P) twice gives the same, and leaves g, s and P as they were',
    reference: 'optax: a gradient transformation is a pair of pure functions',
    sides: (T, { params, gradients, extra }) => {
      const state = T.init(params);
      const given = extra?.(params, gradients[0]);
      const before = [...quantities('state', state), ...quantities('params', params), ...quantities('g', gradients[0])];
      const copies = before.map((q) => ({ ...q, values: q.values.slice() }));
      const [first] = T.update(gradients[0], state as never, params as never, given);
      const [second] = T.update(gradients[0], state as never, params as never, given);
      const after = [...quantities('state', state), ...quantities('params', params), ...quantities('g', gradients[0])];
      return {
        expected: [...quantities('update', first), ...copies],
        got: [...quantities('update', second), ...after],
        closeness: exact,
      };
    },
  },
  {
    name: 'the state keeps its type',
    statement: 'the state after an update has the structure, shapes and dtypes of the one before',
    reference: 'optax tests: no second compilation; lax.scan over steps',
    sides: (T, run) => {
      const first = T.init(run.params);
      const { state } = updatesOf(T, run, first);
      const typeOf = (s: unknown): string =>
        `${flatten(s)[1]} ${flatten(s)[0].map((x) => (x instanceof NdArray ? String(x.aval) : typeof x))}`;
      const same = typeOf(first) === typeOf(state);
      return {
        expected: [scalarQuantity('types of the state that changed', 0)],
        got: [scalarQuantity('types of the state that changed', same ? 0 : 1)],
        closeness: exact,
      };
    },
  },
  {
    name: 'resume = continue',
    statement: 'a run from a saved and restored state goes on as if it had not been interrupted',
    reference: 'checkpoints: all memory is in the state',
    sides: (T, run) => {
      const half = Math.max(1, run.gradients.length >> 1);
      const whole = updatesOf(T, run).all;
      const first = updatesOf(T, { ...run, gradients: run.gradients.slice(0, half) });
      const [leaves, def] = flatten(first.state);
      const saved = leaves.map((x) =>
        x instanceof NdArray ? { shape: x.shape, dtype: x.dtype, data: [...numbersOf(x)] } : x,
      );
      const restored = saved.map((x, i) =>
        leaves[i] instanceof NdArray
          ? arrayOf((x as NdArray).dtype, (x as NdArray).shape, (x as { data: number[] }).data as never)
          : x,
      );
      const at = first.all.reduce((p: unknown, u) => optax.applyUpdates(p, u), run.params);
      const rest = updatesOf(
        T,
        { ...run, params: at, gradients: run.gradients.slice(half) },
        unflatten(def, restored) as never,
      );
      return compare(steps(whole), steps([...first.all, ...rest.all]));
    },
  },
  {
    name: 'jit = no jit',
    statement: 'jit(T.update)(g, s, P) = T.update(g, s, P)',
    reference: 'jax.jit',
    sides: (T, { params, gradients, extra }) => {
      const plainUpdate = (g: unknown, s: unknown, p: unknown) => T.update(g, s as never, p as never, extra?.(p, g));
      const update = jit(plainUpdate);
      let state: unknown = T.init(params);
      const [plain, staged]: [Quantity[], Quantity[]] = [[], []];
      gradients.slice(0, 2).forEach((g, k) => {
        const [expected, next] = plainUpdate(g, state, params);
        const [got, nextToo] = update(g, state, params) as unknown as [unknown, unknown];
        plain.push(...quantities(`step ${k + 1}`, expected), ...quantities(`state ${k + 1}`, next));
        staged.push(...quantities(`step ${k + 1}`, got), ...quantities(`state ${k + 1}`, nextToo));
        state = next;
      });
      return compare(plain, staged);
    },
  },
  {
    name: 'identity is the unit of chain',
    statement: 'chain(identity, T) = T = chain(T, identity)',
    reference: 'monoid laws; fp-ts Monoid',
    sides: (T, run) => {
      const plain = steps(updatesOf(T, run).all);
      return compare(
        [...plain, ...plain],
        [
          ...steps(updatesOf(optax.chain(optax.identity(), T) as Optimizer, run).all),
          ...steps(updatesOf(optax.chain(T, optax.identity()) as Optimizer, run).all),
        ],
      );
    },
  },
  {
    name: 'chain is associative',
    statement: 'chain(chain(A, T), B) = chain(A, chain(T, B)) = chain(A, T, B)',
    reference: 'monoid laws; fp-ts Monoid',
    sides: (T, run) => {
      const [A, B] = run.around;
      const of = (tx: unknown): Quantity[] => steps(updatesOf(tx as Optimizer, run).all);
      const flat = of(optax.chain(A, T, B));
      return compare(
        [...flat, ...flat],
        [...of(optax.chain(optax.chain(A, T), B)), ...of(optax.chain(A, optax.chain(T, B)))],
      );
    },
  },
  {
    name: 'the order of leaves does not matter',
    statement: 'renaming parameters so that their order is another renames the updates',
    reference: 'jax.tree: a function of leaves, not of their names',
    sides: (T, run, { ordered }) => {
      if (ordered) return vacuous('leaves are told apart by their order');
      const turn = (tree: unknown): unknown => [...flatten(tree)[0]].reverse();
      const turned = { ...run, params: turn(run.params), gradients: run.gradients.map(turn) };
      const expected = updatesOf(T, run).all.map(turn);
      return compare(steps(expected), steps(updatesOf(T, turned).all));
    },
  },
  {
    name: 'leaves may be cut and joined',
    statement: 'T on all elements in one leaf = T on the tree, element by element',
    reference: 'optax.flatten, for elementwise algorithms',
    sides: (T, run, { elementwise }) => {
      if (!elementwise) return vacuous('the algorithm looks at whole leaves');
      const join = (tree: unknown): NdArray => {
        const all = flatten(tree)[0].flatMap((x) => [...numbersOf(x as NdArray)]);
        return arrayOf('float64', [all.length], all);
      };
      const joined = { ...run, params: join(run.params), gradients: run.gradients.map(join) };
      return compare(steps(updatesOf(T, run).all.map(join)), steps(updatesOf(T, joined).all));
    },
  },
];
