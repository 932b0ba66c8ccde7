/**
 * Forward mode and linearization of functions of trees.
 *
 *     jvp(f)(x, dx) = (f(x), f'(x) dx),   linearize(f)(x) = (f(x), dx -> f'(x) dx)
 *
 * Source: jax.jvp, jax.linearize.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { sameShape } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch, TreeMismatch } from '../error/error.js';
import type { Tangent } from '../ir/primitive.js';
import { Zero } from '../ir/zero.js';
import { convertElementType } from '../primitive/convert.js';
import { instantiate } from '../trace/derivative.js';
import { firstDifference, leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays, Gradient } from '../tree/types.js';
import { type Args, FlatFunction, flattenPrimals, nameOf } from './flat-function.js';
import { evaluateJaxpr } from './interpret.js';
import { hasTangent, jvpFlat } from './jvp.js';
import { flattenArrays } from './leaves.js';
import { type LinearMap, linearizeFlat } from './linearize.js';

/** The leaves of tangents or cotangents that must look like `like`. */
export function flattenTangents(
  tree: unknown,
  def: TreeDef,
  like: readonly NdArray['aval'][],
  op: string,
  argument: string,
): Tangent[] {
  const { leaves, treedef } = flattenArrays(tree, op, argument);
  if (treedef !== def) {
    const difference = firstDifference(def, treedef, argument);
    throw new TreeMismatch({ op, argument, ...(difference ?? { path: '', expected: `${def}`, actual: `${treedef}` }) });
  }
  return leaves.map((leaf, i) => {
    const aval = like[i];
    const path = (): string => leafPaths(def, argument)[i];
    if (!sameShape(leaf.shape, aval.shape)) {
      throw new ShapeMismatch({
        op,
        argument: path(),
        expected: `the value it belongs to has shape [${aval.shape.join(', ')}]`,
        actual: leaf.shape,
      });
    }
    if (!hasTangent(aval)) return new Zero(aval);
    const cast = leaf.weakType && leaf.dtype !== aval.dtype ? instantiate(castTo(leaf, aval)) : leaf;
    if (cast.dtype !== aval.dtype) {
      throw new DTypeMismatch({
        op,
        argument: path(),
        expected: `the value it belongs to has dtype ${aval.dtype}`,
        actual: cast.dtype,
      });
    }
    return cast;
  });
}

function castTo(leaf: NdArray, aval: NdArray['aval']): Tangent {
  return convertElementType(leaf, aval.dtype);
}

/**
 * The value of `f` at `primals` and its derivative in the direction `tangents` (`jax.jvp`).
 *
 * @param primals the arguments of `f`, as an array
 * @param tangents the same trees, with the shapes and dtypes of the primals
 * @returns `[value, tangent]`, and the auxiliary output third with `hasAux`
 * @throws TreeMismatch, ShapeMismatch, DTypeMismatch when a tangent does not look like its primal
 */
export function jvp<A extends Args, R>(
  f: (...args: A) => R,
  primals: A,
  tangents: { readonly [K in keyof A]: Gradient<A[K]> | A[K] },
  options?: { readonly hasAux?: false },
): [value: Arrays<R>, tangent: Arrays<R>];
export function jvp<A extends Args, R, Aux>(
  f: (...args: A) => readonly [R, Aux],
  primals: A,
  tangents: { readonly [K in keyof A]: Gradient<A[K]> | A[K] },
  options: { readonly hasAux: true },
): [value: Arrays<R>, tangent: Arrays<R>, aux: Arrays<Aux>];
export function jvp(
  f: (...args: never[]) => unknown,
  primals: Args,
  tangents: Args,
  options: { readonly hasAux?: boolean } = {},
): unknown[] {
  checkOptions('jvp', options, { hasAux: 'boolean' });
  checkArgument('jvp', 'f', f, 'function');
  checkArgument('jvp', 'primals', primals, 'list');
  checkArgument('jvp', 'tangents', tangents, 'list');
  const description = `jvp(${nameOf(f)})`;
  const { leaves, defs } = flattenPrimals(primals, 'jvp');
  if (tangents.length !== primals.length) {
    throw new InvalidArgument({
      op: 'jvp',
      argument: 'tangents',
      expected: `${primals.length} of them, one for each primal`,
      actual: `${tangents.length}`,
    });
  }
  let next = 0;
  const flatTangents = defs.flatMap((def, i) => {
    const avals = leaves.slice(next, next + def.numLeaves).map((x) => x.aval);
    next += def.numLeaves;
    return flattenTangents(tangents[i], def, avals, 'jvp', `tangents[${i}]`);
  });
  const flat = new FlatFunction(f, defs, 'jvp', options.hasAux);
  const result = jvpFlat(description, (xs) => flat.call(xs), leaves, flatTangents);
  const n = flat.outCount;
  const values = [flat.outputs(result.primals.slice(0, n)), flat.outputs(result.tangents.slice(0, n).map(instantiate))];
  return flat.auxTree ? [...values, unflatten(flat.auxTree, result.primals.slice(n))] : values;
}

/** The outputs of a linear map at tangents, zeros included. */
function applyLinear(map: LinearMap, tangents: readonly Tangent[], count: number): NdArray[] {
  const given = tangents.filter((_, i) => map.nonzeroIn[i]).map(instantiate);
  const results = evaluateJaxpr(map.jaxpr, [...map.residuals, ...given]);
  let next = 0;
  return map.outAvals
    .map((aval, i) => (map.nonzeroOut[i] ? results[next++] : instantiate(new Zero(aval))))
    .slice(0, count);
}

/**
 * The value of `f` at `primals` and its derivative there as a function, which can be applied to many tangents without
 * computing `f` again (`jax.linearize`).
 */
export function linearize<A extends Args, R>(
  f: (...args: A) => R,
  ...primals: A
): [value: Arrays<R>, f_jvp: (...tangents: { [K in keyof A]: Gradient<A[K]> | A[K] }) => Arrays<R>] {
  checkArgument('linearize', 'f', f, 'function');
  const { leaves, defs } = flattenPrimals(primals, 'linearize');
  const flat = new FlatFunction(f, defs, 'linearize');
  const { outputs, map } = linearizeFlat(`linearize(${nameOf(f)})`, (xs) => flat.call(xs), leaves);
  const apply = (...tangents: Args): unknown => {
    let next = 0;
    const given = defs.flatMap((def, i) => {
      const avals = map.inAvals.slice(next, next + def.numLeaves);
      next += def.numLeaves;
      return flattenTangents(tangents[i], def, avals, 'the linearized function', `tangents[${i}]`);
    });
    return flat.outputs(applyLinear(map, given, flat.outCount));
  };
  return [flat.outputs(outputs) as Arrays<R>, apply as never];
}
