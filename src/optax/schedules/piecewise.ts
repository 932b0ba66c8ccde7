/**
 * Schedules in pieces: constants, interpolations, one-cycle policies.
 *
 * Source: optax, `schedules/_schedule.py`; one cycle: Smith, Topin, "Super-Convergence", 2018.
 */

import type { NdArray } from '../../array/array.js';
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument } from '../../error/error.js';
import * as jnp from '../arithmetic.js';
import { boundariesOption, cosineOnecycleOptions, linearOnecycleOptions } from './options.js';
import { type ArraySchedule, countArray, requirePositive, type Scalar } from './schedule.js';

/** Step counts and the factors that come into force at them. */
export type BoundariesAndScales = { readonly [boundary: number]: number };

interface Piece {
  readonly boundary: number;
  readonly scale: number;
}

function piecesOf(op: string, boundariesAndScales: BoundariesAndScales | null | undefined): Piece[] {
  const pieces = Object.entries(boundariesAndScales ?? {})
    .map(([boundary, scale]) => ({ boundary: Number(boundary), scale }))
    .sort((a, b) => a.boundary - b.boundary);
  const negative = pieces.find((p) => !(p.scale >= 0));
  if (negative === undefined) return pieces;
  throw new InvalidArgument({
    op,
    argument: `boundariesAndScales[${negative.boundary}]`,
    expected: 'not negative',
    actual: `${negative.scale}`,
  });
}

/** Options of `piecewiseConstantSchedule` and `piecewiseInterpolateSchedule`. */
export interface BoundariesOption {
  /** From the step counts at which the value changes to what it is multiplied by there. None when null. */
  readonly boundariesAndScales?: BoundariesAndScales | null;
}

/**
 * `initValue`, multiplied by each scale once its boundary has been reached.
 *
 * `piecewiseConstantSchedule(1, { boundariesAndScales: { 50: 0.5, 100: 0.1 } })` is 1, 0.5 from step 50, 0.05 from 100.
 * @throws InvalidArgument for a negative scale
 * @example
 * optax.piecewiseConstantSchedule(1, { boundariesAndScales: { 20: 0.5, 40: 0.1 } })(50) // => 0.05
 */
export function piecewiseConstantSchedule(initValue: Scalar, options: BoundariesOption = {}): ArraySchedule {
  checkOptions('piecewiseConstantSchedule', options, boundariesOption);
  const pieces = piecesOf('piecewiseConstantSchedule', options.boundariesAndScales);
  return (count) => {
    let value = jnp.asarray(initValue);
    for (const { boundary, scale } of pieces) {
      value = jnp.where(jnp.less(countArray(count), boundary), value, jnp.mul(scale, value));
    }
    return value;
  };
}

type Interpolation = (start: number, end: number, fraction: NdArray) => NdArray;

const interpolations: { readonly [name: string]: Interpolation } = {
  linear: (start, end, fraction) => jnp.add(jnp.mul(end - start, fraction), start),
  cosine: (start, end, fraction) =>
    jnp.add(end, jnp.mul((start - end) / 2, jnp.add(jnp.cos(jnp.mul(Math.PI, fraction)), 1))),
};

/**
 * Between the boundaries, from each value to the next along a line or half a cosine; the values are `initValue` times the
 * product of the scales so far.
 * @throws InvalidArgument for another interpolation than `'linear'` and `'cosine'`, or a negative scale
 * @example
 * optax.piecewiseInterpolateSchedule('linear', 1, { boundariesAndScales: { 100: 0.5 } })(50) // => 0.75
 */
export function piecewiseInterpolateSchedule(
  interpolateType: 'linear' | 'cosine',
  initValue: number,
  options: BoundariesOption = {},
): ArraySchedule {
  checkArgument('piecewiseInterpolateSchedule', 'interpolateType', interpolateType, ['linear', 'cosine']);
  checkArgument('piecewiseInterpolateSchedule', 'initValue', initValue, 'number');
  checkOptions('piecewiseInterpolateSchedule', options, boundariesOption);
  const op = 'piecewiseInterpolateSchedule';
  const interpolate = interpolations[interpolateType];
  if (interpolate === undefined) {
    throw new InvalidArgument({
      op,
      argument: 'interpolateType',
      expected: "'linear' or 'cosine'",
      actual: `'${interpolateType}'`,
    });
  }
  let [boundary, value] = [0, initValue];
  const segments = piecesOf(op, options.boundariesAndScales).map((piece) => {
    const segment = { from: boundary, to: piece.boundary, start: value, end: value * piece.scale };
    [boundary, value] = [segment.to, segment.end];
    return segment;
  });
  return (count) => {
    const at = countArray(count);
    // Backwards, so that each segment covers what comes before its end.
    return segments.reduceRight((later, { from, to, start, end }) => {
      const fraction = jnp.div(jnp.sub(at, from), Math.max(to - from, 1));
      return jnp.where(jnp.less(at, to), interpolate(start, end, fraction), later);
    }, jnp.asarray(value));
  };
}

/** Options of `cosineOnecycleSchedule`. */
export interface CosineOnecycleOptions {
  /** The fraction of the steps in which the value rises. Default 0.3. */
  readonly pctStart?: number;
  /** The first value is `peakValue / divFactor`. Default 25. */
  readonly divFactor?: number;
  /** The last value is the first divided by this. Default 1e4. */
  readonly finalDivFactor?: number;
}

/** Options of `linearOnecycleSchedule`. */
export interface LinearOnecycleOptions extends CosineOnecycleOptions {
  /** The fraction of the steps after which the value is the first one again. Default 0.85. */
  readonly pctFinal?: number;
}

/**
 * Up to `peakValue` and down again, along straight lines, and then on down.
 * @throws InvalidArgument when `transitionSteps` is not positive
 * @example
 * optax.linearOnecycleSchedule(100, 1)(50) // => 0.650909
 */
export function linearOnecycleSchedule(
  transitionSteps: number,
  peakValue: number,
  options: LinearOnecycleOptions = {},
): ArraySchedule {
  checkArgument('linearOnecycleSchedule', 'transitionSteps', transitionSteps, 'number');
  checkArgument('linearOnecycleSchedule', 'peakValue', peakValue, 'number');
  checkOptions('linearOnecycleSchedule', options, linearOnecycleOptions);
  const { pctStart = 0.3, pctFinal = 0.85, divFactor = 25, finalDivFactor = 1e4 } = options;
  requirePositive('linearOnecycleSchedule', 'transitionSteps', transitionSteps);
  return piecewiseInterpolateSchedule('linear', peakValue / divFactor, {
    boundariesAndScales: {
      [Math.trunc(pctStart * transitionSteps)]: divFactor,
      [Math.trunc(pctFinal * transitionSteps)]: 1 / divFactor,
      [transitionSteps]: 1 / finalDivFactor,
    },
  });
}

/**
 * Up to `peakValue` and down again, along half cosines.
 * @throws InvalidArgument when `transitionSteps` is not positive
 * @example
 * optax.cosineOnecycleSchedule(100, 1)(50) // => 0.811746
 */
export function cosineOnecycleSchedule(
  transitionSteps: number,
  peakValue: number,
  options: CosineOnecycleOptions = {},
): ArraySchedule {
  checkArgument('cosineOnecycleSchedule', 'transitionSteps', transitionSteps, 'number');
  checkArgument('cosineOnecycleSchedule', 'peakValue', peakValue, 'number');
  checkOptions('cosineOnecycleSchedule', options, cosineOnecycleOptions);
  const { pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  requirePositive('cosineOnecycleSchedule', 'transitionSteps', transitionSteps);
  return piecewiseInterpolateSchedule('cosine', peakValue / divFactor, {
    boundariesAndScales: {
      [Math.trunc(pctStart * transitionSteps)]: divFactor,
      [transitionSteps]: 1 / (divFactor * finalDivFactor),
    },
  });
}
