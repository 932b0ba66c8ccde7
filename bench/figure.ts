/** A measured figure, as one JSON line: what every peer prints and what the results hold. */
export interface Figure {
  readonly case: string;
  readonly peer: string;
  readonly metric: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
  readonly ratioToJax?: number;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The figure of some samples. */
export const figure = (
  head: Pick<Figure, 'case' | 'peer' | 'metric' | 'unit'>,
  samples: readonly number[],
): Figure => ({
  ...head,
  median: median(samples),
  min: Math.min(...samples),
  max: Math.max(...samples),
  n: samples.length,
});

/** What a peer says that cannot do a case. */
export interface Refusal {
  readonly case: string;
  readonly peer: string;
  readonly refusal: string;
}

const linesIn = (output: string): (Figure | Refusal)[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Figure | Refusal);

/** The figures that a peer printed among other lines. */
export const figuresIn = (output: string): Figure[] =>
  linesIn(output).filter((line): line is Figure => 'metric' in line);

/** The refusals that it printed. */
export const refusalsIn = (output: string): Refusal[] =>
  linesIn(output).filter((line): line is Refusal => 'refusal' in line);

/** Figures of several runs of one peer as one: the median of medians, the extremes of all. */
export function merged(runs: readonly Figure[]): Figure {
  return {
    ...runs[0],
    median: median(runs.map((r) => r.median)),
    min: Math.min(...runs.map((r) => r.min)),
    max: Math.max(...runs.map((r) => r.max)),
    n: runs.reduce((n, r) => n + r.n, 0),
  };
}
