/** Mistakes and misfortunes of several processes that work together. */
import { defineError } from './error.js';

/** A process could not join the others. */
export const JoinFailed = defineError(
  'JoinFailed',
  (d: { address: string; processId: number; reason: string }) =>
    `distributed.initialize: process ${d.processId} could not join at ${d.address}: ${d.reason}.`,
);

/** One of the processes is gone; the others are told at once, or when its heartbeats have stopped for too long. */
export const ProcessFailed = defineError(
  'ProcessFailed',
  (d: { processId: number; reason: string }) =>
    `Process ${d.processId} of the distributed program has failed: ${d.reason}. The others cannot go on without it: ` +
    'start all of them again, from the last checkpoint.',
);

/** Something that needs the other processes was asked for before `initialize`, or after `shutdown`. */
export const NotDistributed = defineError(
  'NotDistributed',
  (d: { op: string }) => `${d.op} needs the other processes: call distributed.initialize first.`,
);

/** The others did not come in time. */
export const DistributedTimeout = defineError(
  'DistributedTimeout',
  (d: { op: string; seconds: number; missing: string }) =>
    `${d.op}: waited ${d.seconds} s, and ${d.missing}. Give it more time (timeoutSeconds), or see what became of them.`,
);

export type DistributedError = InstanceType<
  typeof JoinFailed | typeof ProcessFailed | typeof NotDistributed | typeof DistributedTimeout
>;
