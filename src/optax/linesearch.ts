/**
 * What line searches have in common: the loss along a direction, and how far it is from decreasing enough.
 *
 *     phi(t) = f(p + t u),  phi'(0) = <g, u> < 0
 *     sufficient decrease:  phi(t) <= phi(0) + slopeRtol t phi'(0)
 *     small curvature:      |phi'(t)| <= curvRtol |phi'(0)|
 *
 * Sources: Nocedal, Wright, "Numerical Optimization", 1999, chapter 3; optax, `_src/linesearch.py`.
 */

import type { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { InvalidArgument } from '../error/error.js';
import { valueAndGrad } from '../transform/grad.js';
import { flatten } from '../tree/tree.js';
import * as jnp from './arithmetic.js';
import { cond } from './control.js';
import { type ExtraArgs, requiredExtra } from './transformation.js';
import { leafArrays } from './tree/leafwise.js';
import { get } from './tree/state.js';

/** The loss as a function of the parameters; further arguments of `update` come as one object. */
export type ValueFn = (params: unknown, args?: ExtraArgs) => NdArray;

/** What a line search is given by `update(updates, state, params, { value, grad, valueFn, ... })`. */
export interface Line {
  readonly value: NdArray;
  readonly grad: unknown;
  readonly valueFn: (params: unknown) => NdArray;
}

/**
 * The loss, its gradient and the function, from the extra arguments.
 * @throws MissingExtraArgument
 */
export function lineOf(op: string, extra: ExtraArgs): Line {
  const { value: _value, grad: _grad, valueFn: _valueFn, ...args } = extra;
  const valueFn = requiredExtra(op, extra, 'valueFn') as ValueFn;
  return {
    value: jnp.asarray(requiredExtra(op, extra, 'value') as NdArray),
    grad: requiredExtra(op, extra, 'grad'),
    valueFn: (params) => (Object.keys(args).length > 0 ? valueFn(params, args) : valueFn(params)),
  };
}

/** The dtype of the loss of these parameters: that of their first leaf, real. */
export function valueDType(params: unknown): NdArray['dtype'] {
  const [first] = leafArrays(params);
  return first === undefined ? 'float32' : jnp.real(jnp.zeros([], { dtype: first.dtype })).dtype;
}

/** `x`, or infinity where it is NaN: a step that cannot be judged is refused. */
export const refusingNaN = (x: NdArray): NdArray => jnp.where(jnp.isnan(x), Number.POSITIVE_INFINITY, x);

/**
 * `valueAndGrad` that takes both from the state of a line search when they are there: the search has computed them at the
 * parameters that it chose.
 *
 *     const step = valueAndGradFromState(f);
 *     const [value, grad] = step(params, { state });
 *
 * Further positional arguments go to `valueFn`; the options object with the state is the last one.
 * @throws InvalidArgument when the state has no value and gradient
 */
export function valueAndGradFromState(
  valueFn: (params: never, ...args: never[]) => NdArray,
): (params: unknown, ...args: readonly unknown[]) => readonly [value: NdArray, grad: unknown] {
  checkArgument('valueAndGradFromState', 'valueFn', valueFn, 'function');
  return (params, ...rest) => {
    const { state } = rest[rest.length - 1] as { readonly state: unknown };
    const args = rest.slice(0, -1);
    const value = get(state, 'value') as NdArray | null;
    const grad = get(state, 'grad');
    if (value === null || grad === null || flatten(grad)[0].length === 0) {
      throw new InvalidArgument({
        op: 'valueAndGradFromState',
        argument: 'state',
        expected: 'a state with value and grad, as that of scaleByZoomLinesearch',
        actual: 'one without',
        hint: 'scaleByBacktrackingLinesearch keeps the gradient with { storeGrad: true }.',
      });
    }
    const compute = (): readonly [NdArray, unknown] =>
      valueAndGrad(valueFn as (params: unknown, ...args: unknown[]) => NdArray)(params, ...args);
    return cond(jnp.isfinite(value), (): readonly [NdArray, unknown] => [value, grad], compute);
  };
}
