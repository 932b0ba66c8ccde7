/**
 * Settings that hold for the whole process, and the environment variables that preset them.
 */
import { defineError, InvalidArgument } from './error/error.js';

/** What `config` holds. */
export interface Settings {
  /** 64-bit dtypes are kept instead of narrowed to 32 bits (`FLUXION_ENABLE_X64`). */
  enableX64: boolean;
  /**
   * Where programs run: `xla`, `tfjs`, one of its backends (`tfjs:wasm`, ...), `reference`, or `auto` for the best that loads
   * (`FLUXION_ENGINE`).
   */
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
  /** As how many devices the CPU poses; fixed by the first computation (`FLUXION_NUM_CPU_DEVICES`). */
  numCpuDevices: number;
}

/** A setting was changed after something had been made by it. */
export const SettingFixed = defineError(
  'SettingFixed',
  (d: { name: string; value: string; actual: string; reason: string }) =>
    `config.update: ${d.name} is ${d.actual} and cannot become ${d.value} any more: ${d.reason}. Change it before the first computation.`,
);

/** A browser has no environment. */
const env = (globalThis as { process?: { env: NodeJS.ProcessEnv } }).process?.env ?? {};
const flag = (name: string): boolean => ['1', 'true', 'on'].includes((env[name] ?? '').toLowerCase());

const settings: Settings = {
  enableX64: flag('FLUXION_ENABLE_X64'),
  engine: env.FLUXION_ENGINE ?? 'auto',
  checkPurity: flag('FLUXION_CHECK_PURITY'),
  explainCacheMisses: flag('FLUXION_EXPLAIN_CACHE_MISSES'),
  keyReuse: env.FLUXION_KEY_REUSE ?? 'warn',
  debugNans: flag('FLUXION_DEBUG_NANS'),
  disableJit: flag('FLUXION_DISABLE_JIT'),
  numCpuDevices: Math.max(1, Math.trunc(Number(env.FLUXION_NUM_CPU_DEVICES ?? 1)) || 1),
};

/** Settings of what is done with programs, which stay what they are. */
const AROUND_PROGRAMS: ReadonlySet<keyof Settings> = new Set(['debugNans', 'disableJit', 'explainCacheMisses']);

/** Settings that can no longer be changed, with the reason. */
const fixed = new Map<keyof Settings, string>();

const listeners = new Set<() => void>();
/** A number for each combination of settings that programs depend on: what comes back finds its programs again. */
const versions = new Map<string, number>();
let version = versionNow();

function versionNow(): number {
  const key = JSON.stringify(Object.entries(settings).filter(([name]) => !AROUND_PROGRAMS.has(name as keyof Settings)));
  const known = versions.get(key) ?? versions.size;
  versions.set(key, known);
  return known;
}

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
    const reason = fixed.get(name);
    if (reason !== undefined) throw new SettingFixed({ name, value: `${value}`, actual: `${settings[name]}`, reason });
    settings[name] = value;
    if (!AROUND_PROGRAMS.has(name)) version = versionNow();
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
  /** From now on a setting stays as it is, because something was made by it. */
  fix(name: keyof Settings, reason: string): void {
    fixed.set(name, reason);
  },
  /** Equal exactly when the settings are that programs depend on: part of every trace's signature. */
  get version(): number {
    return version;
  },
  /** Calls `listener` after each change. */
  onChange(listener: () => void): void {
    listeners.add(listener);
  },
};
