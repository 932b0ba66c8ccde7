/**
 * `fluxion/sharding`: meshes of devices and how arrays are cut over them (`jax.sharding`).
 */
export type { Device } from './device.js';
export { AbstractMesh, type DeviceGrid, Mesh } from './mesh.js';
export { P, type Partition, PartitionSpec } from './partition-spec.js';
export { type Index, type Interval, NamedSharding, Sharding, SingleDeviceSharding } from './sharding.js';
