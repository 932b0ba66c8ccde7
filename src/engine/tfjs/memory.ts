/**
 * Who frees tensors that a program gave away, and when: the wrapper's end is theirs.
 *
 * V8 does not know how heavy a tensor is, and finalizers run only between turns of the event loop. So wrappers have a
 * weak reference each, and dead ones are looked for, after a collection, whenever living tensors have grown by a budget:
 * a loop that drops its results runs in constant memory, synchronous or not. See also `engine/xla/memory.ts`.
 */
import { layoutOf } from '../../array/dtype.js';
import { sizeOf } from '../../array/shape.js';
import { collectGarbage, forgetKeptReferences } from '../collection.js';
import type { HeldValue } from './value.js';

/** A value that a wrapper stands for. */
export interface Escaped {
  readonly owner: WeakRef<object>;
  readonly value: HeldValue;
  readonly bytes: number;
}

/** What an array costs besides its elements. */
const OVERHEAD = 1 << 10;
/** Growth after which dead wrappers are looked for: at least this, and at least this part of what is alive. */
const BUDGET = 256 << 20;
const BUDGET_PART = 0.25;
/** After so many new weak references those that V8 keeps alive are let go. */
const FORGET_EVERY = 1 << 12;

const alive = new Set<Escaped>();
let bytes = 0;
let threshold = BUDGET;
let adopted = 0;

const forgotten = new FinalizationRegistry<Escaped>((escaped) => free(escaped));

/** How many values are in somebody's hands. */
export const escapedCount = (): number => alive.size;

/** Takes charge of one hold on a value, until `owner` can no longer be reached. */
export function adopt(owner: object, value: HeldValue): Escaped {
  const size = OVERHEAD + sizeOf(value.shape) * layoutOf(value.dtype).bytes;
  const escaped: Escaped = { owner: new WeakRef(owner), value, bytes: size };
  alive.add(escaped);
  forgotten.register(owner, escaped, escaped);
  bytes += size;
  if (++adopted % FORGET_EVERY === 0) forgetKeptReferences();
  if (bytes > threshold) reclaim();
  return escaped;
}

/** Gives the hold back to the caller. */
export function handOver(escaped: Escaped): HeldValue {
  if (alive.delete(escaped)) bytes -= escaped.bytes;
  forgotten.unregister(escaped);
  return escaped.value;
}

/** Gives the hold up; a second time does nothing. */
export function free(escaped: Escaped): void {
  if (alive.has(escaped)) handOver(escaped).release();
}

/** Collects, and frees what nobody can reach any more. */
export function reclaim(): void {
  forgetKeptReferences();
  collectGarbage();
  for (const escaped of alive) if (escaped.owner.deref() === undefined) free(escaped);
  forgetKeptReferences();
  threshold = bytes + Math.max(BUDGET, BUDGET_PART * bytes);
}
