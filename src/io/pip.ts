/**
 * Fetching one file with the user's own pip.
 *
 * What fluxion needs besides npm packages (an XLA plugin, sample data) is published as Python packages. pip already
 * knows the user's mirrors, proxies, certificates and credentials, so it does the download; its progress is the size of
 * the file that grows in its temporary folder, which is placed inside the destination for that.
 *
 * pip builds the metadata of a source distribution before it hands it over, which takes a build system and half a
 * minute and is of no use here. Who knows the content (`expected`) has the file as soon as its last byte is there.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { ChecksumMismatch, DownloadFailed, type FileError, fileError, PipMissing } from '../error/io.js';
import { sha256OfFile } from './checksum.js';
import type { OnProgress } from './progress.js';

export type PipError = PipMissing | DownloadFailed | ChecksumMismatch | FileError;

/** What to download, and where to. */
export interface PipDownload {
  /** One requirement in pip's notation, e.g. `cfgrib==0.9.15.1`. Dependencies are not fetched. */
  readonly requirement: string;
  /** Further arguments of `pip download`, e.g. `['--no-binary', ':all:']`. */
  readonly args?: readonly string[];
  /** The folder that receives the file; made where absent. */
  readonly directory: string;
  /** The content that must come. With it progress has a total, and pip's work on the file is not waited for. */
  readonly expected?: { readonly sha256: string; readonly bytes: number };
  readonly onProgress?: OnProgress;
}

const CANDIDATES = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['py', '-m', 'pip'],
] as const;

const POLL_MILLISECONDS = 50;
const ARCHIVE = /\.(whl|tar\.gz|zip)$/;
const OFFLINE =
  /name resolution|NewConnectionError|ConnectTimeoutError|getaddrinfo|Network is unreachable|Connection refused|ProxyError|Max retries exceeded/i;

/**
 * Downloads one distribution and returns the path of the file.
 *
 * Left: `PipMissing`; `DownloadFailed` (pip's last words, and whether the network is the reason); `ChecksumMismatch`;
 * `FileAccess` where the folder cannot be written.
 */
export function pipDownload(options: PipDownload): TE.TaskEither<PipError, string> {
  return TE.tryCatch(
    () => download({ ...options, directory: resolve(options.directory) }),
    (error) => fileError(options.directory, error),
  );
}

/** The command that runs the user's pip, e.g. `['python3', '-m', 'pip']`. Left: `PipMissing`. */
export function findPip(wanted = 'a Python package'): TE.TaskEither<PipMissing, readonly string[]> {
  return TE.tryCatch(
    async () => {
      for (const command of CANDIDATES) if (await answers(command)) return command;
      throw new Error('no candidate answers');
    },
    () => new PipMissing({ wanted, tried: CANDIDATES.map((command) => command.join(' ')) }),
  );
}

const answers = (command: readonly string[]): Promise<boolean> =>
  new Promise((settle) => {
    const child = spawn(command[0], [...command.slice(1), '--version'], { stdio: 'ignore' });
    child.once('error', () => settle(false));
    child.once('close', (code) => settle(code === 0));
  });

async function download({ requirement, args = [], directory, expected, onProgress }: PipDownload): Promise<string> {
  onProgress?.({ phase: 'find', message: 'looking for pip' });
  const pip = await findPip(requirement)();
  if (pip._tag === 'Left') throw pip.left;

  await mkdir(directory, { recursive: true });
  const work = await mkdtemp(join(directory, '.pip-'));
  try {
    const saved = join(work, 'saved');
    const options = [
      '--no-deps',
      '--no-input',
      '--disable-pip-version-check',
      '--progress-bar',
      'off',
      '--dest',
      saved,
    ];
    const command = [...pip.right, 'download', ...options, ...args, requirement];
    const file = await runPip({ command, work, requirement, expected, onProgress });
    if (expected) {
      onProgress?.({
        phase: 'verify',
        done: expected.bytes,
        total: expected.bytes,
        message: `verifying ${basename(file)}`,
      });
      const actual = await sha256OfFile(file);
      if (actual !== expected.sha256)
        throw new ChecksumMismatch({ path: basename(file), expected: expected.sha256, actual });
    }
    const kept = join(directory, basename(file));
    await rename(file, kept);
    onProgress?.({ phase: 'done', message: `${basename(file)} is there` });
    return kept;
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface PipRun extends Pick<PipDownload, 'requirement' | 'expected' | 'onProgress'> {
  readonly command: readonly string[];
  /** pip's temporary folder; `saved` in it is the destination. */
  readonly work: string;
}

/** Runs pip to its end, or until the expected content lies in its temporary folder; returns the file. */
async function runPip({ command, work, requirement, expected, onProgress }: PipRun): Promise<string> {
  const env = { ...process.env, TMPDIR: work, TEMP: work, TMP: work };
  const child = spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const hear = (text: Buffer): void => {
    output = (output + text.toString()).slice(-4000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const end = ended(child);

  const judged = new Set<string>();
  while (!(await Promise.race([end.then(() => true), pause()]))) {
    const file = await largestArchive(work);
    if (!file) continue;
    const name = basename(file.path);
    onProgress?.({ phase: 'download', done: file.bytes, total: expected?.bytes, message: `downloading ${name}` });
    // Only a file of the right size is hashed, and only once: a pip that goes on after it has something else in mind.
    if (!expected || file.bytes !== expected.bytes || judged.has(file.path)) continue;
    judged.add(file.path);
    if ((await sha256OfFile(file.path).catch(() => '')) !== expected.sha256) continue;
    // Secured before pip is ended: where `python` is a launcher, the pip behind it lives on for a moment and cleans up;
    // nor is it waited for, but its output goes nowhere from now on.
    const secured = join(work, name);
    if (!(await secure(file.path, secured))) continue;
    child.kill();
    await exited(child);
    child.stdout.destroy();
    child.stderr.destroy();
    return secured;
  }
  const code = await end;
  const found = await savedArchive(join(work, 'saved'));
  if (found) return found;
  throw new DownloadFailed({
    wanted: requirement,
    command: command.join(' '),
    offline: code !== 0 && OFFLINE.test(output),
    output: output.trim().split('\n').slice(-12).join('\n'),
  });
}

/** The end of the process itself; `ended` also waits for all who hold its output. */
const exited = (child: ChildProcess): Promise<void> =>
  new Promise((settle) => {
    if (child.exitCode !== null || child.signalCode !== null) settle();
    else child.once('exit', () => settle());
  });

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', settle);
  });

/** A second name for the same content, or a copy where the file system has no links. False if it is gone. */
const secure = (from: string, to: string): Promise<boolean> =>
  link(from, to)
    .catch(() => copyFile(from, to))
    .then(
      () => true,
      () => false,
    );

const pause = (): Promise<false> => new Promise((settle) => setTimeout(settle, POLL_MILLISECONDS, false));

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (s) => s.size,
    () => 0,
  );

const savedArchive = async (folder: string): Promise<string | undefined> => {
  const names = await readdir(folder).catch((): string[] => []);
  const name = names.find((candidate) => ARCHIVE.test(candidate));
  return name && join(folder, name);
};

/** The largest archive one folder down: pip downloads to `pip-unpack-xxxx/NAME` and copies to its destination. */
async function largestArchive(work: string): Promise<{ path: string; bytes: number } | undefined> {
  let largest: { path: string; bytes: number } | undefined;
  for (const folder of await readdir(work).catch((): string[] => [])) {
    if (folder !== 'saved' && !folder.startsWith('pip-unpack')) continue;
    const path = await savedArchive(join(work, folder));
    const bytes = path ? await sizeOf(path) : 0;
    if (path && bytes > (largest?.bytes ?? -1)) largest = { path, bytes };
  }
  return largest;
}
