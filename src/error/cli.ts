/**
 * Mistakes on the command line.
 */
import { defineError } from './error.js';

/** An option's value cannot be read. */
export const BadOption = defineError(
  'BadOption',
  (d: { expected: string; actual: string }) => `It must be ${d.expected}, but it is '${d.actual}'.`,
);
export type BadOption = InstanceType<typeof BadOption>;
