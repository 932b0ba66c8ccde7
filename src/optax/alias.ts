/**
 * Options with their defaults, as data: a function that makes a transformation says what its arguments are called and
 * which values they have when not given. `injectHyperparams` reads this, since JavaScript cannot ask a function.
 */

/** The arguments of a function that makes a transformation. */
export interface Signature {
  /** The names of the positional arguments. */
  readonly required: readonly string[];
  /** The options with the values that they have when not given. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

type Factory = (...args: never[]) => unknown;
const signatures = new WeakMap<Factory, Signature>();

/** The function itself, known by its signature from now on. */
export function alias<F extends Factory>(required: readonly string[], defaults: object, factory: F): F {
  signatures.set(factory, { required, defaults: defaults as Signature['defaults'] });
  return factory;
}

/** What is known of a function's arguments: of others than our own, the names of the positional ones as written. */
export function signatureOf(factory: Factory): Signature {
  const known = signatures.get(factory);
  if (known !== undefined) return known;
  const parameters = /^[^(]*\(([^)]*)\)|^\s*(?:async\s+)?([\w$]+)\s*=>/.exec(String(factory));
  const names = (parameters?.[1] ?? parameters?.[2] ?? '').split(',').map((name) => name.trim().split(/[\s=:]/)[0]);
  return { required: names.filter((name) => /^[\w$]+$/.test(name) && name !== 'options'), defaults: {} };
}

/** Options in which every default that was not given is filled in. */
export type Filled<Defaults, Options> = {
  readonly [K in keyof Defaults]: K extends keyof Options ? Exclude<Options[K], undefined> | Defaults[K] : Defaults[K];
};

/** The defaults, and the options that were given instead of them. */
export function filled<Defaults extends object, Options extends object>(
  defaults: Defaults,
  options: Options,
): Filled<Defaults, Options> {
  const merged: Record<string, unknown> = { ...(defaults as Record<string, unknown>) };
  for (const [key, value] of Object.entries(options)) if (value !== undefined) merged[key] = value;
  return merged as Filled<Defaults, Options>;
}
