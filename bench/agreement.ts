/** Whether the peers computed the same: a figure of something else would say nothing. */
import type { Figure } from './figure.js';

/** Relative differences up to here are rounding. */
const TOLERANCE = 1e-4;

export interface Disagreement {
  readonly peer: string;
  readonly expected: number;
  readonly actual: number;
}

/** Peers whose result is not JAX's. */
export function disagreements(figures: readonly Figure[]): Disagreement[] {
  const checks = figures.filter(({ metric }) => metric === 'check');
  const jax = checks.find(({ peer }) => peer === 'jax');
  if (!jax) return [];
  const expected = jax.median;
  return checks
    .filter(({ median }) => !(Math.abs(median - expected) <= TOLERANCE * Math.abs(expected)))
    .map(({ peer, median }) => ({ peer, expected, actual: median }));
}
