/**
 * Samples: pieces of a data set, each a few frames of the past and the frames that follow.
 *
 * All pieces of one length lie side by side in the dimension `batch`; a batch is a choice of them. Which pieces step k
 * sees is a function of the seed and k alone, so a run that is resumed sees what it would have seen.
 */

import { slice } from '../numpy/index-plan.js';
import * as random from '../random/index.js';
import type { Key } from '../random/key.js';
import { concat } from '../xarray/combine.js';
import type { Dataset } from '../xarray/dataset.js';
import { parseTimedelta, type TimedeltaLike } from '../xarray/timedelta.js';
import { extractInputsTargetsForcings } from './data-utils/index.js';
import type { TaskConfig } from './task.js';
import type { Batch } from './train.js';

/** All samples of a data set. */
export interface Samples extends Batch {
  readonly count: number;
}

/**
 * Cuts a data set into samples.
 * @param dataset dimensions batch, time, level, lat, lon; `time` in lead times of equal steps, `datetime` labels
 * @param targetSteps how many steps a sample predicts
 * @param stepHours hours between frames
 */
export function cutSamples(dataset: Dataset, task: TaskConfig, targetSteps: number, stepHours: number): Samples {
  const inputFrames = framesIn(task.inputDuration, stepHours);
  const length = inputFrames + targetSteps;
  const pieces: Batch[] = [];
  for (let start = 0; start + length <= dataset.sizes.time; start++) {
    const piece = dataset.isel({ time: slice(start, start + length) });
    const [inputs, targets, forcings] = extractInputsTargetsForcings(piece, {
      ...task,
      targetLeadTimes: { start: `${stepHours}h`, stop: `${targetSteps * stepHours}h` },
    });
    pieces.push({ inputs, targets, forcings });
  }
  const together = (part: keyof Batch): Dataset =>
    concat(
      pieces.map((p) => batchFirst(p[part])),
      'batch',
    );
  const inputs = together('inputs');
  return { inputs, targets: together('targets'), forcings: together('forcings'), count: inputs.sizes.batch };
}

/** Frames in a duration like `24h`: the input period includes its last frame. */
const framesIn = (duration: TimedeltaLike, stepHours: number): number =>
  Math.round(Number(parseTimedelta(duration)) / (stepHours * 3.6e12));

/** The batch is the first dimension of every variable: what is the same for all of a piece differs between pieces. */
export function batchFirst(dataset: Dataset): Dataset {
  const { batch = 1 } = dataset.sizes;
  return dataset.map((x) =>
    x.dims.includes('batch') ? x.transpose('batch', '...') : x.expandDims('batch', { size: batch }),
  );
}

/** The samples at some positions, as a batch. */
export const take = (samples: Batch, positions: readonly number[]): Batch => ({
  inputs: samples.inputs.isel({ batch: positions }),
  targets: samples.targets.isel({ batch: positions }),
  forcings: samples.forcings.isel({ batch: positions }),
});

/** The order in which samples are seen: each once per epoch, shuffled by the key and the epoch. */
export class SampleOrder {
  readonly #epochs = new Map<number, readonly number[]>();

  constructor(
    readonly key: Key,
    readonly count: number,
    readonly batchSize: number,
  ) {}

  #epoch(n: number): readonly number[] {
    let order = this.#epochs.get(n);
    if (order === undefined) {
      order = Array.from(random.permutation(random.foldIn(this.key, n), this.count).dataSync(), Number);
      this.#epochs.clear();
      this.#epochs.set(n, order);
    }
    return order;
  }

  /** Positions of the samples of step `k`, counted from 0. */
  positions(k: number): number[] {
    return Array.from({ length: this.batchSize }, (_, i) => {
      const n = k * this.batchSize + i;
      return this.#epoch(Math.floor(n / this.count))[n % this.count];
    });
  }
}
