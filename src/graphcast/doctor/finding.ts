/** What is found in a file of weather: what is so, what should be, and what to do about it. */

/**
 * `error`: GraphCast cannot use it, or would learn nonsense. `warning`: it can, with a loss. `note`: it will be put right
 * wherever the file is read.
 */
export type Severity = 'error' | 'warning' | 'note';

/** A change to a file that loses nothing and guesses nothing. */
export type Fix =
  /** Read in another order, direction or under another name: done by reading and writing. */
  | { readonly kind: 'arrange' }
  /** canonical = stored * scale + offset. */
  | {
      readonly kind: 'convert';
      readonly variable: string;
      readonly scale: number;
      readonly offset: number;
      readonly units: string;
    }
  /** Frames in the order of time, each once. */
  | { readonly kind: 'frames'; readonly positions: readonly number[] }
  /** Every n-th frame, precipitation summed over the n that end with it. */
  | { readonly kind: 'resample'; readonly every: number };

/** One thing that an examination found: what is so, what was expected, and what to do. */
export interface Finding {
  /** A word for programs, such as `units` or `latitude-direction`. */
  readonly code: string;
  readonly severity: Severity;
  /** The variable as the file calls it; null for what concerns all. */
  readonly variable: string | null;
  /** What is so and what was expected, in a sentence. */
  readonly what: string;
  /** What to do, in a sentence; empty where nothing need be done. */
  readonly repair: string;
  /** What `--fix` does; null where that is the user's to decide. */
  readonly fix: Fix | null;
}

export const finding = (
  severity: Severity,
  code: string,
  variable: string | null,
  what: string,
  repair: string,
  fix: Fix | null = null,
): Finding => ({ code, severity, variable, what, repair, fix });

/** A few of a list, for a sentence. */
export const listed = (items: readonly (string | number)[], most = 8): string =>
  items.length <= most ? items.join(', ') : `${items.slice(0, most).join(', ')}, ... (${items.length} in all)`;
