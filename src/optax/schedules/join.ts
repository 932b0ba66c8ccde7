/**
 * Schedules one after the other: joined at boundaries, after a warm-up, with restarts.
 *
 * Source: optax, `schedules/_join.py` and `_schedule.py`; restarts: Loshchilov, Hutter, "SGDR", 2017.
 */
import { checkArgument } from '../../array/kind.js';
import { checkOptions } from '../../array/options.js';
import * as jnp from '../arithmetic.js';
import { exponentialDecayOptions, warmupCosineDecayOptions } from './options.js';
import {
  type ArraySchedule,
  type CosineDecayOptions,
  cosineDecaySchedule,
  countArray,
  type ExponentialDecayOptions,
  exponentialDecay,
  linearSchedule,
  type Schedule,
} from './schedule.js';

/**
 * Each schedule from its boundary on, counting from there; the first one from 0.
 * @example
 * optax.joinSchedules([optax.constantSchedule(1), optax.linearSchedule(1, 0, 100)], [25])(50) // => 0.75
 */
export function joinSchedules(schedules: readonly Schedule[], boundaries: readonly number[]): ArraySchedule {
  checkArgument('joinSchedules', 'schedules', schedules, 'list');
  checkArgument('joinSchedules', 'boundaries', boundaries, 'integers');
  const [first, ...rest] = schedules;
  return (count) => {
    const at = countArray(count);
    return rest.slice(0, boundaries.length).reduce(
      (before, schedule, i) => {
        const after = schedule(jnp.sub(at, boundaries[i]));
        return jnp.where(jnp.less(at, boundaries[i]), before, after);
      },
      jnp.asarray(first(at)),
    );
  };
}

/**
 * From `initValue` to `peakValue` along a line in `warmupSteps` steps, then constant.
 * @example
 * optax.warmupConstantSchedule(0, 1, 100)(50) // => 0.5
 */
export const warmupConstantSchedule = (initValue: number, peakValue: number, warmupSteps: number): ArraySchedule => {
  checkArgument('warmupConstantSchedule', 'initValue', initValue, 'number');
  checkArgument('warmupConstantSchedule', 'peakValue', peakValue, 'number');
  checkArgument('warmupConstantSchedule', 'warmupSteps', warmupSteps, 'number');
  return linearSchedule(initValue, peakValue, warmupSteps);
};

/** Options of `warmupCosineDecaySchedule`. */
export interface WarmupCosineDecayOptions extends Pick<CosineDecayOptions, 'exponent'> {
  /** The last value. Default 0. */
  readonly endValue?: number;
}

/**
 * From `initValue` to `peakValue` along a line in `warmupSteps` steps, then along a cosine to `endValue` at step
 * `decaySteps`, which counts the warm-up too.
 * @throws InvalidArgument when `decaySteps` is not larger than `warmupSteps`
 * @example
 * optax.warmupCosineDecaySchedule(0, 1, 10, 90)(50) // => 0.5
 */
export function warmupCosineDecaySchedule(
  initValue: number,
  peakValue: number,
  warmupSteps: number,
  decaySteps: number,
  options: WarmupCosineDecayOptions = {},
): ArraySchedule {
  checkArgument('warmupCosineDecaySchedule', 'initValue', initValue, 'number');
  checkArgument('warmupCosineDecaySchedule', 'peakValue', peakValue, 'number');
  checkArgument('warmupCosineDecaySchedule', 'warmupSteps', warmupSteps, 'number');
  checkArgument('warmupCosineDecaySchedule', 'decaySteps', decaySteps, 'number');
  checkOptions('warmupCosineDecaySchedule', options, warmupCosineDecayOptions);
  const { endValue = 0, exponent = 1 } = options;
  const alpha = peakValue === 0 ? 0 : endValue / peakValue;
  return joinSchedules(
    [
      linearSchedule(initValue, peakValue, warmupSteps),
      cosineDecaySchedule(peakValue, decaySteps - warmupSteps, { alpha, exponent }),
    ],
    [warmupSteps],
  );
}

/**
 * From `initValue` to `peakValue` along a line in `warmupSteps` steps, then `exponentialDecay` from there.
 * @example
 * optax.warmupExponentialDecaySchedule(0, 1, 10, 20, 0.5)(50) // => 0.25
 */
export const warmupExponentialDecaySchedule = (
  initValue: number,
  peakValue: number,
  warmupSteps: number,
  transitionSteps: number,
  decayRate: number,
  options: ExponentialDecayOptions = {},
): ArraySchedule => {
  checkArgument('warmupExponentialDecaySchedule', 'initValue', initValue, 'number');
  checkArgument('warmupExponentialDecaySchedule', 'peakValue', peakValue, 'number');
  checkArgument('warmupExponentialDecaySchedule', 'warmupSteps', warmupSteps, 'number');
  checkArgument('warmupExponentialDecaySchedule', 'transitionSteps', transitionSteps, 'number');
  checkArgument('warmupExponentialDecaySchedule', 'decayRate', decayRate, 'number');
  return joinSchedules(
    [
      linearSchedule(initValue, peakValue, warmupSteps),
      exponentialDecay(
        peakValue,
        transitionSteps,
        decayRate,
        checkOptions('warmupExponentialDecaySchedule', options, exponentialDecayOptions),
      ),
    ],
    [warmupSteps],
  );
};

/** One cycle of `sgdrSchedule`: the arguments of `warmupCosineDecaySchedule`. */
export interface SgdrCycle extends WarmupCosineDecayOptions {
  readonly initValue: number;
  readonly peakValue: number;
  readonly warmupSteps: number;
  readonly decaySteps: number;
}

/** Warm-up and cosine decay again and again, each cycle with its own numbers. */
export function sgdrSchedule(cosineKwargs: readonly SgdrCycle[]): ArraySchedule {
  checkArgument('sgdrSchedule', 'cosineKwargs', cosineKwargs, 'list');
  for (const [i, cycle] of cosineKwargs.entries()) checkArgument('sgdrSchedule', `cosineKwargs[${i}]`, cycle, 'object');
  let step = 0;
  const boundaries = cosineKwargs.slice(0, -1).map((cycle) => {
    step += cycle.decaySteps;
    return step;
  });
  const schedules = cosineKwargs.map(({ initValue, peakValue, warmupSteps, decaySteps, ...options }) =>
    warmupCosineDecaySchedule(initValue, peakValue, warmupSteps, decaySteps, options),
  );
  return joinSchedules(schedules, boundaries);
}
