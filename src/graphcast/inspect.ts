/** What a file is and holds, from its header: a checkpoint's model and task, a dataset's variables and labels. */
import { open } from 'node:fs/promises';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import { type FileError, fileError } from '../error/io.js';
import { openNpz } from '../io/npz.js';
import { type LazyDataset, openDataset } from '../xarray/index.js';
import { type CheckPoint, load } from './checkpoint.js';

/** A checkpoint, in figures. */
export interface CheckpointFacts {
  readonly kind: 'checkpoint';
  readonly path: string;
  readonly description: string;
  readonly license: string;
  readonly model: CheckPoint['modelConfig'];
  readonly task: CheckPoint['taskConfig'];
  /** Numbers in all parameters, and in those of each part of the network. */
  readonly parameterCount: number;
  readonly modules: { readonly [part: string]: number };
  readonly dtypes: readonly string[];
  /** Steps that it was trained, where the file can be resumed from. */
  readonly trainedSteps: number | null;
}

/** A dataset, in xarray's own words. */
export interface DatasetFactsOfFile {
  readonly kind: 'dataset';
  readonly path: string;
  readonly dataset: LazyDataset;
}

/** Zip files, which checkpoints are, begin with these letters. */
const ZIP = 'PK';

/** Left: `FileNotFound`, and the errors of `checkpoint.load` and `openDataset`. */
export const inspect = (path: string): TE.TaskEither<FileError | FluxionError, CheckpointFacts | DatasetFactsOfFile> =>
  pipe(
    TE.tryCatch(
      () => beginning(path),
      (error) => fileError(path, error),
    ),
    TE.chain(
      (magic): TE.TaskEither<FileError | FluxionError, CheckpointFacts | DatasetFactsOfFile> =>
        magic === ZIP
          ? checkpointFacts(path)
          : pipe(
              openDataset(path),
              TE.map((dataset) => ({ kind: 'dataset', path, dataset })),
            ),
    ),
  );

/** The first letters of a file; none of a folder. */
async function beginning(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    if ((await file.stat()).isDirectory()) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ZIP.length), 0, ZIP.length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

const checkpointFacts = (path: string): TE.TaskEither<FileError | FluxionError, CheckpointFacts> =>
  pipe(
    TE.Do,
    TE.bind('checkpoint', () => load(path)),
    TE.bind('file', () => openNpz(path)),
    TE.bind('step', ({ file }) => (file.keys.includes('training:step') ? file.read('training:step') : TE.right(null))),
    TE.map(({ checkpoint, step }) => {
      const { params, modelConfig, taskConfig, description, license } = checkpoint;
      const modules: Record<string, number> = {};
      const dtypes = new Set<string>();
      for (const [module, arrays] of Object.entries(params)) {
        const part = module.split('/')[0];
        for (const { size, dtype } of Object.values(arrays)) {
          modules[part] = (modules[part] ?? 0) + size;
          dtypes.add(dtype);
        }
      }
      return {
        kind: 'checkpoint' as const,
        path,
        description,
        license,
        model: modelConfig,
        task: taskConfig,
        parameterCount: Object.values(modules).reduce((a, b) => a + b, 0),
        modules,
        dtypes: [...dtypes].sort(),
        trainedSteps: step === null ? null : Number(step.data[0]),
      };
    }),
  );
