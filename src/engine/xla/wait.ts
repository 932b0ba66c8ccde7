/**
 * Waiting for the device without blocking the event loop.
 *
 * An event that is not ready yet is awaited on a worker thread of libuv. libuv has four of them for everything, file
 * reads included, so at most two wait at a time; the others queue here. (A callback from XLA's own threads would need
 * no thread at all, but deadlocks as soon as JavaScript waits synchronously, and aborts the process at exit.)
 */
import type { PjrtApi, Status } from './ffi.js';
import { Struct } from './layout.js';

const LIMIT = 2;

interface Waiting {
  readonly event: number;
  readonly api: PjrtApi;
  readonly done: (failure: Status | undefined) => void;
}

const free = Array.from({ length: LIMIT }, () => new Struct('Event_Await'));
const queue: Waiting[] = [];

function startNext(): void {
  while (free.length > 0 && queue.length > 0) {
    const slot = free.pop()!;
    const { event, api, done } = queue.shift()!;
    api.get('Event_Await').async(slot.set('event', event).address, (problem, error) => {
      free.push(slot);
      startNext();
      const thrown = problem ? { code: 13, status: 'INTERNAL', message: String(problem) } : undefined;
      done(thrown ?? (error ? api.takeStatus(error) : undefined));
    });
  }
}

const isReadyStruct = new Struct('Event_IsReady');
const errorStruct = new Struct('Event_Destroy');

/** True when the event has happened, in success or failure. */
function isReady(api: PjrtApi, event: number): boolean {
  api.get('Event_IsReady')(isReadyStruct.set('event', event).address);
  return isReadyStruct.get('isReady') !== 0;
}

/** Frees an event. */
export function destroyEvent(api: PjrtApi, event: number): void {
  api.get('Event_Destroy')(errorStruct.set('event', event).address);
}

/** Waits for an event, blocking; frees it; returns the failure, if it was one. */
export function awaitEventSync(api: PjrtApi, event: number): Status | undefined {
  const error = api.get('Event_Await')(errorStruct.set('event', event).address);
  const failure = error ? api.takeStatus(error) : undefined;
  destroyEvent(api, event);
  return failure;
}

/** Waits for an event without blocking; frees it; resolves to the failure, if it was one. */
export function awaitEvent(api: PjrtApi, event: number): Promise<Status | undefined> {
  if (isReady(api, event)) return Promise.resolve(awaitEventSync(api, event));
  return new Promise((resolve) => {
    const done = (failure: Status | undefined): void => {
      destroyEvent(api, event);
      resolve(failure);
    };
    queue.push({ event, api, done });
    startNext();
  });
}
