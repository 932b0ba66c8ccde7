/** Weather to train on and weather kept away from training, on which forecasts are judged. */
import { InvalidArgument } from '../../error/error.js';
import { slice } from '../../numpy/index-plan.js';
import type { Dataset } from '../../xarray/index.js';

/** A dataset in two: what is learned from, and what is kept away from learning. */
export interface Split {
  readonly train: Dataset;
  readonly heldOut: Dataset;
}

/**
 * Keeps the last positions along a dimension away.
 * @throws InvalidArgument unless at least one position is left on both sides
 */
function splitAlong(dataset: Dataset, dim: string, count: number): Split {
  const size = dataset.sizes[dim] ?? 0;
  if (!Number.isInteger(count) || count < 1 || count >= size) {
    const expected = `from 1 to ${size - 1} of the ${size} along ${dim}`;
    throw new InvalidArgument({ op: 'split', argument: 'the number held out', expected, actual: `${count}` });
  }
  const at = size - count;
  return { train: dataset.isel({ [dim]: slice(at) }), heldOut: dataset.isel({ [dim]: slice(at, size) }) };
}

/** Keeps the last members (positions of `batch`) away. @throws InvalidArgument unless members are left on both sides */
export const splitMembers = (dataset: Dataset, heldOut: number): Split => splitAlong(dataset, 'batch', heldOut);

/** Keeps the last frames (positions of `time`) away. @throws InvalidArgument unless frames are left on both sides */
export const splitTimes = (dataset: Dataset, heldOut: number): Split => splitAlong(dataset, 'time', heldOut);
