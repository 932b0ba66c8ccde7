/**
 * Borders around arrays (`jnp.pad`).
 *
 * Each mode says where a place outside takes its value from; it is applied axis by axis. Source: numpy.pad, jax.numpy.pad.
 */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, describeValue, scalar } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { cut, takeRows } from './joining.js';
import { padOptions } from './options.js';
import { max, mean, min } from './reduction.js';

/** Widths before and after: one number for all, one pair for all axes, or a pair for each axis. */
export type PadWidth = number | readonly [number] | readonly [number, number] | readonly (readonly [number, number])[];

/** Options of `pad`. */
export interface PadOptions {
  /** Default `'constant'`. */
  readonly mode?:
    | 'constant'
    | 'edge'
    | 'reflect'
    | 'symmetric'
    | 'wrap'
    | 'linear_ramp'
    | 'maximum'
    | 'minimum'
    | 'mean'
    | 'empty';
  /** For `'constant'`: the value, or one before and one after. Default 0. */
  readonly constantValues?: ArrayLike;
  /** For `'linear_ramp'`: the value at the outer end. Default 0. */
  readonly endValues?: number;
  /** For `'maximum'`, `'minimum'`, `'mean'`: how many elements at the edge count. Default all. */
  readonly statLength?: number | null;
}

type Pair = readonly [before: number, after: number];

function widths(padWidth: PadWidth, ndim: number): Pair[] {
  const wrong = (): never => {
    throw new InvalidArgument({
      op: 'pad',
      argument: 'padWidth',
      expected: `a number, a pair, or ${ndim} pairs of integers, none negative`,
      actual: Array.isArray(padWidth) ? `[${padWidth.map(String).join('; ')}]` : describeValue(padWidth),
    });
  };
  if (typeof padWidth !== 'number') checkArgument('pad', 'padWidth', padWidth, 'list');
  let pairs: Pair[];
  if (typeof padWidth === 'number') pairs = range(ndim).map(() => [padWidth, padWidth]);
  else if (padWidth.length > 0 && typeof padWidth[0] === 'number') {
    const [before, after = before] = padWidth as readonly number[];
    pairs = range(ndim).map(() => [before, after]);
  } else {
    const list = padWidth as readonly Pair[];
    if (!list.every((pair) => Array.isArray(pair))) wrong();
    pairs = list.length === 1 ? range(ndim).map(() => list[0]) : [...list];
  }
  if (pairs.length !== ndim || pairs.flat().some((n) => !Number.isInteger(n) || n < 0)) wrong();
  return pairs;
}

/** The place inside 0..n-1 that place `i`, maybe outside, mirrors or repeats. */
const sources: { readonly [mode: string]: (i: number, n: number) => number } = {
  edge: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: (i, n) => ((i % n) + n) % n,
  symmetric: (i, n) => {
    const k = ((i % (2 * n)) + 2 * n) % (2 * n);
    return k < n ? k : 2 * n - 1 - k;
  },
  reflect: (i, n) => {
    if (n === 1) return 0;
    const period = 2 * (n - 1);
    const k = ((i % period) + period) % period;
    return k < n ? k : period - k;
  },
};

/**
 * The array with a border.
 *
 * `mode`: `'constant'`, `'edge'` (the outermost element), `'reflect'` (mirrored, without the edge), `'symmetric'` (mirrored,
 * with it), `'wrap'` (periodic), `'linear_ramp'`, `'maximum'`, `'minimum'`, `'mean'`.
 * @throws InvalidArgument for negative widths, or an empty axis where elements are needed
 */
export function pad(array: ArrayLike, padWidth: PadWidth, options: PadOptions = {}): NdArray {
  checkOptions('pad', options, padOptions);
  const x = asArray(array, 'pad', 'array');
  const { mode = 'constant' } = options;
  const pairs = widths(padWidth, x.ndim);
  if (mode === 'constant' || mode === 'empty') return padConstant(x, pairs, options.constantValues ?? 0);
  return pairs.reduce<NdArray>((out, [before, after], axis) => {
    const n = out.shape[axis];
    if (before === 0 && after === 0) return out;
    if (n === 0) {
      throw new InvalidArgument({
        op: 'pad',
        argument: 'array',
        expected: `not empty along axis ${axis}`,
        actual: 'empty',
      });
    }
    const from = sources[mode];
    if (from !== undefined) {
      const index = Int32Array.from({ length: before + n + after }, (_, i) => from(i - before, n));
      return takeRows(out, asArray(index, 'pad'), axis);
    }
    if (mode === 'linear_ramp') return ramp(out, axis, before, after, options.endValues ?? 0);
    return statistic(out, axis, before, after, mode, options.statLength ?? n);
  }, x);
}

function padConstant(x: NdArray, pairs: readonly Pair[], values: ArrayLike): NdArray {
  const config = (pair: Pair): readonly [number, number, number] => [pair[0], pair[1], 0];
  const value = cast(asArray(values, 'pad', 'constantValues'), x.dtype);
  if (value.ndim === 0) return primitive.pad(x, value, pairs.map(config));
  const two = primitive.reshape(value, [value.size]);
  const pick = (i: number): NdArray => primitive.squeeze(cut(two, 0, i, i + 1), [0]);
  const [first, last] = [pick(0), pick(value.size - 1)];
  return pairs.reduce<NdArray>((out, [before, after], axis) => {
    const only = (pair: Pair) => range(out.ndim).map((i) => config(i === axis ? pair : [0, 0]));
    return primitive.pad(primitive.pad(out, first, only([before, 0])), last, only([0, after]));
  }, x);
}

/** From `end` outside to the edge element, in equal steps. */
function ramp(x: NdArray, axis: number, before: number, after: number, end: number): NdArray {
  const side = (width: number, edge: NdArray, leading: boolean): NdArray => {
    const shape = x.shape.map((n, i) => (i === axis ? width : n));
    const steps = Float64Array.from({ length: width }, (_, i) => (leading ? i : width - 1 - i) / width);
    const t = cast(asArray(Float32Array.from(steps), 'pad'), x.dtype);
    const weight = primitive.broadcastInDim(t, shape, [axis]);
    const all = primitive.broadcastInDim(edge, shape, range(x.ndim));
    const rise = primitive.sub(all, scalar(end, x.dtype));
    return primitive.add(primitive.mul(rise, weight), scalar(end, x.dtype));
  };
  return primitive.concatenate(
    [side(before, cut(x, axis, 0, 1), true), x, side(after, cut(x, axis, x.shape[axis] - 1, x.shape[axis]), false)],
    axis,
  );
}

function statistic(x: NdArray, axis: number, before: number, after: number, mode: string, length: number): NdArray {
  const reduce = mode === 'maximum' ? max : mode === 'minimum' ? min : mean;
  const n = x.shape[axis];
  const side = (part: NdArray, width: number): NdArray => {
    const value = cast(reduce(part, { axis, keepdims: true }), x.dtype);
    return primitive.broadcastInDim(
      value,
      x.shape.map((m, i) => (i === axis ? width : m)),
      range(x.ndim),
    );
  };
  return primitive.concatenate(
    [side(cut(x, axis, 0, Math.min(length, n)), before), x, side(cut(x, axis, Math.max(0, n - length), n), after)],
    axis,
  );
}
