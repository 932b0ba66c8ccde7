/**
 * From a stretch of weather to what a forecast starts from, what it should be, and what is known of the time between.
 *
 *      time in the dataset     0h   12h   24h   36h          (frames, at a fixed distance)
 *      lead time             -12h    0h   12h   24h
 *                            '--------'  '---------'
 *                              inputs    targets and forcings
 *
 * Lead time 0 is the last input. Targets end where the dataset ends. From DeepMind's `data_utils`.
 */
import { InvalidArgument } from '../../error/error.js';
import { NotFound } from '../../error/xarray.js';
import { Coordinate, type Dataset, parseTimedelta, type TimedeltaLike } from '../../xarray/index.js';
import type { TaskConfig } from '../task.js';
import { addDerivedVars, addTisrVar, DERIVED_VARS, TISR } from './derived-variables.js';

/** Lead times from `start` (by default the first after 0) to `stop`, both included. */
export interface LeadTimeSlice {
  readonly start?: TimedeltaLike | null;
  readonly stop: TimedeltaLike;
}

/** One lead time, several, or all between two. */
export type TargetLeadTimes = TimedeltaLike | readonly TimedeltaLike[] | LeadTimeSlice;

/** How a dataset is cut. Durations are texts such as `'6h'` or `'1 day'`. */
export interface TimeCut {
  /** How much of the past is input: a frame exactly this old is no longer. */
  readonly inputDuration: TimedeltaLike;
  readonly targetLeadTimes: TargetLeadTimes;
}

export interface ExtractOptions extends Omit<TaskConfig, 'inputDuration'>, TimeCut {}

/** The selection that lead times mean along a time axis, and the last of them, in nanoseconds. */
function selectionOf(lead: TargetLeadTimes): {
  readonly selection: readonly bigint[] | { readonly start: bigint; readonly stop: bigint };
  readonly duration: bigint;
} {
  if (typeof lead === 'object' && 'stop' in lead) {
    const stop = parseTimedelta(lead.stop);
    const start = lead.start === null || lead.start === undefined ? 1n : parseTimedelta(lead.start);
    return { selection: { start, stop }, duration: stop };
  }
  const times = (typeof lead === 'string' ? [lead] : [...lead]).map(parseTimedelta).sort((a, b) => (a < b ? -1 : 1));
  const duration = times.at(-1);
  if (duration === undefined) {
    const argument = 'targetLeadTimes';
    throw new InvalidArgument({ op, argument, expected: 'one lead time or more', actual: 'an empty list' });
  }
  return { selection: times, duration };
}

const op = 'extractInputTargetTimes';

/**
 * Cuts the time axis of a dataset into inputs and targets, whose `time` then is the lead time.
 *
 * The coordinate `time` must hold durations, at a fixed distance of which `inputDuration` and the lead times are
 * multiples. Variables without a time stay as they are in both.
 *
 * @example extractInputTargetTimes(dataset, { inputDuration: '18h', targetLeadTimes: ['3d', '5d'] })
 * @throws NotFound when there is no coordinate `time`, or no frame at a lead time
 * @throws InvalidArgument when `time` holds something else than durations, a text is none, or no frame has lead time 0
 */
export function extractInputTargetTimes(
  dataset: Dataset,
  { inputDuration, targetLeadTimes }: TimeCut,
): readonly [inputs: Dataset, targets: Dataset] {
  const { selection, duration } = selectionOf(targetLeadTimes);
  const time = dataset.coords.time;
  if (!time) throw new NotFound({ op, kind: 'coordinate', name: 'time', available: Object.keys(dataset.coords) });
  if (time.kind !== 'timedelta64[ns]') {
    throw new InvalidArgument({ op, argument: 'time', expected: 'durations (timedelta64[ns])', actual: time.kind });
  }
  const frames = time.values as BigInt64Array;
  const shift = duration - (frames.at(-1) ?? 0n);
  const lead = new Coordinate(
    time.dims,
    frames.map((t) => t + shift),
    time.kind,
    time.shape,
  );
  if (!frames.includes(-shift)) {
    throw new InvalidArgument({
      op,
      argument: 'targetLeadTimes',
      expected: 'such that a frame is the last input, at lead time 0',
      actual: `ending ${Number(duration) / 3.6e12} h after it, where the dataset has none`,
      hint: 'Lead times are multiples of the distance of frames, and the last is shorter than the dataset.',
    });
  }
  const shifted = dataset.assignCoords({ time: lead });
  const targets = shifted.sel({ time: selection });
  // Both ends of a selection by label are included; a nanosecond makes the earlier one exclusive.
  const inputs = shifted.sel({ time: { start: 1n - parseTimedelta(inputDuration), stop: 0n } });
  return [inputs, targets];
}

/**
 * What a model of a task is given and asked for: `[inputs, targets, forcings]`.
 *
 * Forcings are computed where the dataset lacks them (`addDerivedVars`, `addTisrVar`), from its coordinate `datetime`,
 * which none of the three keeps. Forcings have the times of the targets. A dataset without a coordinate `level` needs no
 * `pressureLevels`.
 *
 * @example extractInputsTargetsForcings(batch, { ...TASK_13, targetLeadTimes: { start: '6h', stop: '18h' } })
 * @throws NotFound for a variable, level or lead time that is not there
 * @throws InvalidArgument when a variable is both a forcing and a target
 */
export function extractInputsTargetsForcings(
  dataset: Dataset,
  options: ExtractOptions,
): readonly [inputs: Dataset, targets: Dataset, forcings: Dataset] {
  const { inputVariables, targetVariables, forcingVariables, pressureLevels } = options;
  const both = forcingVariables.filter((name) => targetVariables.includes(name));
  if (both.length > 0) {
    throw new InvalidArgument({
      op: 'extractInputsTargetsForcings',
      argument: 'forcingVariables',
      expected: 'other variables than the targets',
      actual: `sharing ${both.join(', ')} with them`,
    });
  }
  const hasLevels = 'level' in dataset.coords || pressureLevels.length > 0;
  let whole = hasLevels ? dataset.sel({ level: pressureLevels }) : dataset;
  if (forcingVariables.some((name) => DERIVED_VARS.includes(name))) whole = addDerivedVars(whole);
  if (forcingVariables.includes(TISR)) whole = addTisrVar(whole);
  const [inputs, targets] = extractInputTargetTimes(whole.dropVars('datetime'), options);
  return [inputs.select(inputVariables), targets.select(targetVariables), targets.select(forcingVariables)];
}
