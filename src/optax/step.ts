/**
 * A training step, from a loss and an optimizer; and the state of an optimizer after the parameters have changed shape.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { valueAndGrad } from '../transform/grad.js';
import { type Jitted, jit } from '../transform/jit.js';
import { flatten, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { stepOptions } from './options.js';
import {
  checkTransformation,
  type GradientTransformation,
  type StateFor,
  type StateType,
  updateOf,
} from './transformation.js';
import { applyUpdates } from './update.js';

/** What a step returns: everything that is new. */
export interface StepResult<P, State, Aux> {
  readonly params: P;
  readonly state: State;
  readonly loss: NdArray;
  readonly aux: Aux;
}

export interface StepOptions {
  /** Whether the loss returns `[loss, aux]`. Default false. */
  readonly hasAux?: boolean;
  /** Whether the memory of the old parameters and state is taken for the new ones. Default true. */
  readonly donate?: boolean;
}

/**
 * The training step of a loss and an optimizer, jitted, as a function of parameters, state and batch:
 *
 *     const train = optax.step(loss, optimizer);
 *     const { params, state, loss } = train(params0, optimizer.init(params0), batch);
 *
 * It is no more than these lines, which may as well be written out:
 *
 *     const train = jit((params, state, ...batch) => {
 *       const [loss, grads] = valueAndGrad(lossFn)(params, ...batch);
 *       const [updates, nextState] = optimizer.update(grads, state, params);
 *       return { params: optax.applyUpdates(params, updates), state: nextState, loss };
 *     }, { donateArgnums: [0, 1] });
 *
 * The old parameters and state are given up (donated): go on with those that are returned, or pass `donate: false`. The
 * optimizer gets `{ value, grad, valueFn }` as extra arguments, so that line searches work, too.
 */
export function step<P, Batch extends readonly unknown[], F extends StateType, Aux>(
  lossFn: (params: Arrays<P>, ...batch: Batch) => readonly [loss: NdArray, aux: Aux],
  optimizer: GradientTransformation<F>,
  options: StepOptions & { readonly hasAux: true },
): Jitted<
  [params: P, state: StateFor<F, Arrays<P>>, ...batch: Batch],
  StepResult<Arrays<P>, StateFor<F, Arrays<P>>, Aux>
>;
export function step<P, Batch extends readonly unknown[], F extends StateType>(
  lossFn: (params: Arrays<P>, ...batch: Batch) => NdArray,
  optimizer: GradientTransformation<F>,
  options?: StepOptions & { readonly hasAux?: false },
): Jitted<
  [params: P, state: StateFor<F, Arrays<P>>, ...batch: Batch],
  StepResult<Arrays<P>, StateFor<F, Arrays<P>>, null>
>;
export function step(
  lossFn: (params: never, ...batch: never[]) => unknown,
  optimizer: GradientTransformation,
  options: StepOptions = {},
): unknown {
  checkArgument('step', 'lossFn', lossFn, 'function');
  checkTransformation('step', 'optimizer', optimizer);
  checkOptions('step', options, stepOptions);
  const { hasAux = false, donate = true } = options;
  const loss = lossFn as (params: unknown, ...batch: readonly unknown[]) => never;
  const train = (
    params: unknown,
    state: unknown,
    ...batch: readonly unknown[]
  ): StepResult<unknown, unknown, unknown> => {
    const derivative = valueAndGrad as unknown as (
      f: unknown,
      options: { readonly hasAux: boolean },
    ) => (...args: readonly unknown[]) => readonly [result: unknown, grad: unknown];
    const [result, grad] = derivative(loss, { hasAux })(params, ...batch);
    const [value, aux] = (hasAux ? result : [result, null]) as [NdArray, unknown];
    const valueFn = (p: unknown): unknown => {
      const found = loss(p, ...batch) as unknown;
      return hasAux ? (found as [NdArray, unknown])[0] : found;
    };
    const [updates, next] = updateOf(optimizer, grad, state, params, { value, grad, valueFn });
    return { params: applyUpdates(params, updates), state: next, loss: value, aux };
  };
  return jit(train, donate ? { donateArgnums: [0, 1] } : {});
}

const isNode = (value: unknown): value is Record<string, unknown> | readonly unknown[] => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
};
const isArray = (value: unknown): value is NdArray =>
  typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value;

/**
 * The state for changed parameters, with everything from the old state that still fits: when layers are added, removed or
 * replaced, the moments of the others, and the counts, are kept.
 *
 * An entry is taken over when the old state has one at the same path with the same shape and dtype; the rest is as
 * `optimizer.init(params)` makes it. Edit the parameters with `tree.produce`, then
 *
 *     const state2 = optax.migrateState(optimizer, state, params2);
 */
export function migrateState<F extends StateType, P>(
  optimizer: GradientTransformation<F>,
  state: unknown,
  params: P,
): StateFor<F, Arrays<P>> {
  checkTransformation('migrateState', 'optimizer', optimizer);
  const merge = (fresh: unknown, old: unknown): unknown => {
    if (isNode(fresh)) {
      if (!isNode(old) || Array.isArray(fresh) !== Array.isArray(old)) return fresh;
      const before = old as Record<string, unknown>;
      if (Array.isArray(fresh)) return Object.freeze(fresh.map((child, i) => merge(child, before[i])));
      const entries = Object.entries(fresh).map(([key, child]) => [
        key,
        Object.hasOwn(before, key) ? merge(child, before[key]) : child,
      ]);
      return Object.freeze(Object.fromEntries(entries));
    }
    const [leaves, treedef] = flatten(fresh);
    const [kept, keptDef] = flatten(old);
    if (treedef !== keptDef || leaves.some((leaf, i) => !fits(leaf, kept[i]))) return fresh;
    return unflatten(treedef, kept);
  };
  const fits = (leaf: unknown, old: unknown): boolean =>
    isArray(leaf) && isArray(old) ? leaf.dtype === old.dtype && leaf.shape.join() === old.shape.join() : leaf === old;
  return merge(optimizer.init(params), state) as StateFor<F, Arrays<P>>;
}
