/** Mistakes with random keys. */
import { defineError } from './error.js';

/** A key was used for a second time: the numbers are the same as before. */
export const KeyReused = defineError(
  'KeyReused',
  (d: { op: string; key: string; first: string; again: string }) =>
    `${d.op}: ${d.key} is used again${d.again ? ` at ${d.again}` : ''}, after ${d.first}; what is drawn from it is not ` +
    'independent of what was drawn before. Split it first (random.split), or say that this is meant: random.clone(key).',
);

/** What stands in the place of a key is none, or several. */
export const NotAKey = defineError(
  'NotAKey',
  (d: { op: string; actual: string; hint?: string }) =>
    `${d.op}: key must be one key, made by random.key or random.PRNGKey, but it is ${d.actual}.${d.hint ? ` ${d.hint}` : ''}`,
  TypeError,
);
