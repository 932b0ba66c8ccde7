/**
 * Large batches in small pieces: a function is applied to one microbatch after the other, and its results are summed,
 * averaged or joined. The memory is that of one piece.
 *
 * Element `j` of microbatch `i` is element `j count + i` of the batch, so that batches sharded over devices stay so. Source:
 * optax, `microbatching/`.
 */

import type { NdArray } from '../array/array.js';
import { isFloat } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import { foriLoop } from '../lax/while-loop.js';
import { evalShape } from '../transform/make-jaxpr.js';
import { flatten, unflatten } from '../tree/tree.js';
import { filled } from './alias.js';
import * as jnp from './arithmetic.js';
import { microbatchOptions } from './options.js';
import { leafArrays, leafwise } from './tree/leafwise.js';

/** How the results of microbatches become one. */
export interface Accumulator {
  /** The accumulator before the first microbatch, from the shape of a result. */
  init(value: NdArray, numMicrobatches: number): NdArray;
  update(carry: NdArray, value: NdArray, index: NdArray): NdArray;
  finalize(carry: NdArray, numMicrobatches: number): NdArray;
}

const zeros = (value: NdArray): NdArray => jnp.zeros(value.shape, { dtype: value.dtype });
function floatZeros(value: NdArray): NdArray {
  if (isFloat(value.dtype)) return zeros(value);
  throw new DTypeMismatch({
    op: 'microbatch',
    argument: 'a result',
    expected: 'means need floating point',
    actual: value.dtype,
  });
}
const itself = (carry: NdArray): NdArray => carry;

/** The accumulators by name: the sum, the mean, the mean of those done so far, all results along the first axis. */
export const AccumulationType: {
  readonly [name in 'SUM' | 'MEAN' | 'RUNNING_MEAN' | 'CONCAT']: Accumulator;
} = {
  SUM: { init: zeros, update: (carry, value) => jnp.add(carry, value), finalize: itself },
  MEAN: {
    init: floatZeros,
    update: (carry, value) => jnp.add(carry, value),
    finalize: (carry, n) => jnp.div(carry, n),
  },
  RUNNING_MEAN: {
    init: floatZeros,
    update: (carry, value, index) => {
      const share = jnp.div(index, jnp.add(index, 1));
      return jnp.add(jnp.mul(carry, share), jnp.mul(value, jnp.sub(1, share)));
    },
    finalize: itself,
  },
  CONCAT: {
    init: (value, n) => jnp.zeros([n, ...value.shape], { dtype: value.dtype }),
    update: (carry, value, index) => jnp.at(carry, index).set(value),
    finalize: (carry) => {
      const [n, size, ...rest] = carry.shape;
      return jnp.reshape(jnp.swapaxes(carry, 0, 1), [size * n, ...rest]);
    },
  },
};
export type AccumulationName = keyof typeof AccumulationType;

/** One accumulator or its name, for all results, or a tree of them that is a prefix of the results. */
export type AccumulatorTree = unknown;

/** Options of `microbatch`. */
export interface MicrobatchOptions {
  /** How results become one. Default 'SUM'. */
  readonly accumulator?: AccumulatorTree;
  /** The batch axis of the batched arguments, or one for each. Default 0. */
  readonly inAxes?: number | readonly number[];
  /** How many microbatches are really computed, the others being padding; all when null. */
  readonly numRealMicrobatches?: number | NdArray | null;
}

const defaults = { accumulator: 'SUM' as unknown, inAxes: 0 as number | readonly number[], numRealMicrobatches: null };

const isAccumulator = (node: unknown): boolean =>
  typeof node === 'string' || (typeof node === 'object' && node !== null && 'finalize' in node);

function accumulatorsFor(tree: AccumulatorTree, result: unknown): Accumulator[] {
  const named = (node: unknown): Accumulator => {
    const accumulator = typeof node === 'string' ? AccumulationType[node as AccumulationName] : (node as Accumulator);
    if (accumulator !== undefined) return accumulator;
    throw new InvalidArgument({
      op: 'microbatch',
      argument: 'accumulator',
      expected: "'SUM', 'MEAN', 'RUNNING_MEAN', 'CONCAT' or an Accumulator",
      actual: `'${String(node)}'`,
    });
  };
  const [accumulators, treedef] = flatten(tree, { isLeaf: isAccumulator });
  const subtrees = treedef.numLeaves === 1 && isAccumulator(tree) ? [result] : (flattenTo(tree, result) as unknown[]);
  return accumulators.flatMap((node, i) => flatten(subtrees[i])[0].map(() => named(node)));
}

/** The subtrees of `result` where `tree` has accumulators. */
function flattenTo(tree: unknown, result: unknown): unknown[] {
  if (isAccumulator(tree)) return [result];
  const children = Array.isArray(tree) ? tree.keys() : Object.keys(tree as object).sort();
  return [...children].flatMap((key) =>
    flattenTo((tree as Record<string | number, unknown>)[key], (result as Record<string | number, unknown>)[key]),
  );
}

/** The axis of size `batch` split into `[microbatch, count]`, of which `[:, i]` is microbatch `i`. */
function splitAxis(x: NdArray, axis: number, count: number, size: number): NdArray {
  return jnp.reshape(x, [...x.shape.slice(0, axis), size, count, ...x.shape.slice(axis + 1)]);
}

/**
 * The function that applies `fun` to microbatches of `microbatchSize` examples. `argnums` says which arguments are batches.
 *
 * Without a size (null), the function itself. `fun` must be one whose results are sums, means or lists over the batch.
 * @throws ShapeMismatch when batches differ, or are no multiple of the microbatch
 */
export function microbatch<Args extends readonly unknown[], R>(
  fun: (...args: Args) => R,
  argnums: number | readonly number[],
  microbatchSize: number | null,
  options: MicrobatchOptions = {},
): (...args: Args) => R {
  checkArgument('microbatch', 'fun', fun, 'function');
  checkArgument('microbatch', 'microbatchSize', microbatchSize, 'integer?');
  checkOptions('microbatch', options, microbatchOptions);
  if (microbatchSize === null) return fun;
  const { accumulator, inAxes, numRealMicrobatches } = filled(defaults, options);
  const batched = typeof argnums === 'number' ? [argnums] : argnums;
  const axisOf = (position: number): number => (typeof inAxes === 'number' ? inAxes : (inAxes as number[])[position]);

  return (...args) => {
    const sizes = batched.flatMap((n, k) => leafArrays(args[n]).map((x) => x.shape[axisOf(k)]));
    const [batch] = sizes;
    const odd = sizes.find((size) => size !== batch);
    if (odd !== undefined || batch % microbatchSize !== 0) {
      throw new ShapeMismatch({
        op: 'microbatch',
        argument: 'the batched arguments',
        expected: `all must have one batch size, a multiple of ${microbatchSize}`,
        actual: sizes,
      });
    }
    const count = batch / microbatchSize;
    const pieces = args.map((arg, n) => {
      const k = batched.indexOf(n);
      if (k < 0) return arg;
      return leafwise((x: NdArray) => splitAxis(x, axisOf(k), count, microbatchSize), arg);
    });
    const at = (index: NdArray): R => {
      const chosen = pieces.map((arg, n) => {
        const k = batched.indexOf(n);
        if (k < 0) return arg;
        return leafwise((x: NdArray) => jnp.take(x, index, { axis: axisOf(k) + 1 }), arg);
      });
      return fun(...(chosen as unknown as Args));
    };
    const shape = evalShape(at as (index: NdArray) => unknown, jnp.zeros([], { dtype: 'int32' }));
    const [leaves, treedef] = flatten(shape, {
      isLeaf: (node) => typeof node === 'object' && node !== null && 'dtype' in node,
    });
    const accumulators = accumulatorsFor(
      accumulator,
      unflatten(
        treedef,
        leaves.map(() => 0),
      ),
    );
    const start = leaves.map((leaf, i) => accumulators[i].init(leaf as NdArray, count));
    const step = (index: NdArray, carry: readonly NdArray[]): NdArray[] => {
      const values = flatten(at(index))[0] as NdArray[];
      return carry.map((c, i) => jnp.astype(accumulators[i].update(c, values[i], index), c.dtype));
    };
    const real = (numRealMicrobatches ?? count) as number | NdArray;
    const carry = foriLoop(0, real, step, start) as unknown as NdArray[];
    return unflatten(
      treedef,
      carry.map((c, i) => accumulators[i].finalize(c, count)),
    ) as R;
  };
}
