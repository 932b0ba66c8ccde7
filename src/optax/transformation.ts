/**
 * A gradient transformation is a pair of pure functions.
 *
 *     init:   params                          -> state
 *     update: (updates, state, params, extra) -> [updates, state]
 *
 * It takes gradients (or what another transformation made of them) and returns what is to be added to the parameters,
 * with the state it will want to see next time. Nothing is kept inside: the state is a tree like any other, so that a step
 * can be jitted, differentiated, vectorized, scanned and saved. Optimizers are chains of such transformations.
 *
 * Source: optax, `_src/base.py`.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, describeValue } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { InvalidArgument } from '../error/error.js';
import { MissingExtraArgument, MissingParams } from '../error/optax.js';
import type { Arrays, MapLeaves } from '../tree/types.js';
import * as jnp from './arithmetic.js';
import { leafwise } from './tree/leafwise.js';

/** A tree of arrays and numbers: what is trained. */
export type Params = unknown;
/** A tree of the structure of the parameters: gradients, and what becomes of them. */
export type Updates = unknown;
/** The state of a transformation about which nothing more is known. */
export type OptState = unknown;

/**
 * The type of a state as a function of the type of the parameters: `StateFor<F, P>` is `F['state']` with
 * `this['params']` read as `P`. This is how `adam(1e-3).init(params)[0].mu` has the type of `params`.
 */
export interface StateType {
  readonly params: unknown;
  readonly state: unknown;
}
export type StateFor<F extends StateType, P> = (F & { readonly params: P })['state'];

/** Any state. */
export interface AnyState extends StateType {
  readonly state: OptState;
}

/** No state at all. */
export type EmptyState = { readonly [key in never]: never };
export interface NoState extends StateType {
  readonly state: EmptyState;
}

/** Arguments of `update` beside updates, state and parameters: `value`, `grad`, `valueFn`, ... Unknown ones are ignored. */
export type ExtraArgs = { readonly [name: string]: unknown };

/** A pair of pure functions that make parameter updates of gradients. See the head of this file. */
export interface GradientTransformation<F extends StateType = AnyState> {
  /** The state before the first update. */
  init<P>(params: P): StateFor<F, Arrays<P>>;
  /**
   * The transformed updates and the next state, both frozen.
   *
   * `params` are needed by those transformations that look at them (weight decay, trust ratios), `extra` by those that
   * say so. In place of `params` and `extra` one object `{ params, ...extra }` may be given, unless the updates
   * themselves have a key `params`.
   * @throws MissingParams, MissingExtraArgument
   */
  update<U>(
    updates: U,
    state: StateFor<F, Arrays<U>>,
    params?: MapLeaves<U, ArrayLike> | { readonly params: MapLeaves<U, ArrayLike> } | null,
    extra?: ExtraArgs,
  ): readonly [updates: Arrays<U>, state: StateFor<F, Arrays<U>>];
}

/** `update` of a member of another transformation, by which trees and states are handed on without being looked at. */
export const updateOf = <State>(
  tx: GradientTransformation,
  updates: Updates,
  state: State,
  params: Params | null,
  extra: ExtraArgs = noExtra,
): readonly [updates: Updates, state: State] =>
  (tx.update as (...args: readonly unknown[]) => readonly [Updates, State])(updates, state, params, extra);

/**
 * Refuses what is not a transformation.
 * @throws InvalidArgument
 */
export function checkTransformation(op: string, argument: string, value: unknown): void {
  const { init, update } = Object(value) as Partial<GradientTransformation>;
  if (typeof init === 'function' && typeof update === 'function') return;
  const expected = 'a transformation: an object with the functions init and update';
  throw new InvalidArgument({ op, argument, expected, actual: describeValue(value) });
}

/** The same: every transformation here takes extra arguments, and ignores those that it does not know. */
export type GradientTransformationExtraArgs<F extends StateType = AnyState> = GradientTransformation<F>;

/** `init` and `update` of a transformation. */
export type TransformInitFn<F extends StateType = AnyState> = GradientTransformation<F>['init'];
export type TransformUpdateFn<F extends StateType = AnyState> = GradientTransformation<F>['update'];
export type TransformUpdateExtraArgsFn<F extends StateType = AnyState> = TransformUpdateFn<F>;

/** `update` as the author of a transformation writes it: trees are opaque, `params` is null when absent. */
export type UpdateFunction<F extends StateType> = (
  updates: Updates,
  state: StateFor<F, unknown>,
  params: Params | null,
  extra: ExtraArgs,
) => readonly [updates: Updates, state: StateFor<F, unknown>];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** States are records or lists made for the occasion; a state that is an array is left alone. */
const frozen = (state: unknown): unknown => (isRecord(state) || Array.isArray(state) ? Object.freeze(state) : state);

const noExtra: ExtraArgs = Object.freeze({});

/** A transformation of its two functions: the one place where arguments are sorted and results are frozen. */
export function GradientTransformation<F extends StateType = AnyState>(
  init: (params: Params) => StateFor<F, unknown>,
  update: UpdateFunction<F>,
): GradientTransformation<F> {
  checkArgument('GradientTransformation', 'init', init, 'function');
  checkArgument('GradientTransformation', 'update', update, 'function');
  const transformation = {
    init: (params: Params): unknown => frozen(init(params)),
    update: (updates: Updates, state: StateFor<F, unknown>, params: unknown, extra: ExtraArgs = noExtra): unknown => {
      const isOptions =
        isRecord(params) && Object.hasOwn(params, 'params') && !(isRecord(updates) && 'params' in updates);
      const { params: given = null, ...rest } = isOptions ? params : { params: params ?? null };
      const [next, nextState] = update(updates, state, given, isOptions ? { ...rest, ...extra } : extra);
      return Object.freeze([next, frozen(nextState)]);
    },
  };
  return Object.freeze(transformation) as GradientTransformation<F>;
}
export const GradientTransformationExtraArgs = GradientTransformation;

/** The only value of `EmptyState`. */
export const emptyState: EmptyState = Object.freeze({});

/** `init` of a transformation without state. */
export const initEmptyState = (_params?: Params): EmptyState => emptyState;

/** The parameters, which the transformation `op` cannot do without. */
export function required(op: string, params: Params | null): Params {
  if (params === null || params === undefined) throw new MissingParams({ op });
  return params;
}

/** The extra argument `argument`, which the transformation `op` cannot do without. */
export function requiredExtra(op: string, extra: ExtraArgs, argument: string): unknown {
  if (extra[argument] === undefined) throw new MissingExtraArgument({ op, argument });
  return extra[argument];
}

/** A transformation without state, from a function of updates and parameters (null when not given). */
export const stateless = (f: (updates: Updates, params: Params | null) => Updates): GradientTransformation<NoState> => {
  checkArgument('stateless', 'f', f, 'function');
  return GradientTransformation<NoState>(initEmptyState, (updates, state, params) => [f(updates, params), state]);
};

/** A transformation without state, from a function of one leaf of the updates and one of the parameters (null when not given). */
export const statelessWithTreeMap = (
  f: (update: NdArray, param: NdArray | null) => NdArray,
): GradientTransformation<NoState> => {
  checkArgument('statelessWithTreeMap', 'f', f, 'function');
  return stateless((updates, params) =>
    params === null
      ? leafwise((u: NdArray) => f(u, null), updates)
      : leafwise((...[u, p]: [NdArray, NdArray]) => f(u, p), updates, params),
  );
};

/**
 * Leaves the updates as they are: the unit of `chain`.
 *
 * Not to be mistaken for `setToZero`, which leaves the *parameters* as they are.
 * @example
 * const tx = optax.identity();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [4, -1]
 */
export const identity = (): GradientTransformation<NoState> => stateless((updates) => updates);

/**
 * Makes all updates 0, so that the parameters stay what they are. With `masked` or `partition`, freezes some of them.
 * @example
 * const tx = optax.setToZero();
 * const w = jnp.array([1, 2]);
 * tx.update(jnp.array([4, -1]), tx.init(w), w)[0] // => [0, 0]
 */
export const setToZero = (): GradientTransformation<NoState> =>
  stateless((updates) => leafwise((u: NdArray) => jnp.zerosLike(u), updates));

/** The transformation itself: every transformation here ignores extra arguments that it does not know. */
export const withExtraArgsSupport = <F extends StateType>(tx: GradientTransformation<F>): GradientTransformation<F> => {
  checkTransformation('withExtraArgsSupport', 'tx', tx);
  return tx;
};
