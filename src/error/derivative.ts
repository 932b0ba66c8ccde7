/**
 * Mistakes with derivatives that users define themselves.
 */
import { defineError } from './error.js';

/** A custom rule returns something of another type than the function it belongs to. */
export const CustomRuleMismatch = defineError(
  'CustomRuleMismatch',
  (d: { function: string; rule: string; path: string; expected: string; actual: string }) =>
    `The ${d.rule} of ${d.function} must return trees like those of the function it belongs to, but ${d.path} is ` +
    `${d.actual} where ${d.expected} is expected.`,
  TypeError,
);

/** A function with a custom rule was called before it had one. */
export const CustomRuleMissing = defineError(
  'CustomRuleMissing',
  (d: { function: string; how: string }) => `${d.function} has no derivative yet: call ${d.how} before it is used.`,
);

/** An argument that was declared to be no array holds a traced one. */
export const TracedNondiffArgument = defineError(
  'TracedNondiffArgument',
  (d: { function: string; value: string }) =>
    `An argument of ${d.function} that is declared not to be differentiated (nondiffArgnums or nondiffArgnames) holds a ` +
    `traced value of type ${d.value}. These are for functions, strings and settings; pass the value as an ordinary ` +
    'argument and return null for its cotangent.',
  TypeError,
);

/** A function with a custom derivative is differentiated with respect to something that it captured. */
export const ClosedOverValue = defineError(
  'ClosedOverValue',
  (d: { function: string; captured: string; how: string }) =>
    `${d.function} captured a value of type ${d.captured} that is being differentiated, but its custom derivative says ` +
    `only how it depends on its arguments. Pass the value as an argument, and extend ${d.how} by it.`,
);
