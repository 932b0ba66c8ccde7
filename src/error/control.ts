/**
 * Mistakes with loops and branches: programs that do not return what the next step, or the other branch, needs.
 */
import { defineError } from './error.js';

/** The body of a loop returns a carry of another type than it is given. */
export const CarryMismatch = defineError(
  'CarryMismatch',
  (d: { op: string; path: string; expected: string; actual: string; hint?: string }) =>
    `${d.op}: the carry that the body returns must have the structure, shapes and dtypes of the one it is given, but ` +
    `${d.path} comes in as ${d.expected} and goes out as ${d.actual}.${d.hint ? ` ${d.hint}` : ''}`,
  TypeError,
);

/** Two branches return results of unlike types. */
export const BranchMismatch = defineError(
  'BranchMismatch',
  (d: { op: string; first: string; second: string; path: string; expected: string; actual: string }) =>
    `${d.op}: all branches must return results of the same structure, shapes and dtypes, but ${d.path} is ` +
    `${d.expected} in ${d.first} and ${d.actual} in ${d.second}.`,
  TypeError,
);
