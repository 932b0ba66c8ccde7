/** Mistakes in naming elements. */
import { defineError } from './error.js';

/** A position known when the program is written is outside its axis. */
export const OutOfBounds = defineError(
  'OutOfBounds',
  (d: { op: string; index: number | string; axis: number; size: number }) =>
    `${d.op}: position ${d.index} is outside axis ${d.axis}, which has size ${d.size}. ` +
    'Positions in arrays, which may be traced, are not checked: they are clamped, or follow { mode }.',
);
