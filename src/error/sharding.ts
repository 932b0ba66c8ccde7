/** Mistakes with meshes, shardings and the devices behind them. All are found before anything is compiled. */
import { defineError } from './error.js';

/** More devices are needed than there are. */
export const NotEnoughDevices = defineError(
  'NotEnoughDevices',
  (d: { op: string; needed: number; available: number; platform: string }) =>
    `${d.op}: ${d.needed} devices are needed, and there ${d.available === 1 ? 'is 1' : `are ${d.available}`}.` +
    (d.platform === 'cpu'
      ? ` A CPU can pose as several: set FLUXION_NUM_CPU_DEVICES=${d.needed}, or call config.update('numCpuDevices', ${d.needed}) before the first computation.`
      : ''),
);

/** Axis names, sizes and devices do not make a mesh. */
export const InvalidMesh = defineError(
  'InvalidMesh',
  (d: { op: string; reason: string }) => `${d.op}: ${d.reason}.`,
  TypeError,
);

/** A partition spec does not fit its mesh or its array. */
export const InvalidSharding = defineError(
  'InvalidSharding',
  (d: { op: string; argument: string; spec: string; reason: string }) =>
    `${d.op}: ${d.argument} cannot have the sharding ${d.spec}: ${d.reason}.`,
  TypeError,
);

/** An axis cannot be cut into equal parts. */
export const UnevenShards = defineError(
  'UnevenShards',
  (d: { op: string; argument: string; spec: string; shape: readonly number[]; axis: number; parts: number }) =>
    `${d.op}: ${d.argument} has shape [${d.shape.join(', ')}], and ${d.spec} cuts its axis ${d.axis} (size ${d.shape[d.axis]}) ` +
    `into ${d.parts} parts, which are not equal. Pad the axis to ${Math.ceil(d.shape[d.axis] / d.parts) * d.parts}, or leave it whole.`,
  TypeError,
);

/** Two things that meet in one program live on different devices, or on the same ones in another order. */
export const IncompatibleDevices = defineError(
  'IncompatibleDevices',
  (d: {
    op: string;
    first: string;
    firstDevices: readonly number[];
    second: string;
    secondDevices: readonly number[];
  }) =>
    `${d.op}: ${d.first} is on the devices [${d.firstDevices.join(', ')}] and ${d.second} on [${d.secondDevices.join(', ')}]. ` +
    'One program runs on one list of devices: move one of them there with devicePut.',
);

/** An argument that was put somewhere is not where the function wants it. */
export const ShardingMismatch = defineError(
  'ShardingMismatch',
  (d: { op: string; argument: string; expected: string; actual: string }) =>
    `${d.op}: ${d.argument} has the sharding ${d.actual}, but inShardings says ${d.expected}. ` +
    'Move it with devicePut, or leave its entry in inShardings null to take it as it is.',
);

/** Something that runs on one device only was asked of several. */
export const NotOnManyDevices = defineError(
  'NotOnManyDevices',
  (d: { op: string; devices: number; reason: string }) => `${d.op} cannot run on ${d.devices} devices: ${d.reason}.`,
);

/** A result of `shardMap` is said to be equal on devices on which it may differ. */
export const NotReplicated = defineError(
  'NotReplicated',
  (d: { op: string; result: string; spec: string; axis: string }) =>
    `${d.op}: ${d.result} has the spec ${d.spec}, which says that it is the same on all devices along '${d.axis}', but it ` +
    `may differ there. Combine it (lax.psum, lax.pmean over '${d.axis}'), mention '${d.axis}' in outSpecs, or pass ` +
    '{ checkVma: false } to take one of the copies.',
);

/** A mesh or a sharding speaks of a device that the engine has not. */
export const ForeignDevice = defineError(
  'ForeignDevice',
  (d: { op: string; device: string; engine: string; known: readonly string[] }) =>
    `${d.op}: the engine '${d.engine}' has no device ${d.device}; it has ${d.known.join(', ')}. Make meshes of devices().`,
);
