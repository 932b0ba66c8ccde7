/**
 * Loops over steps that use modules. Source: haiku/_src/stateful.py.
 *
 * While `init` runs, the first step is taken outside of the loop, so that it can make parameters; they are the same in all
 * steps. State and keys are carried from step to step.
 */

import type { NdArray } from '../array/array.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { type ScanOptions as PureScanOptions, scan as pureScan } from '../lax/scan.js';
import { concatenate, expandDims, sliceInDim, squeeze } from '../primitive/index.js';
import { leaves, map } from '../tree/index.js';
import type { Arrays } from '../tree/types.js';
import { currentFrame, type Frame } from './frame.js';
import { type Internal, internalState, threaded, update } from './stateful.js';

/** Options of `scan`. */
export type ScanOptions = Omit<PureScanOptions<unknown>, 'xs'>;

type Step = (carry: unknown, x: unknown) => readonly [carry: unknown, y: unknown];
const each = map as unknown as (f: (...xs: NdArray[]) => NdArray, ...trees: readonly unknown[]) => unknown;

/** All steps in one loop; parameters are there already. */
function loop(frame: Frame, f: Step, init: unknown, xs: unknown, options: ScanOptions): readonly [unknown, unknown] {
  const carried = ({ state, rng }: Internal): Omit<Internal, 'params'> => ({ state, rng });
  const step = (carry: { value: unknown; internal: Omit<Internal, 'params'> }, x: unknown): unknown => {
    const [[value, y], after] = threaded(frame, { ...carry.internal, params: frame.params }, () => f(carry.value, x));
    return [{ value, internal: carried(after) }, y];
  };
  const start = { value: init, internal: carried(internalState(frame)) };
  const [last, ys] = pureScan(step as never, start as never, { ...options, xs } as never) as unknown as [
    { value: unknown; internal: Omit<Internal, 'params'> },
    unknown,
  ];
  update(frame, { ...last.internal, params: {} });
  return [last.value, ys];
}

/**
 * Carries a value over the leading axis of `xs`, as `lax.scan`, by a function that may use modules (`hk.scan`).
 * @returns `[final carry, stacked ys]`
 * @throws OutsideTransform when no transformed function is running
 * @throws InvalidArgument when `init` runs and there are no steps, so that nothing tells what parameters there are
 */
export function scan<C, X, Y>(
  f: (carry: Arrays<C>, x: Arrays<X>) => readonly [carry: unknown, y: Y],
  init: C,
  xs: X,
  options?: ScanOptions,
): readonly [carry: Arrays<C>, ys: Arrays<Y>];
export function scan(f: unknown, init: unknown, xs: unknown, options: ScanOptions = {}): unknown {
  checkOptions('scan', options, { length: 'integer', reverse: 'boolean', unroll: 'any' });
  const frame = currentFrame('scan');
  const step = f as Step;
  if (frame.paramsFrozen) return loop(frame, step, init, xs, options);
  const length = options.length ?? (leaves(xs) as NdArray[])[0]?.shape[0] ?? 0;
  if (length === 0) {
    throw new InvalidArgument({
      op: 'haiku.scan',
      argument: 'xs',
      expected: 'of at least one step while init runs, since the first one makes the parameters',
      actual: 'empty',
    });
  }
  const { reverse = false } = options;
  const place = reverse ? length - 1 : 0;
  const part = (start: number, stop: number): unknown => each((x) => sliceInDim(x, start, stop, 1, 0), xs);
  const first = each((x) => squeeze(x, [0]), part(place, place + 1));
  const [carry, y] = step(init, first);
  const single = each((x) => expandDims(x, [0]), y);
  if (length === 1) return [carry, single];
  const rest = reverse ? part(0, length - 1) : part(1, length);
  const [last, ys] = loop(frame, step, carry, rest, { ...options, length: length - 1 });
  const parts = reverse ? [ys, single] : [single, ys];
  return [last, each((...xs) => concatenate(xs, 0), ...parts)];
}
