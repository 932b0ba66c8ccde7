/**
 * Transformations in a row: the updates that one returns are the updates that the next one gets.
 *
 * Transformations with `chain` as product and `identity()` as unit are a monoid: what they do to updates is associative,
 * and the unit does nothing. (Their states are nested as the chains are.) Source: optax, `transforms/_combining.py`.
 */

import type { Monoid } from 'fp-ts/lib/Monoid.js';
import { checkArgument } from '../array/kind.js';
import { NameError } from '../error/error.js';
import { WrongState } from '../error/optax.js';
import {
  checkTransformation,
  GradientTransformation,
  identity,
  type StateFor,
  type StateType,
  updateOf,
} from './transformation.js';

/** The states of the members, in order. */
export interface ChainState<Fs extends readonly StateType[]> extends StateType {
  readonly state: { readonly [K in keyof Fs]: StateFor<Fs[K], this['params']> };
}

/**
 * Applies transformations one after the other. The state is the array of theirs.
 *
 * `chain(clipByGlobalNorm(1), scaleByAdam(), scale(-1e-3))`
 * @throws WrongState when `update` is given the state of another chain
 * @example
 * const tx = optax.chain(optax.clip(1), optax.scale(-0.1));
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [-0.1, 0.1]
 */
export function chain<const Fs extends readonly StateType[]>(
  ...args: { readonly [K in keyof Fs]: GradientTransformation<Fs[K]> }
): GradientTransformation<ChainState<Fs>> {
  for (const [i, tx] of args.entries()) checkTransformation('chain', `argument ${i}`, tx);
  const members = args as readonly GradientTransformation[];
  return GradientTransformation<ChainState<Fs>>(
    (params) => members.map((tx) => tx.init(params)) as unknown as StateFor<ChainState<Fs>, unknown>,
    (updates, state, params, extra) => {
      const states = state as unknown as readonly unknown[];
      if (!Array.isArray(states) || states.length !== members.length) {
        const actual = Array.isArray(states) ? `${states.length} states` : typeof states;
        throw new WrongState({ op: 'chain', expected: `${members.length} states`, actual });
      }
      const next: unknown[] = [];
      for (const [i, tx] of members.entries()) {
        const [changed, memberState] = updateOf(tx, updates, states[i], params, extra);
        updates = changed;
        next.push(memberState);
      }
      return [updates, next as unknown as typeof state];
    },
  );
}

/** The monoid of gradient transformations, for fp-ts: `concat` is `chain`, `empty` is `identity()`. */
export const MonoidTransformation: Monoid<GradientTransformation> = {
  concat: (first, second) => chain(first, second),
  empty: identity(),
};

/** The state of a named chain: the members' states by name. */
export interface NamedState extends StateType {
  readonly state: { readonly [name: string]: unknown };
}

/**
 * As `chain`, of pairs of a name and a transformation: the state is an object with their states by name.
 * @throws NameError when a name is used twice
 */
export function namedChain(
  ...args: readonly (readonly [name: string, tx: GradientTransformation])[]
): GradientTransformation<NamedState> {
  for (const [i, pair] of args.entries()) {
    checkArgument('namedChain', `argument ${i}`, pair, 'list');
    checkArgument('namedChain', `the name of argument ${i}`, pair[0], 'string');
    checkTransformation('namedChain', `argument ${i}`, pair[1]);
  }
  const names = args.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new NameError({ op: 'namedChain', name: twice, reason: 'names two transformations' });
  return GradientTransformation<NamedState>(
    (params) => Object.fromEntries(args.map(([name, tx]) => [name, tx.init(params)])),
    (updates, state, params, extra) => {
      const next: Record<string, unknown> = {};
      for (const [name, tx] of args) {
        [updates, next[name]] = updateOf(tx, updates, state[name], params, extra);
      }
      return [updates, next];
    },
  );
}
