/**
 * Progress for terminals: one live bar at the bottom, messages above it.
 */
import { SingleBar } from 'cli-progress';
import type { TrainingPlan } from '../graphcast/job.js';
import { numberText } from '../graphcast/report/number-text.js';
import { amountText, figuresText, followSteps, stepText } from './advance.js';
import type { ProgressDisplay, ProgressStream } from './progress-display.js';

const unlimited: TrainingPlan = { stepsBefore: 0, steps: null, seconds: null };

/** A bar's length in its own units: cli-progress counts in whole steps, and our parts are fractions. */
const full = 1000;

/** Draws on a terminal. */
export function progressBar(stream: ProgressStream): ProgressDisplay {
  let plan = unlimited;
  let follow = followSteps(plan);
  let heldOut = '';
  let current: { readonly title: string; readonly bar: SingleBar } | null = null;

  const close = (): void => {
    current?.bar.stop();
    current = null;
  };
  const open = (title: string): SingleBar => {
    if (current?.title === title) return current.bar;
    close();
    const bar = new SingleBar({
      stream,
      format: `${title} {bar} {figures}`,
      barsize: 20,
      barCompleteChar: '━',
      barIncompleteChar: '─',
      fps: 10,
      linewrap: false,
      // A message has wiped the bar away: it is drawn again although nothing in it has changed.
      forceRedraw: true,
      // The cursor and the signals are left alone: who stops the program at once must find the terminal as it was.
      hideCursor: null,
      gracefulExit: false,
    });
    bar.start(full, 0, { figures: '' });
    current = { title, bar };
    return bar;
  };
  /** A line of its own: over the bar, which is drawn again below it. */
  const line = (text: string): void => {
    if (current) stream.write('\r\x1b[K');
    stream.write(`${text}\n`);
    current?.bar.render();
  };
  return {
    phase({ phase, message }) {
      if (phase === 'train' || phase === 'save') return;
      close();
      line(message);
    },
    progress(event) {
      const { phase, done, total, message } = event;
      if (done === undefined || !total) {
        close();
        line(message);
        return;
      }
      open(phase).update(Math.round((full * done) / total), {
        figures: amountText(event),
      });
      if (done >= total) close();
    },
    plan(next) {
      close();
      plan = next;
      follow = followSteps(plan);
    },
    step(event) {
      const advance = follow(event);
      const figures = `${stepText(event, plan)}  ${figuresText(event, advance)}${heldOut}`;
      open('train').update(Math.round(full * advance.fraction), { figures });
      if (advance.fraction === 1) close();
    },
    heldOut({ loss }) {
      heldOut = `  held out ${numberText(loss)}`;
    },
    message({ level, text }) {
      line(level === 'warning' ? `warning: ${text}` : text);
    },
    stop: close,
  };
}
