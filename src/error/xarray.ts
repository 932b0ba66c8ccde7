/** Mistakes with named dimensions and coordinates. */
import { defineError } from './error.js';

/** A dimension, variable or coordinate of a name is not there. */
export const NotFound = defineError(
  'NotFound',
  (d: {
    op: string;
    kind: 'dimension' | 'variable' | 'coordinate' | 'label';
    name: string;
    available: readonly string[];
  }) =>
    `${d.op}: there is no ${d.kind} ${d.name}; there ${d.available.length === 1 ? 'is' : 'are'} ${d.available.join(', ') || 'none'}.`,
);

/** Two arrays give one dimension different sizes, or labels that share nothing. */
export const AlignmentError = defineError(
  'AlignmentError',
  (d: { op: string; dim: string; left: string; right: string; hint?: string }) =>
    `${d.op}: the dimension ${d.dim} has ${d.left} on the left and ${d.right} on the right.${d.hint ? ` ${d.hint}` : ''}`,
);

/** Names or shapes given to a constructor do not fit. */
export const InvalidDataset = defineError('InvalidDataset', (d: { what: string }) => d.what);

/** Text that names no duration. */
export const InvalidTimedelta = defineError(
  'InvalidTimedelta',
  (d: { text: string }) =>
    `'${d.text}' is not a duration. Write numbers with their units, such as '6h', '1 day' or '5d12h'.`,
);

/** Text that names no date. */
export const InvalidDate = defineError(
  'InvalidDate',
  (d: { text: string }) =>
    `'${d.text}' is not a date. Write a year, a month, a day or a time of it, such as '2020-02', '2020-02-29' or '2020-02-29T06:00'.`,
);
