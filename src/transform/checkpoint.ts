/**
 * `checkpoint`: the same function, whose intermediate values are computed again in the backward pass instead of kept.
 *
 * Source: jax.checkpoint (`jax.remat`), jax.checkpoint_policies.
 */

import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { type CheckpointPolicy, checkpointP } from '../primitive/checkpoint.js';
import { bind } from '../trace/context.js';
import { unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { stageBody, type TreeFunction } from './body.js';
import { nameOf } from './flat-function.js';
import { flattenArrays } from './leaves.js';
import { checkpointOptions } from './options.js';

export type { CheckpointPolicy } from '../primitive/checkpoint.js';

/** Options of `checkpoint`. */
export interface CheckpointOptions {
  /** Keeps the compiler from merging the recomputation with the original. Off inside `scan`, where it cannot. */
  readonly preventCse?: boolean;
  /** Which values may be kept all the same; none by default. */
  readonly policy?: CheckpointPolicy | null;
}

/**
 * The function `f`, recomputed in the backward pass. Values and gradients are the same; memory is traded for time.
 */
export function checkpoint<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: CheckpointOptions = {},
): (...args: A) => Arrays<R> {
  checkOptions('checkpoint', options, checkpointOptions);
  checkArgument('checkpoint', 'f', f, 'function');
  const { preventCse = true, policy = null } = options;
  const name = nameOf(f as (...args: never[]) => unknown);
  const description = `checkpoint(${name})`;
  const transformed = (...args: A): Arrays<R> => {
    const flat = args.map((arg, i) => flattenArrays(arg, description, `argument ${i}`));
    const leaves = flat.flatMap((x) => x.leaves);
    const { jaxpr, consts, outTree } = stageBody(
      'checkpoint',
      f as unknown as TreeFunction,
      flat.map((x) => x.treedef),
      leaves.map((x) => x.aval),
    );
    const outputs = bind(checkpointP, [...consts, ...leaves], {
      jaxpr,
      name,
      preventCse,
      policy,
      differentiated: false,
    });
    return unflatten(outTree, outputs) as Arrays<R>;
  };
  Object.defineProperty(transformed, 'name', { value: description });
  return transformed;
}

const DOTS = new Set(['dot_general', 'conv_general_dilated']);

/** Ready-made policies (`jax.checkpoint_policies`). */
export const checkpointPolicies = {
  /** Keep nothing: the default. */
  nothingSaveable: (() => false) as CheckpointPolicy,
  /** Keep everything, as without `checkpoint`. */
  everythingSaveable: (() => true) as CheckpointPolicy,
  /** Keep the results of matrix products and convolutions. */
  dotsSaveable: ((primitive) => DOTS.has(primitive.name)) as CheckpointPolicy,
  /** Keep the results of matrix products without batch dimensions. */
  dotsWithNoBatchDimsSaveable: ((primitive, _, params) => {
    if (primitive.name !== 'dot_general') return false;
    const [, [lhsBatch]] = params.dimensionNumbers as readonly [unknown, readonly [readonly number[]]];
    return lhsBatch.length === 0;
  }) as CheckpointPolicy,
} as const;
