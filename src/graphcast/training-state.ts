/**
 * A training run on disk: DeepMind's checkpoint, and beside it in the same file what is needed to go on.
 *
 * The entries of the run begin with `training:`, which DeepMind's reader ignores. One file, written whole and renamed, can
 * never hold parameters of one step and an optimizer state of another; every entry has a checksum.
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { DeviceArray, type NdArray } from '../array/array.js';
import { readNumbers } from '../array/numeric.js';
import type { FluxionError } from '../error/error.js';
import type { FileError } from '../error/io.js';
import { readNpz, writeNpz } from '../io/npz.js';
import { type FileValue, isStringData } from '../io/value.js';
import { flatten, leafPaths, unflatten } from '../tree/tree.js';
import { type CheckPoint, CheckpointMismatch, checkpointEntries, readCheckpoint } from './checkpoint.js';
import type { HeldOutPoint, TrainingPoint } from './report/report-data.js';

/** A run at a step. */
export interface TrainingRun {
  readonly checkpoint: CheckPoint;
  readonly optState: unknown;
  /** Steps applied. */
  readonly step: number;
  readonly seed: number;
  /** Wall-clock seconds trained so far. */
  readonly seconds: number;
  readonly history: readonly TrainingPoint[];
  readonly heldOut: readonly HeldOutPoint[];
}

const table = (rows: readonly (readonly number[])[], columns: number): FileValue => ({
  dtype: 'float64',
  shape: [rows.length, columns],
  data: Float64Array.from(rows.flat()),
});

const number = (value: number): FileValue => ({ dtype: 'float64', shape: [], data: Float64Array.of(value) });

/** Writes a run, atomically. Left: `FileAccess`. */
export const saveRun = (path: string, run: TrainingRun): TE.TaskEither<FileError | FluxionError, void> =>
  pipe(
    TE.tryCatch(
      async () => {
        const entries: Record<string, FileValue> = await checkpointEntries(run.checkpoint);
        const [leaves] = flatten(run.optState);
        for (const [i, leaf] of leaves.entries()) {
          const { dtype, shape } = leaf as NdArray;
          entries[`training:optimizer:${i}`] = { dtype, shape, data: await (leaf as NdArray).data() };
        }
        entries['training:step'] = number(run.step);
        entries['training:seed'] = number(run.seed);
        entries['training:seconds'] = number(run.seconds);
        entries['training:history'] = table(
          run.history.map((p) => [p.step, p.loss, p.gradientNorm, p.learningRate]),
          4,
        );
        entries['training:held_out'] = table(
          run.heldOut.map((p) => [p.step, p.loss]),
          2,
        );
        return entries;
      },
      (error) => error as FluxionError,
    ),
    TE.chainW((entries) => writeNpz(path, entries)),
  );

/**
 * Reads a run.
 * @param like an optimizer state of the same structure: its trees and types are what the file must hold
 * Left: `FileNotFound`, `CorruptFile`, `CheckpointMismatch`.
 */
export const loadRun = (
  path: string,
  like: (checkpoint: CheckPoint) => unknown,
): TE.TaskEither<FileError | FluxionError, TrainingRun> =>
  pipe(
    readNpz(path),
    TE.chainW((values) =>
      TE.tryCatch(
        async (): Promise<TrainingRun> => {
          const fail = (key: string, expected: string, actual: string): never => {
            throw new CheckpointMismatch({ path, key, expected, actual });
          };
          const array = (key: string): Float64Array => {
            const value = values[key];
            if (value === undefined || isStringData(value))
              return fail(key, 'an array of a training run', 'it is missing');
            return readNumbers(value);
          };
          const rows = (key: string, columns: number): number[][] => {
            const flat = array(key);
            return Array.from({ length: flat.length / columns }, (_, i) =>
              Array.from(flat.subarray(i * columns, (i + 1) * columns)),
            );
          };
          const checkpoint = readCheckpoint(path, values);
          const [wanted, treedef] = flatten(like(checkpoint));
          const paths = leafPaths(treedef, 'optimizer');
          const leaves = wanted.map((leaf, i) => {
            const key = `training:optimizer:${i}`;
            const value = values[key];
            const { dtype, shape } = leaf as NdArray;
            if (value === undefined || isStringData(value)) return fail(key, `${paths[i]}`, 'it is missing');
            if (value.dtype !== dtype || value.shape.join() !== shape.join()) {
              return fail(key, `${paths[i]}, ${dtype}[${shape}]`, `it is ${value.dtype}[${value.shape}]`);
            }
            return DeviceArray.fromHost(value);
          });
          return {
            checkpoint,
            optState: unflatten(treedef, leaves),
            step: array('training:step')[0],
            seed: array('training:seed')[0],
            seconds: array('training:seconds')[0],
            history: rows('training:history', 4).map(([step, loss, gradientNorm, learningRate]) => ({
              step,
              loss,
              gradientNorm,
              learningRate,
            })),
            heldOut: rows('training:held_out', 2).map(([step, loss]) => ({ step, loss })),
          };
        },
        (error) => error as FluxionError,
      ),
    ),
  );
