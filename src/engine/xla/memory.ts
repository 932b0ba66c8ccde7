/**
 * Who frees device memory, and when.
 *
 * A buffer's wrapper is an ordinary object; when nobody can see it, a finalizer frees the memory it stood for. V8 does
 * not know how heavy that memory is, so each larger allocation carries a weight: an `ArrayBuffer` that V8 counts as
 * external memory of the same size and that nobody reads. With it V8 collects in time by itself. Donated memory keeps
 * its weight as it passes from the argument to the result.
 *
 * Finalizers run only between turns of the event loop. In a synchronous loop the live bytes are the last guard: over
 * the limit the next allocation is refused with an error that says what to do.
 */
import { totalmem } from 'node:os';
import { ResourceExhausted } from '../../error/engine.js';
import { externalWeight, type PjrtApi } from './ffi.js';
import { NativeBlock, Struct } from './layout.js';

/** Below this size V8's own bookkeeping of the wrappers is pressure enough. */
const WEIGHED_FROM = 16 << 10;

/** Device memory behind one buffer. The handle is 0 when it is gone, and `fate` then says why. */
export interface Allocation {
  handle: number;
  readonly bytes: number;
  weight: ArrayBuffer | undefined;
  fate: string;
}

/** The memory of one client's devices. */
export class DeviceMemory {
  /** Bytes of the arrays that are alive. */
  live = 0;
  /** Bytes that may be alive at once. */
  limit: number;
  private readonly destroyStruct = new Struct('Buffer_Destroy');
  private readonly destroyWord = this.destroyStruct.word('buffer');
  private readonly nowhere = new NativeBlock(8);
  private readonly finalizers = new FinalizationRegistry<Allocation>((allocation) =>
    this.free(allocation, 'collected'),
  );

  constructor(
    private readonly api: PjrtApi,
    limit: number,
  ) {
    this.limit = limit;
  }

  /** @throws ResourceExhausted where `bytes` more would be over the limit */
  reserve(bytes: number, what: string): void {
    if (this.live + bytes > this.limit) {
      throw new ResourceExhausted({ what, requested: bytes, live: this.live, limit: this.limit });
    }
  }

  /** Takes charge of a native buffer. */
  adopt(handle: number, bytes: number, weight?: ArrayBuffer): Allocation {
    this.live += bytes;
    if (!weight && bytes >= WEIGHED_FROM) weight = externalWeight(this.nowhere.address, bytes);
    return { handle, bytes, weight, fate: '' };
  }

  /** Frees the allocation when `owner` can no longer be reached. */
  watch(owner: object, allocation: Allocation): void {
    this.finalizers.register(owner, allocation, allocation);
  }

  /** Frees an allocation now; a second time does nothing. */
  release(allocation: Allocation, fate: string): void {
    if (allocation.handle === 0) return;
    this.finalizers.unregister(allocation);
    this.free(allocation, fate);
  }

  private free(allocation: Allocation, fate: string): void {
    if (allocation.handle === 0) return;
    this.destroyStruct.write(this.destroyWord, allocation.handle);
    this.api.get('Buffer_Destroy')(this.destroyStruct.address);
    allocation.handle = 0;
    allocation.fate = fate;
    allocation.weight = undefined;
    this.live -= allocation.bytes;
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
