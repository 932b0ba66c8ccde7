/**
 * `customDerivative`: one function with a forward and a reverse rule, each derived from the other where it is absent.
 *
 *     tangent:   dy = J(x) dx          cotangent:   dx = J(x)^T dy
 *
 * A forward rule is transposed to give the way back. A reverse rule, which is linear in the cotangent, is transposed to
 * give the way forwards; one that is not linear (clipping, reversing a gradient) has no way forwards, and says so only
 * when forward mode is asked for.
 */

import type { NdArray } from '../array/array.js';
import { isInexact } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { InvalidArgument } from '../error/error.js';
import type { LinearRule } from '../primitive/custom-linear.js';
import { instantiate } from '../trace/derivative.js';
import type { Arrays } from '../tree/types.js';
import type { TreeFunction } from './body.js';
import { type CustomCall, customCall, leavesLike, tangentsOf } from './custom-call.js';
import { type ArgumentsOf, bindCustomJvp, type Like } from './custom-jvp.js';
import { backwardRule, bindCustomVjp } from './custom-vjp.js';
import { nameOf } from './flat-function.js';
import { transposeFlat } from './linear-transpose.js';

/** The derivatives of a function, forwards, backwards or both; each is derived from the other when absent. */
export interface DerivativeRules<A extends readonly unknown[], R> {
  /** The function itself. */
  readonly value: (...args: A) => R;
  /** The tangent of the value, linear in the tangents of the arguments. */
  readonly tangent?: (primals: ArgumentsOf<A>, tangents: ArgumentsOf<A>) => NoInfer<Like<R>>;
  /** The cotangents of the arguments, from that of the value; null for an argument that gets none. */
  readonly cotangent?: (
    primals: ArgumentsOf<A>,
    cotangent: NoInfer<Arrays<R>>,
  ) => { readonly [K in keyof A]: Like<A[K]> | null };
}

/**
 * The function `value` with derivatives of its own.
 *
 * @example
 * const safeSqrt = customDerivative({
 *   value: (x: NdArray) => jnp.sqrt(x),
 *   tangent: ([x], [dx]) => jnp.where(x.gt(0), dx.div(jnp.sqrt(x).mul(2)), 0),
 * });
 * @throws InvalidArgument when neither rule is given
 * @throws CustomRuleMismatch when a rule returns another structure, shape or dtype than it should
 * @throws NotDifferentiable in forward mode, when there is only a reverse rule and it is not linear in the cotangent
 */
export function customDerivative<A extends readonly unknown[], R>(
  rules: DerivativeRules<A, R>,
): (...args: A) => Arrays<R> {
  checkArgument('customDerivative', 'rules', rules, 'object');
  const value = rules.value as unknown as TreeFunction;
  const tangent = rules.tangent as unknown as ((primals: unknown, tangents: unknown) => unknown) | undefined;
  const cotangent = rules.cotangent as unknown as ((primals: unknown, cotangent: unknown) => unknown) | undefined;
  if (!tangent && !cotangent) {
    throw new InvalidArgument({
      op: 'customDerivative',
      argument: 'rules',
      expected: 'given with a tangent rule, a cotangent rule, or both',
      actual: 'without either',
    });
  }
  const evaluate = value as unknown as (...args: unknown[]) => unknown;
  const name = nameOf(value);
  const custom = (...args: A): Arrays<R> => {
    const call = customCall('customDerivative', value, args);
    const { body, outAvals, leaves } = call;
    if (!cotangent) {
      const rule = tangent as NonNullable<typeof tangent>;
      return bindCustomJvp(call, (primals, tangents) => [evaluate(...primals), rule(primals, tangents)]) as Arrays<R>;
    }
    return bindCustomVjp(call, (primals) => {
      const backward = backwardRule(call, 'cotangent rule', (residuals, ct) => cotangent(call.trees(residuals), ct));
      const forward = tangent ? forwardRule(call, tangent) : transposed(call, backward);
      const outputs = leavesLike(
        evaluate(...call.trees(primals)),
        body.outTree,
        outAvals,
        { function: name, rule: 'value' },
        'the value',
      );
      return { outputs, residuals: primals.slice(0, leaves.length), forward, backward };
    }) as Arrays<R>;
  };
  Object.defineProperty(custom, 'name', { value: name });
  return custom;
}

/** A tangent rule of trees as one of flat lists. */
function forwardRule(call: CustomCall, rule: (primals: unknown, tangents: unknown) => unknown): LinearRule {
  const { name, body, outAvals } = call;
  return (primals, tangents) => {
    let next = 0;
    const all = primals.map((x) => (isInexact(x.dtype) ? tangents[next++] : x));
    const source = { function: name, rule: 'tangent rule' };
    const result = rule(call.trees(primals), call.trees(all));
    const dots = tangentsOf(leavesLike(result, body.outTree, outAvals, source, 'the tangent'), outAvals);
    return dots.filter((_, i) => isInexact(outAvals[i].dtype));
  };
}

/** The way forwards that follows from the way back. */
function transposed(call: CustomCall, backward: LinearRule): LinearRule {
  const avals = call.outAvals.filter((aval) => isInexact(aval.dtype)).map((aval) => aval.strong);
  return (primals, tangents) => {
    const pulled = (cotangents: NdArray[]): NdArray[] => backward(primals, cotangents).map(instantiate);
    return transposeFlat(`the cotangent rule of ${call.name}`, pulled, avals).pull(tangents);
  };
}
