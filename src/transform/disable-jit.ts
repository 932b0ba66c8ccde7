/**
 * Running jitted functions as they are: to step through them in a debugger, or to look at values on the way.
 */

import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { config } from '../config.js';

/**
 * Runs `body`, in which `jit` does nothing (`jax.disable_jit`). Values inside jitted functions can be read then.
 *
 * @param body synchronous: the setting is back to what it was when it returns
 */
export function disableJit<T>(body: () => T, options: { readonly disable?: boolean } = {}): T {
  checkOptions('disableJit', options, { disable: 'boolean' });
  checkArgument('disableJit', 'body', body, 'function');
  const before = config.disableJit;
  config.update('disableJit', options.disable ?? true);
  try {
    return body();
  } finally {
    config.update('disableJit', before);
  }
}
