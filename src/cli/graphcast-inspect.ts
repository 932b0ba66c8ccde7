/**
 * `fluxion graphcast inspect`: what a checkpoint or a dataset holds.
 */
import type { Command } from 'commander';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';
import type { CheckpointFacts, DatasetFactsOfFile, inspect } from '../graphcast/inspect.js';
import type { Ended } from './job.js';
import { conclude, type Outcome, type ReportingOptions, type Terminal, withReportingOptions } from './outcome.js';

export type LoadInspection = () => Promise<{ readonly inspect: typeof inspect }>;

function checkpointText(facts: CheckpointFacts): string {
  const { path, description, license, model, task, parameterCount, modules, dtypes, trainedSteps } = facts;
  const count = (n: number): string => n.toLocaleString('en-US');
  const lines: readonly (readonly [string, string])[] = [
    ['Checkpoint', path],
    ['Description', description],
    ['Licence', license],
    ['Parameters', `${count(parameterCount)}, ${dtypes.join(', ')}`],
    ...(trainedSteps === null ? [] : [['Trained', `${count(trainedSteps)} steps; can be resumed`] as const]),
    ...Object.entries(modules).map(([part, n]) => [`  ${part}`, count(n)] as const),
    ['Resolution', model.resolution === 0 ? 'any' : `${model.resolution} degrees`],
    ['Mesh', `${model.meshSize} refinement${model.meshSize === 1 ? '' : 's'} of the icosahedron`],
    ['Latent size', `${model.latentSize}, ${model.hiddenLayers} hidden layer${model.hiddenLayers === 1 ? '' : 's'}`],
    ['Messages', `${model.gnnMsgSteps} of message passing`],
    ['Input', `${task.inputDuration}: ${task.inputVariables.join(', ')}`],
    ['Targets', task.targetVariables.join(', ')],
    ['Forcings', task.forcingVariables.join(', ')],
    ['Levels', task.pressureLevels.length === 0 ? 'none' : `${task.pressureLevels.join(', ')} hPa`],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

const datasetData = ({ path, dataset }: DatasetFactsOfFile): object => ({
  kind: 'dataset',
  path,
  sizes: dataset.sizes,
  variables: Object.fromEntries(
    Object.entries(dataset.variables).map(([name, { dims, shape, dtype, attrs }]) => [
      name,
      { dims, shape, dtype, attrs },
    ]),
  ),
  coordinates: Object.fromEntries(
    Object.entries(dataset.coords).map(([name, c]) => [
      name,
      { dims: c.dims, kind: c.kind, size: c.size, first: c.label(0), last: c.label(c.size - 1) },
    ]),
  ),
  attributes: dataset.attrs,
});

/** What the user is told. */
const inspectOutcome = (facts: CheckpointFacts | DatasetFactsOfFile): Outcome =>
  facts.kind === 'checkpoint'
    ? { text: checkpointText(facts), data: facts }
    : { text: facts.dataset.toString(), data: datasetData(facts) };

/** Defines the command in its group. */
export function defineInspection(group: Command, load: LoadInspection, terminal: Terminal, ended: Ended): void {
  const command = group
    .command('inspect')
    .summary('print what a checkpoint or a dataset holds')
    .description('Prints a checkpoint (.npz), or a dataset (NetCDF, Zarr) as xarray does. Values are not read.')
    .argument('<file>', 'a checkpoint or a dataset');
  withReportingOptions(command).action(async (file: string, given: ReportingOptions) => {
    const task: TE.TaskEither<FluxionError, Outcome> = async () => {
      const { inspect } = await load();
      return pipe(inspect(file), TE.map(inspectOutcome))();
    };
    ended(await conclude(terminal, given, task));
  });
}
