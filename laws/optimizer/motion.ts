/**
 * Laws of where an optimizer goes: rest, scale, bias, masks, averaged batches, descent.
 */
import type { NdArray } from 'fluxion/extend';
import * as optax from 'fluxion/optax';
import { flatten, unflatten } from 'fluxion/tree';
import { arrayOf } from '../arbitrary/array.js';
import { Chance } from '../chance.js';
import { exact } from '../closeness.js';
import { vacuous } from '../law.js';
import { numbersOf, quantities, scalarQuantity } from '../quantity.js';
import { compare, type Optimizer, type OptimizerLaw, scaled, steps, updatesOf } from './run.js';

export const motionLaws: readonly OptimizerLaw[] = [
  {
    name: 'a zero gradient moves nothing',
    statement: 'T*(0, 0, ...) = 0, and is finite for every optimizer',
    reference: 'no step is taken at a minimum',
    sides: (T, run, { restsAtZero }) => {
      const zeros = run.gradients.map((g) => scaled(g, 0));
      const got = steps(updatesOf(T, { ...run, gradients: zeros }).all);
      const expected = got.map((q) => ({
        ...q,
        values: q.values.map((x) => (restsAtZero || !Number.isFinite(x) ? 0 : x)),
      }));
      return { expected, got, closeness: exact };
    },
  },
  {
    name: 'scale law',
    statement: 'T*(c g) = c^k T*(g)',
    reference: 'homogeneity of the algorithm, as its degree says',
    sides: (T, run, { degree }) => {
      if (degree === undefined) return vacuous('its degree is not known');
      const c = 64;
      const expected = updatesOf(T, run).all.map((u) => scaled(u, c ** degree));
      const got = updatesOf(T, { ...run, gradients: run.gradients.map((g) => scaled(g, c)) }).all;
      // What is added to a root against division by zero breaks the law by its size.
      return {
        expected: steps(expected),
        got: steps(got),
        closeness: { kind: 'rounded', dtype: 'float64', magnitude: 2 ** 14 },
      };
    },
  },
  {
    name: 'means are free of bias',
    statement: 'a constant gradient gives the same update at every step',
    reference: 'Kingma and Ba, "Adam", ICLR 2015, section 3: the correction of the bias',
    sides: (T, run, { stationary }) => {
      if (!stationary) return vacuous('its steps are not meant to be constant');
      const constant = run.gradients.map(() => run.gradients[0]);
      const { all } = updatesOf(T, { ...run, gradients: constant });
      return {
        expected: steps(all.map(() => all[0])),
        got: steps(all),
        closeness: { kind: 'rounded', dtype: 'float64', magnitude: 2 ** 4 },
      };
    },
  },
  {
    name: 'masked leaves pass by',
    statement: 'masked(T, m) returns the gradient where m is false, and T on the others',
    reference: 'optax.masked',
    sides: (T, run, { ordered, extra }) => {
      if (ordered) return vacuous('leaves are told apart by their order');
      if (extra) return vacuous('it looks at the loss of all parameters');
      const chance = new Chance(run.seed);
      const [leaves, def] = flatten(run.params);
      const keep = leaves.map(() => chance.next() < 0.5);
      if (keep.every((k) => !k)) keep[0] = true;
      const only = (tree: unknown): unknown[] => flatten(tree)[0].filter((_, i) => keep[i]);
      const alone = updatesOf(T, { ...run, params: only(run.params), gradients: run.gradients.map(only) }).all;
      const got = updatesOf(optax.masked(T, unflatten(def, keep)) as Optimizer, run).all;
      const expected = run.gradients.map((g, k) => {
        let next = 0;
        const treated = flatten(alone[k])[0];
        return unflatten(
          def,
          flatten(g)[0].map((x, i) => (keep[i] ? treated[next++] : x)),
        );
      });
      return compare(steps(expected), steps(got));
    },
  },
  {
    name: 'MultiSteps = the averaged batch',
    statement: 'k small steps of MultiSteps(T, k) = one step of T with the mean of the gradients',
    reference: 'optax.MultiSteps',
    sides: (T, run) => {
      const k = run.gradients.length;
      const all = run.gradients.map((g) => flatten(g)[0] as NdArray[]);
      const mean = all[0].map((x, i) => {
        const sum = new Float64Array(x.size);
        for (const g of all)
          numbersOf(g[i]).forEach((v, j) => {
            sum[j] += v / k;
          });
        return arrayOf('float64', x.shape, sum);
      });
      const averaged = unflatten(flatten(run.gradients[0])[1], mean);
      const expected = updatesOf(T, { ...run, gradients: [averaged] }).all;
      const multi = new optax.MultiSteps(T, k, { accumulatorDtype: 'float64' }) as unknown as Optimizer;
      const got = updatesOf(multi, run).all;
      const quiet = got.slice(0, -1).map((u) => scaled(u, 1));
      return compare(
        [...steps(quiet.map((u) => scaled(u, 0))), ...quantities('last step', expected[0])],
        [...steps(quiet), ...quantities('last step', got[k - 1])],
      );
    },
  },
  {
    name: 'descent on a convex bowl',
    statement: '|P - a|^2 / 2 falls below half of what it was',
    reference: 'optax tests: every optimizer finds the minimum of a parabola',
    sides: (T, run, { descent }) => {
      if (descent === undefined) return vacuous('how fast it descends is not known');
      const target = scaled(run.params, 0.25);
      const away = (p: unknown): NdArray[] =>
        (flatten(p)[0] as NdArray[]).map((x, i) => {
          const a = numbersOf(flatten(target)[0][i] as NdArray);
          return arrayOf(
            'float64',
            x.shape,
            numbersOf(x).map((v, k) => v - a[k]),
          );
        });
      const depth = (p: unknown): number => away(p).reduce((s, x) => numbersOf(x).reduce((t, v) => t + v * v, s), 0);
      const def = flatten(run.params)[1];
      let [at, state]: [unknown, unknown] = [run.params, T.init(run.params)];
      const before = depth(at);
      if (before < 1e-2) return vacuous('it starts at the minimum');
      for (let k = 0; k < descent; k++) {
        const g = unflatten(def, away(at));
        const [updates, next] = T.update(g, state as never, at as never, run.extra?.(at, g));
        at = optax.applyUpdates(at, updates);
        state = next;
      }
      const ratio = depth(at) / before;
      return {
        expected: [scalarQuantity('depth, relative to the start', Math.min(ratio, 0.5))],
        got: [scalarQuantity('depth, relative to the start', ratio)],
        closeness: exact,
      };
    },
  },
];
