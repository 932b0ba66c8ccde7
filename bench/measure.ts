/**
 * Measuring inside a worker: warm-up, samples within a budget of seconds, one JSON line for each figure.
 *
 * Every peer's worker is called alike: `worker <case> --peer <name> --seconds <s> --warmup <n> --samples <n>`.
 * The twin is `bench/peers/jax/measure.py`. Nothing of fluxion is imported, so that peers written in JavaScript use this
 * file too.
 */
import { parseArgs } from 'node:util';
import { figure } from './figure.js';

/** How long one figure is measured. */
export interface Budget {
  /** Calls before the first that counts. */
  readonly warmup: number;
  /** No further sample is begun after so many seconds. */
  readonly seconds: number;
  /** Nor after so many samples. */
  readonly samples: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peer: { type: 'string', default: 'fluxion' },
    seconds: { type: 'string', default: '3' },
    warmup: { type: 'string', default: '3' },
    samples: { type: 'string', default: '200' },
  },
});

/** The case that this worker is asked for. */
export const caseName = positionals[0];

export const budget: Budget = {
  seconds: Number(values.seconds),
  warmup: Number(values.warmup),
  samples: Number(values.samples),
};

/** Prints a figure. */
export function report(metric: string, unit: string, samples: readonly number[]): void {
  console.log(JSON.stringify(figure({ case: caseName, peer: values.peer, metric, unit }, samples)));
}

/** Prints a number that every peer must agree on. */
export const check = (value: number): void => report('check', '', [value]);

/** Says why this peer cannot do the case. */
export function refuse(reason: string): void {
  console.log(JSON.stringify({ case: caseName, peer: values.peer, refusal: reason }));
}

/**
 * Milliseconds of each call. With `calls` above 1 a sample is the mean over so many calls in a row, of which `settle`
 * ends the last: so are measured calls that are shorter than the clock can tell, or that need not be waited for.
 */
export async function sampled(
  work: () => unknown,
  { calls = 1, settle }: { readonly calls?: number; readonly settle?: () => unknown } = {},
): Promise<number[]> {
  const once = async (): Promise<number> => {
    const begin = performance.now();
    if (calls === 1) await work();
    else for (let k = 0; k < calls; k++) work();
    await settle?.();
    return (performance.now() - begin) / calls;
  };
  for (let k = 0; k < budget.warmup; k++) await once();
  const samples: number[] = [];
  const end = performance.now() + budget.seconds * 1e3;
  do samples.push(await once());
  while (samples.length < budget.samples && performance.now() < end);
  return samples;
}

/** Milliseconds since the benchmark asked for this process. */
export const sinceAsked = (): number =>
  performance.timeOrigin + performance.now() - Number(process.env.FLUXION_BENCH_ASKED);
