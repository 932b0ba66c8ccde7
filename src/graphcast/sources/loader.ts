/**
 * Batches of samples from weather that is larger than memory.
 *
 * A sample is a stretch of frames of one member: the past that a forecast starts from and the frames that follow. Which
 * samples make batch k follows from the seed and k alone (`SampleOrder`: each sample once in an epoch, shuffled), so a run
 * that is resumed at step k goes on with `loader.from(k)` and sees what it would have seen. Of n processes, process i reads
 * every n-th sample of each batch. While a batch is used the next ones are read; memory holds no more than
 * `prefetch + 1` of them.
 */
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { range } from '../../array/shape.js';
import { type FluxionError, InvalidArgument } from '../../error/error.js';
import { type FileError, fileError } from '../../error/io.js';
import { UnusableTimes } from '../../error/weather.js';
import * as random from '../../random/index.js';
import { concat, parseTimedelta } from '../../xarray/index.js';
import { need } from '../need.js';
import { cutSamples, SampleOrder } from '../samples.js';
import type { TaskConfig } from '../task.js';
import { withForcings } from '../task-of-data.js';
import type { Batch } from '../train.js';
import type { OpenWeather } from './weather.js';

/** Options of a `BatchLoader`. */
export interface LoaderOptions {
  readonly task: TaskConfig;
  /** Forecast steps in a sample. Default 1. */
  readonly targetSteps?: number;
  /** Samples in a batch, over all processes. Default 1. */
  readonly batchSize?: number;
  /** Seed of the order. Default 0. */
  readonly seed?: number;
  /** Which of how many processes this is. Default the only one. */
  readonly process?: { readonly index: number; readonly count: number };
  /** Batches that are read ahead. Default 2. */
  readonly prefetch?: number;
}

/** Reads batches of one task from opened weather. */
export class BatchLoader implements AsyncIterable<Batch> {
  readonly #weather: OpenWeather;
  readonly #options: Required<LoaderOptions>;
  readonly #order: SampleOrder;
  /** Frames of a sample. */
  readonly #length: number;
  readonly #stepHours: number;
  /** Samples in the weather. */
  readonly count: number;

  /**
   * @throws UnusableTimes when there are not enough frames for a sample
   * @throws InvalidArgument for a batch that the processes cannot share, or that is larger than the weather
   */
  constructor(weather: OpenWeather, given: LoaderOptions) {
    const options = { targetSteps: 1, batchSize: 1, seed: 0, process: { index: 0, count: 1 }, prefetch: 2, ...given };
    const { task, targetSteps, batchSize, process } = options;
    const { frames, members, stepHours, path } = weather;
    this.#weather = weather;
    this.#options = options;
    this.#stepHours = stepHours ?? 1;
    this.#length = Math.round(Number(parseTimedelta(task.inputDuration)) / (this.#stepHours * 3.6e12)) + targetSteps;
    this.count = members * (frames - this.#length + 1);
    if (stepHours === null || this.count < 1) {
      const reason = `it has ${frames} frames, and a sample of this task has ${this.#length}`;
      throw new UnusableTimes({ path, reason });
    }
    const { index, count } = process;
    const refuse = (argument: string, expected: string, actual: string): never => {
      throw new InvalidArgument({ op: 'BatchLoader', argument, expected, actual });
    };
    if (!(index >= 0 && index < count)) refuse('process', `an index below ${count}`, `${index}`);
    if (batchSize % count !== 0) refuse('batchSize', `a multiple of the ${count} processes`, `${batchSize}`);
    if (batchSize > this.count) refuse('batchSize', `at most the ${this.count} samples of ${path}`, `${batchSize}`);
    this.#order = new SampleOrder(random.PRNGKey(options.seed), this.count, batchSize);
  }

  /** Batches in an epoch, the last of which may reach into the next. */
  get batchesInEpoch(): number {
    return Math.ceil(this.count / this.#options.batchSize);
  }

  /** The samples of batch k that are this process's: which member, and its first frame. */
  samples(k: number): { readonly member: number; readonly frame: number }[] {
    const { index, count } = this.#options.process;
    const { members } = this.#weather;
    return this.#order
      .positions(k)
      .filter((_, i) => i % count === index)
      .map((p) => ({ member: p % members, frame: Math.floor(p / members) }));
  }

  /** Reads batch k, counted from 0. Left: the errors of reading. */
  batch(k: number): TE.TaskEither<FileError | FluxionError, Batch> {
    return TE.tryCatch(
      async () => {
        const { task, targetSteps } = this.#options;
        const parts: Batch[] = [];
        for (const { member, frame } of this.samples(k)) {
          const frames = range(this.#length).map((i) => frame + i);
          const read = await need(this.#weather.read(frames, [member]));
          parts.push(cutSamples(withForcings(read), task, targetSteps, this.#stepHours));
        }
        const [first] = parts;
        if (parts.length === 1) return first;
        const joined = (part: keyof Batch): Batch['inputs'] =>
          concat(
            parts.map((p) => p[part]),
            'batch',
          );
        return { inputs: joined('inputs'), targets: joined('targets'), forcings: joined('forcings') };
      },
      (error) => fileError(this.#weather.path, error),
    );
  }

  /** All batches from batch k on, without end, read ahead. What fails to be read is thrown when its turn comes. */
  async *from(k: number): AsyncGenerator<Batch, never> {
    const ahead = range(this.#options.prefetch).map((i) => this.batch(k + i)());
    for (let next = k + ahead.length; ; next++) {
      ahead.push(this.batch(next)());
      const batch = await (ahead.shift() as (typeof ahead)[number]);
      if (E.isLeft(batch)) throw batch.left;
      yield batch.right;
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<Batch, never> {
    return this.from(0);
  }
}
