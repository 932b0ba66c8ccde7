/**
 * The kit for laws about a function at a point: what each of them is given, and how it becomes a law.
 */
import type * as fc from 'fast-check';
import type { NdArray } from 'fluxion/extend';
import { type Blame, blamePoint } from '../blame.js';
import { Chance } from '../chance.js';
import { onJudge } from '../judge.js';
import { type Law, type Outcome, vacuous } from '../law.js';
import { drawText } from '../print.js';
import { type Quantity, quantity } from '../quantity.js';
import type { Draw, Point, Subject } from '../subject.js';

/** A law about a function, before it is told which. */
export interface PointLaw {
  readonly name: string;
  readonly statement: string;
  readonly reference: string;
  /** The two sides at a point; directions and cotangents come from `chance`. */
  readonly sides: (point: Point, chance: Chance) => Outcome;
  /** Which derivative the law is about: the blame looks among the equations of the function, or of its gradient. */
  readonly order?: 1 | 2;
  readonly runs?: number;
  /** It needs forward mode alone. */
  readonly forwardOnly?: boolean;
  /** Finds the equation to blame, where it is not a derivative that the law is about. */
  readonly blame?: (point: Point, seed: number) => Blame | null;
  /** Where points are drawn: anywhere, or with elements put onto zeros and ties. */
  readonly draws?: (subject: Subject) => fc.Arbitrary<Draw>;
}

/** Laws about one function. */
export const lawsAbout = (subject: Subject, laws: readonly PointLaw[]): Law<Draw>[] =>
  laws.map(({ name, statement, reference, sides, runs, order = 1, draws, blame }) => ({
    name,
    statement,
    reference,
    runs,
    property: {
      arbitrary: draws ? draws(subject) : subject.draws,
      sides: (draw) => onJudge(() => stagedOrVacuous(() => sides(subject.at(draw), new Chance(draw.seed)))),
      print: (draw) => drawText(subject, draw),
      blame: (draw) => onJudge(() => (blame ?? blameDerivative(order))(subject.at(draw), draw.seed)),
    },
  }));

/** A function that looks at values while it runs cannot be staged: laws that stage it say nothing about it. */
function stagedOrVacuous(body: () => Outcome): Outcome {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && error.name === 'ConcretizationError') {
      return vacuous('the function looks at values while it runs, so it cannot be staged');
    }
    if (error instanceof Error && error.name === 'NotDifferentiable') return vacuous(error.message);
    throw error;
  }
}

const blameDerivative =
  (order: 1 | 2) =>
  (point: Point, seed: number): Blame | null =>
    blamePoint(point, seed, order);

/** A list of arrays as quantities, named by the paths of the point's leaves. */
export const named = (point: Point, arrays: readonly unknown[]): Quantity[] =>
  arrays.map((x, i) => quantity(point.paths[i] ?? `[${i}]`, x as NdArray));

/** Results as quantities: `result`, or `result[0]`, `result[1]`. */
export const results = (arrays: readonly NdArray[], name = 'result'): Quantity[] =>
  arrays.map((y, i) => quantity(arrays.length === 1 ? name : `${name}[${i}]`, y));
