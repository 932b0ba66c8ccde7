/**
 * Settings that hold for the whole process, and the environment variables that preset them.
 */
import { InvalidArgument } from './error/error.js';

/** What `config` holds. */
export interface Settings {
  /** 64-bit dtypes are kept instead of narrowed to 32 bits (`FLUXION_ENABLE_X64`). */
  enableX64: boolean;
  /** Where programs run: `xla`, `reference`, or `auto` for the best that loads (`FLUXION_ENGINE`). */
  engine: string;
  /** Traces every jitted function twice and compares the programs. */
  checkPurity: boolean;
  /** Prints why a jitted function is traced, each time it is (`FLUXION_EXPLAIN_CACHE_MISSES`). */
  explainCacheMisses: boolean;
  /** What happens when a typed random key is used twice: `allow`, `warn` or `error` (`FLUXION_KEY_REUSE`). */
  keyReuse: string;
  /** Throws `NonFinite` at the first operation or jitted call whose result is NaN (`FLUXION_DEBUG_NANS`). Slow. */
  debugNans: boolean;
  /** Runs jitted functions as they are, operation by operation (`FLUXION_DISABLE_JIT`). */
  disableJit: boolean;
}

const flag = (name: string): boolean => ['1', 'true', 'on'].includes((process.env[name] ?? '').toLowerCase());

const settings: Settings = {
  enableX64: flag('FLUXION_ENABLE_X64'),
  engine: process.env.FLUXION_ENGINE ?? 'auto',
  checkPurity: flag('FLUXION_CHECK_PURITY'),
  explainCacheMisses: flag('FLUXION_EXPLAIN_CACHE_MISSES'),
  keyReuse: process.env.FLUXION_KEY_REUSE ?? 'warn',
  debugNans: flag('FLUXION_DEBUG_NANS'),
  disableJit: flag('FLUXION_DISABLE_JIT'),
};

/** Settings of what is done with programs, which stay what they are. */
const AROUND_PROGRAMS: ReadonlySet<keyof Settings> = new Set(['debugNans', 'disableJit', 'explainCacheMisses']);

const listeners = new Set<() => void>();
let version = 0;

const unknownSetting = (op: string, name: unknown): Error =>
  new InvalidArgument({
    op,
    argument: 'name',
    expected: `one of ${Object.keys(settings).join(', ')}`,
    actual: typeof name === 'object' ? 'an object' : `'${String(name)}'`,
  });

/** The settings, as `jax.config`. */
export const config = {
  /**
   * Changes a setting.
   * @throws InvalidArgument for a name that is not a setting, or a value of another type
   */
  update<Name extends keyof Settings>(name: Name, value: Settings[Name]): void {
    if (!Object.hasOwn(settings, name)) {
      throw unknownSetting('config.update', name);
    }
    if (typeof value !== typeof settings[name]) {
      throw new InvalidArgument({
        op: 'config.update',
        argument: name,
        expected: `a ${typeof settings[name]}`,
        actual: `${JSON.stringify(value)}`,
      });
    }
    if (settings[name] === value) return;
    settings[name] = value;
    if (!AROUND_PROGRAMS.has(name)) version++;
    for (const listener of listeners) listener();
  },
  read<Name extends keyof Settings>(name: Name): Settings[Name] {
    if (typeof name === 'string' && Object.hasOwn(settings, name)) return settings[name];
    throw unknownSetting('config.read', name);
  },
  get enableX64(): boolean {
    return settings.enableX64;
  },
  get debugNans(): boolean {
    return settings.debugNans;
  },
  get disableJit(): boolean {
    return settings.disableJit;
  },
  /** Counts changes of what programs depend on: part of every trace's signature. */
  get version(): number {
    return version;
  },
  /** Calls `listener` after each change. */
  onChange(listener: () => void): void {
    listeners.add(listener);
  },
};
