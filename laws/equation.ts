/**
 * The laws of a single equation at given values: the rules of one primitive, checked alone.
 *
 * This is what the blame asks of every equation of a failing program, and what the suite of fluxion's own primitives
 * runs on random operands. A fault says which rule is broken and shows both numbers.
 */
import { jvp, linearize, makeJaxpr, vjp, vmap } from 'fluxion';
import { type AnyPrimitive, bind, isInexact, type Location, type NdArray, type Params } from 'fluxion/extend';
import type { Chance } from './chance.js';
import { difference, EPSILON, magnitudeOf, rounded, roundingTolerance } from './closeness.js';
import { centralDerivative, confirmedDerivative, isCoarse } from './differences.js';
import { pairing as dot, numbersOf, quantity } from './quantity.js';
import { sliceOf, stackAlong } from './stack.js';
import { combine, directionLike } from './subject.js';
import { walk } from './walk.js';

/** An equation with the values of its operands. */
export interface Applied {
  readonly primitive: AnyPrimitive;
  readonly params: Params;
  readonly args: readonly NdArray[];
  readonly location: Location | null;
}

/** The rules of a primitive that laws can find broken. */
export type Rule = 'derivative' | 'transpose' | 'batching' | 'finiteness';

/** A broken rule. */
export interface Fault {
  readonly rule: Rule;
  /** The primitive whose rule it is. */
  readonly primitive: string;
  readonly expected: number | 'finite';
  readonly got: number;
  /** What was compared. */
  readonly compared: string;
}

/** An equation as a function of its floating-point operands, the others held fixed. */
export interface Local {
  readonly xs: readonly NdArray[];
  readonly g: (xs: readonly NdArray[]) => NdArray[];
}

export function localFunction({ primitive, params, args }: Applied): Local {
  const active = args.map((x) => isInexact(x.dtype));
  const g = (xs: readonly NdArray[]): NdArray[] => {
    let next = 0;
    const all = args.map((x, i) => (active[i] ? xs[next++] : x));
    return bind(primitive, all, params).filter((y) => isInexact(y.dtype));
  };
  return { xs: args.filter((_, i) => active[i]), g };
}

const size = (arrays: readonly NdArray[]): number => Math.max(1, magnitudeOf(arrays.map((x) => quantity('', x))));
const isFinite = (arrays: readonly NdArray[]): boolean => arrays.every((x) => numbersOf(x).every(Number.isFinite));
const epsilonOf = (arrays: readonly NdArray[]): number =>
  Math.max(...arrays.map((x) => EPSILON[x.dtype] ?? 0), 2 ** -52);
const coarsest = (arrays: readonly NdArray[]): NdArray['dtype'] =>
  arrays.reduce((a, b) => ((EPSILON[b.dtype] ?? 0) > (EPSILON[a.dtype] ?? 0) ? b : a)).dtype;

/** `got` against differences of `f`; null when they agree, or when nothing can be said here. */
function refuted(f: (t: number) => number, got: number, epsilon: number): { expected: number; got: number } | null {
  if (!Number.isFinite(got) || !Number.isFinite(f(0))) return null;
  const options = { epsilon, step: 2 ** -6 };
  const magnitude = Math.max(1, Math.abs(got), Math.abs(f(0)));
  const far = (e: { value: number; error: number }): boolean =>
    Math.abs(e.value - got) > 16 * e.error + 2 ** 13 * epsilon * magnitude;
  const estimate = centralDerivative(f, options);
  if (!isCoarse(estimate, magnitude) && !far(estimate)) return null;
  const confirmed = confirmedDerivative(f, options);
  return confirmed !== null && far(confirmed) ? { expected: confirmed.value, got } : null;
}

/** The derivative rule against differences, forwards; and the transpose, backwards. */
export function derivativeFault(applied: Applied, chance: Chance): Fault | null {
  if (applied.primitive.derivative.kind === 'none') return null;
  const { xs, g } = localFunction(applied);
  if (xs.length === 0) return null;
  const ys = g(xs);
  if (ys.length === 0 || !isFinite([...xs, ...ys])) return null;
  const epsilon = epsilonOf([...xs, ...ys]);
  for (const v of directions(xs, chance)) {
    const u = ys.map((y) => directionLike(y, chance));
    const f = (t: number): number => dot(u, g(xs.map((x, i) => combine(x, v[i], t))));
    const pushed = attempt(() => jvp(g, [xs], [v])[1] as NdArray[]);
    if (pushed !== null) {
      const wrong = refuted(f, dot(u, pushed), epsilon);
      if (wrong) return { rule: 'derivative', primitive: applied.primitive.name, compared: 'u . J v', ...wrong };
    }
    const pulled = attempt(() => vjp(g, xs)[1](u as never)[0] as NdArray[]);
    if (pulled === null) continue;
    const back = dot(v, pulled);
    const wrong = refuted(f, back, epsilon);
    if (wrong) {
      const compared = "(J'u) . v";
      if (pushed === null) return { rule: 'derivative', primitive: applied.primitive.name, compared, ...wrong };
      return (
        transposeFault(applied, chance) ?? { rule: 'transpose', primitive: applied.primitive.name, compared, ...wrong }
      );
    }
  }
  return transposeFault(applied, chance);
}

/** One direction in all operands, and one in each alone: an operand's mistake is not drowned by another's. */
function directions(xs: readonly NdArray[], chance: Chance): NdArray[][] {
  const all = xs.map((x) => directionLike(x, chance));
  if (xs.length === 1) return [all];
  return [all, ...xs.map((_, k) => all.map((v, i) => (i === k ? v : combine(v, v, -1))))];
}

const attempt = <T>(body: () => T): T | null => {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && (error.name === 'NotDifferentiable' || error.name === 'InvalidArgument')) return null;
    throw error;
  }
};

/** The linear program of an equation's derivative: each of its equations must be the adjoint of its transpose. */
export function transposeFault(applied: Applied, chance: Chance): Fault | null {
  if (applied.primitive.derivative.kind === 'none') return null;
  const { xs, g } = localFunction(applied);
  if (xs.length === 0) return null;
  const v = xs.map((x) => directionLike(x, chance));
  const program = attempt(() => {
    const [, push] = linearize(g, xs);
    return makeJaxpr((t: readonly NdArray[]) => push(t as never) as unknown as NdArray[])(v);
  });
  if (program === null) return null;
  const { jaxpr, consts } = program;
  const moving = new Set<unknown>(jaxpr.invars.slice(consts.length));
  return walk<Fault>(
    jaxpr,
    [...consts, ...v],
    (inner, equation) => {
      const linear = equation.inputs.map((a) => moving.has(a));
      if (!linear.some(Boolean)) return null;
      for (const out of equation.outputs) moving.add(out);
      return equation.primitive.derivative.kind === 'none' ? null : adjointFault(inner, linear, chance);
    },
    (inputs, atoms) => {
      inputs.forEach((input, i) => {
        if (moving.has(atoms[i])) moving.add(input);
      });
    },
  );
}

/** `u . A t = (A'u) . t` for an equation that is linear in the operands marked. */
export function adjointFault(
  { primitive, params, args }: Applied,
  linear: readonly boolean[],
  chance: Chance,
): Fault | null {
  const active = args.map((x, i) => linear[i] && isInexact(x.dtype));
  const t = args.filter((_, i) => active[i]).map((x) => directionLike(x, chance));
  if (t.length === 0) return null;
  const A = (ts: readonly NdArray[]): NdArray[] => {
    let next = 0;
    return bind(
      primitive,
      args.map((x, i) => (active[i] ? ts[next++] : x)),
      params,
    ).filter((y) => isInexact(y.dtype));
  };
  const at = A(t);
  if (!isFinite([...args.filter((_, i) => !active[i]), ...at])) return null;
  const u = at.map((y) => directionLike(y, chance));
  const back = attempt(() => vjp(A, t)[1](u as never)[0] as NdArray[]);
  if (back === null) return null;
  const [expected, got] = [dot(u, at), dot(t, back)];
  const count = [...t, ...at].reduce((n, x) => n + x.size, 0);
  const allowed = roundingTolerance(coarsest([...t, ...at]), size([...at, ...back]) * count);
  const wrong = !(Math.abs(expected - got) <= allowed);
  return wrong
    ? { rule: 'transpose', primitive: primitive.name, compared: "u . A t and (A'u) . t", expected, got }
    : null;
}

/** Finite operands, but a result or a derivative that is not: the source of a NaN gradient. */
export function finitenessFault(applied: Applied, chance: Chance): Fault | null {
  if (applied.primitive.derivative.kind === 'none') return null;
  const { xs, g } = localFunction(applied);
  if (xs.length === 0) return null;
  const ys = g(xs);
  if (!isFinite(xs)) return null;
  const { name } = applied.primitive;
  const value = ys.flatMap((y) => [...numbersOf(y)]).find((y) => !Number.isFinite(y));
  if (value !== undefined) {
    return { rule: 'finiteness', primitive: name, compared: 'its value', expected: 'finite', got: value };
  }
  const u = ys.map((y) => directionLike(y, chance));
  const back = attempt(() => vjp(g, xs)[1](u as never)[0] as NdArray[]);
  const bad = back?.flatMap((x) => [...numbersOf(x)]).find((x) => !Number.isFinite(x));
  if (bad === undefined) return null;
  return { rule: 'finiteness', primitive: name, compared: 'its derivative', expected: 'finite', got: bad };
}

/** `vmap` of the equation against a loop, with the batch axis at each place in each operand. */
export function batchingFault({ primitive, params, args }: Applied, chance: Chance): Fault | null {
  const g = (...xs: NdArray[]): NdArray[] => bind(primitive, xs, params);
  const others = args.map((x) => (isInexact(x.dtype) ? combine(x, directionLike(x, chance), 0.0625) : x));
  const plans: (number | null)[][] = [args.map((x) => chance.integer(0, x.ndim))];
  if (args.length > 1) {
    for (const [k, x] of args.entries()) plans.push(args.map((_, i) => (i === k ? chance.integer(0, x.ndim) : null)));
  }
  for (const axes of plans) {
    const batch = args.map((x, i) => (axes[i] === null ? x : stackAlong([x, others[i]], axes[i])));
    const mapped = attempt(() => vmap(g, { inAxes: axes })(...batch) as unknown as NdArray[]);
    if (mapped === null) continue;
    const loop = [args, args.map((x, i) => (axes[i] === null ? x : others[i]))].map((xs) => g(...xs));
    for (let k = 0; k < mapped.length; k++) {
      for (let b = 0; b < 2; b++) {
        const [expected, got] = [quantity('', loop[b][k]), quantity('', sliceOf(mapped[k], b))];
        const apart = difference([expected], [got], rounded(mapped[k].dtype));
        if (apart) {
          return {
            rule: 'batching',
            primitive: primitive.name,
            compared: `output ${k} of vmap with inAxes [${axes.join(', ')}]`,
            expected: Number(apart.expected),
            got: Number(apart.got),
          };
        }
      }
    }
  }
  return null;
}
