/**
 * The reference values of the scatters: updates are applied one after the other in row-major order, in float64, and
 * rounded once.
 */
import { isComplex, isInteger } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readBig, readComplex, readNumbers } from '../array/numeric.js';
import { inverseGather, type ScatterDimensionNumbers, scatteredSizes, windowPositions } from './window-positions.js';

type Complex = readonly [re: number, im: number];

/** How an old element and an update make the new one. */
export interface ScatterRule {
  readonly real: (old: number, update: number) => number;
  /** For integers of up to 32 bits, where `real` would not be exact. */
  readonly integer?: (old: number, update: number) => number;
  readonly big: (old: bigint, update: bigint) => bigint;
  readonly complex?: (old: Complex, update: Complex) => Complex;
  /** True when elements are compared, which complex numbers cannot be. */
  readonly ordered?: boolean;
}

/** The operand with updates applied; windows outside are moved inside (`clamp`) or dropped. */
export function evaluateScatter(
  operand: HostData,
  indices: HostData,
  updates: HostData,
  numbers: ScatterDimensionNumbers,
  clamp: boolean,
  rule: ScatterRule,
): HostData {
  const sizes = scatteredSizes(operand.shape, updates.shape, numbers);
  const positions = windowPositions(operand.shape, indices, sizes, inverseGather(numbers), clamp);
  const { dtype, shape } = operand;
  if (isComplex(dtype) && rule.complex) {
    const [out, y] = [readComplex(operand), readComplex(updates)];
    positions.forEach((p, i) => {
      if (p >= 0 && rule.complex) [out.re[p], out.im[p]] = rule.complex([out.re[p], out.im[p]], [y.re[i], y.im[i]]);
    });
    return fromComplex(dtype, shape, out.re, out.im);
  }
  if (dtype === 'int64' || dtype === 'uint64') {
    const out = readBig(operand).slice();
    const y = readBig(updates);
    positions.forEach((p, i) => {
      if (p >= 0) out[p] = rule.big(out[p], y[i]);
    });
    return { dtype, shape, data: out };
  }
  const combine = (isInteger(dtype) ? rule.integer : undefined) ?? rule.real;
  const out = readNumbers(operand);
  const y = readNumbers(updates);
  positions.forEach((p, i) => {
    if (p >= 0) out[p] = combine(out[p], y[i]);
  });
  return fromNumbers(dtype, shape, out);
}
