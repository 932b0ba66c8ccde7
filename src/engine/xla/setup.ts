/**
 * Fetches the CPU plugin into the user's cache folder.
 *
 * The plugin is a library inside a Python wheel; the user's own pip downloads it, so that mirrors, proxies and
 * certificates configured there apply. Nothing is trusted before its SHA-256 is the pinned one. Each stage ends with a
 * rename, so an interrupted setup is taken up where its last finished stage left it, and two at once cannot harm each
 * other: the last rename wins, with the same bytes.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import {
  ChecksumMismatch,
  DownloadFailed,
  InstallFailed,
  PipNotFound,
  type SetupError,
  UnsupportedPlatform,
} from '../../error/engine.js';
import { FluxionError } from '../../error/error.js';
import { cacheFolder } from '../../io/cache-folder.js';
import { fileSource } from '../../io/source.js';
import { readDirectory, readMember } from '../../io/zip.js';
import { installedPath, type PluginInfo, pluginHash, WHEEL } from './plugin.js';
import { setupCuda } from './setup-cuda.js';

/** The wheels that fluxion is tested with. */
const WHEELS: Readonly<Record<string, { readonly tag: string; readonly bytes: number; readonly sha256: string }>> = {
  x64: {
    tag: 'manylinux_2_27_x86_64',
    bytes: 63_461_052,
    sha256: '55837b6b7b47daa717f2d9a5a03563ea0ceaa338d06a81a1e2d3f060d960decc',
  },
  arm64: {
    tag: 'manylinux_2_27_aarch64',
    bytes: 49_514_947,
    sha256: '8f613be6e891858f40d64f9799319502fff42689661944fc18a6ffd8210b30c9',
  },
};
const OLDEST_GLIBC = [2, 27] as const;

/** What a setup is doing. `done` and `total` are bytes. */
export interface SetupEvent {
  readonly phase: 'present' | 'find' | 'download' | 'verify' | 'extract' | 'done';
  readonly done?: number;
  readonly total?: number;
  readonly message: string;
}

export interface SetupOptions {
  readonly onProgress?: (event: SetupEvent) => void;
  /** A wheel that is already on this machine, instead of a download. */
  readonly wheel?: string;
  /** NVIDIA's plugin with its libraries, instead of the CPU's. @default false */
  readonly cuda?: boolean;
  /** Sets up again although the plugin is there. @default false */
  readonly force?: boolean;
  /** Python commands to try, in order. @default python3, python, py */
  readonly pythons?: readonly string[];
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

const POLL_MS = 200;
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Sets up the CPU plugin; right away when it is there already.
 * Fails with UnsupportedPlatform, PipNotFound, DownloadFailed, ChecksumMismatch, or InstallFailed.
 */
export function setupPlugin(options: SetupOptions = {}): TaskEither<SetupError, PluginInfo> {
  return async () => {
    try {
      return E.right(await (options.cuda ? setupCuda(options) : setup(options)));
    } catch (error) {
      if (error instanceof FluxionError) return E.left(error as SetupError);
      const reason = error instanceof Error ? error.message : String(error);
      return E.left(new InstallFailed({ file: installedPath(options.env), reason }));
    }
  };
}

async function setup(options: SetupOptions): Promise<PluginInfo> {
  const env = options.env ?? process.env;
  const report = options.onProgress ?? (() => {});
  const target = installedPath(env);
  const info: PluginInfo = { path: target, source: 'cache', version: WHEEL.version };
  if (!options.force && (await isFile(target))) {
    report({ phase: 'present', message: `The XLA plugin is already at ${target}` });
    return info;
  }
  const pinned = pinnedWheel();
  const wheels = join(cacheFolder(env), 'wheels');
  const kept = join(wheels, `${WHEEL.name}-${WHEEL.version}-${pinned.tag}.whl`);
  let wheel = options.wheel;
  if (wheel === undefined && (await stat(kept).catch(() => undefined))?.size === pinned.bytes) wheel = kept;
  await removeAbandoned(wheels, 'download-');
  await removeAbandoned(dirname(target), WHEEL.library);
  const scratch = join(wheels, `download-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    wheel ??= await download(scratch, pinned, options, env, report);
    try {
      await verify(wheel, pinned, report);
    } catch (error) {
      // What an earlier setup kept is ours: a damaged one must not stand in the way of the next.
      if (wheel === kept) await rm(kept, { force: true });
      throw error;
    }
    if (dirname(wheel) === scratch) {
      await rename(wheel, kept);
      wheel = kept;
    }
    await extract(wheel, target, report);
    await rm(kept, { force: true });
  } catch (error) {
    // Another setup that finished meanwhile has removed the wheel that both were reading.
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!gone || !(await isFile(target))) throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  pluginHash(target);
  report({ phase: 'done', message: `The XLA plugin is at ${target}` });
  return info;
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;

/** Removes what a setup that was killed left behind: temporary names that nothing has touched for an hour. */
async function removeAbandoned(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix) || (prefix === WHEEL.library && !name.endsWith('.tmp'))) continue;
    const path = join(folder, name);
    const touched = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - touched > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

function pinnedWheel(): (typeof WHEELS)[string] {
  const { platform, arch } = process;
  const refuse = (reason: string) => new UnsupportedPlatform({ platform, arch, reason });
  if (platform !== 'linux') throw refuse(`${WHEEL.name} is published for Linux only`);
  const wheel = WHEELS[arch];
  if (!wheel) throw refuse(`${WHEEL.name} is published for x86-64 and arm64 processors only`);
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const glibc = header?.glibcVersionRuntime?.split('.').map(Number);
  if (!glibc) throw refuse('it needs glibc, and this system has another C library');
  if (glibc[0] < OLDEST_GLIBC[0] || (glibc[0] === OLDEST_GLIBC[0] && glibc[1] < OLDEST_GLIBC[1])) {
    throw refuse(`it needs glibc ${OLDEST_GLIBC.join('.')} or later, and this system has ${glibc.join('.')}`);
  }
  return wheel;
}

type Report = NonNullable<SetupOptions['onProgress']>;

/** Has pip put the wheel into `folder`; returns its path. */
async function download(
  folder: string,
  pinned: (typeof WHEELS)[string],
  options: SetupOptions,
  env: NodeJS.ProcessEnv,
  report: Report,
): Promise<string> {
  const python = await findPip(options.pythons ?? ['python3', 'python', 'py'], env, report);
  const requirement = `${WHEEL.name}==${WHEEL.version}`;
  const args = ['-m', 'pip', 'download', requirement, '--no-deps', '--only-binary', ':all:', '--platform', pinned.tag];
  args.push('--dest', folder, '--progress-bar', 'off', '--disable-pip-version-check');
  await mkdir(folder, { recursive: true });
  // pip downloads into the temporary folder first: with ours in its place, the growing file can be watched.
  const step = (done: number) =>
    report({ phase: 'download', done, total: pinned.bytes, message: `Downloading ${requirement} with pip` });
  step(0);
  const watch = setInterval(() => {
    largestFile(folder).then(
      (done) => step(Math.min(done, pinned.bytes)),
      () => {},
    );
  }, POLL_MS);
  const { code, output } = await run(python, args, { ...env, TMPDIR: folder }).finally(() => clearInterval(watch));
  const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (code !== 0 || !name) throw new DownloadFailed({ requirement, command: `${python} ${args.join(' ')}`, output });
  step(pinned.bytes);
  return join(folder, name);
}

export async function findPip(pythons: readonly string[], env: NodeJS.ProcessEnv, report: Report): Promise<string> {
  for (const python of pythons) {
    report({ phase: 'find', message: `Looking for pip (${python})` });
    const { code } = await run(python, ['-m', 'pip', '--version'], env);
    if (code === 0) return python;
  }
  throw new PipNotFound({ tried: pythons.map((python) => `${python} -m pip`) });
}

/** Runs a command; a command that is not there ends with code 127, as in a shell. */
export function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function largestFile(folder: string): Promise<number> {
  let largest = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const size = entry.isDirectory() ? await largestFile(path) : (await stat(path)).size;
    largest = Math.max(largest, size);
  }
  return largest;
}

async function verify(wheel: string, pinned: (typeof WHEELS)[string], report: Report): Promise<void> {
  const total = (await stat(wheel)).size;
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of createReadStream(wheel, { highWaterMark: 1 << 20 })) {
    hash.update(chunk);
    done += chunk.length;
    report({ phase: 'verify', done, total, message: `Checking ${basename(wheel)}` });
  }
  const actual = hash.digest('hex');
  if (actual !== pinned.sha256) throw new ChecksumMismatch({ file: wheel, expected: pinned.sha256, actual });
}

/** Unpacks the library of a verified wheel and puts it in its place by rename. */
async function extract(wheel: string, target: string, report: Report): Promise<void> {
  const message = `Unpacking ${WHEEL.library}`;
  report({ phase: 'extract', message });
  const library = await libraryOf(wheel);
  await mkdir(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o755);
    try {
      await file.writeFile(library);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  report({ phase: 'extract', done: library.length, total: library.length, message });
}

/** The bytes of the library in a wheel, which is a zip archive. */
async function libraryOf(wheel: string): Promise<Uint8Array> {
  try {
    const source = await fileSource(wheel);
    const member = (await readDirectory(source)).find(({ name }) => basename(name) === WHEEL.library);
    if (member) return await readMember(source, member);
  } catch (error) {
    if (error instanceof FluxionError) throw new InstallFailed({ file: wheel, reason: error.message });
    throw error;
  }
  throw new InstallFailed({ file: wheel, reason: `it holds no ${WHEEL.library}` });
}
