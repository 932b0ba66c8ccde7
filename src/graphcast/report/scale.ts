/**
 * From values to positions on a chart, and the round numbers to write beside them.
 */
import { numberText } from './number-text.js';

/** An axis: where a value stands between 0 and 1, and which values to label. */
export interface Scale {
  readonly position: (value: number) => number;
  readonly ticks: readonly Tick[];
  readonly domain: readonly [number, number];
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** The step 1, 2, 2.5 or 5 times a power of ten that cuts `span` into about `count` parts. */
export function niceStep(span: number, count: number): number {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9))!;
}

const multiples = (low: number, high: number, step: number): number[] => {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Rounding to 12 digits takes away the 0.30000000000000004 of repeated steps.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
};

/** The smallest and the largest finite value, or null when there is none. */
export function extent(values: Iterable<number>): readonly [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

const widened = ([low, high]: readonly [number, number]): readonly [number, number] => {
  if (high > low) return [low, high];
  const room = Math.abs(low) / 2 || 1;
  return [low - room, high + room];
};

const toTicks = (values: readonly number[]): Tick[] => {
  const step = values.length > 1 ? Math.min(...values.slice(1).map((value, i) => Math.abs(value - values[i]!))) : 0;
  return values.map((value) => {
    const digits = step > 0 && value !== 0 ? Math.ceil(Math.log10(Math.abs(value) / step) + 1e-9) + 2 : 3;
    return { value, text: numberText(value, Math.min(Math.max(digits, 1), 12)) };
  });
};

/** Equal distances for equal differences. With `nice` the axis ends on round numbers. */
export function linearScale(domain: readonly [number, number], count = 5, nice = false): Scale {
  let [low, high] = widened(domain);
  const step = niceStep(high - low, count);
  if (nice) [low, high] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  return {
    domain: [low, high],
    position: (value) => (value - low) / (high - low),
    ticks: toTicks(multiples(low, high, step)),
  };
}

/** Equal distances for equal ratios. The domain must be positive. */
export function logScale([first, last]: readonly [number, number], count = 4): Scale {
  const [low, high] = last > first ? [first, last] : [first / 1.5, first * 1.5];
  const span = Math.log(high / low);
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => 10 ** (Math.floor(Math.log10(low)) + i),
  );
  const inside = (value: number): boolean => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const choices = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]].map((factors) =>
    decades.flatMap((decade) => factors.map((factor) => Number((factor * decade).toPrecision(12)))).filter(inside),
  );
  const every = choices[0]!.length > 2 * count ? Math.ceil(choices[0]!.length / (2 * count)) : 1;
  const values =
    choices.find((choice) => choice.length >= count)?.filter((_, i) => i % every === 0) ??
    multiples(low, high, niceStep(high - low, count));
  return {
    domain: [low, high],
    position: (value) => Math.log(value / low) / span,
    ticks: toTicks(values),
  };
}
