/**
 * What can go wrong with TensorFlow.js as an engine: none of its backends can be opened, or the one that was asked for.
 */
import { defineError } from './error.js';

/** No backend of TensorFlow.js could be opened; each with the reason. */
export const TfjsUnavailable = defineError(
  'TfjsUnavailable',
  (d: { wanted: string; reasons: Readonly<Record<string, string>> }) =>
    `${d.wanted} cannot be used. ` +
    Object.entries(d.reasons)
      .map(([backend, reason]) => `${backend}: ${reason}`)
      .join(' '),
);
