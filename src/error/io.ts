/**
 * Mistakes at the edge of the program: files, formats, downloads.
 *
 * The functions of `io` return these on the left of an `Either`; nothing there throws them at a caller.
 */
import { defineError, FluxionError, InternalError } from './error.js';

const inMember = (d: { path: string; member?: string }): string =>
  d.member === undefined ? d.path : `${d.path} (${d.member})`;

/** There is no file of that name. */
export const FileNotFound = defineError('FileNotFound', (d: { path: string }) => `There is no file ${d.path}.`);
export type FileNotFound = InstanceType<typeof FileNotFound>;

/** The operating system refused to read or write a file. `code` is its own word for it (EACCES, ENOSPC, ...). */
export const FileAccess = defineError(
  'FileAccess',
  (d: { path: string; code: string; reason: string }) => `Cannot read or write ${d.path}: ${d.reason} (${d.code}).`,
);
export type FileAccess = InstanceType<typeof FileAccess>;

/** A file is cut short or damaged: it breaks the rules of its own format. */
export const CorruptFile = defineError(
  'CorruptFile',
  (d: { path: string; member?: string; reason: string }) =>
    `${inMember(d)} is damaged: ${d.reason}. Fetch or write the file again.`,
);
export type CorruptFile = InstanceType<typeof CorruptFile>;

/** A file is sound, but of a kind that is not read or cannot be written here. */
export const UnsupportedFormat = defineError(
  'UnsupportedFormat',
  (d: { path: string; member?: string; found: string; supported: string }) =>
    `${inMember(d)}: ${d.found} is not supported here, only ${d.supported}.`,
);
export type UnsupportedFormat = InstanceType<typeof UnsupportedFormat>;

/** A variable, member or key that a file was asked for is not in it. */
export const NotInFile = defineError(
  'NotInFile',
  (d: { path: string; name: string; available: readonly string[] }) =>
    `${d.path} has no '${d.name}'; it has ${d.available.length === 0 ? 'nothing' : d.available.join(', ')}.`,
);
export type NotInFile = InstanceType<typeof NotInFile>;

/** Numbers and units that name no instant or span of time. */
export const InvalidTime = defineError(
  'InvalidTime',
  (d: { units: string; reason: string }) =>
    `The time units '${d.units}' cannot be decoded: ${d.reason}. Read the raw numbers and decode them yourself.`,
);
export type InvalidTime = InstanceType<typeof InvalidTime>;

/** The bytes of a file are not those that were promised. */
export const ChecksumMismatch = defineError(
  'ChecksumMismatch',
  (d: { path: string; expected: string; actual: string }) =>
    `${d.path} has SHA-256 ${d.actual}, but ${d.expected} was expected. It was not used; fetch it again.`,
);
export type ChecksumMismatch = InstanceType<typeof ChecksumMismatch>;

/** No Python with pip answers on this machine. */
export const PipMissing = defineError(
  'PipMissing',
  (d: { wanted: string; tried: readonly string[] }) =>
    `pip is needed to fetch ${d.wanted}, but none of these answers: ${d.tried.join(', ')}. ` +
    'Install Python 3 with pip and see that it is on the PATH.',
);
export type PipMissing = InstanceType<typeof PipMissing>;

/** pip ran and did not bring the file. `output` is the end of what it said. */
export const DownloadFailed = defineError(
  'DownloadFailed',
  (d: { wanted: string; command: string; offline: boolean; output: string }) =>
    `${d.wanted} could not be fetched: ` +
    (d.offline
      ? 'no package index can be reached from here. Connect, or set up a mirror for pip, and try again.'
      : 'pip failed.') +
    ` The command was: ${d.command}${d.output === '' ? '' : `\n${d.output}`}`,
);
export type DownloadFailed = InstanceType<typeof DownloadFailed>;

/** What reading or writing a file can end in. */
export type FileError = FileNotFound | FileAccess | CorruptFile | UnsupportedFormat | NotInFile | FluxionError;

/** Errors of the operating system have its own code; those of Node begin with ERR_, and are nobody's file. */
const isSystemError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && /^E(?!RR_)/.test(String((error as { code?: unknown }).code));

/** Puts what was thrown while working on `path` into the vocabulary of this file; typed errors pass through. */
export function fileError(path: string, error: unknown): FileError {
  if (error instanceof FluxionError) return error;
  if (!isSystemError(error))
    return new InternalError({ what: `working on ${path} threw ${String(error)}` }, { cause: error });
  if (error.code === 'ENOENT') return new FileNotFound({ path }, { cause: error });
  const reason = error.message.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*')?$/, '');
  return new FileAccess({ path, code: error.code, reason }, { cause: error });
}
