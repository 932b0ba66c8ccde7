/**
 * Hyperparameters in the state: a learning rate that can be read, saved, and changed while training goes on.
 *
 *     const optimizer = injectHyperparams(adam)(schedule, { b1: 0.95 });
 *     state.hyperparams.learningRate          // what the last step used
 *     optax.tree.set(state, { b1: 0.9 })      // what the next one will use
 *
 * Numbers and arrays among the arguments become entries of `hyperparams`; schedules are evaluated in every step. Source:
 * optax, `schedules/_inject.py`.
 */

import { NdArray } from '../array/array.js';
import { type DType, isFloat } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { NameError } from '../error/error.js';
import { signatureOf } from './alias.js';
import * as jnp from './arithmetic.js';
import { safeIncrement, zeroCount } from './numerics.js';
import { injectHyperparamsOptions } from './options.js';
import type { Schedule } from './schedules/schedule.js';
import { type ExtraArgs, GradientTransformation, type StateType, updateOf } from './transformation.js';
import { dtype as dtypeOf } from './tree/casting.js';

/** A schedule with a state of its own, which may look at the extra arguments of `update`, such as the loss. */
export interface StatefulSchedule<State = unknown> {
  init(): State;
  update(state: State, extra?: ExtraArgs): State;
  value(state: State, extra?: ExtraArgs): number | NdArray;
}

/** The number of steps done. */
export interface WrappedScheduleState {
  readonly count: NdArray;
}

/** A plain schedule as one with a state: the count. */
export class WrappedSchedule implements StatefulSchedule<WrappedScheduleState> {
  constructor(readonly scheduleFn: Schedule) {}

  init(): WrappedScheduleState {
    return Object.freeze({ count: zeroCount() });
  }

  update(state: WrappedScheduleState): WrappedScheduleState {
    return Object.freeze({ count: safeIncrement(state.count) });
  }

  value(state: WrappedScheduleState): number | NdArray {
    return this.scheduleFn(state.count);
  }
}

/** The number of steps, the hyperparameters by name, the states of those that are schedules, the inner state. */
export interface InjectStatefulHyperparamsState {
  readonly count: NdArray;
  readonly hyperparams: { readonly [name: string]: NdArray };
  readonly hyperparamsStates: { readonly [name: string]: unknown };
  readonly innerState: unknown;
}
export type InjectHyperparamsState = InjectStatefulHyperparamsState;
export interface InjectedState extends StateType {
  readonly state: InjectStatefulHyperparamsState;
}

/** Options of `injectHyperparams` and `injectStatefulHyperparams`. */
export interface InjectHyperparamsOptions {
  /** Names of arguments that stay what they are: booleans and other switches are left alone without being named. */
  readonly staticArgs?: string | readonly string[];
  /** The dtype of the hyperparameters; the highest one of the parameters when null. */
  readonly hyperparamDtype?: DType | null;
}

const isStateful = (value: unknown): value is StatefulSchedule =>
  typeof value === 'object' && value !== null && 'init' in value && 'update' in value && 'value' in value;
const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

interface Arguments {
  readonly numbers: Record<string, number | NdArray>;
  readonly schedules: Record<string, StatefulSchedule>;
  readonly others: Record<string, unknown>;
}

/** Weakly typed and plain numbers in `dtype`; arrays and integers as they are. */
function converted(value: number | NdArray, dtype: DType): NdArray {
  if (value instanceof NdArray) return value.weakType && isFloat(value.dtype) ? jnp.astype(value, dtype) : value;
  return jnp.asarray(value, { dtype });
}

/**
 * The function that makes a transformation, with its numeric arguments in the state.
 *
 * The names of positional arguments and the defaults of options are known for all optimizers here; of a function of your
 * own, names are read from its source, and only options that are given are injected.
 * @throws NameError when `staticArgs` names no argument
 */
export function injectHyperparams<Args extends readonly unknown[]>(
  innerFactory: (...args: Args) => unknown,
  options: InjectHyperparamsOptions = {},
): (...args: Args) => GradientTransformation<InjectedState> {
  checkArgument('injectHyperparams', 'innerFactory', innerFactory, 'function');
  checkOptions('injectHyperparams', options, injectHyperparamsOptions);
  const { staticArgs = [], hyperparamDtype = null } = options;
  const fixed = new Set(typeof staticArgs === 'string' ? [staticArgs] : staticArgs);
  const { required, defaults } = signatureOf(innerFactory);
  const known = [...required, ...Object.keys(defaults)];
  const stray = Object.keys(defaults).length > 0 ? [...fixed].find((name) => !known.includes(name)) : undefined;
  if (stray !== undefined) {
    const reason = `is no argument of the function; there are ${known.join(', ')}`;
    throw new NameError({ op: 'injectHyperparams', name: stray, reason });
  }

  const sorted = (args: readonly unknown[]): Arguments => {
    const last = args[args.length - 1];
    const hasOptions = args.length > required.length && isPlainObject(last);
    const named: Record<string, unknown> = { ...defaults, ...(hasOptions ? last : {}) };
    required.forEach((name, i) => {
      named[name] = args[i];
    });
    const result: Arguments = { numbers: {}, schedules: {}, others: {} };
    for (const [name, value] of Object.entries(named)) {
      if (fixed.has(name) || typeof value === 'boolean') result.others[name] = value;
      else if (typeof value === 'number' || value instanceof NdArray) result.numbers[name] = value;
      else if (isStateful(value)) result.schedules[name] = value;
      else if (typeof value === 'function') result.schedules[name] = new WrappedSchedule(value as Schedule);
      else result.others[name] = value;
    }
    return result;
  };

  return (...args) => {
    const { numbers, schedules, others } = sorted(args);
    const inner = (hyperparams: Record<string, unknown>): GradientTransformation => {
      const all: Record<string, unknown> = { ...others, ...hyperparams };
      const positional = required.map((name) => all[name]);
      const rest = Object.fromEntries(Object.entries(all).filter(([name]) => !required.includes(name)));
      return innerFactory(...([...positional, rest] as unknown as Args)) as GradientTransformation;
    };
    const each = <T, U>(record: Readonly<Record<string, T>>, f: (value: T, name: string) => U): Record<string, U> =>
      Object.freeze(Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)])));
    const dtypeFor = (tree: unknown): DType => hyperparamDtype ?? dtypeOf(tree, { mixedDtypeHandler: 'highest' });

    return GradientTransformation<InjectedState>(
      (params) => {
        const dtype = dtypeFor(params);
        const states = each(schedules, (schedule) => schedule.init());
        const hyperparams = Object.freeze({
          ...each(numbers, (value) => converted(value, dtype)),
          ...each(schedules, (schedule, name) => converted(schedule.value(states[name]), dtype)),
        });
        return {
          count: zeroCount(),
          hyperparams,
          hyperparamsStates: states,
          innerState: inner(hyperparams).init(params),
        };
      },
      (updates, state, params, extra) => {
        const dtype = dtypeFor(params ?? updates);
        const states = state.hyperparamsStates;
        const hyperparams = Object.freeze({
          ...each(state.hyperparams, (value) => converted(value, dtype)),
          ...each(schedules, (schedule, name) => converted(schedule.value(states[name], extra), dtype)),
        });
        const [changed, innerState] = updateOf(inner(hyperparams), updates, state.innerState, params, extra);
        return [
          changed,
          {
            count: safeIncrement(state.count),
            hyperparams,
            hyperparamsStates: each(schedules, (schedule, name) => schedule.update(states[name], extra)),
            innerState,
          },
        ];
      },
    );
  };
}

/** The older name of `injectHyperparams`. */
export const injectStatefulHyperparams = injectHyperparams;
