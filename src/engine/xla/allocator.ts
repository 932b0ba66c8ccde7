/**
 * The allocator's settings for XLA on CPU.
 *
 * XLA takes results and temporaries from `malloc` in every step. glibc by default maps large blocks afresh and unmaps
 * them when freed, so that each step pays page faults for all its memory: up to half of the time of a training step.
 * Three settings together keep freed memory in the process: one arena, no separate mappings, no trimming. The price is
 * that the process does not shrink. `FLUXION_ALLOCATOR=default` leaves the allocator alone.
 *
 * One of the three comes too late in a running process: V8's threads have arenas of their own before the first line of
 * JavaScript, XLA's threads are dealt out over them, and only the first arena can keep a block of more than 64 MB. A
 * program whose temporaries are larger needs `MALLOC_ARENA_MAX=1` in the environment that it is started with.
 * Source: glibc, malloc/arena.c (reused_arena) and malloc/malloc.c (sysmalloc).
 */
import { libcFunction, replaceProcess } from './ffi.js';

const M_TRIM_THRESHOLD = -1;
const M_MMAP_MAX = -4;
const M_ARENA_MAX = -8;

/** Tuned on all threads, on those that share the first arena, or left as it is. */
export type AllocatorSetting = 'tuned' | 'tuned in part' | 'default';

let setting: AllocatorSetting = 'default';
let tried = false;

/** Applies the settings, once, before the first CPU client is made. Only glibc has them. */
export function tuneAllocator(): AllocatorSetting {
  if (tried) return setting;
  tried = true;
  const mallopt = wanted() ? libcFunction('mallopt', 'int', ['int', 'int']) : undefined;
  if (!mallopt) return setting;
  const done = [mallopt(M_ARENA_MAX, 1), mallopt(M_MMAP_MAX, 0), mallopt(M_TRIM_THRESHOLD, 0x7fffffff)];
  if (done.every((accepted) => accepted === 1)) setting = oneArena() ? 'tuned' : 'tuned in part';
  return setting;
}

const wanted = (): boolean => process.env.FLUXION_ALLOCATOR !== 'default';
const oneArena = (): boolean => process.env.MALLOC_ARENA_MAX === '1';

/**
 * For programs of our own, as their first act: starts the running program again, in this same process, with one arena
 * from the beginning. Returns where there is nothing to gain: started so already, told not to, no glibc.
 */
export function restartWithOneArena(): void {
  if (process.platform !== 'linux' || !wanted() || process.env.MALLOC_ARENA_MAX !== undefined) return;
  if (!libcFunction('mallopt', 'int', ['int', 'int'])) return;
  replaceProcess(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    MALLOC_ARENA_MAX: '1',
  });
}

/** What the allocator runs with now. */
export const allocatorSetting = (): AllocatorSetting => setting;
