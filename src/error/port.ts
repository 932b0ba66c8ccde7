/**
 * Mistakes in what the porting assistant is given.
 */
import { defineError } from './error.js';

/** A file is no notebook. */
export const UnreadableNotebook = defineError(
  'UnreadableNotebook',
  (d: { path: string; reason: string }) =>
    `${d.path} cannot be read as a notebook: ${d.reason}. Give a Jupyter notebook (nbformat 4) or a Python file.`,
);
export type UnreadableNotebook = InstanceType<typeof UnreadableNotebook>;
