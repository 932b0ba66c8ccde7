/**
 * Collectives over named mapped axes: `vmap(f, { axisName: 'batch' })` makes the name, functions inside use it.
 *
 * Each works on trees of arrays. Axes may be given as one name or, where examples are combined, as several.
 * Source: jax.lax, "Parallel operators".
 */

import type { NdArray } from '../array/array.js';
import { defaultFloat } from '../array/convert.js';
import { isBool, isInexact } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import * as collective from '../primitive/collective/index.js';
import { convertElementType } from '../primitive/convert.js';
import { add, div, like, mul } from '../primitive/elementwise.js';
import { axisSizeOf } from '../trace/axis.js';
import { flattenArrays } from '../transform/leaves.js';
import { unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';

/** The name of a mapped axis, or several names. */
export type AxisNames = string | readonly string[];

function asNames(op: string, names: AxisNames): readonly string[] {
  if (typeof names === 'string') return [names];
  checkArgument(op, 'axisName', names, 'list');
  return names;
}

/** Applies `f` to every array of a tree. */
function mapArrays<T>(op: string, x: T, f: (leaf: NdArray) => NdArray): Arrays<T> {
  const { leaves, treedef } = flattenArrays(x, op, 'x');
  return unflatten(treedef, leaves.map(f)) as Arrays<T>;
}

/** Checks that the names are bound, also where nothing else would. */
function bound(op: string, names: AxisNames): readonly string[] {
  const list = asNames(op, names);
  for (const name of list) axisSizeOf(name, op);
  return list;
}

/** The number of examples along mapped axes, known while tracing (`lax.axis_size`). @throws UnboundAxisName */
export const axisSize = (axisName: AxisNames): number =>
  asNames('axisSize', axisName).reduce((size, name) => size * axisSizeOf(name, 'axisSize'), 1);

/** The position of this example along a mapped axis, row-major for several (`lax.axis_index`). @throws UnboundAxisName */
export function axisIndex(axisName: AxisNames): NdArray {
  const names = bound('axisIndex', axisName);
  return names
    .map((name) => collective.axisIndex(name))
    .reduce((index, next, k) => add(mul(index, like(index, axisSizeOf(names[k], 'axisIndex'))), next));
}

/**
 * The sum over the examples of mapped axes, the same for each of them (`lax.psum`). Booleans are counted.
 * @throws UnboundAxisName
 */
export function psum<T>(x: T, axisName: AxisNames): Arrays<T> {
  const axes = bound('psum', axisName);
  return mapArrays('psum', x, (leaf) =>
    collective.psum(isBool(leaf.dtype) ? convertElementType(leaf, 'int32') : leaf, axes),
  );
}

/** Division by a number, of integers too as real numbers. */
function divided(x: NdArray, size: number): NdArray {
  const real = isInexact(x.dtype) ? x : convertElementType(x, defaultFloat());
  return div(real, like(real, size));
}

/** The mean over the examples of mapped axes (`lax.pmean`). @throws UnboundAxisName */
export function pmean<T>(x: T, axisName: AxisNames): Arrays<T> {
  const size = bound('pmean', axisName).reduce((n, name) => n * axisSizeOf(name, 'pmean'), 1);
  return mapArrays('pmean', psum(x, axisName), (leaf) => divided(leaf, size)) as Arrays<T>;
}

/** The largest of the examples of mapped axes (`lax.pmax`). @throws UnboundAxisName */
export function pmax<T>(x: T, axisName: AxisNames): Arrays<T> {
  const axes = bound('pmax', axisName);
  return mapArrays('pmax', x, (leaf) => collective.pmax(leaf, axes));
}

/** The smallest of the examples of mapped axes (`lax.pmin`). @throws UnboundAxisName */
export function pmin<T>(x: T, axisName: AxisNames): Arrays<T> {
  const axes = bound('pmin', axisName);
  return mapArrays('pmin', x, (leaf) => collective.pmin(leaf, axes));
}

/**
 * What all examples of a mapped axis have (`lax.all_gather`): stacked along a new axis `axis`, or joined along it.
 *
 * @param options.axis where they lie in the result @default 0
 * @param options.tiled true to join along an axis that is there @default false
 * @throws UnboundAxisName, AxisError
 */
export function allGather<T>(
  x: T,
  axisName: AxisNames,
  options: { readonly axis?: number; readonly tiled?: boolean } = {},
): Arrays<T> {
  checkOptions('allGather', options, { axis: 'axis', tiled: 'boolean' });
  const { axis = 0, tiled = false } = options;
  const names = bound('allGather', axisName);
  return mapArrays('allGather', x, (leaf) => {
    const dimension = canonicalAxis(axis, leaf.ndim + (tiled ? 0 : 1), 'allGather', 'axis');
    // The last name varies fastest: it is gathered first, and the others are joined to it.
    return names.reduceRight<NdArray>(
      (parts, name, i) =>
        collective.allGather(parts, {
          axisName: name,
          axisSize: axisSizeOf(name, 'allGather'),
          dimension,
          tiled: tiled || i < names.length - 1,
        }),
      leaf,
    );
  });
}

/**
 * The sum over the examples, of which example `i` gets part `i` along an axis (`lax.psum_scatter`).
 *
 * @param options.scatterDimension the axis that is divided @default 0
 * @param options.tiled true to give each a block of the axis, false to remove the axis @default false
 * @throws UnboundAxisName, ShapeMismatch when the axis cannot be divided so
 */
export function psumScatter<T>(
  x: T,
  axisName: string,
  options: { readonly scatterDimension?: number; readonly tiled?: boolean } = {},
): Arrays<T> {
  checkArgument('psumScatter', 'axisName', axisName, 'string');
  checkOptions('psumScatter', options, { scatterDimension: 'axis', tiled: 'boolean' });
  const { scatterDimension = 0, tiled = false } = options;
  const size = axisSizeOf(axisName, 'psumScatter');
  return mapArrays('psumScatter', x, (leaf) => {
    const dimension = canonicalAxis(scatterDimension, leaf.ndim, 'psumScatter', 'scatterDimension');
    return collective.psumScatter(leaf, { axisName, axisSize: size, dimension, tiled });
  });
}

/**
 * Sends values along pairs `[source, destination]` of examples; who is sent nothing gets zeros (`lax.ppermute`).
 * @throws UnboundAxisName
 * @throws InvalidArgument when a source or a destination stands twice, or does not exist
 */
export function ppermute<T>(x: T, axisName: string, perm: readonly collective.Pair[]): Arrays<T> {
  checkArgument('ppermute', 'axisName', axisName, 'string');
  checkArgument('ppermute', 'perm', perm, 'list');
  const size = axisSizeOf(axisName, 'ppermute');
  return mapArrays('ppermute', x, (leaf) => collective.ppermute(leaf, { axisName, axisSize: size, perm }));
}

/** Example `i` gets the value of example `perm[i]` (`lax.pshuffle`). @throws UnboundAxisName, InvalidArgument */
export const pshuffle = <T>(x: T, axisName: string, perm: readonly number[]): Arrays<T> => {
  checkArgument('pshuffle', 'axisName', axisName, 'string');
  checkArgument('pshuffle', 'perm', perm, 'integers');
  return ppermute(
    x,
    axisName,
    perm.map((source, destination): collective.Pair => [source, destination]),
  );
};

/**
 * Splits each example's value along `splitAxis`, sends part `j` to example `j`, and joins along `concatAxis` what
 * arrives (`lax.all_to_all`).
 *
 * @param options.tiled true for blocks of both axes, false when `splitAxis` has the size of the mapped axis @default false
 * @throws UnboundAxisName, ShapeMismatch
 */
export function allToAll<T>(
  x: T,
  axisName: string,
  splitAxis: number,
  concatAxis: number,
  options: { readonly tiled?: boolean } = {},
): Arrays<T> {
  checkArgument('allToAll', 'axisName', axisName, 'string');
  checkArgument('allToAll', 'splitAxis', splitAxis, 'axis');
  checkArgument('allToAll', 'concatAxis', concatAxis, 'axis');
  checkOptions('allToAll', options, { tiled: 'boolean' });
  const { tiled = false } = options;
  const size = axisSizeOf(axisName, 'allToAll');
  return mapArrays('allToAll', x, (leaf) =>
    collective.allToAll(leaf, {
      axisName,
      axisSize: size,
      splitAxis: canonicalAxis(splitAxis, leaf.ndim, 'allToAll', 'splitAxis'),
      concatAxis: canonicalAxis(concatAxis, leaf.ndim, 'allToAll', 'concatAxis'),
      tiled,
    }),
  );
}

/** The axis of the mapped devices exchanged with an axis of the array, of the same size (`jax.lax.pswapaxes`). */
export const pswapaxes = <T>(x: T, axisName: string, axis: number): Arrays<T> => allToAll(x, axisName, axis, axis);
