/**
 * GraphCast on a mesh of devices: data cut by the names of its dimensions, parameters whole on every device.
 *
 *     shardBatch(batch, mesh, { batch: 'data', lon: 'space' })
 *
 * Cutting `batch` gives every device samples of its own, and the work with them. Cutting `lon` gives it a part of each
 * sample's data only: the network's grid nodes are latitudes times longitudes in one axis, which a cut of the minor one
 * does not cut. The compiler derives everything else from where data and parameters are.
 */
import { type Mesh, NamedSharding, PartitionSpec } from '../sharding/index.js';
import { devicePut } from '../transform/device.js';
import { flatten, unflatten } from '../tree/tree.js';
import type { Dataset } from '../xarray/dataset.js';
import type { Batch, TrainState } from './train.js';

/** The mesh axes that a dimension of the data is cut along; dimensions that are not named are whole. */
export type DimensionAxes = { readonly [dimension: string]: string | readonly string[] };

/** A dataset on a mesh. @throws UnevenShards where a dimension cannot be cut into equal parts */
export function shardDataset(dataset: Dataset, mesh: Mesh, axes: DimensionAxes): Dataset {
  const [leaves, def] = flatten(dataset);
  const names = dataset.keys().sort();
  const put = leaves.map((leaf, i) => {
    const spec = new PartitionSpec(...dataset.variables[names[i]].dims.map((dim) => axes[dim] ?? null));
    return devicePut(leaf, new NamedSharding(mesh, spec));
  });
  return unflatten(def, put) as Dataset;
}

/** A batch on a mesh. @throws UnevenShards where a dimension cannot be cut into equal parts */
export const shardBatch = ({ inputs, targets, forcings }: Batch, mesh: Mesh, axes: DimensionAxes): Batch => ({
  inputs: shardDataset(inputs, mesh, axes),
  targets: shardDataset(targets, mesh, axes),
  forcings: shardDataset(forcings, mesh, axes),
});

/** Parameters and optimizer state, whole on every device of a mesh. */
export const replicateState = (state: TrainState, mesh: Mesh): TrainState =>
  devicePut(state, new NamedSharding(mesh, new PartitionSpec())) as unknown as TrainState;
