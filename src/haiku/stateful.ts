/**
 * Transformations inside of a transformed function.
 *
 * The functions of `fluxion` want pure functions, and one that uses modules is not: it makes parameters, changes state and
 * takes keys. These carry all of that in and out as values. Source: haiku/_src/stateful.py.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import type { Key } from '../random/key.js';
import { type CheckpointOptions, checkpoint } from '../transform/checkpoint.js';
import { valueAndGrad as pureValueAndGrad } from '../transform/grad.js';
import { checkpointOptions } from '../transform/options.js';
import type { Arrays, Gradient } from '../tree/types.js';
import { type Bundles, currentFrame, Frame, type StateValue, withFrame } from './frame.js';
import { PRNGSequence } from './rng.js';

/** Everything in a frame that consists of arrays. */
export interface Internal {
  readonly params: Bundles<NdArray>;
  readonly state: Bundles<StateValue>;
  readonly rng: Key | null;
}

const copied = <T>(bundles: Bundles<T>): Bundles<T> =>
  Object.fromEntries(Object.entries(bundles).map(([module, bundle]) => [module, { ...bundle }]));

/** What the running function has: parameters only where they are being made, since otherwise they do not change. */
export function internalState(frame: Frame): Internal {
  return {
    params: frame.paramsFrozen ? {} : copied(frame.params),
    state: copied(frame.state),
    rng: frame.rng?.internalState ?? null,
  };
}

/** Runs `body` as a pure function of the internal state. */
export function threaded<T>(frame: Frame, internal: Internal, body: () => T): [result: T, after: Internal] {
  const inner = new Frame(
    frame.paramsFrozen ? frame.params : copied(internal.params),
    copied(internal.state),
    internal.rng === null ? null : new PRNGSequence(internal.rng),
    frame.paramsFrozen,
    frame.levels,
  );
  inner.hooks = frame.hooks;
  const result = withFrame(inner, body);
  return [result, internalState(inner)];
}

/** Takes over what a pure function returned as the internal state. */
export function update(frame: Frame, after: Internal): void {
  if (!frame.paramsFrozen) Object.assign(frame.params, copied(after.params));
  Object.assign(frame.state, copied(after.state));
  if (after.rng !== null) frame.rng?.replaceInternalState(after.rng);
}

/**
 * A function whose intermediate results are computed again for the derivative instead of kept (`hk.remat`).
 * @throws OutsideTransform when no transformed function is running
 */
export function remat<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: CheckpointOptions = {},
): (...args: A) => Arrays<R> {
  checkArgument('remat', 'f', f, 'function');
  checkOptions('remat', options, checkpointOptions);
  return (...args) => {
    const frame = currentFrame('remat');
    const pure = (internal: Internal, ...rest: A): [R, Internal] => threaded(frame, internal, () => f(...rest));
    const [result, after] = checkpoint(pure, options)(internalState(frame), ...args);
    update(frame, after as unknown as Internal);
    return result as Arrays<R>;
  };
}

/**
 * The value of `f` and its gradient with respect to the first argument (`hk.value_and_grad`).
 * @throws OutsideTransform when no transformed function is running
 */
export function valueAndGrad<A extends readonly unknown[]>(
  f: (...args: A) => NdArray,
): (...args: A) => [value: NdArray, gradient: Gradient<A[0]>] {
  checkArgument('valueAndGrad', 'f', f, 'function');
  return (...args) => {
    const frame = currentFrame('valueAndGrad');
    const internal = internalState(frame);
    const pure = (...all: A): [NdArray, Internal] => threaded(frame, internal, () => f(...all));
    const [[value, after], gradient] = pureValueAndGrad(pure, { hasAux: true })(...args) as unknown as [
      [NdArray, Internal],
      Gradient<A[0]>,
    ];
    update(frame, after);
    return [value, gradient];
  };
}

/** The gradient of `f` with respect to the first argument (`hk.grad`). */
export const grad = <A extends readonly unknown[]>(f: (...args: A) => NdArray): ((...args: A) => Gradient<A[0]>) => {
  checkArgument('grad', 'f', f, 'function');
  return (...args) => valueAndGrad(f)(...args)[1];
};
