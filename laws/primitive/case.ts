/**
 * A case of a primitive: operands that fit its type rule and lie in its domain, with parameters.
 *
 * Shapes come from fast-check, so that a failure shrinks to the smallest arrays; numbers come from a seed.
 */
import * as fc from 'fast-check';
import { allPrimitives, bind, type DType, type NdArray } from 'fluxion/extend';
import { arrayOf } from '../arbitrary/array.js';
import { type ShapeOptions, shapes } from '../arbitrary/shape.js';
import { Chance } from '../chance.js';

/** Operands, and the function of them that binds the primitive. */
export interface Case {
  readonly args: readonly NdArray[];
  readonly f: (...args: NdArray[]) => unknown;
}

export interface CaseSource {
  readonly cases: fc.Arbitrary<Case>;
  /** Operands that it can be differentiated in: all of them when not given; none where it has no derivative on purpose. */
  readonly wrt?: readonly number[];
  /** It has no reverse mode. */
  readonly forwardOnly?: boolean;
  /**
   * Operands in which the primitive is linear, one at a time or (`jointly`) all together: on small whole numbers it
   * computes without rounding, and its laws are equalities.
   */
  readonly exact?: { readonly operands: readonly number[]; readonly jointly: boolean };
}

/** The size of the numbers on the grid that operands are drawn from: multiples of 1/64. */
const GRID = 64;

export interface NumbersOptions {
  readonly range?: readonly [low: number, high: number];
  readonly kinks?: readonly number[];
  readonly dtype?: DType;
}

/** Numbers in an open interval, at least 1/16 away from kinks and from its ends, and (within an array) not tied. */
export function numbers(shape: readonly number[], chance: Chance, options: NumbersOptions = {}): NdArray {
  const { range: [low, high] = [-2, 2], kinks = [], dtype = 'float64' } = options;
  const size = shape.reduce((a, b) => a * b, 1) * (dtype.startsWith('complex') ? 2 : 1);
  const margin = Math.min(1 / 16, (high - low) / 8);
  const bad = (x: number): boolean => [...kinks, low, high].some((kink) => Math.abs(x - kink) < margin);
  const values = new Float64Array(size);
  const used = new Set<number>();
  for (let i = 0; i < size; i++) {
    let x = 0;
    let tries = 0;
    do {
      x = low + (Math.floor(chance.next() * (high - low) * GRID) + chance.next() * 0.25) / GRID;
    } while (tries++ < 200 && (bad(x) || used.has(Math.round(x * GRID))));
    used.add(Math.round(x * GRID));
    values[i] = x;
  }
  return arrayOf(dtype, shape, values);
}

/** Whole numbers in [low, high]. */
export const wholes = (
  shape: readonly number[],
  chance: Chance,
  [low, high]: readonly [number, number] = [-8, 8],
  dtype: DType = 'int32',
): NdArray =>
  arrayOf(
    dtype,
    shape,
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => chance.integer(low, high)),
  );

/** The function that binds a primitive with these parameters. */
export const binding =
  (name: string, params: object = {}) =>
  (...args: NdArray[]): NdArray[] => {
    const primitive = allPrimitives().get(name);
    if (primitive === undefined) throw new Error(`There is no primitive ${name}.`);
    return bind(primitive, args, params);
  };

/** Cases from a shape and chance. */
export const casesOf = (
  options: ShapeOptions,
  make: (shape: readonly number[], chance: Chance) => Case,
): fc.Arbitrary<Case> =>
  fc
    .tuple(shapes({ maxDims: 3, maxSize: 3, ...options }), fc.nat())
    .map(([shape, seed]) => make(shape, new Chance(seed)));

/** Cases of a primitive by name, from operands and parameters. */
export const operandsOf = (
  name: string,
  options: ShapeOptions,
  make: (shape: readonly number[], chance: Chance) => { readonly args: readonly NdArray[]; readonly params?: object },
): fc.Arbitrary<Case> =>
  casesOf(options, (shape, chance) => {
    const { args, params } = make(shape, chance);
    return { args, f: binding(name, params) };
  });
