/**
 * Derivatives of the scatters that choose: replacing, and keeping the smaller or larger.
 *
 * Both follow what was chosen. JAX's choices: an extremum attained by several updates, or by updates and the operand,
 * gives the mean of their tangents; where updates overlap, the one that the program kept is found by numbering them.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { sizeOf } from '../array/shape.js';
import { NotDifferentiable } from '../error/error.js';
import type { Derivative, Primitive } from '../ir/primitive.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { instantiate, smooth } from '../trace/derivative.js';
import { add, div, like, mul, sub } from './arithmetic.js';
import { eq, select } from './compare.js';
import { gather } from './gather.js';
import { gatherBack, type ScatterParams, scatter, scatterAdd } from './scatter.js';
import { broadcastInDim, full, iota, reshape, zeros } from './structure.js';
import { inverseGather, scatteredSizes } from './window-positions.js';

type Self = () => Primitive<ScatterParams>;

/** The derivative of replacing. */
export function replaceDerivative(self: Self): Derivative<ScatterParams> {
  return smooth(
    ([x, indices, y], [dx, , dy], params) => {
      if (isZero(dx) && isZero(dy)) {
        const output = bindOne(self(), [x, indices, y], params);
        return { primals: [output], tangents: [new Zero(output.aval)] };
      }
      const [tx, ty] = [instantiate(dx), instantiate(dy)];
      if (params.uniqueIndices) {
        const primals = [bindOne(self(), [x, indices, y], params)];
        return { primals, tangents: [bindOne(self(), [tx, indices, ty], params)] };
      }
      const { untouched, kept } = winners(x, indices, y, params);
      const apply = (operand: NdArray, updates: NdArray): NdArray =>
        scatterAdd(
          select(untouched, operand, zeros(operand.aval)),
          indices,
          select(kept, updates, zeros(updates.aval)),
          params.dimensionNumbers,
          params,
        );
      return { primals: [apply(x, y)], tangents: [apply(tx, ty)] };
    },
    ([ct], [x, indices, y], params) => {
      if (!params.uniqueIndices) {
        const reason = 'its transpose is known only where no place is written twice (uniqueIndices: true)';
        throw new NotDifferentiable({ op: 'scatter', reason });
      }
      if (isZero(ct)) return [new Zero(x.aval), null, new Zero(y.aval)];
      const nothing = full(shaped(y.aval.shape, ct.dtype), 0);
      return [
        isLinear(x) ? scatter(ct, indices as NdArray, nothing, params.dimensionNumbers, params) : null,
        null,
        isLinear(y) ? gatherBack(ct, indices as NdArray, y.aval.shape, params) : null,
      ];
    },
  );
}

/** Which elements of the operand no update replaced, and which updates were kept: updates are numbered from 1. */
function winners(
  x: NdArray,
  indices: NdArray,
  y: NdArray,
  params: ScatterParams,
): { untouched: NdArray; kept: NdArray } {
  const { dimensionNumbers: numbers } = params;
  const shape = y.shape.map((n, axis) => (numbers.updateWindowDims.includes(axis) ? 1 : n));
  const count = add(iota('uint32', [sizeOf(shape)]), full(shaped([sizeOf(shape)], 'uint32'), 1));
  const ids = broadcastInDim(
    reshape(count, shape),
    y.shape,
    y.shape.map((_, axis) => axis),
  );
  const written = scatter(full(shaped(x.shape, 'uint32'), 0), indices, ids, numbers, params);
  const read = gatherBack(written, indices, y.shape, params);
  return { untouched: eq(written, like(written, 0)), kept: eq(ids, read) };
}

/** The derivative of keeping the smaller or the larger. */
export function extremalDerivative(self: Self): Derivative<ScatterParams> {
  return smooth(([x, indices, y], [dx, , dy], params) => {
    const output = bindOne(self(), [x, indices, y], params);
    if (isZero(dx) && isZero(dy)) return { primals: [output], tangents: [new Zero(output.aval)] };
    const { dimensionNumbers: numbers, mode } = params;
    const read = (z: NdArray): NdArray =>
      gather(z, indices, inverseGather(numbers), scatteredSizes(x.shape, y.shape, numbers), { mode });
    const addUp = (z: NdArray): NdArray => read(scatterAdd(zeros(x.aval), indices, z, numbers, { mode }));
    const [one, zero] = [like(y, 1), like(y, 0)];
    const target = read(output);
    const succeeded = eq(y, target);
    const retained = eq(read(x), target);
    const updatesThere = addUp(select(succeeded, one, zero));
    const writesThere = addUp(full(shaped(y.shape, y.dtype), 1));
    // The mean over all that attain the extremum: the updates, and the operand if it does.
    const withOperand = div(one, add(updatesThere, one));
    const share = select(succeeded, select(retained, withOperand, div(one, updatesThere)), zero);
    const operandShare = div(sub(select(retained, withOperand, zero), one), writesThere);
    const moved = add(mul(read(instantiate(dx)), operandShare), mul(instantiate(dy), share));
    const tangent = scatterAdd(instantiate(dx), indices, moved, numbers, params);
    return { primals: [output], tangents: [tangent] };
  });
}
