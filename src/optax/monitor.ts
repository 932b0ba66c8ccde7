/**
 * Looking at updates as they pass: values that end up in the state, where they can be read.
 *
 * Source: optax, `transforms/_monitoring.py`.
 */

import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { type ChainState, chain } from './chain.js';
import { type EmaOptions, type EmaStateType, ema } from './ema.js';
import { emaOptions } from './options.js';
import { GradientTransformation, type NoState, type StateType, stateless, updateOf } from './transformation.js';

/** What is measured: a function of a tree of updates. */
export type Measure = (updates: unknown) => unknown;

/** The last value of one measure, by its name. */
export interface SnapshotState {
  readonly measurement: { readonly [name: string]: unknown };
}
export interface SnapshotStateType extends StateType {
  readonly state: SnapshotState;
}

/** Keeps the value of `measure(updates)` in the state under `measureName`; at first that of the parameters. */
export const snapshot = (measureName: string, measure: Measure): GradientTransformation<SnapshotStateType> => {
  checkArgument('snapshot', 'measureName', measureName, 'string');
  checkArgument('snapshot', 'measure', measure, 'function');
  return GradientTransformation<SnapshotStateType>(
    (params) => ({ measurement: Object.freeze({ [measureName]: measure(params) }) }),
    (updates) => [updates, { measurement: Object.freeze({ [measureName]: measure(updates) }) }],
  );
};

/** The last values by name (none at first), and the states of the measures in the order in which they were given. */
export interface MonitorState {
  readonly measurements: { readonly [name: string]: unknown };
  readonly measureStates: readonly unknown[];
}
export interface MonitorStateType extends StateType {
  readonly state: MonitorState;
}

/**
 * Keeps several measures of the updates, which pass unchanged. A measure is a function of the updates, or a
 * transformation whose updates are the value.
 */
export function monitor(measures: {
  readonly [name: string]: Measure | GradientTransformation;
}): GradientTransformation<MonitorStateType> {
  checkArgument('monitor', 'measures', measures, 'object');
  const entries = Object.entries(measures).map(
    ([name, measure]) =>
      [name, typeof measure === 'function' ? (stateless(measure) as GradientTransformation) : measure] as const,
  );
  return GradientTransformation<MonitorStateType>(
    (params) => ({
      measurements: Object.freeze({}),
      measureStates: Object.freeze(entries.map(([, measure]) => measure.init(params))),
    }),
    (updates, state, params, extra) => {
      const results = entries.map(([name, measure], i) => {
        const [value, next] = updateOf(measure, updates, state.measureStates[i], params, extra);
        return { name, value, next };
      });
      return [
        updates,
        {
          measurements: Object.freeze(Object.fromEntries(results.map(({ name, value }) => [name, value]))),
          measureStates: Object.freeze(results.map(({ next }) => next)),
        },
      ];
    },
  );
}

/** The moving average of a measure, for `monitor`. */
export function measureWithEma(
  measure: Measure,
  decay: ArrayLike,
  options: EmaOptions = {},
): GradientTransformation<ChainState<[NoState, EmaStateType]>> {
  checkArgument('measureWithEma', 'measure', measure, 'function');
  checkOptions('measureWithEma', options, emaOptions);
  const average = ema(decay, options);
  const ofMeasure = GradientTransformation<EmaStateType>(
    (params) => average.init(measure(params)),
    (updates, state, params, extra) => updateOf(average, updates, state, params, extra),
  );
  return chain(
    stateless((updates) => measure(updates)),
    ofMeasure,
  );
}
