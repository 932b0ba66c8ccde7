/**
 * The blame: which equation of a failing program breaks its own rule.
 *
 * A program is lawful when its equations are, so a program that is not has an equation that is not. Each equation is
 * checked alone, at the values that reach it, inner programs first; the first that fails is named, with the rule that is
 * broken and the line of the user's that made it. A function with a derivative of its own (`customVjp`) is an equation
 * like any other.
 */
import { grad, makeJaxpr } from 'fluxion';
import { type Location, locationText, type NdArray } from 'fluxion/extend';
import { weighted } from './calculus.js';
import { Chance } from './chance.js';
import { type Applied, batchingFault, derivativeFault, type Fault, finitenessFault } from './equation.js';
import { directionLike, type Point } from './subject.js';
import { walk } from './walk.js';

export interface Blame {
  readonly fault: Fault;
  /** The primitive of the equation that the user wrote; `fault.primitive` may be one that its derivative is made of. */
  readonly primitive: string;
  /** The user's name for it: of a custom derivative, or a jitted function. */
  readonly label: string | null;
  readonly location: Location | null;
}

/** How often a check is repeated with other directions before an equation is cleared. */
const TRIES = 3;

type Check = (applied: Applied, chance: Chance) => Fault | null;

const labelOf = ({ params }: Applied): string | null => {
  const name = (params as Readonly<Record<string, unknown>>).name;
  return typeof name === 'string' && name !== '' ? name : null;
};

/** The first equation of `g` at `xs` that fails the check. */
export function blameProgram(
  g: (xs: readonly NdArray[]) => NdArray[],
  xs: readonly NdArray[],
  seed: number,
  check: Check,
): Blame | null {
  const { jaxpr, consts } = makeJaxpr(g)(xs);
  const chance = new Chance(seed ^ 0x5bd1e995);
  return walk<Blame>(jaxpr, [...consts, ...xs], (applied) => {
    for (let k = 0; k < TRIES; k++) {
      const fault = check(applied, chance);
      if (fault)
        return { fault, primitive: applied.primitive.name, label: labelOf(applied), location: applied.location };
    }
    return null;
  });
}

/** Who breaks a law of derivatives here: an equation of the function, or (for the second order) of its gradient. */
export function blamePoint(point: Point, seed: number, order: 1 | 2): Blame | null {
  const first = blameProgram(point.g, point.xs, seed, derivativeFault) ?? null;
  if (first !== null) return first;
  const notFinite = blameProgram(point.g, point.xs, seed, finitenessFault);
  if (notFinite !== null || order === 1) return notFinite;
  const chance = new Chance(seed);
  const u = point.run().map((y) => directionLike(y, chance));
  const gradient = (xs: readonly NdArray[]): NdArray[] => grad(weighted(point.g, u))(xs) as unknown as NdArray[];
  return blameProgram(gradient, point.xs, seed, derivativeFault);
}

/** Who breaks a law of `vmap` here. */
export const blameBatching = (point: Point, seed: number): Blame | null =>
  blameProgram(point.g, point.xs, seed, batchingFault);

const ruleText: { readonly [R in Fault['rule']]: string } = {
  derivative: 'its derivative rule is wrong',
  transpose: 'its transpose rule is wrong',
  batching: 'its batching rule is wrong',
  finiteness: 'it is not finite here, or its derivative is not, though its operands are',
};

/** The blame in a sentence or two. */
export function blameText({ fault, primitive, label, location }: Blame): string {
  const what = label ? `${primitive} '${label}'` : primitive;
  const through = fault.primitive === primitive ? '' : ` (in ${fault.primitive}, which its derivative uses)`;
  const where = location ? `\n  at ${locationText(location)}` : '';
  return (
    `${what}: ${ruleText[fault.rule]}${through}${where}\n` +
    `  alone, at the values that reach it: ${fault.compared} should be ${fault.expected}, is ${fault.got}`
  );
}
