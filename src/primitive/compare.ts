/**
 * Comparisons, and choosing by their outcome.
 *
 * Comparisons give bool and have no derivative; a comparison with NaN is false (`ne`: true). `selectN` is linear in its
 * cases: what was not chosen gets no cotangent.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { isBool, isComplex, isFloat, layoutOf } from '../array/dtype.js';
import { type HostData, hostZeros } from '../array/host.js';
import { readNumbers } from '../array/numeric.js';
import { sizeOf } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument } from '../error/error.js';
import type { KernelValue } from '../ir/kernel.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import { isLinear, isZero, Zero } from '../ir/zero.js';
import { bindOne } from '../trace/context.js';
import { nonDifferentiable, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { like } from './arithmetic.js';
import { and } from './bitwise.js';
import { larger, smaller } from './extrema.js';
import {
  type Accepts,
  batchPointwise,
  broadcastOperands,
  type Complex,
  checkAccepts,
  chooseKernel,
  commonShape,
  partials,
  pointwise,
  pointwiseKernel,
  rebroadcast,
  unbroadcast,
} from './pointwise.js';

export type Direction = 'EQ' | 'NE' | 'LT' | 'LE' | 'GT' | 'GE';

/** Emits a comparison of two values of one shape and dtype. */
export function emitCompare(e: Emitter, direction: Direction, x: Value, y: Value): Value {
  const { dtype } = x.aval;
  const type = isFloat(dtype) || isComplex(dtype) ? 'FLOAT' : layoutOf(dtype).kind === 'int' ? 'SIGNED' : 'UNSIGNED';
  return e.op('compare', [x, y], x.aval.withDType('bool'), {
    comparison_direction: attr.of('comparison_direction', direction),
    compare_type: attr.of('comparison_type', type),
  });
}

const KERNELS: { readonly [D in Direction]: string } = {
  EQ: 'Equal',
  NE: 'NotEqual',
  LT: 'Less',
  LE: 'LessEqual',
  GT: 'Greater',
  GE: 'GreaterEqual',
};

/** Defines a comparison from its meaning for numbers, which is also that for 64-bit integers. */
function comparison(
  name: string,
  direction: Direction,
  accepts: Accepts,
  holds: <T extends number | bigint>(x: T, y: T) => boolean,
  complex?: (x: Complex, y: Complex) => boolean,
) {
  const kernel = KERNELS[direction];
  return pointwise({
    name,
    accepts,
    real: (x, y) => (holds(x, y) ? 1 : 0),
    big: (x, y) => holds(x, y),
    complex,
    result: () => 'bool',
    derivative: () => nonDifferentiable('a comparison is constant wherever it is continuous'),
    lower: (e, args, _, [out]) => {
      const [x, y] = broadcastOperands(e, args, out.shape);
      return [emitCompare(e, direction, x, y)];
    },
    kernel: pointwiseKernel(
      kernel,
      'float32',
      'int32',
      ...(direction === 'EQ' || direction === 'NE' ? (['bool'] as const) : []),
    ),
  });
}

const same = (x: Complex, y: Complex): boolean => x[0] === y[0] && x[1] === y[1];

export const eqP = comparison('eq', 'EQ', 'any', (x, y) => x === y, same);
export const neP = comparison(
  'ne',
  'NE',
  'any',
  (x, y) => x !== y,
  (x, y) => !same(x, y),
);
export const ltP = comparison('lt', 'LT', 'ordered', (x, y) => x < y);
export const leP = comparison('le', 'LE', 'ordered', (x, y) => x <= y);
export const gtP = comparison('gt', 'GT', 'ordered', (x, y) => x > y);
export const geP = comparison('ge', 'GE', 'ordered', (x, y) => x >= y);

/** `x = y`, elementwise (`lax.eq`). */
export const eq = (x: NdArray, y: NdArray): NdArray => bindOne(eqP, [x, y], {});
/** `x != y`, elementwise (`lax.ne`). */
export const ne = (x: NdArray, y: NdArray): NdArray => bindOne(neP, [x, y], {});
/** `x < y`, elementwise (`lax.lt`). */
export const lt = (x: NdArray, y: NdArray): NdArray => bindOne(ltP, [x, y], {});
/** `x <= y`, elementwise (`lax.le`). */
export const le = (x: NdArray, y: NdArray): NdArray => bindOne(leP, [x, y], {});
/** `x > y`, elementwise (`lax.gt`). */
export const gt = (x: NdArray, y: NdArray): NdArray => bindOne(gtP, [x, y], {});
/** `x >= y`, elementwise (`lax.ge`). */
export const ge = (x: NdArray, y: NdArray): NdArray => bindOne(geP, [x, y], {});

function selectType([which, ...cases]: readonly ShapedArray[]): ShapedArray[] {
  checkAccepts('selectN', 'which', which.dtype, 'bits');
  if (cases.length === 0 || (isBool(which.dtype) && cases.length > 2)) {
    const expected = isBool(which.dtype) ? 'one or two arrays, since which is bool' : 'at least one array';
    throw new InvalidArgument({ op: 'selectN', argument: 'cases', expected, actual: `${cases.length} arrays` });
  }
  const { dtype } = cases[0];
  cases.forEach((x, i) => {
    if (x.dtype === dtype) return;
    const expected = `case 0 has dtype ${dtype}`;
    throw new DTypeMismatch({ op: 'selectN', argument: `case ${i}`, expected, actual: x.dtype });
  });
  const names = ['which', ...cases.map((_, i) => `case ${i}`)];
  const shape = commonShape('selectN', [which, ...cases], names);
  return [
    shaped(
      shape,
      dtype,
      cases.every((x) => x.weakType),
    ),
  ];
}

function evaluateSelect([which, ...cases]: readonly HostData[]): HostData {
  const shape = [which, ...cases].find((x) => x.shape.length > 0)?.shape ?? [];
  const out = hostZeros(cases[0].dtype, shape);
  const { entries } = layoutOf(out.dtype);
  const place = (x: HostData, i: number): number => (x.shape.length === 0 ? 0 : i);
  const choices = readNumbers(which);
  const target = out.data as Float64Array;
  for (let i = 0; i < sizeOf(shape); i++) {
    const choice = choices[place(which, i)];
    const chosen = cases[Math.min(Math.max(choice, 0), cases.length - 1)];
    for (let k = 0; k < entries; k++) {
      target[entries * i + k] = (chosen.data as Float64Array)[entries * place(chosen, i) + k];
    }
  }
  return out;
}

/**
 * The case that `which` names: `cases[which]`, elementwise (`lax.select_n`). `which` is bool (false names case 0) or an
 * integer, which is clamped to the cases that there are.
 */
export const selectNP = definePrimitive<Record<never, never>>((self) => ({
  name: 'select_n',
  type: selectType,
  evaluate: (args) => [evaluateSelect(args)],
  derivative: smooth(
    ([which, ...cases], [, ...tangents]) => {
      const out = selectN(which, ...cases);
      if (!tangents.some((t) => !isZero(t))) return { primals: [out], tangents: [new Zero(out.aval)] };
      const chosen = selectN(which, ...tangents.map((t, i) => (isZero(t) ? like(cases[i], 0) : t)));
      return { primals: [out], tangents: [rebroadcast(chosen, out.shape)] };
    },
    ([ct], [which, ...cases]) => {
      const choice = which as NdArray; // bool or integer, so never linear
      const parts = cases.map((x, i) => {
        if (!isLinear(x)) return null;
        if (isZero(ct)) return new Zero(x.aval);
        const zero = like(ct, 0);
        const here = isBool(choice.dtype) ? choice : named(choice, i, cases.length);
        const chosen = isBool(choice.dtype) && i === 0 ? select(here, zero, ct) : select(here, ct, zero);
        return unbroadcast(chosen, x.aval);
      });
      return [null, ...parts];
    },
  ),
  batch: batchPointwise(self),
  lower: (e, args, _, [out]) => {
    const [which, ...cases] = broadcastOperands(e, args, out.shape);
    if (cases.length === 1) return cases;
    if (isBool(which.aval.dtype)) return [e.op('select', [which, cases[1], cases[0]], out)];
    // Bisection: log2(cases) selections deep.
    const choose = (low: number, high: number): Value => {
      if (high - low === 1) return cases[low];
      const middle = (low + high) >> 1;
      const before = emitCompare(e, 'LT', which, e.constant(middle, which.aval));
      return e.op('select', [before, choose(low, middle), choose(middle, high)], out);
    };
    return [choose(0, cases.length)];
  },
  kernel: (k, [which, ...cases]) => {
    if (!isBool(which.aval.dtype) || cases.length !== 2) k.decline('a choice among several cases');
    return [chooseKernel(k, which, cases[1], cases[0])];
  },
}));
export const selectN = (which: NdArray, ...cases: readonly NdArray[]): NdArray =>
  bindOne(selectNP, [which, ...cases], {});

/** Where the choice names case `i` of `count`, also by clamping. */
function named(which: NdArray, i: number, count: number): NdArray {
  const index = like(which, i);
  if (i === 0) return le(which, index);
  return i === count - 1 ? ge(which, index) : eq(which, index);
}

/** `onTrue` where `which` holds, else `onFalse` (`lax.select`). */
export const select = (which: NdArray, onTrue: NdArray, onFalse: NdArray): NdArray => selectN(which, onFalse, onTrue);

/**
 * `x` pushed into the interval `[min, max]`: `minimum(maximum(min, x), max)` (`lax.clamp`). NaN stays. The derivative
 * with respect to `x` is 0 at the ends of the interval, as in JAX.
 */
export const clampP = pointwise({
  name: 'clamp',
  accepts: 'ordered',
  real: (low, x, high) => Math.min(Math.max(low, x), high),
  big: (low, x, high) => smaller(larger(low, x), high),
  derivative: (self) =>
    partials(
      self,
      (dlow, _, [low, x, high]) => select(and(gt(low, x), lt(low, high)), dlow, like(x, 0)),
      (dx, _, [low, x, high]) => select(and(gt(x, low), lt(x, high)), dx, like(x, 0)),
      (dhigh, _, [, x, high]) => select(lt(high, x), dhigh, like(x, 0)),
    ),
  lower: 'clamp',
  kernel: (k, [low, x, high], _, [out]) => {
    const known = (y: KernelValue): boolean => !Number.isNaN(Number(k.filledWith(y) ?? Number.NaN));
    if (!known(low) || !known(high)) k.decline('the ends of the interval are not known');
    return [k.elementwise('Minimum', { a: k.elementwise('Maximum', { a: x, b: low }, out), b: high }, out)];
  },
});
export const clamp = (min: NdArray, x: NdArray, max: NdArray): NdArray => bindOne(clampP, [min, x, max], {});
