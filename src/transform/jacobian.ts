/**
 * Whole derivatives: Jacobians column by column (forwards) or row by row (backwards), and Hessians.
 *
 * Each is one `vmap` of a linear map over the standard basis.
 * Source: jax.jacfwd, jax.jacrev, jax.hessian.
 */

import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { isComplex, isFloat } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { range } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument } from '../error/error.js';
import { Linear, Zero } from '../ir/zero.js';
import { eq } from '../primitive/compare.js';
import { convertElementType } from '../primitive/convert.js';
import { add, like } from '../primitive/elementwise.js';
import { sliceInDim } from '../primitive/slice.js';
import { iota, reshape, transpose } from '../primitive/structure.js';
import { instantiate } from '../trace/derivative.js';
import { leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays, Gradient, MapLeaves } from '../tree/types.js';
import { batchFlat, placeBatchAxis } from './batch.js';
import { FlatFunction, nameOf } from './flat-function.js';
import { evaluateJaxpr } from './interpret.js';
import { flattenArrays, toInexact } from './leaves.js';
import { type LinearMap, linearizeFlat } from './linearize.js';
import { backwardPass } from './transpose.js';

/** Options of `jacfwd`, `jacrev`, `jacobian` and `hessian`. */
export interface JacobianOptions<N, HasAux extends boolean> {
  /** Which arguments to differentiate with respect to: one position or several; negative ones count from the end. */
  readonly argnums?: N;
  /** True when the function returns `[output, aux]`. */
  readonly hasAux?: HasAux;
  /** True for complex functions that are holomorphic. */
  readonly holomorphic?: boolean;
  /** Permits integer inputs, whose derivative is zero (`jacrev` only). */
  readonly allowInt?: boolean;
}

/** The Jacobian's type: the tree of the output, with a tree of the argument at each leaf. */
export type JacobianOf<A extends readonly unknown[], R, N> = N extends readonly number[]
  ? MapLeaves<R, { readonly [K in keyof N]: N[K] extends number ? Gradient<A[N[K]]> : never }>
  : N extends number
    ? MapLeaves<R, Gradient<A[N]>>
    : never;

interface Jacobian {
  <A extends readonly unknown[], R, const N extends number | readonly number[] = 0>(
    fun: (...args: A) => R,
    options?: JacobianOptions<N, false>,
  ): (...args: A) => JacobianOf<A, R, N>;
  <A extends readonly unknown[], R, Aux, const N extends number | readonly number[] = 0>(
    fun: (...args: A) => readonly [R, Aux],
    options: JacobianOptions<N, true>,
  ): (...args: A) => readonly [jacobian: JacobianOf<A, R, N>, aux: Arrays<Aux>];
}

/** The Jacobian by forward mode: one pass for each input element; for tall ones (`jax.jacfwd`). Leaves: `[...out, ...in]`. */
export const jacfwd: Jacobian = jacobianBy('jacfwd', (map, inputs) => {
  const columns = basis(inputs);
  const { outputs, dims } = batchFlat(
    'jacfwd',
    (tangents) => applyForward(map, tangents),
    columns,
    columns.map(() => 0),
    { size: columns[0].shape[0], name: null },
  );
  const size = columns[0].shape[0];
  return outputs.map((y, i) => {
    const front = placeBatchAxis(y, dims[i], 0, size);
    return cut(front, inputs).map((part, k) => {
      const { ndim } = inputs[k];
      const rest = part.ndim - ndim;
      return transpose(part, [...range(rest).map((axis) => axis + ndim), ...range(ndim)]);
    });
  });
});

/** The Jacobian by reverse mode: one pass for each output element; for wide ones (`jax.jacrev`). Leaves: `[...out, ...in]`. */
export const jacrev: Jacobian = jacobianBy('jacrev', (map, inputs, outCount) => {
  const outAvals = map.outAvals.slice(0, outCount);
  const rows = basis(outAvals);
  const size = rows[0].shape[0];
  const { outputs, dims } = batchFlat(
    'jacrev',
    (cotangents) => applyBackward(map, cotangents, inputs),
    rows,
    rows.map(() => 0),
    { size, name: null },
  );
  const parts = outputs.map((x, k) => cut(placeBatchAxis(x, dims[k], 0, size), outAvals));
  return outAvals.map((_, i) => parts.map((byOutput) => byOutput[i]));
});

/** The Jacobian by reverse mode (`jax.jacobian`). */
export const jacobian: Jacobian = jacrev;

/**
 * The Hessian, forward over reverse (`jax.hessian`): for a real scalar function of `x`, leaves `[...x, ...x]`.
 */
export function hessian<A extends readonly unknown[], R, const N extends number | readonly number[] = 0>(
  fun: (...args: A) => R,
  options: JacobianOptions<N, false> = {},
): (...args: A) => JacobianOf<A, JacobianOf<A, R, N>, N> {
  checkOptions('hessian', options, { argnums: 'any', hasAux: 'boolean', holomorphic: 'boolean', allowInt: 'boolean' });
  checkArgument('hessian', 'fun', fun, 'function');
  return jacfwd(jacrev(fun, options), options) as never;
}

/** The standard basis of all elements of some arrays together: one array for each, `[elements, ...shape]`. */
function basis(avals: readonly ShapedArray[]): NdArray[] {
  const total = avals.reduce((n, aval) => n + aval.size, 0);
  let offset = 0;
  return avals.map((aval) => {
    const row = iota('int32', [total, aval.size], 0);
    const column = iota('int32', [total, aval.size], 1);
    const ones = eq(row, add(column, like(column, offset)));
    offset += aval.size;
    return reshape(convertElementType(ones, aval.dtype), [total, ...aval.shape]);
  });
}

/** An array over the elements of some arrays together, cut into one for each: `[...shape of each, ...rest]`. */
function cut(x: NdArray, avals: readonly ShapedArray[]): NdArray[] {
  let offset = 0;
  return avals.map((aval) => {
    offset += aval.size;
    return reshape(sliceInDim(x, offset - aval.size, offset, 1, 0), [...aval.shape, ...x.shape.slice(1)]);
  });
}

function applyForward(map: LinearMap, tangents: readonly NdArray[]): NdArray[] {
  const given = tangents.filter((_, i) => map.nonzeroIn[i]);
  const results = evaluateJaxpr(map.jaxpr, [...map.residuals, ...given]);
  let next = 0;
  return map.outAvals.map((aval, i) => (map.nonzeroOut[i] ? results[next++] : instantiate(new Zero(aval.strong))));
}

function applyBackward(map: LinearMap, cotangents: readonly NdArray[], inputs: readonly ShapedArray[]): NdArray[] {
  const n = map.residuals.length;
  const operands = [...map.residuals, ...map.jaxpr.invars.slice(n).map((v) => new Linear(v.aval))];
  const zeros = map.outAvals.slice(cotangents.length).map((aval) => new Zero(aval));
  const flowing = [...cotangents, ...zeros].filter((_, i) => map.nonzeroOut[i]);
  const results = backwardPass(map.jaxpr, operands, flowing).slice(n);
  let next = 0;
  return inputs.map((aval, i) => {
    const result = map.nonzeroIn[i] ? results[next++] : null;
    return instantiate(result ?? new Zero(aval.strong));
  });
}

/** For each output and each input, the derivative of one with respect to the other. */
type Blocks = (map: LinearMap, inputs: readonly ShapedArray[], outCount: number) => NdArray[][];

function jacobianBy(op: string, blocks: Blocks): Jacobian {
  const transformed = (
    fun: (...args: never[]) => unknown,
    options: JacobianOptions<number | readonly number[], boolean> = {},
  ) => {
    checkArgument(op, 'fun', fun, 'function');
    checkOptions(op, options, { argnums: 'any', hasAux: 'boolean', holomorphic: 'boolean', allowInt: 'boolean' });
    const { argnums = 0, hasAux = false, holomorphic = false, allowInt = false } = options;
    const description = `${op}(${nameOf(fun)})`;
    return named(description, (...args: readonly unknown[]): unknown => {
      const positions = (typeof argnums === 'number' ? [argnums] : argnums).map((n) => {
        const position = n < 0 ? n + args.length : n;
        if (Number.isInteger(n) && position >= 0 && position < args.length) return position;
        const expected = `positions among the ${args.length} arguments that were given`;
        throw new InvalidArgument({ op: description, argument: 'argnums', expected, actual: `${n}` });
      });
      const flat = positions.map((p) => flattenArrays(args[p], description, `argument ${p}`));
      const defs = flat.map((x) => x.treedef);
      const leaves = flat.flatMap((x) => x.leaves).map(toInexact);
      const paths = (): string[] => defs.flatMap((def, i) => leafPaths(def, `argument ${positions[i]}`));
      checkDTypes(description, leaves, paths, holomorphic, op === 'jacrev' && allowInt, op === 'jacfwd');
      const partial = (...chosen: readonly unknown[]): unknown =>
        (fun as (...all: unknown[]) => unknown)(
          ...args.map((arg, i) => (positions.includes(i) ? chosen[positions.indexOf(i)] : arg)),
        );
      const flatF = new FlatFunction(partial as (...args: never[]) => unknown, defs, description, hasAux);
      const { outputs, map } = linearizeFlat(description, (xs) => flatF.call(xs), leaves);
      const outTree = flatF.outTree as TreeDef;
      const count = outTree.numLeaves;
      const outPaths = (): string[] => leafPaths(outTree, 'result');
      checkDTypes(description, outputs.slice(0, count), outPaths, holomorphic, false, op === 'jacrev');
      const inputs = leaves.map((x) => shaped(x.shape, x.dtype));
      const byOutput = count === 0 || inputs.length === 0 ? [] : blocks(map, inputs, count).slice(0, count);
      const rows = byOutput.map((parts) => {
        let next = 0;
        const trees = defs.map((def) => {
          next += def.numLeaves;
          return unflatten(def, parts.slice(next - def.numLeaves, next));
        });
        return typeof argnums === 'number' ? trees[0] : Object.freeze(trees);
      });
      const jacobianTree = unflatten(outTree, rows);
      return flatF.auxTree
        ? Object.freeze([jacobianTree, unflatten(flatF.auxTree, outputs.slice(count))])
        : jacobianTree;
    });
  };
  return transformed as never;
}

function named<F extends (...args: never[]) => unknown>(name: string, f: F): F {
  return Object.defineProperty(f, 'name', { value: name });
}

/** As JAX: real derivatives are of floating-point values, holomorphic ones of complex values. */
function checkDTypes(
  op: string,
  values: readonly NdArray[],
  paths: () => string[],
  holomorphic: boolean,
  allowInt: boolean,
  realOnly: boolean,
): void {
  values.forEach((x, i) => {
    const real = isFloat(x.dtype) || (allowInt && !isComplex(x.dtype)) || (!realOnly && isComplex(x.dtype));
    if (holomorphic ? isComplex(x.dtype) : real) return;
    throw new DTypeMismatch({
      op,
      argument: paths()[i],
      expected: holomorphic ? 'holomorphic: true needs complex values' : 'Jacobians are of floating-point values',
      actual: x.dtype,
      hint: isComplex(x.dtype) ? 'Pass { holomorphic: true } for holomorphic functions.' : undefined,
    });
  });
}
