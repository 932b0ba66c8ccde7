/**
 * The allocator's settings for XLA on CPU.
 *
 * XLA takes results and temporaries from `malloc` in every step. glibc by default maps large blocks afresh and unmaps
 * them when freed, so that each step pays page faults for all its memory: up to half of the time of a training step.
 * Three settings together keep freed memory in the process: one arena, no separate mappings, no trimming. The price is
 * that the process does not shrink. `FLUXION_ALLOCATOR=default` leaves the allocator alone.
 */
import { libcFunction } from './ffi.js';

const M_TRIM_THRESHOLD = -1;
const M_MMAP_MAX = -4;
const M_ARENA_MAX = -8;

export type AllocatorSetting = 'tuned' | 'default';

let setting: AllocatorSetting = 'default';
let tried = false;

/** Applies the settings, once, before the first CPU client is made. Only glibc has them. */
export function tuneAllocator(): AllocatorSetting {
  if (tried) return setting;
  tried = true;
  const mallopt =
    process.env.FLUXION_ALLOCATOR === 'default' ? undefined : libcFunction('mallopt', 'int', ['int', 'int']);
  if (!mallopt) return setting;
  const done = [mallopt(M_ARENA_MAX, 1), mallopt(M_MMAP_MAX, 0), mallopt(M_TRIM_THRESHOLD, 0x7fffffff)];
  if (done.every((accepted) => accepted === 1)) setting = 'tuned';
  return setting;
}

/** What the allocator runs with now. */
export const allocatorSetting = (): AllocatorSetting => setting;
