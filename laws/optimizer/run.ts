/**
 * Runs of an optimizer, and the kit of laws about them.
 *
 * `T` is the optimizer, `P` parameters, `g1, g2, ...` gradients; `T*(gs)` are the updates that a run over gradients gives.
 */
import type { NdArray } from 'fluxion/extend';
import * as optax from 'fluxion/optax';
import { map } from 'fluxion/tree';
import { arrayOf } from '../arbitrary/array.js';
import { rounded } from '../closeness.js';
import type { Outcome } from '../law.js';
import { numbersOf, type Quantity, quantities } from '../quantity.js';

export type Optimizer = optax.GradientTransformation;

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

export interface Run {
  readonly params: unknown;
  readonly gradients: readonly unknown[];
  readonly seed: number;
  /** Two transformations that it is put between. */
  readonly around: readonly [Optimizer, Optimizer];
  readonly extra?: OptimizerFacts['extra'];
}

/** The updates of a run, step by step, and the last state. */
export function updatesOf(
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

export const steps = (all: readonly unknown[]): Quantity[] => all.flatMap((u, k) => quantities(`step ${k + 1}`, u));

export const compare = (expected: readonly Quantity[], got: readonly Quantity[]): Outcome => ({
  expected,
  got,
  closeness: rounded('float64'),
});

export const scaled = (tree: unknown, c: number): unknown =>
  map(
    (x: unknown) =>
      arrayOf(
        'float64',
        (x as NdArray).shape,
        numbersOf(x as NdArray).map((v) => c * v),
      ),
    tree as never,
  );

export interface OptimizerLaw {
  readonly name: string;
  readonly statement: string;
  readonly reference: string;
  readonly sides: (T: Optimizer, run: Run, facts: OptimizerFacts) => Outcome;
}
