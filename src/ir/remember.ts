/**
 * Remembering what was made from a jaxpr: one jaxpr transformed twice in the same way is one jaxpr, so what was compiled
 * for it is found again.
 */
import { Jaxpr } from './jaxpr.js';

/** A function of a jaxpr and some plain settings (jaxprs among them), computed once for each; forgotten with the jaxpr. */
export function remembered<Settings extends readonly unknown[], Result>(
  compute: (jaxpr: Jaxpr, ...settings: Settings) => Result,
): (jaxpr: Jaxpr, ...settings: Settings) => Result {
  const results = new WeakMap<Jaxpr, Map<string, Result>>();
  return (jaxpr, ...settings) => {
    let bySettings = results.get(jaxpr);
    if (bySettings === undefined) {
      bySettings = new Map();
      results.set(jaxpr, bySettings);
    }
    const key = JSON.stringify(settings, (_, value) => (value instanceof Jaxpr ? `jaxpr ${value.id}` : value));
    let result = bySettings.get(key);
    if (result === undefined) {
      result = compute(jaxpr, ...settings);
      bySettings.set(key, result);
    }
    return result;
  };
}

/** The same for a function of several jaxprs; forgotten with the first of them. */
export function rememberedAll<Settings extends readonly unknown[], Result>(
  compute: (jaxprs: readonly Jaxpr[], ...settings: Settings) => Result,
): (jaxprs: readonly Jaxpr[], ...settings: Settings) => Result {
  const first = remembered((_: Jaxpr, jaxprs: readonly Jaxpr[], ...settings: Settings) => compute(jaxprs, ...settings));
  return (jaxprs, ...settings) => first(jaxprs[0], jaxprs, ...settings);
}
