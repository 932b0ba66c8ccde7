/**
 * Fetches NVIDIA's plugin and the libraries that it needs into the user's cache folder, with the user's own pip.
 *
 * The plugin finds its libraries by their place relative to its own, which is that of Python's packages: so they are
 * installed side by side as pip would, into a folder of their own that takes its name when all are there. What pip checks
 * are the hashes that the package index publishes. The requirements are those of `jax-cuda13-plugin[with-cuda]` 0.10.2.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DownloadFailed, InstallFailed, UnsupportedPlatform } from '../../error/engine.js';
import { CUDA_WHEEL, cudaFolder, cudaPath, type PluginInfo } from './plugin.js';
import { findPip, run, type SetupOptions } from './setup.js';

const REQUIREMENTS = [
  `${CUDA_WHEEL.name}==${CUDA_WHEEL.version}`,
  'nvidia-cublas>=13.0.0.19',
  'nvidia-cuda-cupti>=13.0.48',
  'nvidia-cuda-nvcc>=13.0.48',
  'nvidia-cuda-runtime>=13.0.48',
  'nvidia-cudnn-cu13>=9.12.0.46,<10.0',
  'nvidia-cufft>=12.0.0.15',
  'nvidia-cusolver>=12.0.3.29',
  'nvidia-cusparse>=12.6.2.49',
  'nvidia-nccl-cu13>=2.27.7',
  'nvidia-nvjitlink>=13.0.39',
  'nvidia-cuda-nvrtc>=13.0.48',
  'nvidia-nvshmem-cu13>=3.3.20',
  'nvidia-nvvm',
] as const;

/** Sets up the plugin for GPUs. @throws UnsupportedPlatform, PipNotFound, DownloadFailed, InstallFailed */
export async function setupCuda(options: SetupOptions): Promise<PluginInfo> {
  const env = options.env ?? process.env;
  const report = options.onProgress ?? (() => {});
  const { platform, arch } = process;
  if (platform !== 'linux' || !['x64', 'arm64'].includes(arch)) {
    const reason = `${CUDA_WHEEL.name} is published for Linux on x86-64 and arm64 only`;
    throw new UnsupportedPlatform({ platform, arch, reason });
  }
  const [folder, path] = [cudaFolder(env), cudaPath(env)];
  const info: PluginInfo = { path, source: 'FLUXION_PLATFORM', version: CUDA_WHEEL.version };
  const isThere = async (file: string): Promise<boolean> =>
    (await stat(file).catch(() => undefined))?.isFile() ?? false;
  if (!options.force && (await isThere(path))) {
    report({ phase: 'present', message: `The CUDA plugin is already at ${path}` });
    return info;
  }
  const scratch = `${folder}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(scratch, { recursive: true });
  try {
    const python = await findPip(options.pythons ?? ['python3', 'python', 'py'], env, report);
    const message = `Installing ${CUDA_WHEEL.name} ${CUDA_WHEEL.version} and NVIDIA's libraries with pip`;
    report({ phase: 'download', message });
    const args = ['-m', 'pip', 'install', '--target', scratch, '--only-binary', ':all:', '--progress-bar', 'off'];
    args.push('--disable-pip-version-check', ...REQUIREMENTS);
    const { code, output } = await run(python, args, { ...env, TMPDIR: dirname(folder) });
    if (code !== 0) {
      throw new DownloadFailed({ requirement: REQUIREMENTS[0], command: `${python} ${args.join(' ')}`, output });
    }
    const library = relative(folder, path);
    if (!(await isThere(join(scratch, library)))) {
      throw new InstallFailed({ file: scratch, reason: `pip installed no ${library}` });
    }
    await rm(folder, { recursive: true, force: true });
    await rename(scratch, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  report({ phase: 'done', message: `The CUDA plugin is at ${path}` });
  return info;
}
