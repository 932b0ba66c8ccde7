/**
 * Names for parts of a program: shown in error messages, in NaN explanations, and in what compilers and profilers print.
 *
 * Source: jax.named_scope, jax.named_call.
 */

import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { withScope } from '../error/location.js';
import { nameOf } from './flat-function.js';

function checkName(op: string, name: unknown): void {
  if (typeof name === 'string' && name.length > 0) return;
  throw new InvalidArgument({ op, argument: 'name', expected: 'a string that is not empty', actual: String(name) });
}

/**
 * Runs `body`, whose operations are named `name`, inside of the names around it (`jax.named_scope`).
 *
 * @example namedScope('encoder', () => namedScope('layer1', () => linear(params, x))) // encoder/layer1
 */
export function namedScope<T>(name: string, body: () => T): T {
  checkArgument('namedScope', 'name', name, 'string');
  checkArgument('namedScope', 'body', body, 'function');
  checkName('namedScope', name);
  return withScope(name, body);
}

/** The function whose operations are named after it, or `name` (`jax.named_call`). */
export function namedCall<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: { readonly name?: string } = {},
): (...args: A) => R {
  checkOptions('namedCall', options, { name: 'string' });
  checkArgument('namedCall', 'f', f, 'function');
  const name = options.name ?? nameOf(f as (...args: never[]) => unknown);
  checkName('namedCall', name);
  const named = (...args: A): R => withScope(name, () => f(...args));
  Object.defineProperty(named, 'name', { value: name });
  return named;
}
