/**
 * Arrays: conditioned by default, hostile on request.
 *
 * Small arrays are drawn element by element, on a grid of dyadic fractions, so that they shrink to round numbers and
 * print shortly. Large ones are filled from a seed with a grain that shrinks from fine to coarse: shrinking ten
 * thousand elements one by one would help nobody.
 */
import * as fc from 'fast-check';
import { allocate, DeviceArray, type DType, encode, isComplex, isFloat, isInteger, layoutOf } from 'fluxion/extend';
import { Chance } from '../chance.js';

/** Values that break what was tested on friendly numbers only. */
export type Special = 'kinks' | 'denormals' | 'huge' | 'nan' | 'infinite';

export interface ArrayOptions {
  readonly dtype?: DType;
  /** Interval of the elements; (-2, 2) by default, and [-8, 8] for integers. */
  readonly range?: readonly [low: number, high: number];
  /** Points of which elements keep a distance, because the function is not smooth there. */
  readonly kinks?: readonly number[];
  /** That distance. Default 1/16. */
  readonly away?: number;
  /** Kinds of hostile values to mix in; `kinks` puts elements exactly onto `kinks` (0 when there are none). */
  readonly specials?: readonly Special[];
  /** Whole numbers only, for laws that are exact. */
  readonly whole?: boolean;
}

const GRID = 256;
/** Arrays up to this size are drawn element by element. */
const SMALL = 24;

/** A float array of these numbers. */
export function arrayOf(dtype: DType, shape: readonly number[], values: ArrayLike<number>): DeviceArray {
  const data = allocate(dtype, values.length / (isComplex(dtype) ? 2 : 1));
  const plain = layoutOf(dtype).entries === 2 || data instanceof Float64Array || data instanceof Float32Array;
  for (let i = 0; i < values.length; i++) {
    if (plain) data[i] = values[i];
    else encode(dtype, data, i, values[i]);
  }
  return DeviceArray.fromHost({ dtype, shape, data });
}

const smallest: { readonly [D in DType]?: number } = { float32: 2 ** -149, float64: 2 ** -1074, bfloat16: 2 ** -133 };
const largest: { readonly [D in DType]?: number } = { float32: 2 ** 100, float64: 2 ** 500, bfloat16: 2 ** 100 };

function specialValues(dtype: DType, specials: readonly Special[], kinks: readonly number[]): number[] {
  const tiny = smallest[dtype] ?? 2 ** -24;
  const big = largest[dtype] ?? 2 ** 14;
  const values: { readonly [S in Special]: readonly number[] } = {
    kinks: kinks.length > 0 ? kinks : [0],
    denormals: [tiny, -tiny, 3 * tiny],
    huge: [big, -big],
    nan: [Number.NaN],
    infinite: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  };
  return specials.flatMap((s) => values[s]);
}

/** An element from a position on the grid, moved away from the kinks. */
function element(k: number, [low, high]: readonly [number, number], kinks: readonly number[], away: number): number {
  const centred = low < 0 && high > 0;
  // Position 0 is the simplest value: 0 where the interval holds it, else its middle.
  const x = centred
    ? k >= 0
      ? (k / GRID) * high
      : (-k / GRID) * low
    : (low + high) / 2 + ((k / GRID) * (high - low)) / 2;
  for (const kink of kinks)
    if (Math.abs(x - kink) < away) return x >= kink && kink + away < high ? kink + away : kink - away;
  return x;
}

/** Arrays of one shape. */
export function arraysOfShape(shape: readonly number[], options: ArrayOptions = {}): fc.Arbitrary<DeviceArray> {
  const { dtype = 'float32', kinks = [], away = 1 / 16, specials = [] } = options;
  const whole = options.whole ?? isInteger(dtype);
  const range = options.range ?? (whole ? ([-8, 8] as const) : ([-2, 2] as const));
  const entries = isComplex(dtype) ? 2 : 1;
  const size = shape.reduce((a, b) => a * b, 1) * entries;
  const hostile = specialValues(dtype, specials, kinks);
  if (dtype === 'bool') {
    return fc
      .array(fc.boolean(), { minLength: size, maxLength: size })
      .map((xs) => arrayOf(dtype, shape, xs.map(Number)));
  }
  const fine: fc.Arbitrary<number> = whole
    ? fc.integer({ min: Math.ceil(isUnsigned(dtype) ? Math.max(0, range[0]) : range[0]), max: Math.floor(range[1]) })
    : fc.integer({ min: -GRID + 1, max: GRID - 1 }).map((k) => element(k, range, kinks, away));
  if (size <= SMALL) {
    const one =
      hostile.length > 0 && isFloat(dtype)
        ? fc.oneof({ weight: 3, arbitrary: fine }, { weight: 1, arbitrary: fc.constantFrom(...hostile) })
        : fine;
    return fc.array(one, { minLength: size, maxLength: size }).map((xs) => arrayOf(dtype, shape, xs));
  }
  return fc.record({ seed: fc.nat(), grain: fc.constantFrom(1, 4, 32, GRID - 1) }).map(({ seed, grain }) => {
    const chance = new Chance(seed);
    const values = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const step = Math.round(((GRID - 1) / grain) * 1);
      const k = chance.integer(-grain, grain) * step;
      values[i] = whole
        ? chance.integer(Math.ceil(range[0]), Math.floor(range[1]))
        : hostile.length > 0 && chance.next() < 0.1
          ? chance.pick(hostile)
          : element(Math.max(-GRID + 1, Math.min(GRID - 1, k)), range, kinks, away);
    }
    return arrayOf(dtype, shape, values);
  });
}

const isUnsigned = (dtype: DType): boolean => dtype.startsWith('uint');
