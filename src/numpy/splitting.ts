/**
 * Splitting arrays into parts. Source: jax.numpy.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis, range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import { cut } from './joining.js';

/** Where to cut: a number of parts, or the positions of the cuts. */
export type Sections = number | readonly number[];

function splitAlong(op: string, a: ArrayLike, sections: Sections, axis: number, uneven: boolean): NdArray[] {
  const x = asArray(a, op, 'ary');
  const d = canonicalAxis(axis, x.ndim, op);
  const n = x.shape[d];
  let bounds: number[];
  if (typeof sections === 'number') {
    if (!Number.isInteger(sections) || sections < 1 || (!uneven && n % sections !== 0)) {
      throw new InvalidArgument({
        op,
        argument: 'indicesOrSections',
        expected: `a number of parts that divides axis ${d} of size ${n}`,
        actual: `${sections}`,
        hint: uneven ? undefined : 'arraySplit makes parts of unlike size.',
      });
    }
    const [least, longer] = [Math.floor(n / sections), n % sections];
    bounds = range(sections + 1).map((i) => i * least + Math.min(i, longer));
  } else {
    checkArgument(op, 'indicesOrSections', sections, 'integers');
    const clamp = (i: number): number => Math.min(Math.max(i < 0 ? i + n : i, 0), n);
    bounds = [0, ...sections.map(clamp), n];
  }
  return range(bounds.length - 1).map((i) => cut(x, d, bounds[i], Math.max(bounds[i], bounds[i + 1])));
}

/**
 * The parts of an array along an axis: so many equal ones, or cut at these positions.
 * @throws InvalidArgument when it cannot be cut in equal parts
 */
export const split = (
  ary: ArrayLike,
  indicesOrSections: Sections,
  options: { readonly axis?: number } = {},
): NdArray[] =>
  splitAlong('split', ary, indicesOrSections, checkOptions('split', options, { axis: 'axis' }).axis ?? 0, false);

/** As `split`; the first parts may be one longer than the others. */
export const arraySplit = (
  ary: ArrayLike,
  indicesOrSections: Sections,
  options: { readonly axis?: number } = {},
): NdArray[] =>
  splitAlong(
    'arraySplit',
    ary,
    indicesOrSections,
    checkOptions('arraySplit', options, { axis: 'axis' }).axis ?? 0,
    true,
  );

/** `split` along the rows. */
export const vsplit = (ary: ArrayLike, sections: Sections): NdArray[] => splitAlong('vsplit', ary, sections, 0, false);

/** `split` along the columns. */
export const hsplit = (ary: ArrayLike, sections: Sections): NdArray[] =>
  splitAlong('hsplit', ary, sections, asArray(ary, 'hsplit').ndim === 1 ? 0 : 1, false);

/** `split` along the third axis. */
export const dsplit = (ary: ArrayLike, sections: Sections): NdArray[] => splitAlong('dsplit', ary, sections, 2, false);
