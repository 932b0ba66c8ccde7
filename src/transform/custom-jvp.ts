/**
 * `customJvp`: a function whose forward derivative is given. The way back follows by transposing it.
 *
 * Source: jax.custom_jvp.
 */

import type { NdArray } from '../array/array.js';
import { describeValue } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { CustomRuleMismatch, CustomRuleMissing } from '../error/derivative.js';
import { ownLocations } from '../error/location.js';
import { Zero } from '../ir/zero.js';
import { type CustomJvpRule, customJvpCallP } from '../primitive/custom.js';
import { bind } from '../trace/context.js';
import { addTangents, instantiate } from '../trace/derivative.js';
import { unflatten } from '../tree/tree.js';
import type { Arrays, MapLeaves } from '../tree/types.js';
import type { TreeFunction } from './body.js';
import { type CustomCall, type CustomDerivativeOptions, customCall, leavesLike, tangentsOf } from './custom-call.js';
import { nameOf } from './flat-function.js';
import { flattenArrays } from './leaves.js';
import { customDerivativeOptions, symbolicZerosOption } from './options.js';

/** What a rule may return where the function returns `R`. */
export type Like<R> = MapLeaves<R, NdArray | number | boolean>;

/** The arguments as a rule sees them: trees of arrays. */
export type ArgumentsOf<A extends readonly unknown[]> = { readonly [K in keyof A]: Arrays<A[K]> };

/** Returns the value and its tangent, from the arguments and theirs. */
export type JvpRuleOf<A extends readonly unknown[], R> = (
  primals: ArgumentsOf<A>,
  tangents: ArgumentsOf<A>,
) => readonly [value: Like<R>, tangent: Like<R>];

/** The tangent's part that comes from one argument: `(tangent, value, ...arguments) => tangent of the value`. */
export type PartialJvpRule = ((tangent: never, value: never, ...primals: never[]) => unknown) | null;

/** A function that waits for its forward rule, `defjvp`. */
export interface CustomJvp<A extends readonly unknown[], R> {
  (...args: A): Arrays<R>;
  /**
   * Sets the rule. Arguments at `nondiffArgnums` come first, one by one.
   * @returns this function
   */
  defjvp(rule: JvpRuleOf<A, R>): CustomJvp<A, R>;
  defjvp(rule: (...nondiffPrimalsTangents: never[]) => unknown, options?: SymbolicZeros): CustomJvp<A, R>;
  /**
   * Sets the rule as a sum over the arguments, one part for each; null where the value does not depend on it.
   * @returns this function
   */
  defjvps(...parts: readonly PartialJvpRule[]): CustomJvp<A, R>;
}

/** Options of `defjvp` and `defvjp`. */
export interface SymbolicZeros {
  /**
   * Whether the rule is shown what is not being differentiated: in the places of its tangents it gets a `SymbolicZero`,
   * which has a shape and a dtype and is no array. Default false: arrays of zeros.
   */
  readonly symbolicZeros?: boolean;
}

/**
 * The function `fun`, with a forward derivative of its own (`jax.custom_jvp`).
 *
 * @example
 * const f = customJvp((x: NdArray) => jnp.exp(x)).defjvp(([x], [dx]) => [jnp.exp(x), jnp.exp(x).mul(dx)]);
 * @throws CustomRuleMissing when it is called before it has a rule
 * @throws CustomRuleMismatch when the rule returns another structure, shape or dtype than `fun`
 * @throws ClosedOverValue when it is differentiated with respect to a value that `fun` captured
 */
export function customJvp<A extends readonly unknown[], R>(
  fun: (...args: A) => R,
  options: CustomDerivativeOptions = {},
): CustomJvp<A, R> {
  checkOptions('customJvp', options, customDerivativeOptions);
  checkArgument('customJvp', 'fun', fun, 'function');
  const name = nameOf(fun as TreeFunction);
  type AnyRule = (...args: unknown[]) => unknown;
  let rule: AnyRule | null = null;
  let zeros: SymbolicZeros = {};
  const custom = (...args: A): Arrays<R> => {
    if (rule === null) throw new CustomRuleMissing({ function: `customJvp(${name})`, how: 'defjvp (or defjvps)' });
    const defined = rule;
    const call = customCall('customJvp', fun as unknown as TreeFunction, args, options);
    return bindCustomJvp(call, (primals, tangents) => defined(...call.nondiff, primals, tangents), zeros) as Arrays<R>;
  };
  Object.defineProperty(custom, 'name', { value: name });
  return Object.assign(custom, {
    defjvp(given: (...args: never[]) => unknown, shown: SymbolicZeros = {}): CustomJvp<A, R> {
      checkArgument(`customJvp(${name}).defjvp`, 'rule', given, 'function');
      rule = given as AnyRule;
      zeros = checkOptions(`customJvp(${name}).defjvp`, shown, symbolicZerosOption);
      return custom as CustomJvp<A, R>;
    },
    defjvps(...parts: readonly PartialJvpRule[]): CustomJvp<A, R> {
      rule = (primals, tangents) => {
        const value = (fun as unknown as AnyRule)(...(primals as unknown[]));
        return [value, sumOfParts(parts, value, primals as unknown[], tangents as unknown[])];
      };
      zeros = {};
      return custom as CustomJvp<A, R>;
    },
  }) as CustomJvp<A, R>;
}

function sumOfParts(
  parts: readonly PartialJvpRule[],
  value: unknown,
  primals: readonly unknown[],
  tangents: readonly unknown[],
): unknown {
  const { leaves, treedef } = flattenArrays(value, 'defjvps', 'value');
  const sum = leaves.map((y) => instantiate(new Zero(y.aval.strong)));
  parts.forEach((part, i) => {
    if (part === null) return;
    const term = (part as unknown as (...args: unknown[]) => unknown)(tangents[i], value, ...primals);
    leavesLike(
      term,
      treedef,
      leaves.map((y) => y.aval),
      { function: 'defjvps', rule: `part ${i}` },
      'tangent',
    ).forEach((t, k) => {
      sum[k] = addTangents(sum[k], t) as NdArray;
    });
  });
  return unflatten(treedef, sum);
}

/** Applies a function with a forward rule that maps trees of arguments to `[value, tangent]`. */
export function bindCustomJvp(
  call: CustomCall,
  rule: (primals: readonly unknown[], tangents: readonly unknown[]) => unknown,
  { symbolicZeros = false }: SymbolicZeros = {},
): unknown {
  const { name, body, outAvals } = call;
  const source = { function: name, rule: 'defjvp rule' };
  const jvp: CustomJvpRule = (primals, tangents) => {
    const result = ownLocations(() => rule(call.trees(primals), call.trees(tangents)));
    if (!Array.isArray(result) || result.length !== 2) {
      const actual = describeValue(result);
      throw new CustomRuleMismatch({ ...source, path: 'the result', expected: 'a pair [value, tangent]', actual });
    }
    const values = leavesLike(result[0], body.outTree, outAvals, source, 'the value');
    const dots = leavesLike(result[1], body.outTree, outAvals, source, 'the tangent');
    return { primals: values, tangents: tangentsOf(dots, outAvals) };
  };
  const outputs = bind(customJvpCallP, [...body.consts, ...call.leaves], {
    name,
    callJaxpr: body.jaxpr,
    numConsts: body.consts.length,
    jvp,
    symbolicZeros,
  });
  return unflatten(body.outTree, outputs);
}
