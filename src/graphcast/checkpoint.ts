/**
 * DeepMind's checkpoints: a tree of configurations and parameters in one `.npz` file.
 *
 * Keys are the path components joined by `:`; fields are in snake_case in the file and in camelCase here, while the
 * names of modules and parameters are kept as they are, so that published checkpoints read by name and ours load in
 * DeepMind's code. Source: graphcast's `checkpoint.py`.
 */

import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { DeviceArray, decode, type NdArray } from '../array/array.js';
import type { HostData } from '../array/host.js';
import { defineError, type FluxionError } from '../error/error.js';
import type { FileError } from '../error/io.js';
import { type NpzValues, readNpz, writeNpz } from '../io/npz.js';
import { type FileValue, isStringData, stringData } from '../io/value.js';
import type { ModelConfig, TaskConfig } from './task.js';

/** Parameters by module and name, as haiku keeps them. */
export type Params = { readonly [module: string]: { readonly [name: string]: NdArray } };

/** What a checkpoint of a model holds. */
export interface CheckPoint {
  readonly params: Params;
  readonly modelConfig: ModelConfig;
  readonly taskConfig: TaskConfig;
  readonly description: string;
  readonly license: string;
}

/** A file is not a checkpoint, or one of its entries is not what it should be. */
export const CheckpointMismatch = defineError(
  'CheckpointMismatch',
  (d: { path: string; key: string; expected: string; actual: string }) =>
    `${d.path}: '${d.key}' must be ${d.expected}, but ${d.actual}. The file is not a GraphCast checkpoint, or not of this version.`,
);

const SEPARATOR = ':';

type Entry = string | number | readonly string[] | readonly number[];

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

const text = (value: string): FileValue => stringData([], [value]);
const integer = (value: number): FileValue => ({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) });
const float = (value: number): FileValue => ({ dtype: 'float64', shape: [], data: Float64Array.of(value) });

/** Fields that numpy writes as floats although their value may be whole. */
const FLOAT_FIELDS = new Set([
  'resolution',
  'radius_query_fraction_edge_length',
  'mesh2grid_edge_normalization_factor',
]);

function flattenConfig(prefix: string, config: object, into: Record<string, FileValue>): void {
  for (const [name, value] of Object.entries(config) as [string, Entry | null | undefined][]) {
    if (value === null || value === undefined) continue;
    const field = snake(name);
    const key = `${prefix}${SEPARATOR}${field}`;
    const one = (x: string | number): FileValue =>
      typeof x === 'string' ? text(x) : FLOAT_FIELDS.has(field) ? float(x) : integer(x);
    if (typeof value === 'string' || typeof value === 'number') into[key] = one(value);
    else {
      value.forEach((x, i) => {
        into[`${key}${SEPARATOR}${i}`] = one(x);
      });
    }
  }
}

const hostOf = async (array: NdArray): Promise<HostData> => ({
  dtype: array.dtype,
  shape: array.shape,
  data: await array.data(),
});

/** Parameters as the entries `params:MODULE:NAME` of an npz file. */
export async function flattenParams(prefix: string, params: Params): Promise<Record<string, FileValue>> {
  const entries: Record<string, FileValue> = {};
  for (const [module, arrays] of Object.entries(params)) {
    for (const [name, array] of Object.entries(arrays)) {
      entries[[prefix, module, name].join(SEPARATOR)] = await hostOf(array);
    }
  }
  return entries;
}

/** Parameters from the entries `PREFIX:MODULE:NAME` of an npz file. */
export function unflattenParams(prefix: string, values: NpzValues): Params {
  const params: Record<string, Record<string, NdArray>> = {};
  for (const [key, value] of Object.entries(values)) {
    const [head, module, name] = key.split(SEPARATOR);
    if (head !== prefix || isStringData(value)) continue;
    params[module] ??= {};
    params[module][name] = DeviceArray.fromHost(value);
  }
  for (const arrays of Object.values(params)) Object.freeze(arrays);
  return Object.freeze(params);
}

/** The entries of a checkpoint in an npz file. */
export async function checkpointEntries(checkpoint: CheckPoint): Promise<Record<string, FileValue>> {
  const entries = await flattenParams('params', checkpoint.params);
  flattenConfig('model_config', checkpoint.modelConfig, entries);
  flattenConfig('task_config', checkpoint.taskConfig, entries);
  entries.description = text(checkpoint.description);
  entries.license = text(checkpoint.license);
  return entries;
}

/**
 * Writes a checkpoint, atomically, in DeepMind's layout. Left: `FileAccess`.
 */
export const dump = (path: string, checkpoint: CheckPoint): TE.TaskEither<FileError | FluxionError, void> =>
  pipe(
    TE.tryCatch(
      () => checkpointEntries(checkpoint),
      (error) => error as FluxionError,
    ),
    TE.chainW((entries) => writeNpz(path, entries)),
  );

/** Reads fields of a checkpoint, and says which one is wrong. */
class Reader {
  constructor(
    readonly path: string,
    readonly values: NpzValues,
  ) {}

  fail(key: string, expected: string, actual: string): never {
    throw new CheckpointMismatch({ path: this.path, key, expected, actual });
  }

  string(key: string): string {
    const value = this.values[key];
    if (value === undefined) return this.fail(key, 'a string', 'it is missing');
    return isStringData(value) ? value.data[0] : this.fail(key, 'a string', `it has dtype ${value.dtype}`);
  }

  number(key: string): number {
    const value = this.values[key];
    if (value === undefined) return this.fail(key, 'a number', 'it is missing');
    if (isStringData(value) || value.data.length !== 1)
      return this.fail(key, 'a single number', 'it is something else');
    return Number(decode(value.dtype, value.data, 0));
  }

  optionalNumber(key: string): number | null {
    return key in this.values ? this.number(key) : null;
  }

  list<T>(key: string, one: (key: string) => T): T[] {
    const items: T[] = [];
    for (let i = 0; `${key}${SEPARATOR}${i}` in this.values; i++) items.push(one(`${key}${SEPARATOR}${i}`));
    return items;
  }
}

/**
 * Reads a checkpoint in DeepMind's layout.
 * Left: `FileNotFound`, `CorruptFile`, `CheckpointMismatch` naming the entry that is missing or of another kind.
 */
export const load = (path: string): TE.TaskEither<FileError | FluxionError, CheckPoint> =>
  pipe(
    readNpz(path),
    TE.chainW((values) =>
      TE.tryCatch(
        async () => readCheckpoint(path, values),
        (error) => error as FluxionError,
      ),
    ),
  );

/** A checkpoint from the entries of a file. @throws CheckpointMismatch */
export function readCheckpoint(path: string, values: NpzValues): CheckPoint {
  const reader = new Reader(path, values);
  const strings = (field: string): string[] => reader.list(`task_config:${field}`, (key) => reader.string(key));
  const model = (field: string): number => reader.number(`model_config:${field}`);
  return Object.freeze({
    params: unflattenParams('params', reader.values),
    modelConfig: Object.freeze({
      resolution: model('resolution'),
      meshSize: model('mesh_size'),
      latentSize: model('latent_size'),
      gnnMsgSteps: model('gnn_msg_steps'),
      hiddenLayers: model('hidden_layers'),
      radiusQueryFractionEdgeLength: model('radius_query_fraction_edge_length'),
      mesh2gridEdgeNormalizationFactor: reader.optionalNumber('model_config:mesh2grid_edge_normalization_factor'),
    }),
    taskConfig: Object.freeze({
      inputVariables: strings('input_variables'),
      targetVariables: strings('target_variables'),
      forcingVariables: strings('forcing_variables'),
      pressureLevels: reader.list('task_config:pressure_levels', (key) => reader.number(key)),
      inputDuration: reader.string('task_config:input_duration'),
    }),
    description: reader.string('description'),
    license: reader.string('license'),
  });
}
