/**
 * Laws of custom derivatives: a function with rules of its own agrees with the plain function that it stands for.
 *
 * `f` has the rules (`customVjp`, `customJvp`, a kernel from elsewhere), `h` is the same mathematics written plainly, for
 * fluxion to differentiate. Where a rule is meant to differ from the derivative (clipped, passed straight through), `h`
 * is the function whose derivative is meant.
 */
import { jit, jvp, vjp, vmap } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { type Arrays, batchOf, gradient } from './batch.js';
import { weighted } from './calculus.js';
import type { Chance } from './chance.js';
import { rounded } from './closeness.js';
import { lawsAbout, named, type PointLaw, results } from './gradient/law.js';
import type { Law, Outcome } from './law.js';
import {
  type AnyFunction,
  type Arguments,
  type Draw,
  directionLike,
  type Point,
  Subject,
  type SubjectOptions,
} from './subject.js';

type Flat = (xs: Arrays) => NdArray[];

const pulledBack = (g: Flat, xs: Arrays, us: Arrays): NdArray[] =>
  (vjp(g as never, xs as never)[1] as unknown as (us: Arrays) => readonly [NdArray[]])(us)[0];

const pushedForward = (g: Flat, xs: Arrays, vs: Arrays): NdArray[] =>
  jvp(g as never, [xs] as never, [vs] as never)[1] as unknown as NdArray[];

/** A law about `f` at a point, told the same point of `h`. */
interface PairLaw extends Omit<PointLaw, 'sides'> {
  readonly sides: (point: Point, plain: Point, chance: Chance) => Outcome;
}

const pairLaws: readonly PairLaw[] = [
  {
    name: 'the value agrees with the plain function',
    forwardOnly: true,
    statement: 'f(x) = h(x)',
    reference: 'jax.custom_vjp: the rule changes derivatives, not values',
    sides: (point, plain) => ({
      expected: results(plain.g(plain.xs)),
      got: results(point.g(point.xs)),
      closeness: rounded(point.dtype),
    }),
  },
  {
    name: 'the backward rule agrees with the plain function',
    statement: "J_f'(x) u = J_h'(x) u, plain, staged, and for each of a batch",
    reference: 'jax.custom_vjp',
    sides: (point, plain, chance) => {
      const us = point.run().map((y) => directionLike(y, chance));
      const expected = named(point, pulledBack(plain.g, plain.xs, us));
      const pull = (xs: Arrays): NdArray[] => pulledBack(point.g, xs, us);
      const { batch } = batchOf(point, chance);
      const pullPlain = (xs: Arrays): NdArray[] => pulledBack(plain.g, xs, us);
      return {
        expected: [...expected, ...expected, ...named(point, vmap(pullPlain)(batch) as unknown as NdArray[])],
        got: [
          ...named(point, pull(point.xs)),
          ...named(point, jit(pull)(point.xs) as unknown as NdArray[]),
          ...named(point, vmap(pull)(batch) as unknown as NdArray[]),
        ],
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'the forward rule agrees with the plain function',
    statement: 'J_f(x) v = J_h(x) v',
    reference: 'jax.custom_jvp',
    forwardOnly: true,
    sides: (point, plain, chance) => {
      const vs = point.direction(chance);
      return {
        expected: results(pushedForward(plain.g, plain.xs, vs)),
        got: results(pushedForward(point.g, point.xs, vs)),
        closeness: rounded(point.dtype),
      };
    },
  },
  {
    name: 'the second derivative agrees with the plain function',
    statement: "grad(x -> v . J_f'(x) u) = grad(x -> v . J_h'(x) u)",
    reference: 'a rule is itself differentiated',
    order: 2,
    runs: 8,
    sides: (point, plain, chance) => {
      const us = point.run().map((y) => directionLike(y, chance));
      const vs = point.direction(chance);
      const along = (p: Point): NdArray[] => gradient(weighted((xs) => pulledBack(p.g, xs, us), vs))(p.xs);
      return { expected: named(point, along(plain)), got: named(point, along(point)), closeness: rounded(point.dtype) };
    },
  },
];

/** The points of both functions at one draw, in a precision that both take. */
function pointsOf(f: AnyFunction, plain: AnyFunction, args: Arguments, options: SubjectOptions) {
  const both = (o: SubjectOptions): readonly [Subject, Subject] => [
    new Subject(f, args, o),
    new Subject(plain, args, o),
  ];
  let subjects = both(options);
  const at = (draw: Draw): readonly [Point, Point] => {
    const points = subjects.map((s) => s.at(draw)) as unknown as readonly [Point, Point];
    if (points[0].xs.every((x, i) => x.dtype === points[1].xs[i].dtype)) return points;
    subjects = both({ ...options, precision: 'own' });
    return at(draw);
  };
  return { subject: subjects[0], at };
}

/**
 * The laws that a function with derivative rules of its own agrees with the plain function; arguments as for `gradLaws`.
 *
 * @param f the function with `customVjp`, `customJvp` or another rule of its own
 * @param plain the same mathematics, or the function whose derivative is meant, without such rules
 * @example await checkLaws(customRuleLaws(fastNorm, (x) => jnp.sqrt(jnp.sum(jnp.square(x))), { x }))
 */
export function customRuleLaws(
  f: AnyFunction,
  plain: AnyFunction,
  args: Arguments,
  options: SubjectOptions = {},
): Law<Draw>[] {
  const { subject, at } = pointsOf(f, plain, args, options);
  return lawsAbout(
    subject,
    pairLaws.map((law) => ({
      ...law,
      sides: ({ draw }, chance) => law.sides(...at(draw), chance),
    })),
  );
}
