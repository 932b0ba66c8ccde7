/**
 * Random choices that a seed and a position decide, so that call 4711 is the same call in every run.
 */

export interface Chance {
  /** In [0, 1). */
  real(): number;
  /** 0, ..., n - 1. */
  below(n: number): number;
  pick<Value>(values: readonly Value[]): Value;
}

/** Mulberry32 (Tommy Ettinger, 2017) on a state that mixes the seed with the position. */
export function chanceAt(seed: number, position: number): Chance {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(position + 1, 0xc2b2ae35)) | 0;
  const real = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(real() * n);
  return { real, below, pick: (values) => values[below(values.length)] };
}
