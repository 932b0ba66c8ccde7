/**
 * Laws at kinks and ties, where there is no derivative and one is chosen.
 *
 * The choice must be one that the function itself suggests: along any direction between the slopes on both sides. And
 * where operands that a symmetric function cannot tell apart are tied, they share the derivative equally.
 */
import * as fc from 'fast-check';
import { jvp, vjp } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import { arrayOf } from '../arbitrary/array.js';
import { blamePoint } from '../blame.js';
import { Chance } from '../chance.js';
import { exact, rounded } from '../closeness.js';
import { oneSidedDerivative } from '../differences.js';
import { onJudge } from '../judge.js';
import { type Law, vacuous } from '../law.js';
import { treeText } from '../print.js';
import { numbersOf, pairing, scalarQuantity } from '../quantity.js';
import { directionLike, Subject } from '../subject.js';
import { binding, type Case, casesOf } from './case.js';

/** An array with few different values: most elements are tied with another, or lie on a kink. */
const coarse = (shape: readonly number[], chance: Chance): NdArray =>
  arrayOf(
    'float64',
    shape,
    chance.integers(
      shape.reduce((a, b) => a * b, 1),
      1,
    ),
  );

interface KinkSource {
  readonly cases: fc.Arbitrary<Case>;
  /** Tied elements share the derivative equally. */
  readonly symmetric: boolean;
}

const elementwise = (name: string, operands: number, symmetric: boolean): KinkSource => ({
  cases: casesOf({}, (shape, chance) => ({
    args: Array.from({ length: operands }, () => coarse(shape, chance)),
    f: binding(name),
  })),
  symmetric,
});

const along = (
  name: string,
  symmetric: boolean,
  params: (shape: readonly number[], chance: Chance) => object,
): KinkSource => ({
  cases: casesOf({ minDims: 1, maxDims: 2 }, (shape, chance) => ({
    args: [coarse(shape, chance)],
    f: binding(name, params(shape, chance)),
  })),
  symmetric,
});

const axes = (shape: readonly number[]): object => ({ axes: shape.map((_, i) => i) });
const line = (shape: readonly number[], chance: Chance): object => ({
  axis: shape.length - 1,
  reverse: chance.next() < 0.5,
});

/** Where each of these is not smooth. */
export const kinkCases: Readonly<Record<string, KinkSource>> = {
  abs: elementwise('abs', 1, false),
  max: elementwise('max', 2, true),
  min: elementwise('min', 2, true),
  reduce_max: along('reduce_max', true, axes),
  reduce_min: along('reduce_min', true, axes),
  cummax: along('cummax', false, line),
  cummin: along('cummin', false, line),
};

interface KinkDraw {
  readonly input: Case;
  readonly seed: number;
}

const print = ({ input }: KinkDraw): string => input.args.flatMap((x, i) => treeText(x, `operand${i}`)).join('\n');

/** The laws of a primitive at its kinks. `around` changes how it is run, for tests of the laws themselves. */
export function kinkLaws(primitive: string, around: (f: Case['f']) => Case['f'] = (f) => f): Law<KinkDraw>[] {
  const source = kinkCases[primitive];
  const cases = source.cases.map(({ args, f }) => ({ args, f: around(f) }));
  const arbitrary = fc.record({ input: cases, seed: fc.nat() });
  const pointOf = ({ input: { args, f }, seed }: KinkDraw) => {
    const names = Object.fromEntries(args.map((x, i) => [`operand${i}`, x]));
    return new Subject(f as never, names, { precision: 'own' }).at({ args, seed });
  };
  const blame = (draw: KinkDraw) => onJudge(() => blamePoint(pointOf(draw), draw.seed, 1));
  const between: Law<KinkDraw> = {
    name: `${primitive}: between the slopes on both sides`,
    statement: 'min(left, right) <= u . J v <= max(left, right) along any v, at kinks and ties',
    reference: 'the directional derivatives of a piecewise smooth function',
    property: {
      arbitrary,
      print,
      blame,
      sides: (draw) =>
        onJudge(() => {
          const point = pointOf(draw);
          const chance = new Chance(draw.seed);
          const v = point.direction(chance);
          const ys = point.run();
          const k = chance.integer(0, Math.max(0, ys[0].size - 1));
          // One result at a time: of several, one may be above its slopes and another below.
          const u = ys.map((y, i) =>
            arrayOf(
              y.dtype,
              y.shape,
              Float64Array.from({ length: y.size }, (_, j) => (i === 0 && j === k ? 1 : 0)),
            ),
          );
          if (ys[0].size === 0) return vacuous('the result is empty');
          const f = (t: number): number => pairing(u, point.run(point.moved(v, t)));
          const slopes = ([1, -1] as const).map(
            (side) => oneSidedDerivative(f, side, { epsilon: 2 ** -52, step: 2 ** -8 }).value,
          );
          const got = pairing(u, jvp(point.g, [point.xs], [v])[1] as NdArray[]);
          const expected = Math.min(Math.max(got, Math.min(...slopes)), Math.max(...slopes));
          return {
            expected: [scalarQuantity('u . J v', expected)],
            got: [scalarQuantity('u . J v', got)],
            closeness: rounded('float64', 2 ** 10),
          };
        }),
    },
  };
  const shared: Law<KinkDraw> = {
    name: `${primitive}: ties share equally`,
    statement: 'tied operands of a symmetric function have equal derivatives',
    reference: 'jax.lax.max, jax.lax.reduce_max: a tie splits the derivative',
    property: {
      arbitrary,
      print,
      blame,
      sides: (draw) =>
        onJudge(() => {
          const point = pointOf(draw);
          const [ys, pull] = vjp(point.g, point.xs);
          const u = (ys as unknown as NdArray[]).map((y) => directionLike(y, new Chance(draw.seed)));
          const back = (pull(u as never)[0] as NdArray[]).map(numbersOf);
          const inputs = point.xs.map(numbersOf);
          const [expected, got]: [number[], number[]] = [[], []];
          const all =
            inputs.length > 1
              ? Array.from(inputs[0], (_, i) => inputs.map((_, k) => [k, i] as const))
              : [Array.from(inputs[0], (_, i) => [0, i] as const)];
          for (const group of all) {
            for (const [k, i] of group) {
              for (const [m, j] of group) {
                if (inputs[k][i] !== inputs[m][j]) continue;
                expected.push(back[k][i]);
                got.push(back[m][j]);
              }
            }
          }
          const quantity = (values: number[]) => [
            {
              path: 'derivatives',
              dtype: 'float64' as const,
              shape: [values.length],
              values: Float64Array.from(values),
            },
          ];
          return { expected: quantity(expected), got: quantity(got), closeness: exact };
        }),
    },
  };
  return source.symmetric ? [between, shared] : [between];
}
