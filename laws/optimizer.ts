/**
 * Laws of optimizers: what every gradient transformation keeps, whatever its algorithm.
 *
 * `T` is the optimizer, `P` parameters, `g1, g2, ...` gradients; `T*(gs)` are the updates that a run over gradients gives.
 */
import * as fc from 'fast-check';
import { jit } from 'fluxion';
import { NdArray } from 'fluxion/extend';
import * as optax from 'fluxion/optax';
import { flatten, map, unflatten } from 'fluxion/tree';
import { arrayOf } from './arbitrary/array.js';
import { links, optimizerText } from './arbitrary/optimizer.js';
import { treeLike } from './arbitrary/tree.js';
import { Chance } from './chance.js';
import { exact, rounded } from './closeness.js';
import { onJudge } from './judge.js';
import { type Law, type Outcome, vacuous } from './law.js';
import { treeText } from './print.js';
import { numbersOf, type Quantity, quantities, scalarQuantity } from './quantity.js';

type Optimizer = optax.GradientTransformation;

/** What is known of an optimizer, beyond that it is one; laws that need a fact say nothing without it. */
export interface OptimizerFacts {
  /** The parameters, an example of them. A small tree when not given. */
  readonly params?: unknown;
  /** Each element is treated alone: leaves may be cut and joined. */
  readonly elementwise?: boolean;
  /** `T*(c g) = c^degree T*(g)`: 1 for plain descent, 0 for normalized steps. */
  readonly degree?: number;
  /** A zero gradient leaves parameters where they are: no decay, no noise. */
  readonly restsAtZero?: boolean;
  /** A constant gradient gives the same update at every step: its means are free of bias. */
  readonly stationary?: boolean;
  /** Steps after which a convex bowl is less than half as deep. */
  readonly descent?: number;
  /** Randomness or counting makes leaves unlike: their order matters. */
  readonly ordered?: boolean;
  /** What `update` needs beside gradients and parameters: `{ value, grad, valueFn, ... }`, for any tree of parameters. */
  readonly extra?: (params: unknown, gradient: unknown) => optax.ExtraArgs;
}

interface Run {
  readonly params: unknown;
  readonly gradients: readonly unknown[];
  readonly seed: number;
  /** Two transformations that it is put between. */
  readonly around: readonly [Optimizer, Optimizer];
  readonly extra?: OptimizerFacts['extra'];
}

/** A run, and the optimizer that is run. */
interface OptimizerDraw {
  readonly make: () => Optimizer;
  readonly run: Run;
}

const example = {
  linear: { w: arrayOf('float64', [2, 3], [0.5, -1, 0.25, 1, -0.75, 2]), b: arrayOf('float64', [3], [0.1, -0.2, 0.3]) },
  scale: arrayOf('float64', [], [1.5]),
};

const wide = (tree: unknown): unknown =>
  map(
    (x: unknown) => (x instanceof NdArray ? arrayOf('float64', x.shape, numbersOf(x)) : (x as number)),
    tree as never,
  );

/** The updates of a run, step by step, and the last state. */
function updatesOf(
  T: Optimizer,
  { params, gradients, extra }: Run,
  state = T.init(params),
): { all: unknown[]; state: unknown } {
  const all: unknown[] = [];
  let now: unknown = state;
  let at = params;
  for (const g of gradients) {
    const [updates, next] = T.update(g, now as never, at as never, extra?.(at, g));
    all.push(updates);
    at = optax.applyUpdates(at, updates);
    now = next;
  }
  return { all, state: now };
}

const steps = (all: readonly unknown[]): Quantity[] => all.flatMap((u, k) => quantities(`step ${k + 1}`, u));

const compare = (expected: readonly Quantity[], got: readonly Quantity[]): Outcome => ({
  expected,
  got,
  closeness: rounded('float64'),
});

const scaled = (tree: unknown, c: number): unknown =>
  map(
    (x: unknown) =>
      arrayOf(
        'float64',
        (x as NdArray).shape,
        numbersOf(x as NdArray).map((v) => c * v),
      ),
    tree as never,
  );

interface OptimizerLaw {
  readonly name: string;
  readonly statement: string;
  readonly reference: string;
  readonly sides: (T: Optimizer, run: Run, facts: OptimizerFacts) => Outcome;
}

const laws: readonly OptimizerLaw[] = [
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

/**
 * The laws of an optimizer, or of all that an arbitrary draws.
 *
 * @param make the optimizer, a function that makes it anew for each run, or an arbitrary such as `optimizers()`
 * @example await checkLaws(optimizerLaws(optax.adam(1e-2), { stationary: true, elementwise: true }))
 */
export function optimizerLaws(
  make: Optimizer | (() => Optimizer) | fc.Arbitrary<Optimizer>,
  facts: OptimizerFacts = {},
): Law<OptimizerDraw>[] {
  const params = wide(facts.params ?? example);
  const makers: fc.Arbitrary<() => Optimizer> =
    make instanceof fc.Arbitrary
      ? make.map((T) => () => T)
      : fc.constant(typeof make === 'function' ? (make as () => Optimizer) : () => make);
  const arbitrary: fc.Arbitrary<OptimizerDraw> = fc.record({
    make: makers,
    run: fc.record({
      params: treeLike(params),
      gradients: fc.array(treeLike(params), { minLength: 2, maxLength: 4 }),
      seed: fc.nat(),
      around: fc.tuple(links, links),
      extra: fc.constant(facts.extra),
    }),
  });
  return laws.map(({ name, statement, reference, sides }) => ({
    name,
    statement,
    reference,
    runs: name.startsWith('descent') ? 3 : 6,
    property: {
      arbitrary,
      sides: (draw) => onJudge(() => sides(draw.make(), draw.run, facts)),
      print: ({ make: drawn, run: { params: at, gradients, around } }) =>
        [
          ...(make instanceof fc.Arbitrary ? [`T: ${optimizerText(drawn())}`] : []),
          `A, B: ${around.map(optimizerText).join(', ')}`,
          ...treeText(at, 'params'),
          ...gradients.flatMap((g, k) => treeText(g, `gradient${k + 1}`)),
        ].join('\n'),
    },
  }));
}

/** Laws of transformations that limit: doing it twice is doing it once, and what is inside is left alone. */
export const clipLaws = (
  make: () => Optimizer,
  facts: Pick<OptimizerFacts, 'params'> = {},
): Law<Pick<Run, 'gradients'>>[] => {
  const params = wide(facts.params ?? example);
  return [
    {
      name: 'clipping is idempotent',
      statement: 'clip(clip(g)) = clip(g)',
      reference: 'a projection onto a convex set',
      property: {
        arbitrary: fc.record({ gradients: fc.tuple(treeLike(params)) }),
        print: ({ gradients }) => treeText(gradients[0], 'gradient').join('\n'),
        sides: ({ gradients: [gradient] }) =>
          onJudge(() => {
            const clipped = (g: unknown): unknown => make().update(g, make().init(params) as never, params as never)[0];
            const once = clipped(gradient);
            const twice = clipped(once);
            return compare(quantities('clipped', once), quantities('clipped', twice));
          }),
      },
    },
  ];
};
