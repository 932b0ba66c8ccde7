/**
 * Reverse mode and gradients of functions of trees.
 *
 *     vjp = transpose . linearize,   grad f = vjp(f)(1)
 *
 * Source: jax.vjp, jax.grad, jax.value_and_grad.
 */

import type { NdArray } from '../array/array.js';
import { isComplex, isFloat } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { DTypeMismatch, InvalidArgument, NonScalarOutput } from '../error/error.js';
import type { Cotangent, Operand } from '../ir/primitive.js';
import { Linear, Zero } from '../ir/zero.js';
import { full } from '../primitive/structure.js';
import { instantiate } from '../trace/derivative.js';
import { type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays, Gradient } from '../tree/types.js';
import { type Args, FlatFunction, flattenPrimals, nameOf } from './flat-function.js';
import { flattenTangents } from './forward.js';
import { type LinearMap, linearizeFlat } from './linearize.js';
import { backwardPass } from './transpose.js';

/** The gradient's type for `argnums`: one tree, or a tuple of them. */
export type GradientOf<A extends Args, N> = N extends readonly number[]
  ? { readonly [K in keyof N]: N[K] extends number ? Gradient<A[N[K]]> : never }
  : N extends number
    ? Gradient<A[N]>
    : never;

/** Reverse mode on flat lists: outputs, and the function from their cotangents to those of the inputs. */
function vjpFlat(
  description: string,
  f: (args: NdArray[]) => readonly NdArray[],
  primals: readonly NdArray[],
): { outputs: NdArray[]; map: LinearMap; pull: (cotangents: readonly Cotangent[]) => NdArray[] } {
  const { outputs, map } = linearizeFlat(description, f, primals);
  const pull = (cotangents: readonly Cotangent[]): NdArray[] => {
    const linear = map.jaxpr.invars.slice(map.residuals.length).map((v) => new Linear(v.aval));
    const operands: Operand[] = [...map.residuals, ...linear];
    const flowing = cotangents.filter((_, i) => map.nonzeroOut[i]);
    const results = backwardPass(map.jaxpr, operands, flowing).slice(map.residuals.length) as Cotangent[];
    let next = 0;
    return map.inAvals.map((aval, i) => instantiate(map.nonzeroIn[i] ? results[next++] : new Zero(aval)));
  };
  return { outputs, map, pull };
}

/** True for the options object that may follow the primals of `vjp`. */
const isVjpOptions = (value: unknown): value is { hasAux?: boolean } =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.keys(value).length === 1 &&
  typeof (value as { hasAux?: unknown }).hasAux === 'boolean';

/**
 * The value of `f` at `primals`, and the function that pulls a cotangent of the value back to cotangents of the
 * primals (`jax.vjp`). With `{ hasAux: true }` last, `f` returns `[value, aux]` and so `[value, pull, aux]` comes back.
 */
export function vjp<A extends Args, R, Aux>(
  f: (...args: A) => readonly [R, Aux],
  ...primalsAndOptions: [...A, { readonly hasAux: true }]
): [value: Arrays<R>, pull: (cotangent: Arrays<R> | R) => { [K in keyof A]: Gradient<A[K]> }, aux: Arrays<Aux>];
export function vjp<A extends Args, R>(
  f: (...args: A) => R,
  ...primals: A
): [value: Arrays<R>, pull: (cotangent: Arrays<R> | R) => { [K in keyof A]: Gradient<A[K]> }];
export function vjp(f: (...args: never[]) => unknown, ...given: Args): unknown[] {
  checkArgument('vjp', 'f', f, 'function');
  const last = given[given.length - 1];
  const hasAux = isVjpOptions(last) && last.hasAux === true;
  const primals = isVjpOptions(last) ? given.slice(0, -1) : given;
  const { leaves, defs } = flattenPrimals(primals, 'vjp');
  const flat = new FlatFunction(f, defs, 'vjp', hasAux);
  const { outputs, map, pull } = vjpFlat(`vjp(${nameOf(f)})`, (xs) => flat.call(xs), leaves);
  const n = flat.outCount;
  const pullTree = (cotangent: unknown): unknown => {
    const outTree = flat.outTree as TreeDef;
    const given = flattenTangents(cotangent, outTree, map.outAvals.slice(0, n), 'vjp', 'cotangent');
    const zeros = map.outAvals.slice(n).map((aval) => new Zero(aval));
    const results = pull([...given, ...zeros]);
    let next = 0;
    return Object.freeze(
      defs.map((def) => {
        next += def.numLeaves;
        return unflatten(def, results.slice(next - def.numLeaves, next));
      }),
    );
  };
  const value = flat.outputs(outputs.slice(0, n));
  return flat.auxTree ? [value, pullTree, unflatten(flat.auxTree, outputs.slice(n))] : [value, pullTree];
}

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions<N, HasAux extends boolean> {
  /** Which arguments to differentiate with respect to: one position or several; negative ones count from the end. */
  readonly argnums?: N;
  /** True when the function returns `[loss, aux]`. */
  readonly hasAux?: HasAux;
  /** True for complex functions that are holomorphic. */
  readonly holomorphic?: boolean;
  /** Permits integer inputs, whose gradient is zero. */
  readonly allowInt?: boolean;
}

/**
 * The function that computes the value of `f` and its gradient (`jax.value_and_grad`).
 *
 * `f` returns a real scalar, or `[scalar, aux]` with `hasAux`. The gradient has the tree of the argument.
 * @throws NonScalarOutput when `f` returns something else
 * @throws DTypeMismatch when an argument to differentiate has an integer dtype
 */
export function valueAndGrad<A extends Args, const N extends number | readonly number[] = 0>(
  f: (...args: A) => NdArray | number,
  options?: GradOptions<N, false>,
): (...args: A) => readonly [value: NdArray, gradient: GradientOf<A, N>];
export function valueAndGrad<A extends Args, Aux, const N extends number | readonly number[] = 0>(
  f: (...args: A) => readonly [NdArray | number, Aux],
  options: GradOptions<N, true>,
): (...args: A) => readonly [value: readonly [NdArray, Arrays<Aux>], gradient: GradientOf<A, N>];
export function valueAndGrad(
  f: (...args: never[]) => unknown,
  options: GradOptions<number | readonly number[], boolean> = {},
): (...args: Args) => unknown {
  checkOptions('valueAndGrad', options, {
    argnums: 'any',
    hasAux: 'boolean',
    holomorphic: 'boolean',
    allowInt: 'boolean',
  });
  checkArgument('valueAndGrad', 'f', f, 'function');
  return gradientFunction('valueAndGrad', f, options, (value, gradient) => Object.freeze([value, gradient]));
}

/**
 * The gradient of a function that returns a real scalar (`jax.grad`).
 *
 * @example grad((w: NdArray) => w.mul(w).sum())(jnp.array([1, 2])) // => [2, 4]
 * @throws NonScalarOutput when `f` returns something else
 */
export function grad<A extends Args, const N extends number | readonly number[] = 0>(
  f: (...args: A) => NdArray | number,
  options?: GradOptions<N, false>,
): (...args: A) => GradientOf<A, N>;
export function grad<A extends Args, Aux, const N extends number | readonly number[] = 0>(
  f: (...args: A) => readonly [NdArray | number, Aux],
  options: GradOptions<N, true>,
): (...args: A) => readonly [gradient: GradientOf<A, N>, aux: Arrays<Aux>];
export function grad(
  f: (...args: never[]) => unknown,
  options: GradOptions<number | readonly number[], boolean> = {},
): (...args: Args) => unknown {
  checkOptions('grad', options, { argnums: 'any', hasAux: 'boolean', holomorphic: 'boolean', allowInt: 'boolean' });
  checkArgument('grad', 'f', f, 'function');
  return gradientFunction('grad', f, options, (value, gradient) =>
    options.hasAux ? Object.freeze([gradient, (value as unknown[])[1]]) : gradient,
  );
}

function gradientFunction(
  op: string,
  f: (...args: never[]) => unknown,
  options: GradOptions<number | readonly number[], boolean>,
  shape: (value: unknown, gradient: unknown) => unknown,
): (...args: Args) => unknown {
  const { argnums = 0, hasAux = false, holomorphic = false, allowInt = false } = options;
  const description = `${op}(${nameOf(f)})`;
  const transformed = (...args: Args): unknown => {
    const positions = (typeof argnums === 'number' ? [argnums] : argnums).map((n) => {
      const position = n < 0 ? n + args.length : n;
      if (!Number.isInteger(n) || position < 0 || position >= args.length) {
        throw new InvalidArgument({
          op: description,
          argument: 'argnums',
          expected: `positions among the ${args.length} arguments that were given`,
          actual: `${n}`,
        });
      }
      return position;
    });
    const differentiated = positions.map((p) => args[p]);
    const { leaves, defs, paths } = flattenPrimals(differentiated, description);
    checkInputs(description, leaves, paths, holomorphic, allowInt);
    const partial = (...chosen: Args): unknown => {
      const all = [...args];
      positions.forEach((p, i) => {
        all[p] = chosen[i];
      });
      return (f as (...args: Args) => unknown)(...all);
    };
    Object.defineProperty(partial, 'name', { value: nameOf(f) });
    const flat = new FlatFunction(partial as (...args: never[]) => unknown, defs, description, hasAux);
    const { outputs, map, pull } = vjpFlat(description, (xs) => flat.call(xs), leaves);
    const value = checkScalar(description, flat, outputs, holomorphic);
    const zeros = map.outAvals.slice(1).map((aval) => new Zero(aval));
    const gradients = pull([full(value.aval.strong, 1), ...zeros]);
    let next = 0;
    const trees = defs.map((def) => {
      next += def.numLeaves;
      return unflatten(def, gradients.slice(next - def.numLeaves, next));
    });
    const result = flat.auxTree ? Object.freeze([value, unflatten(flat.auxTree, outputs.slice(1))]) : value;
    return shape(result, typeof argnums === 'number' ? trees[0] : Object.freeze(trees));
  };
  Object.defineProperty(transformed, 'name', { value: description });
  return transformed;
}

function checkInputs(
  op: string,
  leaves: readonly NdArray[],
  paths: () => string[],
  holomorphic: boolean,
  allowInt: boolean,
): void {
  leaves.forEach((leaf, i) => {
    const fits = holomorphic ? isComplex(leaf.dtype) : isFloat(leaf.dtype) || (allowInt && !isComplex(leaf.dtype));
    if (fits || (!holomorphic && isComplex(leaf.dtype))) return;
    throw new DTypeMismatch({
      op,
      argument: paths()[i],
      expected: holomorphic
        ? 'holomorphic: true needs complex inputs'
        : 'gradients need a floating-point or complex dtype',
      actual: leaf.dtype,
      hint: holomorphic
        ? undefined
        : 'Convert it (x.astype("float32")), choose other argnums, or pass { allowInt: true }.',
    });
  });
}

function checkScalar(op: string, flat: FlatFunction, outputs: readonly NdArray[], holomorphic: boolean): NdArray {
  const [value] = outputs;
  const single = (flat.outTree as TreeDef).kind === 'leaf';
  if (!single || value.ndim !== 0) {
    throw new NonScalarOutput({ op, actual: single ? `an array ${value.aval}` : `the tree ${flat.outTree}` });
  }
  const fits = holomorphic ? isComplex(value.dtype) : isFloat(value.dtype);
  if (!fits) {
    throw new NonScalarOutput({
      op,
      actual: `a scalar of dtype ${value.dtype}${isComplex(value.dtype) ? ' (pass { holomorphic: true } for holomorphic functions)' : ''}`,
    });
  }
  return value;
}
