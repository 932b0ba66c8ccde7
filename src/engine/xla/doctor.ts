/**
 * What there is to know about the engine on this machine, as data: what `fluxion doctor` prints.
 */
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import type { PluginError } from '../../error/engine.js';
import { ProgramCache } from '../cache.js';
import { type AllocatorSetting, allocatorSetting } from './allocator.js';
import { PjrtClient } from './client.js';
import type { NamedValue } from './ffi.js';
import { programCacheEnabled, programFolder } from './open.js';
import { findPlugin, type PluginInfo, pluginHash } from './plugin.js';

export interface DoctorReport {
  readonly machine: {
    readonly node: string;
    readonly platform: string;
    readonly arch: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryBytes: number;
  };
  /** The plugin that was found; null when there is none. */
  readonly plugin: (PluginInfo & { readonly sha256: string }) | null;
  /** What the plugin says of itself once loaded; null when it does not load. */
  readonly engine: {
    readonly platform: string;
    readonly platformVersion: string;
    readonly apiVersion: string;
    readonly stablehloVersion: string | null;
    readonly stablehloMinimumVersion: string | null;
    readonly devices: readonly { readonly kind: string; readonly text: string }[];
    readonly allocator: AllocatorSetting;
    readonly memoryLimitBytes: number | null;
  } | null;
  /** Why the engine cannot be used; null when it can. */
  readonly problem: { readonly tag: string; readonly message: string } | null;
  readonly cache: {
    readonly folder: string;
    readonly enabled: boolean;
    readonly programs: number;
    readonly bytes: number;
  };
}

const version = (value: NamedValue | undefined): string | null => (Array.isArray(value) ? value.join('.') : null);

/**
 * Looks for the plugin, loads it, and reports. The process keeps the plugin loaded afterwards.
 * @param client the client that is already open, where there is one
 */
export function doctorReport(client?: PjrtClient): DoctorReport {
  const found = findPlugin();
  const opened: E.Either<PluginError, PjrtClient> = client
    ? E.right(client)
    : E.isRight(found)
      ? PjrtClient.open(found.right.path)
      : found;
  return {
    machine: {
      node: process.versions.node,
      platform: platform(),
      arch: arch(),
      processor: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
    },
    plugin: E.isRight(found) ? { ...found.right, sha256: pluginHash(found.right.path) } : null,
    engine: E.isRight(opened) ? describe(opened.right) : null,
    problem: E.isLeft(opened) ? { tag: opened.left.tag, message: opened.left.message } : null,
    cache: {
      folder: programFolder(),
      enabled: programCacheEnabled(),
      ...new ProgramCache(programFolder(), { context: [] }).size(),
    },
  };
}

function describe(client: PjrtClient): NonNullable<DoctorReport['engine']> {
  return {
    platform: client.platform,
    platformVersion: client.platformVersion,
    apiVersion: `${client.api.major}.${client.api.minor}`,
    stablehloVersion: version(client.attributes.stablehlo_current_version),
    stablehloMinimumVersion: version(client.attributes.stablehlo_minimum_version),
    devices: client.devices.map((device) => client.describeDevice(device)),
    allocator: allocatorSetting(),
    memoryLimitBytes: Number.isFinite(client.memory.limit) ? client.memory.limit : null,
  };
}
