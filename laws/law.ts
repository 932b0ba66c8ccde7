/**
 * A law is a value: its name, the equation it states, where the equation comes from, and what is run.
 *
 *     law = { name, statement, reference, property },    property = { arbitrary, sides }
 *
 * `sides` computes the two sides of the equation at one input and nothing else. It returns them, not a verdict, so that
 * a failure can show both; how close they must be is said beside them, and judged in `closeness.ts`.
 * The pattern is that of fp-ts-laws: laws are pure predicates in one file, the driver (`check.ts`) is another.
 */
import type * as fc from 'fast-check';
import type { Blame } from './blame.js';
import type { Closeness } from './closeness.js';
import type { Quantity } from './quantity.js';

/** The two sides of an equation at one input. */
export interface Sides {
  /** The side that is believed: differences, the loop, the eager run. */
  readonly expected: readonly Quantity[];
  /** The side that is tested. */
  readonly got: readonly Quantity[];
  /** How close they must be. */
  readonly closeness: Closeness;
}

/** The law says nothing at this input, for a reason: the point is a kink, the differences are too coarse. */
export interface Vacuous {
  readonly vacuous: string;
}

export type Outcome = Sides | Vacuous;

export const vacuous = (reason: string): Vacuous => ({ vacuous: reason });
export const isVacuous = (outcome: Outcome): outcome is Vacuous => 'vacuous' in outcome;

/** What is run for a law. */
export interface LawProperty<Input> {
  readonly arbitrary: fc.Arbitrary<Input>;
  readonly sides: (input: Input) => Outcome;
  /** The input as a person would write it. */
  readonly print: (input: Input) => string;
  /** Finds the equation that is to blame where the law fails. */
  readonly blame?: (input: Input) => Blame | null;
}

/** A law about something, ready to be checked. */
export interface Law<Input = unknown> {
  /** Short and unique in its group: `forward = reverse`. */
  readonly name: string;
  /** The equation, in words and letters. */
  readonly statement: string;
  /** Where it comes from. */
  readonly reference: string;
  readonly property: LawProperty<Input>;
  /** How often it is run when nobody says; laws that cost much say less. */
  readonly runs?: number;
}

/** Laws about different things, in one list. */
// biome-ignore lint/suspicious/noExplicitAny: a list of laws holds laws with inputs of any kind
export type AnyLaw = Law<any>;
