/**
 * How far a job is, how fast it goes, how long it will take; and these figures as text.
 */
import type { StepEvent, TrainingPlan } from '../graphcast/job.js';
import { durationText, numberText } from '../graphcast/report/number-text.js';
import type { ProgressEvent } from '../io/progress.js';

/** How far training is. */
export interface Advance {
  /** 0 to 1, of the limit (steps or seconds) that will be reached first. */
  readonly fraction: number;
  /** Steps a second, over the last ones; null until two steps are done. */
  readonly rate: number | null;
  /** Seconds to go; null until they can be known. */
  readonly left: number | null;
}

/** Each step's duration weighs this much against all before it. */
const freshness = 0.1;

/**
 * Follows the steps of a run. The first step does not count for the rate: it may wait for the compiler.
 */
export function followSteps({ stepsBefore, steps, seconds }: TrainingPlan): (event: StepEvent) => Advance {
  let last: StepEvent | null = null;
  let duration: number | null = null;
  return (event) => {
    if (last && event.step > last.step) {
      const latest = (event.elapsed - last.elapsed) / (event.step - last.step);
      duration = duration === null ? latest : (1 - freshness) * duration + freshness * latest;
    }
    last = event;
    const toGo: number[] = [];
    if (seconds !== null) toGo.push(Math.max(0, seconds - event.elapsed));
    if (steps !== null && duration !== null) toGo.push(Math.max(0, steps - event.step) * duration);
    const parts = [
      steps === null ? 0 : (event.step - stepsBefore) / Math.max(1, steps - stepsBefore),
      seconds === null ? 0 : event.elapsed / seconds,
    ];
    return {
      fraction: Math.min(1, Math.max(...parts)),
      rate: duration === null ? null : 1 / duration,
      left: toGo.length > 0 ? Math.min(...toGo) : null,
    };
  };
}

/** `120/300`, or `120` where only time is limited. */
export const stepText = ({ step }: StepEvent, { steps }: TrainingPlan): string =>
  steps === null ? `${step}` : `${step}/${steps}`;

/** The figures of a step: loss, gradient norm, speed, time left. */
export const figuresText = ({ loss, gradientNorm }: StepEvent, { fraction, rate, left }: Advance): string =>
  [
    `loss ${numberText(loss)}`,
    `|grad| ${numberText(gradientNorm)}`,
    ...(rate === null ? [] : [`${numberText(rate)} steps/s`]),
    ...(left === null || fraction === 1 ? [] : [`${durationText(Math.max(1, Math.round(left)))} left`]),
  ].join('  ');

/** Bytes as `850 kB`, `12.3 MB`, `2 GB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1e6) return `${numberText(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${numberText(bytes / 1e6)} MB` : `${numberText(bytes / 1e9)} GB`;
}

/** `12 of 40 frames`, or `1.2 MB of 4 MB`. */
export const amountText = ({ done = 0, total = 0, unit }: ProgressEvent): string =>
  unit === undefined ? `${bytesText(done)} of ${bytesText(total)}` : `${done} of ${total} ${unit}`;
