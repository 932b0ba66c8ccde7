/** Mistakes with host functions that programs call. */
import { defineError } from './error.js';

/** A callback returned something else than it was said to. */
export const CallbackMismatch = defineError(
  'CallbackMismatch',
  (d: { op: string; callback: string; path: string; expected: string; actual: string }) =>
    `${d.op}: ${d.path} of the callback ${d.callback} was announced as ${d.expected}, but it is ${d.actual}.`,
  TypeError,
);

/** A callback cannot be batched as things are. */
export const CallbackNotBatchable = defineError(
  'CallbackNotBatchable',
  (d: { op: string; callback: string; reason: string }) =>
    `${d.op}: the callback ${d.callback} cannot be mapped by vmap: ${d.reason}.`,
);
