/**
 * `customVjp`: a function whose reverse derivative is given, as a forward pass that keeps residuals and a backward pass
 * that uses them. `customGradient` gives both at once.
 *
 * Source: jax.custom_vjp, jax.custom_gradient.
 */

import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { describeValue } from '../array/convert.js';
import { isInexact } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { CustomRuleMismatch, CustomRuleMissing, TracedNondiffArgument } from '../error/derivative.js';
import { ownLocations } from '../error/location.js';
import { Zero } from '../ir/zero.js';
import { type CustomVjpParams, customVjpCallP, type Linearization } from '../primitive/custom.js';
import { bind, Tracer } from '../trace/context.js';
import { instantiate } from '../trace/derivative.js';
import { stage } from '../trace/stage.js';
import { flatten, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import type { TreeFunction } from './body.js';
import {
  type CustomCall,
  type CustomDerivativeOptions,
  cotangentsLike,
  customCall,
  leavesLike,
  type Rule,
} from './custom-call.js';
import type { ArgumentsOf, Like, SymbolicZeros } from './custom-jvp.js';
import { nameOf } from './flat-function.js';
import { evaluateJaxpr } from './interpret.js';
import { flattenArrays } from './leaves.js';
import { customDerivativeOptions } from './options.js';

/** The forward pass: the value, and what the backward pass needs. Takes all arguments. */
export type ForwardRule<A extends readonly unknown[], R, Res> = (...args: ArgumentsOf<A>) => readonly [Like<R>, Res];

/** The backward pass: cotangents of the arguments, an array with an entry for each; null for one that gets none. */
export type BackwardRule<A extends readonly unknown[], R, Res> = (
  residuals: Arrays<Res>,
  cotangent: Arrays<R>,
) => { readonly [K in keyof A]: Like<A[K]> | null };

/** A function that waits for its backward rule, `defvjp`. */
export interface CustomVjp<A extends readonly unknown[], R> {
  (...args: A): Arrays<R>;
  /**
   * Sets the forward and the backward pass. `bwd` gets arguments at `nondiffArgnums` first, one by one.
   *
   * With `symbolicZeros` both are shown what is not being differentiated: `fwd` gets `{ value, perturbed }` for each leaf
   * of its arguments, and `bwd` a `SymbolicZero` for each cotangent that is known to be zero.
   * @returns this function
   */
  defvjp<Res>(fwd: ForwardRule<A, R, Res>, bwd: BackwardRule<A, R, Res>): CustomVjp<A, R>;
  defvjp(
    fwd: (...args: never[]) => unknown,
    bwd: (...args: never[]) => unknown,
    options?: SymbolicZeros,
  ): CustomVjp<A, R>;
}

/** A leaf as a forward rule with `symbolicZeros` sees it (`jax.custom_derivatives.CustomVJPPrimal`). */
export interface CustomVjpPrimal {
  readonly value: NdArray;
  /** False where the result does not have to be differentiated with respect to it. */
  readonly perturbed: boolean;
}

type AnyFunction = (...args: unknown[]) => unknown;

/** A leaf of its own, so that trees of these have the structure of the trees of arrays. */
class Primal implements CustomVjpPrimal {
  constructor(
    readonly value: NdArray,
    readonly perturbed: boolean,
  ) {}
}

/** The rules are remembered with these arguments, and run when a trace that made them may be over. */
function refuseTracers(nondiff: readonly unknown[], name: string): void {
  for (const argument of nondiff) {
    const leaves = flatten(argument)[0];
    const tracer = leaves.find((leaf) => leaf instanceof Tracer);
    if (tracer)
      throw new TracedNondiffArgument({ function: `customVjp(${name})`, value: `${(tracer as Tracer).aval}` });
  }
}

/**
 * The function `fun`, with a reverse derivative of its own (`jax.custom_vjp`). Forward mode through it is refused.
 *
 * @example
 * const clip = customVjp((x: NdArray) => x).defvjp((x) => [x, null], (_, g) => [jnp.clip(g, -1, 1)]);
 * @throws CustomRuleMissing when it is called before it has rules
 * @throws CustomRuleMismatch when a rule returns another structure, shape or dtype than it should
 * @throws ClosedOverValue when it is differentiated with respect to a value that `fun` captured
 */
export function customVjp<A extends readonly unknown[], R>(
  fun: (...args: A) => R,
  options: CustomDerivativeOptions = {},
): CustomVjp<A, R> {
  checkOptions('customVjp', options, customDerivativeOptions);
  checkArgument('customVjp', 'fun', fun, 'function');
  const name = nameOf(fun as TreeFunction);
  let rules: { readonly fwd: AnyFunction; readonly bwd: AnyFunction; readonly symbolicZeros: boolean } | null = null;
  const custom = (...args: A): Arrays<R> => {
    if (rules === null) throw new CustomRuleMissing({ function: `customVjp(${name})`, how: 'defvjp' });
    const { fwd, bwd, symbolicZeros } = rules;
    const call = customCall('customVjp', fun as unknown as TreeFunction, args, options);
    refuseTracers(call.nondiff, name);
    const linearize: Linearize = (primals, perturbed) => {
      const seen = symbolicZeros ? primals.map((value, i) => new Primal(value, perturbed[i])) : primals;
      const { value, rest } = valueAndRest(call, fwd(...call.args(seen)), 'forward rule');
      const { leaves, treedef } = flattenArrays(rest, name, 'residuals');
      return {
        outputs: value,
        residuals: leaves,
        forward: null,
        backward: backwardRule(
          call,
          'backward rule',
          (residuals, cotangent) => bwd(...call.nondiff, unflatten(treedef, residuals), cotangent),
          symbolicZeros,
        ),
      };
    };
    return bindCustomVjp(call, linearize, symbolicZeros) as Arrays<R>;
  };
  Object.defineProperty(custom, 'name', { value: name });
  return Object.assign(custom, {
    defvjp(
      fwd: (...args: never[]) => unknown,
      bwd: (...args: never[]) => unknown,
      { symbolicZeros = false }: SymbolicZeros = {},
    ): CustomVjp<A, R> {
      rules = { fwd: fwd as AnyFunction, bwd: bwd as AnyFunction, symbolicZeros };
      return custom as CustomVjp<A, R>;
    },
  }) as CustomVjp<A, R>;
}

/**
 * A function that returns its value together with the way back (`jax.custom_gradient`):
 * `f(x) = [y, (dy) => dx]`; with several arguments the way back returns an array of cotangents.
 *
 * @example const f = customGradient((x: NdArray) => [x.mul(x), (g) => g.mul(x)]);
 */
export function customGradient<A extends readonly unknown[], R>(
  fun: (...args: A) => readonly [value: R, pull: (cotangent: Arrays<R>) => unknown],
): (...args: A) => Arrays<R> {
  checkArgument('customGradient', 'fun', fun, 'function');
  const name = nameOf(fun as TreeFunction);
  const valueOf = ((...args: A) => fun(...args)[0]) as unknown as TreeFunction;
  Object.defineProperty(valueOf, 'name', { value: name });
  const custom = (...args: A): Arrays<R> => {
    const call = customCall('customGradient', valueOf, args);
    return bindCustomVjp(call, (primals) => {
      const { value, rest } = valueAndRest(call, (fun as unknown as AnyFunction)(...call.args(primals)), 'function');
      const pull = rest as AnyFunction;
      // What the pull has captured becomes its residuals.
      let pulled: TreeDef | null = null;
      const { jaxpr, consts } = stage(
        `customGradient(${name})`,
        call.outAvals.map((a) => a.strong),
        (cotangents) => {
          const result = pull(unflatten(call.body.outTree, cotangents));
          const list = call.defs.length === 1 && !(Array.isArray(result) && result.length === 1) ? [result] : result;
          const { leaves, treedef } = flattenArrays(list, name, 'cotangents');
          pulled = treedef;
          return leaves;
        },
      );
      return {
        outputs: value,
        residuals: consts,
        forward: null,
        backward: backwardRule(call, 'way back', (residuals, cotangent) =>
          unflatten(
            pulled as TreeDef,
            evaluateJaxpr(jaxpr, [...residuals, ...flattenArrays(cotangent, name, '').leaves]),
          ),
        ),
      };
    }) as Arrays<R>;
  };
  Object.defineProperty(custom, 'name', { value: name });
  return custom;
}

/** A pair `[value, rest]` that a rule returned, its value checked. */
function valueAndRest(call: CustomCall, result: unknown, rule: string): { value: NdArray[]; rest: unknown } {
  const source: Rule = { function: call.name, rule };
  if (!Array.isArray(result) || result.length !== 2) {
    const actual = describeValue(result);
    throw new CustomRuleMismatch({ ...source, path: 'the result', expected: 'a pair', actual });
  }
  return { value: leavesLike(result[0], call.body.outTree, call.outAvals, source, 'the value'), rest: result[1] };
}

/** A backward pass of trees as one of flat lists: cotangents of inexact outputs to those of inexact arguments. */
export function backwardRule(
  call: CustomCall,
  rule: string,
  pull: (residuals: readonly NdArray[], cotangent: unknown) => unknown,
  symbolicZeros = false,
): Linearization['backward'] {
  const { name, body, defs, leaves, outAvals } = call;
  const avals = leaves.map((x): ShapedArray => x.aval);
  return (residuals, cotangents) => {
    let next = 0;
    const zero = symbolicZeros
      ? (aval: ShapedArray) => new Zero(aval)
      : (aval: ShapedArray) => instantiate(new Zero(aval));
    const all = outAvals.map((aval) => (isInexact(aval.dtype) ? cotangents[next++] : zero(aval)));
    const result = pull(residuals, unflatten(body.outTree, all));
    const source: Rule = { function: name, rule };
    if (!Array.isArray(result) || result.length !== defs.length) {
      const actual = describeValue(result);
      const expected = `an array of ${defs.length} cotangents, one for each argument`;
      throw new CustomRuleMismatch({ ...source, path: 'the result', expected, actual });
    }
    return cotangentsLike(result, defs, avals, source);
  };
}

type Linearize = CustomVjpParams['linearize'];

/** Applies a function whose derivative is given as a linearization. */
export function bindCustomVjp(call: CustomCall, linearize: Linearize, symbolicZeros = false): unknown {
  const { name, body } = call;
  const outputs = bind(customVjpCallP, [...body.consts, ...call.leaves], {
    name,
    callJaxpr: body.jaxpr,
    numConsts: body.consts.length,
    linearize: (primals, perturbed) => ownLocations(() => linearize(primals, perturbed)),
    symbolicZeros,
  });
  return unflatten(body.outTree, outputs);
}
