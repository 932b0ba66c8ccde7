/**
 * Compiled programs by content, on disk, shared by all processes of a user.
 *
 * A program's key is the SHA-256 of everything its machine code depends on: module text, options, the plugin's own
 * bytes, the processor. A file holds its own checksum, so that a damaged one is noticed, removed and compiled anew.
 * Files appear by rename and are never changed, which makes concurrent processes safe without a lock; the least recently
 * used go when the folder grows over its limit. A cache that cannot be read or written is no cache: nothing fails.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';

const MAGIC = Buffer.from('fluxion1');
const HEADER = MAGIC.length + 32;
const SUFFIX = '.program';
const DEFAULT_LIMIT = 2 * 2 ** 30;
/** Temporary files of a process that died are removed after this many milliseconds. */
const STALE = 60 * 60 * 1000;

const sha256 = (parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  // Each part is preceded by its length, so that no two lists of parts have the same bytes.
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest();
};

/** Runs an action of the file system that may fail without consequence. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Writes a file so that it is either there whole or not at all. */
export function writeAtomically(path: string, chunks: readonly Uint8Array[]): void {
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = openSync(temporary, 'wx');
    try {
      for (const chunk of chunks) for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** What machine code depends on besides the program: the processor's model and features, and how many there are. */
export function processorFingerprint(): string {
  const info = attempt(() => readFileSync('/proc/cpuinfo', 'utf8')) ?? '';
  const lines = info
    .split('\n')
    .filter((line) => /^(?:model name|flags|Features|CPU (?:implementer|part))\s*:/.test(line));
  const model = lines.length > 0 ? [...new Set(lines)].join('\n') : (cpus()[0]?.model ?? '');
  return `${process.arch}\n${availableParallelism()}\n${process.env.XLA_FLAGS ?? ''}\n${model}`;
}

export interface ProgramCacheOptions {
  /** What every key depends on: the plugin's hash, the processor. */
  readonly context: readonly string[];
  /** How many bytes the folder may hold. @default FLUXION_CACHE_BYTES, else 2 GiB */
  readonly limit?: number;
}

/** A folder of compiled programs. */
export class ProgramCache {
  private readonly limit: number;
  private readonly context: readonly string[];

  constructor(
    readonly folder: string,
    options: ProgramCacheOptions,
  ) {
    this.limit = options.limit ?? (Number(process.env.FLUXION_CACHE_BYTES) || DEFAULT_LIMIT);
    this.context = options.context;
  }

  /** The name under which a program compiled from `parts` is kept. */
  key(parts: readonly (string | Uint8Array)[]): string {
    return sha256([...this.context, ...parts]).toString('hex');
  }

  /** The program's bytes; undefined where there is none, or a damaged one, which is removed. */
  get(key: string): Uint8Array | undefined {
    const path = this.pathOf(key);
    const file = attempt(() => readFileSync(path));
    if (!file) return undefined;
    const program = file.subarray(HEADER);
    const sound =
      file.length > HEADER &&
      file.subarray(0, MAGIC.length).equals(MAGIC) &&
      file.subarray(MAGIC.length, HEADER).equals(sha256([program]));
    if (!sound) {
      this.remove(key);
      return undefined;
    }
    const now = new Date();
    attempt(() => utimesSync(path, now, now));
    return program;
  }

  set(key: string, program: Uint8Array): void {
    attempt(() => {
      mkdirSync(this.folder, { recursive: true });
      writeAtomically(this.pathOf(key), [MAGIC, sha256([program]), program]);
    });
    this.trim();
  }

  remove(key: string): void {
    attempt(() => rmSync(this.pathOf(key), { force: true }));
  }

  /** How many programs there are, and their bytes. */
  size(): { readonly programs: number; readonly bytes: number } {
    const files = this.files();
    return { programs: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  private pathOf(key: string): string {
    return join(this.folder, key + SUFFIX);
  }

  private files(): { path: string; bytes: number; used: number }[] {
    const names = attempt(() => readdirSync(this.folder)) ?? [];
    return names.flatMap((name) => {
      const path = join(this.folder, name);
      const stat = attempt(() => statSync(path));
      if (!stat) return [];
      if (name.endsWith('.tmp') && Date.now() - stat.mtimeMs > STALE) attempt(() => rmSync(path, { force: true }));
      return name.endsWith(SUFFIX) ? [{ path, bytes: stat.size, used: stat.mtimeMs }] : [];
    });
  }

  /** Removes the least recently used programs until the folder is within its limit. */
  private trim(): void {
    const files = this.files().sort((a, b) => a.used - b.used);
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files) {
      if (total <= this.limit) return;
      attempt(() => rmSync(path, { force: true }));
      total -= bytes;
    }
  }
}
