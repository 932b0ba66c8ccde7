/**
 * `scatter` and its kin: an array whose windows, at corners that are data, are replaced by updates or combined with
 * them. The mirror of `gather`; see `window-positions.ts` for the vocabulary.
 *
 * Adding is linear in operand and updates. Where the same place is written several times, replacing keeps one of the
 * updates (which one is not said), and its derivative follows the one that was kept. Source: jax.lax.scatter.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { isInteger } from '../array/dtype.js';
import { sameShape } from '../array/shape.js';
import { DTypeMismatch, NotDifferentiable, ShapeMismatch } from '../error/error.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import type { Derivative, KernelRule, Primitive, Tangent } from '../ir/primitive.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { addTangents, linear, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { mul, neg } from './arithmetic.js';
import { gather } from './gather.js';
import { kernelScatterAdd } from './gather-kernel.js';
import { checkAccepts } from './pointwise.js';
import { extremalDerivative, replaceDerivative } from './scatter-derivatives.js';
import { evaluateScatter, type ScatterRule } from './scatter-values.js';
import { broadcastBatch, moveAxis, zeros } from './structure.js';
import {
  batchedNumbers,
  emitCorners,
  type GatherScatterMode,
  gatheredShape,
  inverseGather,
  inverseScatter,
  lastCorners,
  type ScatterDimensionNumbers,
  type ScatterDimensions,
  scatterAttribute,
  scatteredSizes,
  windowAxes,
} from './window-positions.js';

export interface ScatterParams {
  readonly dimensionNumbers: ScatterDimensionNumbers;
  readonly indicesAreSorted: boolean;
  /** A promise that no place is written twice. */
  readonly uniqueIndices: boolean;
  readonly mode: GatherScatterMode;
}

function checkScatter(
  op: string,
  inputs: Parameters<Primitive<ScatterParams>['type']>[0],
  params: ScatterParams,
): void {
  const [operand, indices, updates] = inputs;
  const { dimensionNumbers: numbers } = params;
  if (!isInteger(indices.dtype)) {
    const expected = 'an integer dtype is needed';
    throw new DTypeMismatch({ op, argument: 'scatterIndices', expected, actual: indices.dtype });
  }
  if (updates.dtype !== operand.dtype) {
    const expected = `the operand has dtype ${operand.dtype}`;
    throw new DTypeMismatch({ op, argument: 'updates', expected, actual: updates.dtype });
  }
  const depth = numbers.scatterDimsToOperandDims.length;
  if (indices.ndim === 0 || indices.shape[indices.ndim - 1] !== depth) {
    const expected = `its last axis must hold ${depth} coordinates, one for each of scatterDimsToOperandDims`;
    throw new ShapeMismatch({ op, argument: 'scatterIndices', expected, actual: indices.shape });
  }
  const window = windowAxes(operand.ndim, inverseGather(numbers));
  const sizes = scatteredSizes(operand.shape, updates.shape, numbers);
  const fits =
    numbers.updateWindowDims.length === window.length &&
    window.every((axis) => sizes[axis] <= operand.shape[axis]) &&
    sameShape(gatheredShape(indices.shape, sizes, inverseGather(numbers)), updates.shape);
  if (!fits) {
    throw new ShapeMismatch({
      op,
      argument: 'updates',
      expected:
        `it must have the axes [${indices.shape.slice(0, -1).join(', ')}] of the indices and, at ` +
        `[${numbers.updateWindowDims.join(', ')}], windows that fit into the operand, [${operand.shape.join(', ')}]`,
      actual: updates.shape,
    });
  }
}

function lowerScatter(e: Emitter, args: readonly Value[], params: ScatterParams, operation: string | null): Value {
  const [operand, indices, updates] = args;
  const { dimensionNumbers: numbers, mode } = params;
  let places = indices;
  if (mode === 'clip') {
    const sizes = scatteredSizes(operand.aval.shape, updates.aval.shape, numbers);
    const corners = lastCorners(operand.aval.shape, sizes, numbers.scatterDimsToOperandDims);
    const { starts, last } = emitCorners(e, indices, corners);
    places = e.op('clamp', [e.constant(0, starts.aval), starts, last], starts.aval);
  }
  const element = shaped([], operand.aval.dtype);
  const body = e.region([element, element], (old, update) => [
    operation === null ? update : e.op(operation, [old, update], element),
  ]);
  return e.op(
    'scatter',
    [operand, places, updates],
    operand.aval,
    {
      scatter_dimension_numbers: scatterAttribute(numbers, indices.aval.ndim - 1),
      indices_are_sorted: attr.bool(params.indicesAreSorted),
      unique_indices: attr.bool(params.uniqueIndices),
    },
    [body],
  );
}

const kernelOfAdd: KernelRule<ScatterParams> = (k, [operand, indices, updates], { dimensionNumbers, mode }) => {
  const sizes = scatteredSizes(operand.aval.shape, updates.aval.shape, dimensionNumbers);
  return [kernelScatterAdd(k, operand, indices, updates, inverseGather(dimensionNumbers), sizes, mode)];
};

/** Defines one of the family. `operation` is StableHLO's; null replaces. */
function scatterPrimitive(
  name: string,
  op: string,
  operation: string | null,
  rule: ScatterRule,
  derivative: (self: () => Primitive<ScatterParams>) => Derivative<ScatterParams>,
): Primitive<ScatterParams> {
  return definePrimitive<ScatterParams>((self) => ({
    name,
    type: (inputs, params) => {
      if (rule.ordered) checkAccepts(op, 'operand', inputs[0].dtype, 'ordered');
      checkScatter(op, inputs, params);
      return [inputs[0]];
    },
    evaluate: ([operand, indices, updates], { dimensionNumbers, mode }) => [
      evaluateScatter(operand, indices, updates, dimensionNumbers, mode === 'clip', rule),
    ],
    derivative: derivative(self),
    batch: ([operand, indices, updates], [dx, di, du], params, axis) => {
      const front = (x: NdArray, d: number | null): NdArray =>
        d === null ? broadcastBatch(x, axis.size) : moveAxis(x, d, 0);
      const places = di === null ? indices : moveAxis(indices, di, 0);
      const numbers = batchedNumbers(inverseGather(params.dimensionNumbers), true, di !== null);
      const output = bindOne(self(), [front(operand, dx), places, front(updates, du)], {
        ...params,
        dimensionNumbers: inverseScatter(numbers),
      });
      return { outputs: [output], dims: [0] };
    },
    lower: (e, args, params) => [lowerScatter(e, args, params, operation)],
    kernel: operation === 'add' ? kernelOfAdd : undefined,
  }));
}

/** What a scatter's window would read: the cotangent of the updates of an addition. */
export function gatherBack(ct: NdArray, indices: NdArray, updates: readonly number[], params: ScatterParams): NdArray {
  const { dimensionNumbers: numbers, indicesAreSorted, uniqueIndices } = params;
  return gather(ct, indices, inverseGather(numbers), scatteredSizes(ct.shape, updates, numbers), {
    mode: params.mode,
    indicesAreSorted,
    uniqueIndices,
    fillValue: 0,
  });
}

const additive = (sign: 1 | -1) => (self: () => Primitive<ScatterParams>) =>
  linear<ScatterParams>(
    self,
    ([ct], [operand, indices, updates], params) => {
      if (isZero(ct)) return [new Zero(operand.aval), null, new Zero(updates.aval)];
      const back = (): NdArray => gatherBack(ct, indices as NdArray, updates.aval.shape, params);
      return [isLinear(operand) ? ct : null, null, isLinear(updates) ? (sign === 1 ? back() : neg(back())) : null];
    },
    [0, 2],
  );

export const scatterAddP = scatterPrimitive(
  'scatter-add',
  'scatterAdd',
  'add',
  { real: (x, y) => x + y, big: (x, y) => x + y, complex: ([a, b], [c, d]) => [a + c, b + d] },
  additive(1),
);

export const scatterSubP = scatterPrimitive(
  'scatter-sub',
  'scatterSub',
  'subtract',
  { real: (x, y) => x - y, big: (x, y) => x - y, complex: ([a, b], [c, d]) => [a - c, b - d] },
  additive(-1),
);

function requireUnique(params: ScatterParams): void {
  if (params.uniqueIndices) return;
  throw new NotDifferentiable({
    op: 'scatterMul',
    reason: 'with respect to updates it has a derivative only where no place is written twice (uniqueIndices: true)',
  });
}

export const scatterMulP: Primitive<ScatterParams> = scatterPrimitive(
  'scatter-mul',
  'scatterMul',
  'multiply',
  {
    real: (x, y) => x * y,
    integer: Math.imul,
    big: (x, y) => x * y,
    complex: ([a, b], [c, d]) => [a * c - b * d, a * d + b * c],
  },
  (self) =>
    smooth(
      ([x, indices, y], [dx, , dy], params) => {
        const output = bindOne(self(), [x, indices, y], params);
        let tangent: Tangent = new Zero(output.aval);
        if (!isZero(dx)) tangent = bindOne(self(), [dx, indices, y], params);
        if (!isZero(dy)) {
          requireUnique(params);
          const moved = scatterAdd(zeros(x.aval), indices, dy, params.dimensionNumbers, params);
          tangent = addTangents(tangent, mul(x, moved));
        }
        return { primals: [output], tangents: [tangent] };
      },
      ([ct], [x, indices, y], params) => {
        if (isZero(ct)) return [new Zero(x.aval), null, new Zero(y.aval)];
        if (isLinear(x)) return [bindOne(self(), [ct, indices as NdArray, y as NdArray], params), null, null];
        requireUnique(params);
        return [null, null, gatherBack(mul(ct, x), indices as NdArray, y.aval.shape, params)];
      },
    ),
);

export const scatterMinP = scatterPrimitive(
  'scatter-min',
  'scatterMin',
  'minimum',
  { real: Math.min, big: (x, y) => (x < y ? x : y), ordered: true },
  extremalDerivative,
);

export const scatterMaxP = scatterPrimitive(
  'scatter-max',
  'scatterMax',
  'maximum',
  { real: Math.max, big: (x, y) => (x > y ? x : y), ordered: true },
  extremalDerivative,
);

export const scatterP = scatterPrimitive(
  'scatter',
  'scatter',
  null,
  { real: (_, y) => y, big: (_, y) => y, complex: (_, y) => y },
  replaceDerivative,
);

export type ScatterOptions = Partial<Pick<ScatterParams, 'indicesAreSorted' | 'uniqueIndices' | 'mode'>>;

const scatterBy =
  (primitive: () => Primitive<ScatterParams>) =>
  (
    operand: NdArray,
    indices: NdArray,
    updates: NdArray,
    dimensions: ScatterDimensions,
    { indicesAreSorted = false, uniqueIndices = false, mode = 'fill' }: ScatterOptions = {},
  ): NdArray => {
    const dimensionNumbers = { operandBatchingDims: [], scatterIndicesBatchingDims: [], ...dimensions };
    const params = { dimensionNumbers, indicesAreSorted, uniqueIndices, mode };
    return bindOne(primitive(), [operand, indices, updates], params);
  };

/** `operand` with windows replaced by `updates` (`lax.scatter`). */
export const scatter = scatterBy(() => scatterP);
/** `operand` with `updates` added to windows (`lax.scatter_add`). */
export const scatterAdd = scatterBy(() => scatterAddP);
/** `operand` with `updates` subtracted from windows (`lax.scatter_sub`). */
export const scatterSub = scatterBy(() => scatterSubP);
/** `operand` with windows multiplied by `updates` (`lax.scatter_mul`). */
export const scatterMul = scatterBy(() => scatterMulP);
/** The smaller of `operand` and `updates` in windows (`lax.scatter_min`). */
export const scatterMin = scatterBy(() => scatterMinP);
/** The larger of `operand` and `updates` in windows (`lax.scatter_max`). */
export const scatterMax = scatterBy(() => scatterMaxP);
