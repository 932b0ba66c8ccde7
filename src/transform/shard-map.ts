/**
 * A function of blocks, run on every device of a mesh at once.
 *
 *     shardMap(f, { mesh, inSpecs: P('data'), outSpecs: P('data') })
 *
 * Where `jit` with shardings lets the compiler cut a program written for whole arrays, here the program is written for
 * one device: `f` sees the block that its device has, and meets the others in collectives over the mesh's axes.
 * Source: jax.shard_map.
 */
import type { ShapedArray } from '../array/aval.js';
import { InvalidArgument } from '../error/error.js';
import { InvalidSharding, NotReplicated, UnevenShards } from '../error/sharding.js';
import { type ShardMapParams, shardMapCall } from '../primitive/shard-map.js';
import { varyingOf } from '../primitive/varying.js';
import type { Mesh } from '../sharding/mesh.js';
import { PartitionSpec } from '../sharding/partition-spec.js';
import { checkSpec } from '../sharding/sharding.js';
import { withNamedAxes } from '../trace/axis.js';
import { currentTrace } from '../trace/context.js';
import { stage } from '../trace/stage.js';
import { leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { evaluateTrace } from './dispatch.js';
import { FlatFunction, nameOf } from './flat-function.js';
import { type Jitted, jit } from './jit.js';
import { flattenArrays } from './leaves.js';
import { ShapeDtypeStruct } from './make-jaxpr.js';
import { spread } from './shardings.js';

/** A spec for every leaf below, or a tree of specs that is a prefix of another tree. */
export type SpecTree<Axis extends string = string> =
  | PartitionSpec<Axis>
  | readonly SpecTree<Axis>[]
  | { readonly [key: string]: SpecTree<Axis> };

/** Options of `shardMap`. */
export interface ShardMapOptions<Axis extends string = string> {
  readonly mesh: Mesh<Axis>;
  /** How each argument is cut: one spec for all, or a list with an entry for each. */
  readonly inSpecs: SpecTree<NoInfer<Axis>>;
  /** How the blocks of the results are joined. A mesh axis that is not mentioned must have equal copies. */
  readonly outSpecs: SpecTree<NoInfer<Axis>>;
  /** The axes along which the function is written for one device; the compiler has the others. @default all */
  readonly axisNames?: readonly NoInfer<Axis>[];
  /** Refuses results that are not the same on all devices along axes that `outSpecs` does not mention. @default true */
  readonly checkVma?: boolean;
}

const isSpec = (x: unknown): x is PartitionSpec => x instanceof PartitionSpec;

/** Checks a spec against an array; returns the shape of a block. */
function blockOf(
  op: string,
  argument: string,
  shape: readonly number[],
  spec: PartitionSpec,
  { mesh, axes }: { readonly mesh: Mesh; readonly axes: readonly string[] },
): number[] {
  const refuse = (reason: string): never => {
    throw new InvalidSharding({ op, argument, spec: `${spec}`, reason });
  };
  checkSpec(mesh, spec, op, argument);
  if (spec.hasOpen) refuse('a function of blocks needs to know how its arguments are cut');
  const free = spec.axes.find((axis) => !axes.includes(axis));
  if (free !== undefined) refuse(`'${free}' is not among axisNames (${axes.join(', ')})`);
  if (spec.partitions.length > shape.length) {
    refuse(
      `it has entries for ${spec.partitions.length} axes, and the array [${shape.join(', ')}] has ${shape.length}`,
    );
  }
  return shape.map((size, axis) => {
    const parts = mesh.sizeAlong(spec.axesOf(axis));
    if (size % parts !== 0) throw new UnevenShards({ op, argument, spec: `${spec}`, shape, axis, parts });
    return size / parts;
  });
}

/**
 * The function that runs `f` on blocks, on all devices of a mesh (`jax.shard_map`).
 *
 * @throws InvalidSharding, UnevenShards when an argument cannot be cut so
 * @throws NotReplicated when a result differs along an axis that `outSpecs` does not mention
 */
export function shardMap<A extends readonly unknown[], R, const Axis extends string>(
  f: (...args: A) => R,
  options: ShardMapOptions<Axis>,
): (...args: A) => Arrays<R> {
  const { inSpecs, outSpecs, checkVma = true } = options;
  const mesh: Mesh = options.mesh;
  const axes: readonly string[] = options.axisNames ?? mesh.axisNames;
  const name = nameOf(f as (...args: never[]) => unknown);
  const op = `shardMap(${name})`;
  const unknown = axes.find((axis) => !mesh.axisNames.includes(axis));
  if (unknown !== undefined) {
    const expected = `axes of ${mesh}`;
    throw new InvalidArgument({ op, argument: 'axisNames', expected, actual: `'${unknown}'` });
  }
  const named = axes.map((axis) => ({ name: axis, size: mesh.shape[axis] }));
  const expected = 'a PartitionSpec';

  const mapped = (...args: A): Arrays<R> => {
    const flat = args.map((arg, i) => flattenArrays(arg, op, `argument ${i}`));
    const whole = isSpec(inSpecs) ? args.map(() => inSpecs) : inSpecs;
    const specs = spread(whole, args, isSpec, op, 'inSpecs', expected);
    const leaves = flat.flatMap((x) => x.leaves);
    const paths = flat.flatMap((x, i) => leafPaths(x.treedef, `argument ${i}`));
    const avals = leaves.map((leaf, i) => {
      const block = blockOf(op, paths[i], leaf.shape, specs[i], { mesh, axes });
      return leaf.aval.withShape(block);
    });
    const defs = flat.map((x) => x.treedef);
    const flatF = new FlatFunction(f as (...args: never[]) => unknown, defs, op);
    const { jaxpr, consts } = withNamedAxes(named, () => stage(op, avals, (xs) => flatF.call(xs)));
    const outTree = flatF.outTree as TreeDef;
    const results = resultSpecs(outTree, jaxpr.outAvals);
    const params: ShardMapParams = {
      jaxpr,
      name,
      mesh,
      axes,
      // What the function captured is whole on every device.
      inSpecs: [...consts.map(() => new PartitionSpec()), ...specs],
      outSpecs: results,
    };
    if (checkVma) checkReplication(params, outTree);
    return unflatten(outTree, shardMapCall([...consts, ...leaves], params)) as Arrays<R>;
  };

  const resultSpecs = (outTree: TreeDef, avals: readonly ShapedArray[]): PartitionSpec[] => {
    const like = unflatten(
      outTree,
      avals.map((a) => new ShapeDtypeStruct(a.shape, a.dtype)),
    );
    const specs = spread(outSpecs, like, isSpec, op, 'outSpecs', expected);
    specs.forEach((spec, k) => {
      const ones = avals[k].shape.map((_, axis) => mesh.sizeAlong(spec.axesOf(axis).filter((a) => a in mesh.shape)));
      blockOf(op, leafPaths(outTree, 'result')[k], ones, spec, { mesh, axes });
    });
    return specs;
  };

  const checkReplication = ({ jaxpr, inSpecs: inner, outSpecs: outer }: ShardMapParams, outTree: TreeDef): void => {
    const varying = varyingOf(
      jaxpr,
      inner.map((spec) => new Set(spec.axes)),
    );
    outer.forEach((spec, k) => {
      const differs = axes.find((axis) => varying[k].has(axis) && !spec.axes.includes(axis));
      if (differs === undefined) return;
      const result = leafPaths(outTree, 'result')[k];
      throw new NotReplicated({ op, result, spec: `${spec}`, axis: differs });
    });
  };

  // Outside of any transformation it is compiled as a whole, and remembered as jit remembers.
  let compiled: Jitted<A, R> | null = null;
  const called = (...args: A): Arrays<R> => {
    if (currentTrace() !== evaluateTrace) return mapped(...args);
    compiled ??= jit(mapped as unknown as (...args: A) => R);
    return compiled(...args);
  };
  Object.defineProperty(mapped, 'name', { value: op });
  Object.defineProperty(called, 'name', { value: op });
  return called;
}
