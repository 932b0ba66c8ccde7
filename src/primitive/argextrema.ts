/**
 * Where the largest or smallest element along an axis is. The first of equal ones; NaN beats every number.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { type DType, isFloat, isInteger } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { limitsOf } from '../array/limits.js';
import { fromNumbers, readBig, readNumbers } from '../array/numeric.js';
import { canonicalAxis, sizeOf, withoutAxes } from '../array/shape.js';
import { DTypeMismatch, ShapeMismatch } from '../error/error.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import type { Primitive } from '../ir/primitive.js';
import { bindOne } from '../trace/context.js';
import { nonDifferentiable } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { emitCompare } from './compare.js';
import { checkAccepts } from './pointwise.js';
import { batchReduce, reducedPositions } from './reduce.js';
import { forEachIndex } from './structure.js';

export interface ArgParams {
  /** The one axis, as a list. */
  readonly axes: readonly number[];
  readonly indexDtype: DType;
}

function evaluateArg(x: HostData, { axes: [axis], indexDtype }: ArgParams, largest: boolean): HostData {
  const shape = withoutAxes(x.shape, [axis]);
  const positions = reducedPositions(x.shape, [axis]);
  const values = x.dtype === 'int64' || x.dtype === 'uint64' ? readBig(x) : readNumbers(x);
  const best = new Array<number | bigint | undefined>(sizeOf(shape));
  const found = new Float64Array(best.length);
  forEachIndex(x.shape, (index, i) => {
    const p = positions[i];
    const [value, old] = [values[i], best[p]];
    const better =
      old === undefined || (Number.isNaN(value) ? !Number.isNaN(old) : largest ? value > old : value < old);
    if (!better) return;
    best[p] = value;
    found[p] = index[axis];
  });
  return fromNumbers(indexDtype, shape, found);
}

/** A reduction of pairs (element, index): the better element, and of equal ones the lower index. */
function lowerArg(e: Emitter, x: Value, { axes, indexDtype }: ArgParams, largest: boolean): Value {
  const [value, index] = [shaped([], x.aval.dtype), shaped([], indexDtype)];
  const flag = shaped([], 'bool');
  const both = (name: string, a: Value, b: Value): Value => e.op(name, [a, b], flag);
  const body = e.region([value, index, value, index], (a, i, b, j) => {
    let better = emitCompare(e, largest ? 'GT' : 'LT', a, b);
    let equal = emitCompare(e, 'EQ', a, b);
    if (isFloat(x.aval.dtype)) {
      const [nanA, nanB] = [emitCompare(e, 'NE', a, a), emitCompare(e, 'NE', b, b)];
      better = both('or', better, both('and', nanA, emitCompare(e, 'EQ', b, b)));
      equal = both('or', equal, both('and', nanA, nanB));
    }
    const first = both('or', better, both('and', equal, emitCompare(e, 'LT', i, j)));
    return [e.op('select', [better, a, b], value), e.op('select', [first, i, j], index)];
  });
  const indices = e.op('iota', [], shaped(x.aval.shape, indexDtype), { iota_dimension: attr.i64(axes[0]) });
  const { lowest, highest } = limitsOf(x.aval.dtype);
  const starts = [e.constant(largest ? lowest : highest, value), e.constant(0, index)];
  const shape = withoutAxes(x.aval.shape, axes);
  const results = [shaped(shape, x.aval.dtype), shaped(shape, indexDtype)];
  return e.many('reduce', [x, indices, ...starts], results, { dimensions: attr.i64s(axes) }, [body])[1];
}

function argExtremum(name: 'argmax' | 'argmin'): Primitive<ArgParams> {
  const largest = name === 'argmax';
  return definePrimitive<ArgParams>((self) => ({
    name,
    type: ([x], { axes: [axis], indexDtype }) => {
      checkAccepts(name, 'operand', x.dtype, 'ordered');
      canonicalAxis(axis, x.ndim, name);
      if (!isInteger(indexDtype)) {
        const expected = 'an integer dtype is needed';
        throw new DTypeMismatch({ op: name, argument: 'indexDtype', expected, actual: indexDtype });
      }
      if (x.shape[axis] === 0) {
        const expected = `axis ${axis} must not be empty`;
        throw new ShapeMismatch({ op: name, argument: 'operand', expected, actual: x.shape });
      }
      return [shaped(withoutAxes(x.shape, [axis]), indexDtype)];
    },
    evaluate: ([x], params) => [evaluateArg(x, params, largest)],
    derivative: nonDifferentiable('an index is constant wherever it is continuous'),
    batch: batchReduce(self),
    lower: (e, [x], params) => [lowerArg(e, x, params, largest)],
  }));
}

export const argmaxP = argExtremum('argmax');
/** The index of the largest element along an axis (`lax.argmax`). */
export const argmax = (x: NdArray, axis: number, indexDtype: DType): NdArray =>
  bindOne(argmaxP, [x], { axes: [axis], indexDtype });

export const argminP = argExtremum('argmin');
/** The index of the smallest element along an axis (`lax.argmin`). */
export const argmin = (x: NdArray, axis: number, indexDtype: DType): NdArray =>
  bindOne(argminP, [x], { axes: [axis], indexDtype });
