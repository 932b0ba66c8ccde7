/**
 * The words for the axes and paddings of convolutions. Source: jax.lax.conv_general_dilated.
 */
import { checkArgument } from '../array/kind.js';
import { range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import * as primitive from '../primitive/index.js';

/** Axes of the operands and the result: batch, features, then space of each. */
export type ConvDimensionNumbers = primitive.ConvDimensionNumbers;

/** Axes of the operands and the result, as JAX constructs them; a plain object will do. */
export const ConvDimensionNumbers = (
  lhsSpec: readonly number[],
  rhsSpec: readonly number[],
  outSpec: readonly number[],
): ConvDimensionNumbers => {
  checkArgument('ConvDimensionNumbers', 'lhsSpec', lhsSpec, 'integers');
  checkArgument('ConvDimensionNumbers', 'rhsSpec', rhsSpec, 'integers');
  checkArgument('ConvDimensionNumbers', 'outSpec', outSpec, 'integers');
  return { lhsSpec, rhsSpec, outSpec };
};

/** Letters of the axes, such as `['NHWC', 'HWIO', 'NHWC']`; or their numbers; null for batch, features, then space. */
export type ConvDimensionNumbersLike = readonly [string, string, string] | ConvDimensionNumbers | null;

/** `VALID`, `SAME`, `SAME_LOWER`, or numbers of elements before and after for each spatial axis. */
export type Padding = string | readonly (readonly [low: number, high: number])[];

/** The mistake of an argument. */
export const invalid = (op: string, argument: string, expected: string, actual: string): Error =>
  new InvalidArgument({ op, argument, expected, actual });

/**
 * Numbers of the axes for letters: `N` or `O`, `C` or `I`, then the others in the order that the kernel has them
 * (`conv_general_permutations`).
 * @throws InvalidArgument when letters are missing, come twice, or differ
 */
export function convGeneralPermutations(
  dimensionNumbers: readonly [string, string, string],
): [number[], number[], number[]] {
  checkArgument('convGeneralPermutations', 'dimensionNumbers', dimensionNumbers, 'list');
  for (const spec of dimensionNumbers) checkArgument('convGeneralPermutations', 'dimensionNumbers', spec, 'string');
  if (dimensionNumbers.length !== 3) {
    const actual = `a list of ${dimensionNumbers.length}`;
    throw invalid('convGeneralPermutations', 'dimensionNumbers', 'three strings', actual);
  }
  const op = 'convGeneralPermutations';
  const pairs = ['NC', 'OI', 'NC'];
  const spatial = dimensionNumbers.map((spec, i) => [...spec].filter((c) => !pairs[i].includes(c)));
  dimensionNumbers.forEach((spec, i) => {
    const complete = [...pairs[i]].every((c) => spec.includes(c)) && new Set(spec).size === spec.length;
    const alike = spatial[i].length === spatial[1].length && spatial[i].every((c) => spatial[1].includes(c));
    if (complete && alike) return;
    const expected = `a string of distinct letters with ${[...pairs[i]].join(' and ')}, and the same others in all three`;
    throw invalid(op, `dimensionNumbers[${i}]`, expected, `'${spec}'`);
  });
  const [lhs, rhs, out] = dimensionNumbers.map((spec, i) => [...pairs[i], ...spatial[1]].map((c) => spec.indexOf(c)));
  return [lhs, rhs, out];
}

/** Letters of axes, or none, as their numbers. */
export function convDimensionNumbers(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  dimensionNumbers: ConvDimensionNumbersLike,
): ConvDimensionNumbers {
  checkArgument('convDimensionNumbers', 'lhsShape', lhsShape, 'integers');
  checkArgument('convDimensionNumbers', 'rhsShape', rhsShape, 'integers');
  const op = 'convDimensionNumbers';
  checkArgument(op, 'dimensionNumbers', dimensionNumbers, 'object?');
  if (dimensionNumbers !== null && 'lhsSpec' in dimensionNumbers) return dimensionNumbers;
  if (lhsShape.length !== rhsShape.length) {
    throw invalid(op, 'rhsShape', `as long as lhsShape (${lhsShape.length})`, `${rhsShape.length} long`);
  }
  if (dimensionNumbers === null) {
    const own = range(lhsShape.length);
    return { lhsSpec: own, rhsSpec: own, outSpec: own };
  }
  checkArgument(op, 'dimensionNumbers', dimensionNumbers, 'list');
  const wrong = dimensionNumbers.find((spec) => spec.length !== lhsShape.length);
  if (wrong !== undefined) throw invalid(op, 'dimensionNumbers', `strings of ${lhsShape.length} letters`, `'${wrong}'`);
  const [lhsSpec, rhsSpec, outSpec] = convGeneralPermutations(dimensionNumbers);
  return { lhsSpec, rhsSpec, outSpec };
}

/** The padding by name as numbers for each axis. */
export const padtypeToPads = (
  inShape: readonly number[],
  windowShape: readonly number[],
  windowStrides: readonly number[],
  padding: string,
): [low: number, high: number][] => {
  checkArgument('padtypeToPads', 'inShape', inShape, 'integers');
  checkArgument('padtypeToPads', 'windowShape', windowShape, 'integers');
  checkArgument('padtypeToPads', 'windowStrides', windowStrides, 'integers');
  checkArgument('padtypeToPads', 'padding', padding, 'string');
  return primitive.namedPadding(padding.toUpperCase(), inShape, windowShape, windowStrides);
};
