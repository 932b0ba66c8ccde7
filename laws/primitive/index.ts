/**
 * The laws of fluxion's own primitives: every rule of every primitive, on random operands.
 *
 * For each: its derivative against differences, forwards and backwards, the adjoint identity, second derivatives,
 * batching against a loop, staging, and where it is linear all of this exactly, on whole numbers. A new primitive needs
 * one line in a table of cases; its rules are then tested.
 */
import * as fc from 'fast-check';
import { jvp, vjp, vmap } from 'fluxion';
import { DeviceArray, isComplex, layoutOf, type NdArray } from 'fluxion/extend';
import { arrayOf } from '../arbitrary/array.js';
import { blamePoint, blameProgram } from '../blame.js';
import { Chance } from '../chance.js';
import { exact } from '../closeness.js';
import { batchingFault } from '../equation.js';
import { firstOrderLaws } from '../gradient/first.js';
import type { PointLaw } from '../gradient/law.js';
import { results } from '../gradient/law.js';
import { secondOrderLaws } from '../gradient/second.js';
import { onJudge } from '../judge.js';
import { type AnyLaw, type Law, type Outcome, vacuous } from '../law.js';
import { treeText } from '../print.js';
import { pairing as dot, scalarQuantity } from '../quantity.js';
import { stackAlong } from '../stack.js';
import { type Point, Subject } from '../subject.js';
import { pointTransformationLaws } from '../transformation.js';
import { algebraCases } from './algebra.js';
import type { Case, CaseSource } from './case.js';
import { controlCases } from './control.js';
import { indexingCases } from './indexing.js';
import { kinkCases, kinkLaws } from './kinks.js';
import { pointwiseCases } from './pointwise.js';
import { structuralCases } from './structural.js';

/** Cases by the primitive's name. */
export const primitiveCases: Readonly<Record<string, CaseSource>> = {
  ...pointwiseCases,
  ...structuralCases,
  ...indexingCases,
  ...algebraCases,
  ...controlCases,
};

export type { Case, CaseSource };
export { kinkLaws };

/** What is drawn: a case, and the seed of directions. */
export interface CaseDraw {
  readonly input: Case;
  readonly seed: number;
}

const pointOf = ({ input, seed }: CaseDraw, wrt?: readonly number[]): Point => {
  const names = Object.fromEntries(input.args.map((x, i) => [`operand${i}`, x]));
  const options = { precision: 'own', wrt: wrt?.map((i) => `operand${i}`) } as const;
  return new Subject(input.f as never, names, options).at({ args: input.args, seed });
};

const integersLike = (x: NdArray, chance: Chance): NdArray =>
  arrayOf(x.dtype, x.shape, chance.integers(x.size * (isComplex(x.dtype) ? 2 : 1)));

/** What a linear primitive does exactly on whole numbers: it is linear, its transpose is adjoint, its batches are a loop. */
function exactSides({ input, seed }: CaseDraw, operands: readonly number[], jointly: boolean): Outcome {
  const chance = new Chance(seed);
  const all = input.args.map((x, i) => (operands.includes(i) ? integersLike(x, chance) : x));
  const chosen = jointly ? operands : [chance.pick(operands)];
  const A = (xs: readonly NdArray[]): NdArray[] =>
    input.f(...all.map((x, i) => (chosen.includes(i) ? xs[chosen.indexOf(i)] : x))) as NdArray[];
  const xs = chosen.map((i) => all[i]);
  const vs = xs.map((x) => integersLike(x, chance));
  const [ys, dys] = jvp(A, [xs], [vs]) as [NdArray[], NdArray[]];
  const direct = A(vs);
  const us = ys.map((y) => integersLike(y, chance));
  const [, pull] = vjp(A, xs);
  const back = pull(us as never)[0] as NdArray[];
  const mapped = vmap(A)(xs.map((x, i) => stackAlong([x, vs[i]]))) as unknown as NdArray[];
  return {
    expected: [
      ...results(direct, 'A v'),
      scalarQuantity('u . A v', dot(us, direct)),
      ...results(
        ys.map((y, k) => stackAlong([y, direct[k]])),
        'the loop',
      ),
    ],
    got: [...results(dys, 'A v'), scalarQuantity("(A'u) . v", dot(vs, back)), ...results(mapped, 'the loop')],
    closeness: exact,
  };
}

const named = (primitive: string, law: PointLaw, source: CaseSource): Law<CaseDraw> => ({
  name: `${primitive}: ${law.name}`,
  statement: law.statement,
  reference: law.reference,
  runs: law.runs,
  property: {
    arbitrary: fc.record({ input: source.cases, seed: fc.nat() }),
    sides: (draw) =>
      onJudge(() => {
        const point = pointOf(draw, source.wrt);
        if (point.xs.length === 0) return vacuous('no operand is differentiable');
        return point.run().length === 0
          ? vacuous('no result is differentiable')
          : law.sides(point, new Chance(draw.seed));
      }),
    print: ({ input }) => input.args.flatMap((x, i) => treeText(x, `operand${i}`)).join('\n'),
    blame: (draw) =>
      onJudge(
        () =>
          law.blame?.(pointOf(draw, source.wrt), draw.seed) ??
          blamePoint(pointOf(draw, source.wrt), draw.seed, law.order ?? 1),
      ),
  },
});

/** The elements in the opposite order: other operands in the same domain. */
function backwards(x: NdArray): NdArray {
  const { entries } = layoutOf(x.dtype);
  const data = x.dataSync();
  const turned = data.map((_: number | bigint, k: number) => {
    const i = x.size - 1 - Math.floor(k / entries);
    return data[i * entries + (k % entries)] as never;
  });
  return DeviceArray.fromHost({ dtype: x.dtype, shape: x.shape, data: turned as typeof data });
}

/** Batching of results that are not numbers with derivatives: `vmap` against a loop, all results. */
const batchingLaw = (primitive: string, source: CaseSource): Law<CaseDraw> => ({
  name: `${primitive}: vmap f = stacked loop, in every operand`,
  statement: 'vmap(f)(x)[i] = f(x[i]), integers and booleans too',
  reference: 'jax.vmap',
  property: {
    arbitrary: fc.record({ input: source.cases, seed: fc.nat() }),
    sides: ({ input: { args, f }, seed }) =>
      onJudge(() => {
        if (args.length === 0) return vacuous('there are no operands');
        const chance = new Chance(seed);
        const axes = args.map((x) => (chance.next() < 0.7 ? chance.integer(0, x.ndim) : null));
        const mappedAxes = axes.every((a) => a === null) ? axes.map(() => 0) : axes;
        const others = args.map((x, i) => (mappedAxes[i] === null ? x : backwards(x)));
        const batch = args.map((x, i) => (mappedAxes[i] === null ? x : stackAlong([x, others[i]], mappedAxes[i])));
        const mapped = vmap(f as never, { inAxes: mappedAxes })(...(batch as never[])) as unknown as NdArray[];
        const [once, again] = [f(...args) as NdArray[], f(...others) as NdArray[]];
        return {
          expected: results(once.map((y, k) => stackAlong([y, again[k]]))),
          got: results(mapped),
          closeness: { kind: 'rounded', dtype: 'float64' },
        };
      }),
    print: ({ input }) => input.args.flatMap((x, i) => treeText(x, `operand${i}`)).join('\n'),
    blame: ({ input: { args, f }, seed }) =>
      onJudge(() => blameProgram((xs) => f(...xs) as NdArray[], args, seed, batchingFault)),
  },
});

/** Laws of the rules of one primitive, given where its operands come from. */
export function primitiveLaws(primitive: string, source: CaseSource = primitiveCases[primitive]): AnyLaw[] {
  const pointLaws = [...firstOrderLaws, ...secondOrderLaws, ...pointTransformationLaws].filter(
    (law) => law.draws === undefined && (law.forwardOnly || !source.forwardOnly),
  );
  const { exact: where } = source;
  return [
    ...(source.wrt?.length === 0 ? [] : pointLaws.map((law) => named(primitive, law, source))),
    ...(primitive in kinkCases ? kinkLaws(primitive) : []),
    batchingLaw(primitive, source),
    ...(where === undefined
      ? []
      : [
          {
            name: `${primitive}: exact on whole numbers`,
            statement: "A(v) is its own tangent, u . A v = (A'u) . v, vmap(A) = the loop, with equality",
            reference: 'float64 computes sums and products of small whole numbers without rounding',
            property: {
              arbitrary: fc.record({ input: source.cases, seed: fc.nat() }),
              sides: (draw: CaseDraw) => onJudge(() => exactSides(draw, where.operands, where.jointly)),
              print: ({ input }: CaseDraw) => input.args.flatMap((x, i) => treeText(x, `operand${i}`)).join('\n'),
              blame: (draw: CaseDraw) => onJudge(() => blamePoint(pointOf(draw), draw.seed, 1)),
            },
          },
        ]),
  ];
}
