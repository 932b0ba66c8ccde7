/**
 * Progress for logs: whole lines, seldom enough to be read.
 */
import type { StepEvent, TrainingPlan } from '../graphcast/job.js';
import { numberText } from '../graphcast/report/number-text.js';
import type { ProgressEvent } from '../io/progress.js';
import { type Advance, amountText, figuresText, followSteps, stepText } from './advance.js';
import type { ProgressDisplay, ProgressStream } from './progress-display.js';

/** Seconds between two lines about steps. */
const interval = 5;

const unlimited: TrainingPlan = { stepsBefore: 0, steps: null, seconds: null };

/** Writes the first and the last step, one line each five seconds between, and each tenth of a download. */
export function progressLines(stream: ProgressStream): ProgressDisplay {
  let plan = unlimited;
  let follow = followSteps(plan);
  let written: StepEvent | null = null;
  let pending: readonly [StepEvent, Advance] | null = null;
  let tenth = '';

  const line = (text: string): void => void stream.write(`${text}\n`);
  const writeStep = (event: StepEvent, advance: Advance): void => {
    line(`step ${stepText(event, plan)}  ${figuresText(event, advance)}`);
    written = event;
    pending = null;
  };
  /** The step that was last heard of, if it has not been written: what follows must not seem to precede it. */
  const catchUp = (): void => {
    if (pending) writeStep(...pending);
  };
  return {
    phase({ message }) {
      catchUp();
      line(message);
    },
    progress(event: ProgressEvent) {
      const { phase, done, total, message } = event;
      const part = done !== undefined && total ? `${phase} ${Math.floor((10 * done) / total)}` : phase;
      if (part === tenth) return;
      tenth = part;
      line(done !== undefined && total ? `${message}  ${amountText(event)}` : message);
    },
    plan(next) {
      plan = next;
      follow = followSteps(plan);
      written = null;
    },
    step(event) {
      const advance = follow(event);
      if (!written || event.elapsed - written.elapsed >= interval || advance.fraction === 1) writeStep(event, advance);
      else pending = [event, advance];
    },
    heldOut({ step, loss }) {
      catchUp();
      line(`held out, after ${step} steps: loss ${numberText(loss)}`);
    },
    message({ level, text }) {
      line(level === 'warning' ? `warning: ${text}` : text);
    },
    stop: catchUp,
  };
}
