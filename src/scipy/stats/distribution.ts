/**
 * Continuous distributions by what their standard form says, moved and stretched: `x = loc + scale z`.
 *
 * A distribution declares its functions of `z` and of its own parameters; what it leaves out follows: densities from their
 * logarithms, survival from the distribution function. What does not follow throws `NameError`. Source: jax.scipy.stats.
 */

import type { NdArray } from '../../array/array.js';
import { type ArrayLike, describeValue } from '../../array/convert.js';
import { checkOptions, withoutOptions } from '../../array/options.js';
import { InvalidArgument, NameError } from '../../error/error.js';
import { asArray } from '../../lax/operand.js';
import { broadcastArray, broadcastShape, promoteArgsInexact } from '../../numpy/promote.js';
import * as primitive from '../../primitive/index.js';

const { add, div, exp, full, log, log1p, mul, neg, sub } = primitive;

/** Where a distribution stands and how wide it is: `x = loc + scale z`. */
export interface LocationScale {
  /** Where the standard form's 0 is. Default 0. */
  readonly loc?: ArrayLike;
  /** What the standard form is stretched by. Default 1. */
  readonly scale?: ArrayLike;
}

type Own<N extends 0 | 1 | 2> = N extends 0 ? [] : N extends 1 ? [a: ArrayLike] : [a: ArrayLike, b: ArrayLike];
/** A function of a point, the distribution's own parameters, and options. */
export type Statistic<N extends 0 | 1 | 2> = (x: ArrayLike, ...rest: [...Own<N>, options?: LocationScale]) => NdArray;
/** A function of standardized points and parameters, all of one dtype and shape. */
export type Standard = (z: NdArray, ...parameters: readonly NdArray[]) => NdArray;

/** The functions of the standard form. */
export interface Standards {
  readonly logpdf: Standard;
  readonly cdf?: Standard;
  readonly logcdf?: Standard;
  readonly sf?: Standard;
  readonly logsf?: Standard;
  /** The inverse of `cdf`. */
  readonly ppf?: Standard;
  /** The inverse of `sf`. */
  readonly isf?: Standard;
}

/** The functions of a continuous distribution with `N` parameters of its own. */
export interface Distribution<N extends 0 | 1 | 2> {
  readonly logpdf: Statistic<N>;
  readonly pdf: Statistic<N>;
  readonly cdf: Statistic<N>;
  readonly logcdf: Statistic<N>;
  readonly sf: Statistic<N>;
  readonly logsf: Statistic<N>;
  readonly ppf: Statistic<N>;
  readonly isf: Statistic<N>;
}

/** An array of the shape of another, filled with one number. */
export const filled = (x: NdArray, value: number): NdArray => full(x.aval, value);

/** Arguments as floats of one dtype and one shape: the point, the parameters, location and scale. */
function prepare(
  op: string,
  x: ArrayLike,
  rest: readonly (ArrayLike | LocationScale | undefined)[],
  count: number,
): { point: NdArray; own: NdArray[]; loc: NdArray; scale: NdArray } {
  const [given, options] = withoutOptions<ArrayLike | undefined, LocationScale>(rest);
  checkOptions(op, options, { loc: 'array', scale: 'array' });
  if (given.length > count && given.some((p, i) => i >= count && p !== undefined)) {
    throw new InvalidArgument({
      op,
      argument: `argument ${count + 2}`,
      expected: `absent or an object of options, since the distribution has ${count} parameters`,
      actual: describeValue(given[count]),
    });
  }
  const parameters = Array.from({ length: count }, (_, i) => asArray(given[i] as ArrayLike, op, `parameter ${i}`));
  const floats = promoteArgsInexact(op, x, ...parameters, options.loc ?? 0, options.scale ?? 1);
  const shape = broadcastShape(
    op,
    floats.map((y) => y.shape),
  );
  const [point, ...others] = floats.map((y) => broadcastArray(y, shape));
  const [loc, scale] = others.slice(-2);
  return { point, own: others.slice(0, -2), loc, scale };
}

/** Makes the functions of a distribution with `N` parameters of its own from those of its standard form. */
export function distribution<N extends 0 | 1 | 2>(name: string, standards: Standards): Distribution<N> {
  const count = standards.logpdf.length - 1;
  const absent =
    (function_: string): Standard =>
    () => {
      throw new NameError({ op: `stats.${name}`, name: function_, reason: 'is not defined for this distribution' });
    };
  const cdf = standards.cdf ?? absent('cdf');
  const one = (x: NdArray): NdArray => filled(x, 1);
  const sf: Standard = standards.sf ?? ((z, ...own) => sub(one(z), cdf(z, ...own)));
  const logcdf: Standard = standards.logcdf ?? ((z, ...own) => log(cdf(z, ...own)));
  const logsf: Standard =
    standards.logsf ?? (standards.sf ? (z, ...own) => log(sf(z, ...own)) : (z, ...own) => log1p(neg(cdf(z, ...own))));
  const ppf = standards.ppf ?? absent('ppf');
  const isf: Standard = standards.isf ?? ((q, ...own) => ppf(sub(one(q), q), ...own));
  const at =
    (f: Standard, stretch: (y: NdArray, scale: NdArray) => NdArray = (y) => y): Statistic<N> =>
    (x, ...rest) => {
      const { point, own, loc, scale } = prepare(name, x, rest, count);
      return stretch(f(div(sub(point, loc), scale), ...own), scale);
    };
  const quantile =
    (f: Standard): Statistic<N> =>
    (q, ...rest) => {
      const { point, own, loc, scale } = prepare(name, q, rest, count);
      return add(loc, mul(scale, f(point, ...own)));
    };
  const logpdf = at(standards.logpdf, (y, scale) => sub(y, log(scale)));
  return {
    logpdf,
    pdf: (x, ...rest) => exp(logpdf(x, ...rest)),
    cdf: at(cdf),
    logcdf: at(logcdf),
    sf: at(sf),
    logsf: at(logsf),
    ppf: quantile(ppf),
    isf: quantile(isf),
  };
}
