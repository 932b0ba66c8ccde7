/**
 * From a function that uses modules to two pure functions: `init` makes the parameters, `apply` is given them.
 *
 *     const { init, apply } = hk.transform((x) => new hk.nets.MLP([300, 10]).call(x));
 *     const params = init(random.PRNGKey(0), x);
 *     const y = apply(params, null, x);
 *
 * Both can be jitted, differentiated and mapped; the function itself cannot. Source: haiku/_src/transform.py.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { HasState } from '../error/haiku.js';
import type { Key } from '../random/key.js';
import { type Bundles, currentFrame, Frame, type Params, type State, type StateValue, withFrame } from './frame.js';
import { PRNGSequence } from './rng.js';

/** A key, an integer seed, or null where no random numbers are needed. */
export type Rng = Key | number | null;

/** A function with modules as two pure ones: parameters are made by `init` and given to `apply`. */
export interface Transformed<A extends readonly unknown[], R> {
  init(rng: Rng, ...args: A): Params;
  apply(params: Params, rng: Rng, ...args: A): R;
}

/** As `Transformed`, with state that `apply` takes and returns. */
export interface TransformedWithState<A extends readonly unknown[], R> {
  init(rng: Rng, ...args: A): [params: Params, state: State];
  apply(params: Params, state: State, rng: Rng, ...args: A): [result: R, state: State];
}

const frozen = <T>(bundles: Bundles<T>): { readonly [module: string]: { readonly [name: string]: T } } =>
  Object.freeze(Object.fromEntries(Object.entries(bundles).map(([module, bundle]) => [module, Object.freeze(bundle)])));

const mapBundles = <T, U>(
  bundles: { readonly [m: string]: { readonly [n: string]: T } },
  f: (leaf: T) => U,
): Bundles<U> =>
  Object.fromEntries(
    Object.entries(bundles).map(([module, bundle]) => [
      module,
      Object.fromEntries(Object.entries(bundle).map(([name, leaf]) => [name, f(leaf)])),
    ]),
  );

const sequence = (rng: Rng): PRNGSequence | null => (rng === null ? null : new PRNGSequence(rng));

/** The two pure functions of one with parameters and state (`hk.transform_with_state`). */
export function transformWithState<A extends readonly unknown[], R>(f: (...args: A) => R): TransformedWithState<A, R> {
  checkArgument('transformWithState', 'f', f, 'function');
  return {
    init(rng, ...args) {
      const frame = new Frame({}, {}, sequence(rng), false);
      withFrame(frame, () => f(...args));
      return [frozen<NdArray>(frame.params), frozen(mapBundles(frame.state, (s) => s.initial))];
    },
    apply(params, state, rng, ...args) {
      const values = mapBundles<unknown, StateValue>(state ?? {}, (s) => ({ initial: s, current: s }));
      const frame = new Frame(params as Bundles<NdArray>, values, sequence(rng), true);
      const result = withFrame(frame, () => f(...args));
      return [result, frozen(mapBundles(frame.state, (s) => s.current))];
    },
  };
}

const checkStateless = (state: State): void => {
  const modules = Object.keys(state);
  if (modules.length > 0) throw new HasState({ modules });
};

/** Leaves out the state, which must be empty (`hk.without_state`). */
export const withoutState = <A extends readonly unknown[], R>(f: TransformedWithState<A, R>): Transformed<A, R> => {
  checkArgument('withoutState', 'f', f, 'object');
  return {
    init(rng, ...args) {
      const [params, state] = f.init(rng, ...args);
      checkStateless(state);
      return params;
    },
    apply(params, rng, ...args) {
      const [result, state] = f.apply(params, {}, rng, ...args);
      checkStateless(state);
      return result;
    },
  };
};

/** Adds a state, which is empty (`hk.with_empty_state`). */
export const withEmptyState = <A extends readonly unknown[], R>(f: Transformed<A, R>): TransformedWithState<A, R> => {
  checkArgument('withEmptyState', 'f', f, 'object');
  return {
    init: (rng, ...args) => [f.init(rng, ...args), {}],
    apply: (params, _, rng, ...args) => [f.apply(params, rng, ...args), {}],
  };
};

/**
 * The two pure functions of one with parameters (`hk.transform`).
 * @throws HasState, when they are called, if the function has state: use `transformWithState`
 */
export const transform = <A extends readonly unknown[], R>(f: (...args: A) => R): Transformed<A, R> => {
  checkArgument('transform', 'f', f, 'function');
  return withoutState(transformWithState(f));
};

/** A transformed function whose `apply` needs no key: `apply(params, ...args)` (`hk.without_apply_rng`). */
export const withoutApplyRng = <A extends readonly unknown[], R>(
  f: Transformed<A, R>,
): { init(rng: Rng, ...args: A): Params; apply(params: Params, ...args: A): R } => {
  checkArgument('withoutApplyRng', 'f', f, 'object');
  return {
    init: f.init,
    apply: (params, ...args) => f.apply(params, null, ...args),
  };
};

/** True while `init` runs (`hk.running_init`). */
export const runningInit = (): boolean => !currentFrame('runningInit').paramsFrozen;

/** The parameters made or given so far (`hk.get_params`). */
export const getParams = (): Params => frozen(mapBundles(currentFrame('getParams').params, (x) => x));
