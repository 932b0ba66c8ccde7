/** Mistakes with modules and their parameters. */
import { defineError } from './error.js';

/** Something of haiku's was used while no transformed function runs. */
export const OutsideTransform = defineError(
  'OutsideTransform',
  (d: { op: string }) =>
    `haiku.${d.op} works only inside of a function given to haiku.transform, while its init or apply runs. ` +
    'Modules are made inside of that function too.',
);

/** `apply` was asked for a parameter that its `params` do not have. */
export const MissingParameter = defineError(
  'MissingParameter',
  (d: { module: string; name: string; known: readonly string[] }) =>
    `There is no parameter '${d.name}' of module '${d.module}'. All parameters are made by init; ` +
    (d.known.length === 0
      ? 'the params given to apply hold nothing.'
      : `the params given to apply hold ${d.known.slice(0, 5).join(', ')}${d.known.length > 5 ? ', ...' : ''}.`),
);

/** A parameter has another shape than its module expects. */
export const ParameterShapeMismatch = defineError(
  'ParameterShapeMismatch',
  (d: { module: string; name: string; expected: readonly number[]; actual: readonly number[] }) =>
    `Parameter '${d.name}' of module '${d.module}' has shape [${d.actual.join(', ')}], but [${d.expected.join(', ')}] is ` +
    'needed for this input. Was it made by init for an input of another shape?',
  TypeError,
);

/** Random numbers are needed, but no key was given. */
export const MissingKey = defineError(
  'MissingKey',
  (d: { op: string }) =>
    `haiku.${d.op} needs random numbers, but init or apply was called with rng = null. Pass a key: random.PRNGKey(0).`,
);

/** A parameter or state that has no value yet came without an initializer. */
export const MissingInitializer = defineError(
  'MissingInitializer',
  (d: { op: string; module: string; name: string }) =>
    `haiku.${d.op}: '${d.name}' of module '${d.module}' has no value yet, and no { init } was given to make one.`,
);

/** `transform` was given a function that has state. */
export const HasState = defineError(
  'HasState',
  (d: { modules: readonly string[] }) =>
    `The transformed function has state (in ${d.modules.join(', ')}); use haiku.transformWithState.`,
);
