/**
 * `inShardings` and `outShardings` of a jitted function: what they say of each input and output of its program, and what
 * they mean where the program alone does not do it.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { shardingConstraint } from '../primitive/sharding-constraint.js';
import { NamedSharding, Sharding } from '../sharding/sharding.js';
import type { TreeDef } from '../tree/tree.js';
import { putArray } from './device.js';
import { outInfo } from './make-jaxpr.js';
import type { WantedShardings } from './placement.js';
import { checkShardings, type ShardingTree, spreadShardings } from './shardings.js';

/** A traced call, as far as shardings can be said of it. */
interface TracedCall {
  /** The arguments that are not static. */
  readonly args: readonly unknown[];
  /** The types of their leaves, and where they come from. */
  readonly avals: readonly ShapedArray[];
  readonly paths: readonly string[];
  /** How many captured arrays stand before them. */
  readonly captured: number;
  readonly outTree: TreeDef;
  readonly outAvals: readonly ShapedArray[];
}

/**
 * What was said of each input, captured arrays first, and of each output; null where nothing was said at all.
 * @throws TreeMismatch, InvalidSharding, UnevenShards
 */
export function wantedShardings(
  op: string,
  { inShardings = null, outShardings = null }: { inShardings?: ShardingTree; outShardings?: ShardingTree },
  { args, avals, paths, captured, outTree, outAvals }: TracedCall,
): WantedShardings | null {
  if (inShardings === null && outShardings === null) return null;
  const one = inShardings === null || inShardings instanceof Sharding;
  const inputs = spreadShardings(one ? args.map(() => inShardings) : inShardings, args, op, 'inShardings');
  inputs.forEach((sharding, i) => {
    sharding?.check(avals[i].shape, op, paths[i]);
  });
  const outputs = spreadShardings(outShardings, outInfo(outTree, outAvals), op, 'outShardings');
  checkShardings(outputs, outAvals, outTree, op, 'result');
  return { inputs: [...new Array<null>(captured).fill(null), ...inputs], outputs };
}

/** Inputs or outputs inside of another traced function, where a sharding is a constraint. */
export const constrained = (
  arrays: readonly NdArray[],
  shardings: readonly (Sharding | null)[] | undefined,
): readonly NdArray[] =>
  shardings === undefined
    ? arrays
    : arrays.map((x, i) => {
        const sharding = shardings[i];
        return sharding instanceof NamedSharding ? shardingConstraint(x, sharding) : x;
      });

/** The outputs, those that are inputs passed through put where they are wanted: they were not part of the program. */
export const passedThrough = (
  outputs: readonly NdArray[],
  {
    wanted,
    program,
  }: { readonly wanted: WantedShardings | null; readonly program: { readonly forwarded: readonly (number | null)[] } },
): readonly NdArray[] =>
  wanted === null
    ? outputs
    : outputs.map((y, k) => {
        const sharding = wanted.outputs[k];
        return sharding === null || program.forwarded[k] === null ? y : putArray(y, sharding);
      });
