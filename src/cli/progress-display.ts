/**
 * What draws progress: an observer of the training job with a stream, and an end.
 */
import type { TrainingObserver } from '../graphcast/job.js';

/** An observer that draws. `stop` leaves the terminal as it should be. */
export interface ProgressDisplay extends TrainingObserver {
  stop(): void;
}

/** A stream to draw on. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };
