/**
 * Long forecasts in pieces: a compiled predictor of a few steps, called again and again from the host.
 *
 * Memory holds one piece; each is handed out as soon as it is there. Source: graphcast's `rollout.py`.
 */
import { InvalidArgument } from '../error/error.js';
import { slice } from '../numpy/index-plan.js';
import type { Key } from '../random/key.js';
import { concat, merge } from '../xarray/combine.js';
import type { Coordinate } from '../xarray/coordinate.js';
import type { Dataset } from '../xarray/dataset.js';

/** A predictor as a pure function, usually jitted. */
export type PredictorFn = (key: Key | null, inputs: Dataset, targetsTemplate: Dataset, forcings: Dataset) => Dataset;

export interface ChunkedPredictionOptions {
  /** Steps that one call of the predictor makes. */
  readonly numStepsPerChunk?: number;
}

/**
 * The pieces of a forecast, in order, each with its own times.
 *
 * @param targetsTemplate what to predict and for which times; values do not matter
 * @param forcings for the same times
 * @throws InvalidArgument when the number of times is not a multiple of `numStepsPerChunk`
 */
export function* chunkedPredictionGenerator(
  predictorFn: PredictorFn,
  key: Key | null,
  inputs: Dataset,
  targetsTemplate: Dataset,
  forcings: Dataset,
  options: ChunkedPredictionOptions = {},
): Generator<Dataset> {
  const { numStepsPerChunk = 1 } = options;
  const steps = targetsTemplate.sizes.time;
  if (!Number.isInteger(numStepsPerChunk) || numStepsPerChunk < 1 || steps % numStepsPerChunk !== 0) {
    throw new InvalidArgument({
      op: 'rollout.chunkedPrediction',
      argument: 'numStepsPerChunk',
      expected: `a divisor of the ${steps} target times`,
      actual: `${numStepsPerChunk}`,
    });
  }
  function* pieces(): Generator<Piece> {
    for (let start = 0; start < steps; start += numStepsPerChunk) {
      const time = slice(start, start + numStepsPerChunk);
      yield { template: targetsTemplate.isel({ time }), forcings: forcings.isel({ time }) };
    }
  }
  yield* predictPieces(predictorFn, key, inputs, pieces());
}

/** What one call of the predictor is to make, and what is known of its times. */
export interface Piece {
  readonly template: Dataset;
  readonly forcings: Dataset;
}

/**
 * A forecast piece by piece, where even its forcings are too many to be in memory at once: each piece is asked for when
 * the one before it has been taken. All pieces have as many times as the first.
 */
export function* predictPieces(
  predictorFn: PredictorFn,
  key: Key | null,
  inputs: Dataset,
  pieces: Iterable<Piece>,
): Generator<Dataset> {
  let current = inputs;
  let chunkTime: Coordinate | null = null;
  for (const { template, forcings: known } of pieces) {
    // The compiled predictor sees the same lead times in every piece, so it is compiled once.
    chunkTime ??= template.coords.time;
    const predictions = predictorFn(
      key,
      current,
      template.assignCoords({ time: chunkTime }),
      known.assignCoords({ time: chunkTime }),
    );
    current = windowAfter(current, merge([predictions, known.assignCoords({ time: chunkTime })]));
    yield predictions.assignCoords({ time: template.coords.time });
  }
}

/** The whole forecast, all pieces behind each other in time. */
export function chunkedPrediction(
  predictorFn: PredictorFn,
  key: Key | null,
  inputs: Dataset,
  targetsTemplate: Dataset,
  forcings: Dataset,
  options: ChunkedPredictionOptions = {},
): Dataset {
  return concat([...chunkedPredictionGenerator(predictorFn, key, inputs, targetsTemplate, forcings, options)], 'time');
}

/** The last frames, as inputs of what comes next; inputs without a time stay. */
function windowAfter(inputs: Dataset, next: Dataset): Dataset {
  const dynamic = inputs.keys().filter((name) => inputs.variables[name].dims.includes('time'));
  const frames = inputs.sizes.time;
  const moved = concat([inputs.select(dynamic), next.select(dynamic)], 'time').tail({ time: frames });
  const { time } = inputs.coords;
  const ordered = Object.fromEntries(
    dynamic.map((name) => [name, moved.variables[name].transpose(...inputs.variables[name].dims)]),
  );
  return inputs.assign(ordered).assignCoords({ time });
}
