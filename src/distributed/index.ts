/**
 * `fluxion/distributed`: several processes, on one machine or many, that run one program together.
 *
 *     await distributed.initialize({ coordinatorAddress: '10.0.0.1:8476', numProcesses: 4, processId: 2 })();
 *
 * The processes find each other at the coordinator, which runs inside of process 0; they share keys and values, wait for
 * each other at barriers, and learn of the failure of any of them. Arrays across processes are the business of the PJRT
 * plugin: the CPU's has the devices of its own process only. See docs/scaling.md.
 * Source: jax.distributed.
 */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type DistributedError, JoinFailed, NotDistributed } from '../error/distributed.js';
import { FluxionError } from '../error/error.js';
import { Coordinator } from './coordinator.js';
import { Member } from './member.js';

export { DistributedTimeout, JoinFailed, NotDistributed, ProcessFailed } from '../error/distributed.js';

/** Options of `initialize`. */
export interface InitializeOptions {
  /** `host:port` of process 0, the same for all. */
  readonly coordinatorAddress: string;
  readonly numProcesses: number;
  /** 0 to `numProcesses - 1`, another one for each. */
  readonly processId: number;
  /** How long to wait for the others. @default 300 */
  readonly initializationTimeout?: number;
  /**
   * A process that is silent for so long has failed; one that ends is noticed at once. Seconds in which JavaScript is
   * blocked, by a long compilation for instance, are silent ones. @default 100
   */
  readonly heartbeatTimeoutSeconds?: number;
}

interface Runtime {
  readonly member: Member;
  readonly coordinator: Coordinator | null;
}

let runtime: Runtime | null = null;

/** What is thrown becomes the left side. */
const attempt =
  <A>(work: () => Promise<A>): TE.TaskEither<DistributedError, A> =>
  async () => {
    try {
      return E.right(await work());
    } catch (error) {
      if (error instanceof FluxionError) return E.left(error as DistributedError);
      throw error;
    }
  };

/**
 * Joins the program: resolves when all processes have joined (`jax.distributed.initialize`).
 *
 * Left: `JoinFailed`, `DistributedTimeout`, `ProcessFailed`.
 */
export const initialize = (options: InitializeOptions): TE.TaskEither<DistributedError, void> =>
  attempt(async () => {
    const { coordinatorAddress: address, numProcesses, processId } = options;
    const join = options.initializationTimeout ?? 300;
    const heartbeat = options.heartbeatTimeoutSeconds ?? 100;
    const refuse = (reason: string): never => {
      throw new JoinFailed({ address, processId, reason });
    };
    if (runtime !== null) refuse('this process has joined already');
    const colon = address.lastIndexOf(':');
    const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
    if (colon <= 0 || !Number.isInteger(port) || port < 1 || port > 65535) refuse('an address is written host:port');
    if (!Number.isInteger(numProcesses) || numProcesses < 1) refuse(`there cannot be ${numProcesses} processes`);
    if (!Number.isInteger(processId) || processId < 0 || processId >= numProcesses) {
      refuse(`process ids are 0 to ${numProcesses - 1}`);
    }
    const coordinator =
      processId === 0
        ? await Coordinator.open(host, port, numProcesses, heartbeat).catch((error: Error) =>
            refuse(`the coordinator cannot listen there (${error.message})`),
          )
        : null;
    try {
      runtime = { member: await Member.join(host, port, processId, numProcesses, { join, heartbeat }), coordinator };
    } catch (error) {
      coordinator?.close();
      throw error;
    }
  });

/** Leaves the program. Process 0 takes the coordinator with it, so it leaves last: call `barrier` before. */
export const shutdown = (): TE.TaskEither<DistributedError, void> =>
  attempt(async () => {
    const { member, coordinator } = joined('distributed.shutdown');
    runtime = null;
    await member.leave();
    coordinator?.close();
  });

/** True between `initialize` and `shutdown` (`jax.distributed.is_initialized`). */
export const isInitialized = (): boolean => runtime !== null;

function joined(op: string): Runtime {
  if (runtime === null) throw new NotDistributed({ op });
  return runtime;
}

/** Waits until all processes have come to the barrier of this name. Left: `ProcessFailed`, `DistributedTimeout`. */
export const barrier = (
  name: string,
  options: { readonly timeoutSeconds?: number } = {},
): TE.TaskEither<DistributedError, void> =>
  attempt(async () => {
    const op = `barrier '${name}'`;
    await joined(op).member.ask({ op: 'barrier', name }, op, options.timeoutSeconds ?? 300);
  });

/** Tells all processes a value. Left: `ProcessFailed`, `DistributedTimeout`. */
export const setValue = (key: string, value: string): TE.TaskEither<DistributedError, void> =>
  attempt(async () => {
    await joined('setValue').member.ask({ op: 'set', key, value }, 'setValue', 60);
  });

/** The value of a key, waited for until some process tells it. Left: `ProcessFailed`, `DistributedTimeout`. */
export const getValue = (
  key: string,
  options: { readonly timeoutSeconds?: number } = {},
): TE.TaskEither<DistributedError, string> =>
  attempt(async () => {
    const op = `getValue '${key}'`;
    return (await joined(op).member.ask({ op: 'get', key }, op, options.timeoutSeconds ?? 300)) as string;
  });
