/**
 * Laws for gradients that are not fluxion's: another library, an adjoint written by hand, a service.
 *
 * All that is needed is a function of numbers and its gradient. The laws that can be asked from outside are: agreement
 * with differences, every partial derivative, the sum and product rules of the library's own `grad`, and that NaN does
 * not appear where the value is finite.
 */
import * as fc from 'fast-check';
import { Chance } from './chance.js';
import { estimated, exact } from './closeness.js';
import { centralDerivative, confirmedDerivative, isCoarse } from './differences.js';
import { type Law, type Outcome, vacuous } from './law.js';
import { numberText } from './print.js';
import { scalarQuantity, vectorQuantity } from './quantity.js';

/** A scalar function of a vector and what somebody says is its gradient. */
export interface ForeignGradient {
  readonly name: string;
  readonly value: (x: Float64Array) => number;
  readonly gradient: (x: Float64Array) => ArrayLike<number>;
  /** The number of its arguments. */
  readonly size: number;
  /** Rounding of the library: its `eps`. Default that of float64. */
  readonly epsilon?: number;
  readonly range?: readonly [low: number, high: number];
}

interface Draw {
  readonly x: readonly number[];
  readonly seed: number;
}

/** The laws of a gradient from elsewhere. */
export function foreignLaws(foreign: ForeignGradient): Law<Draw>[] {
  const { value, gradient, size, epsilon = 2 ** -52, range: [low, high] = [-2, 2] } = foreign;
  const dtype = epsilon > 1e-10 ? 'float32' : 'float64';
  const point = fc.integer({ min: -63, max: 63 }).map((k) => (low + high) / 2 + (k / 64) * ((high - low) / 2));
  const arbitrary = fc.record({ x: fc.array(point, { minLength: size, maxLength: size }), seed: fc.nat() });
  const print = ({ x }: Draw): string => `x: [${x.map((v) => numberText(v, 6)).join(', ')}]`;
  // A step of float32 functions must be large, for what they are rounded by is divided by it.
  const step = epsilon > 1e-10 ? 2 ** -2 : 2 ** -5;
  const law = (name: string, statement: string, reference: string, sides: (draw: Draw) => Outcome): Law<Draw> => ({
    name: `${foreign.name}: ${name}`,
    statement,
    reference,
    property: { arbitrary, sides, print },
  });
  const along =
    (x: readonly number[], v: ArrayLike<number>) =>
    (t: number): number =>
      value(Float64Array.from(x, (a, i) => a + t * v[i]));
  const compare = (path: string, f: (t: number) => number, got: number): Outcome => {
    const magnitude = Math.max(1, Math.abs(got), Math.abs(f(0)));
    const first = centralDerivative(f, { epsilon, step });
    const near = Math.abs(first.value - got) <= 16 * first.error;
    const estimate = !isCoarse(first, magnitude) && near ? first : confirmedDerivative(f, { epsilon, step });
    if (estimate === null) return vacuous('not smooth here, or its differences are too coarse');
    return {
      expected: [scalarQuantity(path, estimate.value, estimate.error)],
      got: [scalarQuantity(path, got)],
      closeness: estimated(dtype, magnitude),
    };
  };
  return [
    law('the gradient agrees with differences', 'grad f(x) . v = (d/dt) f(x + t v)', 'Ridders 1982', ({ x, seed }) => {
      const v = new Chance(seed).direction(size);
      const g = gradient(Float64Array.from(x));
      return compare(
        'grad f . v',
        along(x, v),
        Array.from(g).reduce((s, a, i) => s + a * v[i], 0),
      );
    }),
    law(
      'every partial derivative agrees with differences',
      'grad f(x)[i] = (d/dt) f(x + t e_i)',
      'Ridders 1982',
      ({ x, seed }) => {
        const i = new Chance(seed).integer(0, size - 1);
        const unit = Float64Array.from(x, (_, k) => (k === i ? 1 : 0));
        return compare(`grad f[${i}]`, along(x, unit), gradient(Float64Array.from(x))[i]);
      },
    ),
    law(
      'no NaN gradient where the function is finite',
      'f(x) finite implies grad f(x) finite',
      'the where trap',
      ({ x }) => {
        if (!Number.isFinite(value(Float64Array.from(x)))) return vacuous('the function is not finite here');
        const bad = Array.from(gradient(Float64Array.from(x))).map((a) => (Number.isFinite(a) ? 0 : a));
        const zeros = new Float64Array(size);
        return {
          expected: [vectorQuantity('grad f', zeros, [size])],
          got: [vectorQuantity('grad f', Float64Array.from(bad), [size])],
          closeness: exact,
        };
      },
    ),
  ];
}
