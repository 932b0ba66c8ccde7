/**
 * Lists and masks: what the rules of operations that carry programs are made of.
 */

/** The elements where the mask is true. */
export const where = <T>(list: readonly T[], mask: readonly boolean[]): T[] => list.filter((_, i) => mask[i]);

export const not = (mask: readonly boolean[]): boolean[] => mask.map((m) => !m);

export const count = (mask: readonly boolean[]): number => mask.filter(Boolean).length;

/** Where any of the masks is true. */
export const union = (masks: readonly (readonly boolean[])[]): boolean[] =>
  masks[0].map((_, i) => masks.some((mask) => mask[i]));

/**
 * The smallest mask of the carry that contains `start` and that a step does not leave: whether a carry is batched,
 * perturbed, unknown or needed depends on the others.
 */
export function fixpoint(start: readonly boolean[], step: (mask: readonly boolean[]) => readonly boolean[]): boolean[] {
  let mask = [...start];
  for (;;) {
    const next = step(mask).map((m, i) => m || mask[i]);
    if (next.every((m, i) => m === mask[i])) return mask;
    mask = next;
  }
}

/** Takes the next `n` of a list, again and again. */
export function taker<T>(list: readonly T[]): (n: number) => T[] {
  let next = 0;
  return (n) => {
    next += n;
    return list.slice(next - n, next);
  };
}

/** A list cut after the first `first` elements, and after `second` more. */
export const splitCounts = <T>(list: readonly T[], first: number, second: number): [T[], T[], T[]] => [
  list.slice(0, first),
  list.slice(first, first + second),
  list.slice(first + second),
];
