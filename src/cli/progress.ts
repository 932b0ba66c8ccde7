/**
 * What a long job looks like while it runs: bars on a terminal, a line now and then in a log, nothing when quiet.
 *
 * All of it goes to stderr, so that it never mixes with a result.
 */
import { progressBar } from './progress-bar.js';
import type { ProgressDisplay, ProgressStream } from './progress-display.js';
import { progressLines } from './progress-lines.js';

const silent: ProgressDisplay = {
  phase: () => {},
  progress: () => {},
  plan: () => {},
  step: () => {},
  heldOut: () => {},
  message: () => {},
  stop: () => {},
};

/** The display that fits: none when quiet, bars on a terminal, lines elsewhere. */
export function progressDisplay(stream: ProgressStream, { quiet = false } = {}): ProgressDisplay {
  if (quiet) return silent;
  return stream.isTTY ? progressBar(stream) : progressLines(stream);
}
