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

/** A file of options cannot be used. */
export const BadConfig = defineError(
  'BadConfig',
  (d: { path: string; reason: string }) => `The options in ${d.path} cannot be used: ${d.reason}.`,
);
export type BadConfig = InstanceType<typeof BadConfig>;
