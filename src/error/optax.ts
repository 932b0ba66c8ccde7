/**
 * Mistakes in composing and calling gradient transformations.
 */
import { defineError } from './error.js';

/** A transformation that looks at the parameters was updated without them. */
export const MissingParams = defineError(
  'MissingParams',
  (d: { op: string }) =>
    `${d.op} needs the current parameters: call update(updates, state, params) with the tree that init was given.`,
);

/** A transformation needs an argument beside updates, state and parameters, such as the value of the loss. */
export const MissingExtraArgument = defineError(
  'MissingExtraArgument',
  (d: { op: string; argument: string }) =>
    `${d.op} needs the extra argument '${d.argument}': call update(updates, state, params, { ${d.argument} }).`,
  TypeError,
);

/** A state does not belong to the transformation that is asked to update it. */
export const WrongState = defineError(
  'WrongState',
  (d: { op: string; expected: string; actual: string }) =>
    `${d.op}: the state is not one of this transformation: expected ${d.expected}, got ${d.actual}. ` +
    'Make a new one with init(params), or carry the old one over with migrateState.',
);

/** A parameter's label has no transformation. */
export const UnknownLabel = defineError(
  'UnknownLabel',
  (d: { op: string; unknown: readonly string[]; known: readonly string[] }) =>
    `${d.op}: no transformation for the labels ${d.unknown.map((x) => `'${x}'`).join(', ')}; ` +
    `there are transformations for ${d.known.map((x) => `'${x}'`).join(', ')}.`,
);

/** A search in a state for one value found several, or a replacement found none. */
export const AmbiguousKey = defineError('AmbiguousKey', (d: { op: string; key: string; found: readonly string[] }) =>
  d.found.length === 0
    ? `${d.op}: nothing named '${d.key}' is in the tree.`
    : `${d.op}: '${d.key}' is in the tree ${d.found.length} times: ${d.found.join(', ')}. ` +
      'Choose one with { filtering: (path, value) => ... }.',
);
