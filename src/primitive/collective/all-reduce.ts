/**
 * Sums and extrema over the examples of mapped axes.
 *
 * The sum is linear, and its transpose is itself: what flows back to one example is the sum of what flows into all
 * results, each of which it was a term of. The extrema pass a tangent on as `reduceMax` does, ties sharing it evenly
 * (JAX has no derivative for them).
 * Source: jax.lax.psum, jax.lax.pmax, jax.lax.pmin.
 */
import type { NdArray } from '../../array/array.js';
import type { Derivative, Primitive } from '../../ir/primitive.js';
import { isZero, Zero } from '../../ir/zero.js';
import { bindOne } from '../../trace/context.js';
import { linear, mapCotangent, smooth } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { div, like, mul } from '../arithmetic.js';
import { eq } from '../compare.js';
import { convertElementType } from '../convert.js';
import { reduceSum } from '../reduce.js';
import { reduceMax, reduceMin } from '../reductions.js';
import { collectiveRules, GLOBAL_IDS, meeting, reducer } from './kit.js';

export interface AllReduceParams {
  readonly axes: readonly string[];
}

/**
 * @param op the operation on two scalars
 * @param unmapped the result for an operand that is the same for all `size` examples
 */
function allReduce(
  name: string,
  op: string,
  reduce: (x: NdArray, axes: readonly number[]) => NdArray,
  unmapped: (x: NdArray, size: number) => NdArray,
  derivative: (self: () => Primitive<AllReduceParams>) => Derivative<AllReduceParams>,
): Primitive<AllReduceParams> {
  return definePrimitive<AllReduceParams>((self) => ({
    name,
    type: (inputs) => [...inputs],
    derivative: derivative(self),
    batch: ([x], [dim], { axes }, axis) => {
      if (!axes.includes(axis.name ?? '')) return { outputs: [bindOne(self(), [x], { axes })], dims: [dim] };
      const reduced = dim === null ? unmapped(x, axis.size) : reduce(x, [dim]);
      const rest = axes.filter((a) => a !== axis.name);
      return { outputs: [rest.length === 0 ? reduced : bindOne(self(), [reduced], { axes: rest })], dims: [null] };
    },
    agrees: true,
    ...collectiveRules<AllReduceParams>(
      name,
      ({ axes }) => axes,
      (e, x, { axes }, result) =>
        e.op('all_reduce', [x], result, { ...meeting(e, axes), ...GLOBAL_IDS }, [reducer(e, op, x.aval)]),
    ),
  }));
}

/** The sum over the examples of mapped axes (`lax.psum`). */
export const psumP = allReduce(
  'psum',
  'add',
  reduceSum,
  (x, size) => mul(x, like(x, size)),
  (self) => linear(self, ([ct], [x], params) => [mapCotangent(ct, x.aval, (c) => bindOne(self(), [c], params))]),
);
export const psum = (x: NdArray, axes: readonly string[]): NdArray => bindOne(psumP, [x], { axes });

/** The tangents of the examples that attain the extremum, averaged over ties. */
const attained = (self: () => Primitive<AllReduceParams>): Derivative<AllReduceParams> =>
  smooth(([x], [dx], params) => {
    const y = bindOne(self(), [x], params);
    if (isZero(dx)) return { primals: [y], tangents: [new Zero(y.aval)] };
    const attains = convertElementType(eq(x, y), dx.dtype);
    return {
      primals: [y],
      tangents: [div(psum(mul(dx, attains), params.axes), psum(attains, params.axes))],
    };
  });

/** The largest of the examples (`lax.pmax`). */
export const pmaxP = allReduce('pmax', 'maximum', reduceMax, (x) => x, attained);
export const pmax = (x: NdArray, axes: readonly string[]): NdArray => bindOne(pmaxP, [x], { axes });

/** The smallest of the examples (`lax.pmin`). */
export const pminP = allReduce('pmin', 'minimum', reduceMin, (x) => x, attained);
export const pmin = (x: NdArray, axes: readonly string[]): NdArray => bindOne(pminP, [x], { axes });
