/**
 * `vmap`: a function of single examples made one of batches.
 *
 *     vmap(f)(xs)[i] = f(xs[i])
 *
 * Source: jax.vmap.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import type { BatchAxis, BatchDim } from '../ir/primitive.js';
import { leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { batchFlat, placeBatchAxis } from './batch.js';
import { FlatFunction, nameOf } from './flat-function.js';
import { flattenArrays } from './leaves.js';
import { vmapOptions } from './options.js';

/** An axis for every leaf below, `null` for "not mapped", or a tree of these that is a prefix of the argument's tree. */
export type AxisSpec = number | null | readonly AxisSpec[] | { readonly [key: string]: AxisSpec };

/** Options of `vmap`. */
export interface VmapOptions {
  /** The axis of each argument to map over: one for all, or an array with an entry per argument. */
  readonly inAxes?: AxisSpec;
  /** Where the mapped axis goes in the outputs. */
  readonly outAxes?: AxisSpec;
  /** The size of the mapped axis, needed when no argument is mapped. */
  readonly axisSize?: number;
  /** A name by which collectives inside can speak of the axis. */
  readonly axisName?: string;
  /** The mesh axes that the mapped axis is spread over: sharding constraints inside get them for it. */
  readonly spmdAxisName?: string | readonly string[];
}

/** One axis per leaf, from a tree prefix. */
function broadcastPrefix(spec: AxisSpec, def: TreeDef, op: string, argument: string): (number | null)[] {
  if (spec === null || typeof spec === 'number') return new Array(def.numLeaves).fill(spec);
  const fits =
    Array.isArray(spec) && def.kind === 'array'
      ? spec.length === def.children.length
      : !Array.isArray(spec) && def.kind === 'object' && def.keys.every((key) => Object.hasOwn(spec, key));
  if (!fits) {
    throw new InvalidArgument({
      op,
      argument,
      expected: `a prefix of the tree ${def}`,
      actual: JSON.stringify(spec),
    });
  }
  const children = Array.isArray(spec)
    ? (spec as readonly AxisSpec[])
    : def.keys.map((key) => (spec as Record<string, AxisSpec>)[key]);
  return children.flatMap((child, i) => broadcastPrefix(child, def.children[i], op, argument));
}

/**
 * The function that maps `f` over axes of its arguments (`jax.vmap`).
 *
 * @throws ShapeMismatch when the mapped axes have unlike sizes
 * @throws InvalidArgument when `inAxes` or `outAxes` is not a prefix of the tree it belongs to
 */
export function vmap<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: VmapOptions = {},
): (...args: A) => Arrays<R> {
  checkOptions('vmap', options, vmapOptions);
  checkArgument('vmap', 'f', f, 'function');
  const { inAxes = 0, outAxes = 0, axisName = null, spmdAxisName = null } = options;
  const description = `vmap(${nameOf(f)})`;
  const transformed = (...args: A): Arrays<R> => {
    const flat = args.map((arg, i) => flattenArrays(arg, description, `argument ${i}`));
    if (Array.isArray(inAxes) && inAxes.length !== args.length) {
      throw new InvalidArgument({
        op: description,
        argument: 'inAxes',
        expected: `one entry for each of the ${args.length} arguments`,
        actual: JSON.stringify(inAxes),
      });
    }
    const specs: readonly AxisSpec[] = Array.isArray(inAxes) ? inAxes : args.map(() => inAxes as AxisSpec);
    const axes = flat.flatMap(({ treedef }, i) => broadcastPrefix(specs[i], treedef, description, `inAxes[${i}]`));
    const leaves = flat.flatMap((x) => x.leaves);
    const paths = (): string[] => flat.flatMap((x, i) => leafPaths(x.treedef, `argument ${i}`));
    const dims = leaves.map((leaf, i): BatchDim => {
      const axis = axes[i];
      return axis === null ? null : canonicalAxis(axis, leaf.ndim, description, `inAxes: for ${paths()[i]} the axis`);
    });
    const size = mappedSize(description, leaves, dims, paths, options.axisSize);
    const flatF = new FlatFunction(
      f as (...args: never[]) => unknown,
      flat.map((x) => x.treedef),
      description,
    );
    const axis: BatchAxis = { size, name: axisName, spmdName: spmdAxisName };
    const result = batchFlat(description, (xs) => flatF.call(xs), leaves, dims, axis);
    const outTree = flatF.outTree as TreeDef;
    const outSpec = broadcastPrefix(outAxes, outTree, description, 'outAxes');
    const outputs = result.outputs.map((y, i) => {
      const wanted = outSpec[i];
      if (wanted !== null) return placeBatchAxis(y, result.dims[i], wanted, size);
      if (result.dims[i] === null) return y;
      throw new InvalidArgument({
        op: description,
        argument: 'outAxes',
        expected: `an axis for ${leafPaths(outTree, 'result')[i]}, whose value differs along the mapped axis`,
        actual: 'null',
      });
    });
    return unflatten(outTree, outputs) as Arrays<R>;
  };
  Object.defineProperty(transformed, 'name', { value: description });
  return transformed;
}

function mappedSize(
  op: string,
  leaves: readonly NdArray[],
  dims: readonly BatchDim[],
  paths: () => string[],
  given: number | undefined,
): number {
  let size = given;
  let first = given === undefined ? -1 : -2;
  leaves.forEach((leaf, i) => {
    const dim = dims[i];
    if (dim === null) return;
    const here = leaf.shape[dim];
    if (size === undefined) {
      size = here;
      first = i;
    } else if (here !== size) {
      throw new ShapeMismatch({
        op,
        argument: paths()[i],
        expected: `the mapped axis of ${first === -2 ? 'axisSize' : paths()[first]} has size ${size}, and this one (axis ${dim}) ${here}`,
        actual: leaf.shape,
      });
    }
  });
  if (size === undefined) {
    throw new InvalidArgument({
      op,
      argument: 'inAxes',
      expected: 'an axis for at least one argument, or axisSize',
      actual: 'null for all of them',
    });
  }
  return size;
}
