/**
 * Laws of the transformations: what `jit`, `vmap`, `scan` and `checkpoint` must leave as it is.
 *
 * The loop that `vmap` is compared with stacks and slices on the host, and the reference run is the plain call, so no
 * transformation is judged by itself.
 */
import { checkpoint, config, jit } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { arrayOf } from './arbitrary/array.js';
import { type Arrays, batchOf, gradient, loop, mapped, scalarOf } from './batch.js';
import { blameBatching } from './blame.js';
import { type Scalar, sin } from './calculus.js';
import { rounded } from './closeness.js';
import { lawsAbout, named, type PointLaw, results } from './gradient/law.js';
import { withSettings } from './judge.js';
import { type Law, vacuous } from './law.js';
import { loopLaws } from './loop.js';
import { pointPurityLaws } from './purity.js';
import { numbersOf, quantity } from './quantity.js';
import { stackAlong } from './stack.js';
import { type AnyFunction, type Arguments, type Draw, type Point, Subject, type SubjectOptions } from './subject.js';

/** The last axis made the first. */
const lastFirst = (y: NdArray): NdArray => {
  const n = y.shape[y.ndim - 1];
  const entries = y.dtype.startsWith('complex') ? 2 : 1;
  const values = numbersOf(y);
  const rest = y.size / n;
  const out = values.map((_, k) => {
    const i = Math.floor(k / entries);
    return values[((i % rest) * n + Math.floor(i / rest)) * entries + (k % entries)];
  });
  return arrayOf(y.dtype, [n, ...y.shape.slice(0, -1)], out);
};

const batchingBlame = (point: Point, seed: number) => blameBatching(point, seed);

const mappingLaws: readonly PointLaw[] = [
  {
    name: 'jit f = f',
    forwardOnly: true,
    statement: 'jit(g)(x) = g(x), and again from the cache',
    reference: 'jax.jit',
    sides: (point) => {
      const compiled = jit(point.g);
      const plain = point.g(point.xs);
      const first = compiled(point.xs) as unknown as NdArray[];
      const second = compiled(point.xs) as unknown as NdArray[];
      return {
        expected: [...results(plain), ...results(plain)],
        got: [...results(first), ...results(second)],
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'jit . grad = grad = grad . jit',
    statement: 'jit(grad F)(x) = grad(F)(x) = grad(jit(F))(x)',
    reference: 'transformations commute (jax: composability)',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const plain = named(point, gradient(F)(point.xs));
      const outside = jit(gradient(F))(point.xs) as unknown as NdArray[];
      const inside = gradient(jit(F) as unknown as Scalar)(point.xs);
      return {
        expected: [...plain, ...plain],
        got: [...named(point, outside), ...named(point, inside)],
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'vmap f = stacked loop',
    forwardOnly: true,
    statement: 'vmap(g)(xs)[i] = g(xs[i])',
    reference: 'jax.vmap',
    blame: batchingBlame,
    sides: (point, chance) => {
      const { batch, each } = batchOf(point, chance);
      return {
        expected: results(loop(point.g, each)),
        got: results(mapped(point.g, batch)),
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'vmap over any axis',
    forwardOnly: true,
    statement: 'vmap(g, { inAxes: last })(moved xs) = vmap(g)(xs), and outAxes: last moves the axis of the results',
    reference: 'jax.vmap, in_axes and out_axes',
    blame: batchingBlame,
    sides: (point, chance) => {
      const axis = chance.integer(0, 2);
      const { batch, each } = batchOf(point, chance, axis);
      const axes = point.xs.map((x) => Math.min(axis, x.ndim));
      const expected = loop(point.g, each);
      const got = mapped(point.g, batch, { inAxes: [axes] });
      const last = point.run().map((y) => y.ndim);
      const moved = mapped(point.g, batch, { inAxes: [axes], outAxes: last });
      return {
        expected: [...results(expected), ...results(expected)],
        got: [...results(got), ...results(moved.map(lastFirst))],
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'vmap over some leaves',
    forwardOnly: true,
    statement: 'vmap(g, { inAxes: 0 or null })(x) = the loop in which the others stay',
    reference: 'jax.vmap, in_axes with null',
    blame: batchingBlame,
    sides: (point, chance) => {
      const chosen = point.xs.map(() => chance.next() < 0.5);
      chosen[chance.integer(0, chosen.length - 1)] = true;
      const { batch, each } = batchOf(point, chance);
      const args = point.xs.map((x, i) => (chosen[i] ? batch[i] : x));
      const lists = each.map((xs) => xs.map((x, i) => (chosen[i] ? x : point.xs[i])));
      return {
        expected: results(loop(point.g, lists)),
        got: results(mapped(point.g, args, { inAxes: [chosen.map((c) => (c ? 0 : null))] })),
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'vmap is a functor',
    forwardOnly: true,
    statement: 'vmap(h . g) = vmap(h) . vmap(g), vmap(identity) = identity',
    reference: 'functor laws; fp-ts Functor',
    blame: batchingBlame,
    sides: (point, chance) => {
      const { batch } = batchOf(point, chance);
      const h = (ys: Arrays): NdArray[] => ys.map(sin);
      const composed = mapped((xs) => h(point.g(xs)), batch);
      const separate = mapped(h, mapped(point.g, batch));
      const identity = mapped((xs) => [...xs], batch);
      return {
        expected: [...results(separate), ...named(point, batch)],
        got: [...results(composed), ...named(point, identity)],
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'nested vmap',
    forwardOnly: true,
    statement: 'vmap(vmap(g))(xs)[i][j] = g(xs[i][j])',
    reference: 'jax.vmap, composed with itself',
    runs: 8,
    blame: batchingBlame,
    sides: (point, chance) => {
      const [a, b] = [batchOf(point, chance), batchOf(point, chance)];
      const batch = a.batch.map((x, i) => stackAlong([x, b.batch[i]]));
      const expected = [loop(point.g, a.each), loop(point.g, b.each)];
      const got = mapped((xs) => mapped(point.g, xs), batch);
      return {
        expected: results(expected[0].map((y, k) => stackAlong([y, expected[1][k]]))),
        got: results(got),
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'vmap . grad = stacked gradients',
    statement: 'vmap(grad F)(xs)[i] = grad(F)(xs[i]), staged too',
    reference: 'per-example gradients',
    runs: 8,
    blame: batchingBlame,
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const { batch, each } = batchOf(point, chance);
      const expected = named(point, loop(gradient(F), each));
      const staged = jit((xs: Arrays) => mapped(gradient(F), xs))(batch) as unknown as NdArray[];
      return {
        expected: [...expected, ...expected],
        got: [...named(point, mapped(gradient(F), batch)), ...named(point, staged)],
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'checkpoint f = f',
    statement: 'checkpoint(g) = g, with the same gradient, staged too',
    reference: 'jax.checkpoint',
    sides: (point, chance) => {
      const F = scalarOf(point, chance);
      const again = checkpoint(F) as unknown as Scalar;
      const plain = [quantity('value', F(point.xs)), ...named(point, gradient(F)(point.xs))];
      const staged = jit(gradient(again))(point.xs) as unknown as NdArray[];
      return {
        expected: [...plain, ...plain.slice(1)],
        got: [quantity('value', again(point.xs)), ...named(point, gradient(again)(point.xs)), ...named(point, staged)],
        closeness: rounded(point.dtype),
      };
    },
  },
];

/** All of them, for a point of any function. */
export const pointTransformationLaws: readonly PointLaw[] = [...mappingLaws, ...loopLaws, ...pointPurityLaws];

/** The default engine in float32 against the judge in float64, in units in the last place of the largest number. */
const engineLaw: PointLaw = {
  name: 'the engine agrees with the judge',
  statement: 'g in float32 on the engine in use = g in float64 on the reference engine, in ulps',
  reference: 'IEEE 754; Higham 2002, chapter 3',
  runs: 4,
  sides: (point) => {
    if (point.dtype !== 'float64') return vacuous('the function computes in its own dtype');
    const narrow = point.leaves.map((x) => (x.dtype === 'float64' ? arrayOf('float32', x.shape, numbersOf(x)) : x));
    const exactly = point.program.call(
      narrow.map((x, i) => (point.leaves[i].dtype === 'float64' ? arrayOf('float64', x.shape, numbersOf(x)) : x)),
    );
    const own = withSettings({ engine: 'auto', enableX64: false }, () =>
      point.program.call(narrow).map((y, k) => quantity(`result[${k}]`, y)),
    );
    const expected = results(exactly).map((q, k) => ({ ...q, path: `result[${k}]` }));
    return { expected, got: own, closeness: rounded('float32') };
  },
};

/**
 * The laws of `jit`, `vmap`, `scan`, `checkpoint` and purity for a function; arguments as for `gradLaws`.
 *
 * @example await checkLaws(transformationLaws(loss, { params, batch }))
 */
export const transformationLaws = (f: AnyFunction, args: Arguments, options: SubjectOptions = {}): Law<Draw>[] =>
  lawsAbout(new Subject(f, args, options), [
    ...pointTransformationLaws,
    ...(config.read('engine') === 'reference' ? [] : [engineLaw]),
  ]);
