/**
 * Who frees device memory, and when.
 *
 * A buffer's wrapper is an ordinary object; when nobody can see it, the memory it stands for is free. Finalizers alone
 * cannot do this: V8 does not know how heavy that memory is, so it sees no reason to collect, and finalizers run only
 * between turns of the event loop, hence never in a synchronous training loop. So each wrapper has a weak reference,
 * and dead ones are looked for when live bytes have grown by a budget (after a collection made for the purpose), and
 * whenever V8 has collected by itself. A loop that drops its results runs in constant memory, synchronous or not.
 */
import { totalmem } from 'node:os';
import { ResourceExhausted } from '../../error/engine.js';
import { collectGarbage, forgetKeptReferences } from '../collection.js';
import type { PjrtApi } from './ffi.js';
import { Struct } from './layout.js';

/** Device memory behind one buffer. The handle is 0 when it is gone, and `fate` then says why. */
export class Allocation {
  fate = '';
  /** The wrapper. */
  readonly owner: WeakRef<object>;

  constructor(
    owner: object,
    public handle: number,
    readonly bytes: number,
    /** The place in the list of living allocations. */
    public index: number,
  ) {
    this.owner = new WeakRef(owner);
  }
}

/** What an array costs besides its elements, native side and wrappers together: measured with 200,000 small ones. */
const OVERHEAD = 2 << 10;
/** Growth of live memory after which dead wrappers are looked for: at least this, and at least this part of it. */
const BUDGET = 256 << 20;
const BUDGET_PART = 0.25;
/** After so many new weak references those that V8 keeps alive are let go; it keeps them in a table that only grows. */
const FORGET_EVERY = 1 << 12;

/** The memory of one client's devices. */
export class DeviceMemory {
  /** Bytes of the arrays that are alive. */
  live = 0;
  /** Bytes that may be alive at once. */
  limit: number;
  private readonly allocations: Allocation[] = [];
  private readonly retired: number[] = [];
  private threshold = BUDGET;
  private adopted = 0;
  private readonly destroy: (struct: number) => number;
  private readonly destroyStruct = new Struct('Buffer_Destroy');
  private readonly destroyWord = this.destroyStruct.word('buffer');
  private readonly afterCollection = new FinalizationRegistry<undefined>(() => {
    this.sweep();
    this.watchForCollection();
  });

  constructor(api: PjrtApi, limit: number) {
    this.limit = limit;
    this.destroy = api.get('Buffer_Destroy');
    this.watchForCollection();
  }

  /** How many arrays are alive. */
  get count(): number {
    return this.allocations.length;
  }

  /** The wrappers that have not been collected. */
  owners(): object[] {
    return this.allocations.flatMap(({ owner }) => owner.deref() ?? []);
  }

  /**
   * To be called before memory is allocated.
   * @throws ResourceExhausted where `bytes` more would be over the limit
   */
  reserve(bytes: number, what: string): void {
    const wanted = this.live + bytes;
    if (wanted <= this.limit && wanted + this.count * OVERHEAD <= this.threshold) return;
    this.reclaim();
    if (this.live + bytes > this.limit) {
      throw new ResourceExhausted({ what, requested: bytes, live: this.live, limit: this.limit });
    }
  }

  /** Takes charge of a native buffer, until `owner` can no longer be reached. */
  adopt(owner: object, handle: number, bytes: number): Allocation {
    const allocation = new Allocation(owner, handle, bytes, this.allocations.length);
    this.allocations.push(allocation);
    this.live += bytes;
    if (++this.adopted % FORGET_EVERY === 0) forgetKeptReferences();
    return allocation;
  }

  /** Frees an allocation now; a second time does nothing. */
  release(allocation: Allocation, fate: string): void {
    if (allocation.handle === 0) return;
    this.destroyHandle(allocation.handle);
    this.forget(allocation, fate);
  }

  /**
   * Ends an allocation whose memory a program that was just started has taken over. Its native buffer is destroyed later
   * (`destroyRetired`): that waits until the program has ended.
   */
  retire(allocation: Allocation, fate: string): void {
    if (allocation.handle === 0) return;
    this.retired.push(allocation.handle);
    this.forget(allocation, fate);
  }

  /**
   * Destroys the native buffers of retired allocations. Called when the next program that takes memory over has been
   * started, it keeps the host at most one such program ahead of the device.
   */
  destroyRetired(): void {
    for (const handle of this.retired) this.destroyHandle(handle);
    this.retired.length = 0;
  }

  private destroyHandle(handle: number): void {
    this.destroyStruct.write(this.destroyWord, handle);
    this.destroy(this.destroyStruct.address);
  }

  private forget(allocation: Allocation, fate: string): void {
    const last = this.allocations.pop()!;
    if (last !== allocation) {
      this.allocations[allocation.index] = last;
      last.index = allocation.index;
    }
    allocation.handle = 0;
    allocation.fate = fate;
    this.live -= allocation.bytes;
  }

  /** Collects, and frees what nobody can reach any more. */
  reclaim(): void {
    forgetKeptReferences();
    collectGarbage();
    this.sweep();
    const used = this.live + this.count * OVERHEAD;
    this.threshold = used + Math.max(BUDGET, BUDGET_PART * used);
  }

  /** Frees the allocations whose wrapper V8 has collected. From the end: a release moves the last into the gap. */
  private sweep(): void {
    this.destroyRetired();
    for (let i = this.allocations.length - 1; i >= 0; i--) {
      const allocation = this.allocations[i];
      if (allocation.owner.deref() === undefined) this.release(allocation, 'it was collected');
    }
    forgetKeptReferences();
  }

  /** Leaves an object for V8 to collect; that it did is noticed in the next turn of the event loop. */
  private watchForCollection(): void {
    this.afterCollection.register({}, undefined);
  }
}

/**
 * How many bytes of arrays may be alive: `FLUXION_MEMORY_LIMIT`, else nine tenths of what the machine (or the
 * container) has on a CPU. Other devices say themselves when they are full.
 */
export function defaultMemoryLimit(onCpu: boolean): number {
  const given = Number(process.env.FLUXION_MEMORY_LIMIT);
  if (given > 0) return given;
  if (!onCpu) return Number.POSITIVE_INFINITY;
  const constrained = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return 0.9 * Math.min(totalmem(), constrained);
}
