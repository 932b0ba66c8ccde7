/**
 * Settings for the time of one function call: where Python has `with jax.enable_x64(True):`, here is a function that takes
 * the body. All bodies are synchronous: the setting is back to what it was when they return.
 */
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { config, type Settings } from '../config.js';

/** A setting that is on or off. */
type Switch = { [K in keyof Settings]: Settings[K] extends boolean ? K : never }[keyof Settings];

function during<T>(name: Switch, value: boolean, body: () => T): T {
  checkArgument(name, 'body', body, 'function');
  const before = config.read(name);
  config.update(name, value);
  try {
    return body();
  } finally {
    config.update(name, before);
  }
}

/**
 * Runs `body`, in which `jit` does nothing (`jax.disable_jit`). Values inside jitted functions can be read then: to step
 * through them in a debugger, or to look at values on the way.
 */
export const disableJit = <T>(body: () => T, options: { readonly disable?: boolean } = {}): T =>
  during('disableJit', checkOptions('disableJit', options, { disable: 'boolean' }).disable ?? true, body);

/** Runs `body`, in which 64-bit dtypes are kept (`jax.enable_x64`), or narrowed with `newVal: false`. */
export const enableX64 = <T>(body: () => T, options: { readonly newVal?: boolean } = {}): T =>
  during('enableX64', checkOptions('enableX64', options, { newVal: 'boolean' }).newVal ?? true, body);

/**
 * Runs `body`, in which the first operation whose result is NaN is an error (`jax.debug_nans`).
 * @throws NonFinite with the step that made it
 */
export const debugNans = <T>(body: () => T, options: { readonly newVal?: boolean } = {}): T =>
  during('debugNans', checkOptions('debugNans', options, { newVal: 'boolean' }).newVal ?? true, body);
