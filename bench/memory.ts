/** How much memory a process took. The twin is `bench/peers/jax/memory.py`. */
import { readFileSync } from 'node:fs';

/** The most memory that this process ever held, in MB (10^6 bytes). */
export function peakMemory(): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line) return (Number(line[1]) * 1024) / 1e6;
  } catch {
    // Not Linux.
  }
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}
