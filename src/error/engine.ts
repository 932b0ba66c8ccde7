/**
 * What can go wrong between a program and the machine that runs it: no plugin, the wrong plugin, a program that does
 * not compile, a computation that fails, memory that runs out.
 */
import { defineError } from './error.js';

/** No PJRT plugin is installed, or the one that was named is not there. */
export const PluginNotFound = defineError(
  'PluginNotFound',
  (d: { reason: string; searched: readonly string[] }) =>
    `The XLA engine has no plugin: ${d.reason}.` +
    (d.searched.length > 0 ? ` Looked at ${d.searched.join(', ')}.` : '') +
    ' Run `npx fluxion setup` to fetch it, or name one in FLUXION_PJRT_PLUGIN.',
);

/** A plugin is there, but cannot be used. */
export const PluginIncompatible = defineError(
  'PluginIncompatible',
  (d: { path: string; reason: string }) => `The PJRT plugin at ${d.path} cannot be used: ${d.reason}.`,
);

/** XLA refused a program. `line` and `column` are places in the StableHLO text. */
export const CompileError = defineError(
  'CompileError',
  (d: { program: string; status: string; message: string; line?: number; column?: number; sourceLine?: string }) =>
    `XLA could not compile ${d.program} (${d.status})${d.line ? ` at line ${d.line}, column ${d.column}` : ''}: ${d.message}` +
    (d.sourceLine === undefined ? '' : `\n  ${d.line} | ${d.sourceLine}`),
);

/** A call into the engine, or a computation it ran, failed. */
export const ExecutionError = defineError(
  'ExecutionError',
  (d: { what: string; status: string; message: string }) => `${d.what} failed (${d.status}): ${d.message}`,
);

/** A program was given arguments that it was not compiled for. */
export const ArgumentMismatch = defineError(
  'ArgumentMismatch',
  (d: { program: string; argument: string; expected: string; actual: string }) =>
    `${d.program}: ${d.argument} must be ${d.expected}, but it is ${d.actual}.`,
);

/** The device, or the limit set for it, has no room for another array. */
export const ResourceExhausted = defineError(
  'ResourceExhausted',
  (d: { what: string; requested?: number; live?: number; limit?: number; message?: string }) =>
    `Out of device memory in ${d.what}` +
    (d.requested === undefined ? '' : `: ${megabytes(d.requested)} wanted`) +
    (d.live === undefined ? '' : `, ${megabytes(d.live)} of arrays are alive`) +
    (d.limit === undefined ? '' : `, the limit is ${megabytes(d.limit)} (FLUXION_MEMORY_LIMIT)`) +
    (d.message ? `: ${d.message}` : '.') +
    ' What nobody can reach any more is already freed: keep fewer arrays, dispose of them (`using`, `dispose()`), or ' +
    'let a jitted step take over the memory of its state (donateArgnums).',
);

/** The plugin is not made for this machine. */
export const UnsupportedPlatform = defineError(
  'UnsupportedPlatform',
  (d: { platform: string; arch: string; reason: string }) =>
    `There is no XLA plugin for ${d.platform} on ${d.arch}: ${d.reason}. ` +
    "Use the engine 'tfjs' (config.update('engine', 'tfjs')), or name a plugin of your own in FLUXION_PJRT_PLUGIN.",
);

/** No Python with pip was found to fetch the plugin with. */
export const PipNotFound = defineError(
  'PipNotFound',
  (d: { tried: readonly string[] }) =>
    `The plugin is a Python wheel, and no pip was found to fetch it with (tried ${d.tried.join(', ')}). ` +
    'Install Python with pip, or download the wheel elsewhere and run `npx fluxion setup --wheel FILE`.',
);

/** pip could not fetch the wheel. */
export const DownloadFailed = defineError(
  'DownloadFailed',
  (d: { requirement: string; command: string; output: string }) =>
    `pip could not fetch ${d.requirement}.\n  ${d.command}\n${d.output.trimEnd()}`,
);

/** The wheel is not the one that fluxion was tested with. */
export const ChecksumMismatch = defineError(
  'ChecksumMismatch',
  (d: { file: string; expected: string; actual: string }) =>
    `${d.file} is damaged or is another file: its SHA-256 is ${d.actual}, expected ${d.expected}. Nothing was installed.`,
);

/** The wheel could not be unpacked or written. */
export const InstallFailed = defineError(
  'InstallFailed',
  (d: { file: string; reason: string }) => `${d.file} could not be installed: ${d.reason}.`,
);

/** Everything that can end a setup. */
export type SetupError = InstanceType<
  | typeof UnsupportedPlatform
  | typeof PipNotFound
  | typeof DownloadFailed
  | typeof ChecksumMismatch
  | typeof InstallFailed
>;

/** Everything that can keep a plugin from loading. */
export type PluginError = InstanceType<typeof PluginNotFound | typeof PluginIncompatible>;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
