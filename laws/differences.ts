/**
 * Derivatives by differences, extrapolated, with an estimate of their error.
 *
 *     D(h) = (f(h) - f(-h)) / 2h = f'(0) + a h^2 + b h^4 + ...
 *
 * From a falling sequence of steps Richardson's extrapolation removes the powers of h one by one; the table of
 * extrapolations shows how far neighbours are apart, which estimates the error (Ridders, "Accurate computation of F'(x)
 * and F'(x) F''(x)", Advances in Engineering Software 4, 1982; Numerical Recipes 5.7). Rounding is added to the estimate.
 */

/** A number and how far it may be from the truth. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

const STEPS = 8;
const RATIO = 2;

/** Largest estimated error, relative to the numbers around, with which a difference is still worth comparing. */
const COARSE = 1e-3;

interface Scheme {
  /** The difference quotient at step `h`. */
  readonly quotient: (h: number) => number;
  /** The factor by which a power of h that is removed shrinks from one step to the next. */
  readonly gain: number;
  readonly power: number;
}

function extrapolate({ quotient, gain, power }: Scheme, first: number, rounding: (h: number) => number): Estimate {
  let previous: number[] = [];
  let best: Estimate = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  let h = first;
  for (let i = 0; i < STEPS; i++, h /= RATIO) {
    const row = [quotient(h)];
    let factor = gain;
    for (let j = 1; j <= i; j++, factor *= power) {
      row.push((factor * row[j - 1] - previous[j - 1]) / (factor - 1));
      const error =
        Math.max(Math.abs(row[j] - row[j - 1]), Math.abs(row[j] - previous[j - 1])) +
        rounding(h) * (1 + 1 / (factor - 1));
      if (error <= best.error) best = { value: row[j], error };
    }
    if (i > 1 && Math.abs(row[i] - previous[i - 1]) >= 2 * best.error && Number.isFinite(best.error)) break;
    previous = row;
  }
  return best;
}

export interface DifferenceOptions {
  /** Relative rounding of `f`: `eps` of the coarsest dtype it computes in. */
  readonly epsilon: number;
  /** The first step; the last is `2^-7` of it. */
  readonly step?: number;
}

const sized = (size: number): number => (Number.isFinite(size) ? size : 0);

/** `f'(0)` by central differences. Two evaluations for each of up to eight steps. */
export function centralDerivative(f: (t: number) => number, { epsilon, step = 2 ** -5 }: DifferenceOptions): Estimate {
  let size = 0;
  const quotient = (h: number): number => {
    const [right, left] = [f(h), f(-h)];
    size = Math.max(size, sized(Math.abs(right)), sized(Math.abs(left)));
    return (right - left) / (2 * h);
  };
  return extrapolate({ quotient, gain: RATIO ** 2, power: RATIO ** 2 }, step, (h) => (4 * epsilon * size) / h);
}

/** `f'(0)` from one side only: `+1` from the right, `-1` from the left. */
export function oneSidedDerivative(
  f: (t: number) => number,
  side: 1 | -1,
  { epsilon, step = 2 ** -6 }: DifferenceOptions,
): Estimate {
  const here = f(0);
  let size = sized(Math.abs(here));
  const quotient = (h: number): number => {
    const there = f(side * h);
    size = Math.max(size, sized(Math.abs(there)));
    return (side * (there - here)) / h;
  };
  return extrapolate({ quotient, gain: RATIO, power: RATIO }, step, (h) => (4 * epsilon * size) / h);
}

/** True when the estimate says too little to judge anything by. */
export const isCoarse = ({ value, error }: Estimate, magnitude: number): boolean =>
  !Number.isFinite(value) || !(error <= COARSE * Math.max(1, Math.abs(value), magnitude));

/**
 * `f'(0)` where `f` is smooth near 0, and null where it is not: where differences with much smaller steps disagree, or
 * the derivatives from the right and from the left do. To be asked before a derivative is called wrong.
 */
export function confirmedDerivative(f: (t: number) => number, options: DifferenceOptions): Estimate | null {
  const step = options.step ?? 2 ** -5;
  const far = centralDerivative(f, { ...options, step });
  const near = centralDerivative(f, { ...options, step: step / 512 });
  const right = oneSidedDerivative(f, 1, { ...options, step: step / 256 });
  const left = oneSidedDerivative(f, -1, { ...options, step: step / 256 });
  const agree = (a: Estimate, b: Estimate): boolean =>
    Math.abs(a.value - b.value) <= 32 * (a.error + b.error) + 1e-6 * Math.max(1, Math.abs(a.value));
  const estimates = [far, near, right, left];
  if (estimates.some((e) => isCoarse(e, 0))) return null;
  if (!agree(near, far) || !agree(right, left) || !agree(near, right)) return null;
  // Where a higher derivative jumps they agree less well than each believes: that is part of the error.
  const values = estimates.map((e) => e.value);
  const spread = Math.max(...values) - Math.min(...values);
  const best = near.error < far.error ? near : far;
  return { value: best.value, error: Math.max(best.error, spread / 4) };
}
