/**
 * Files: NumPy's .npy and .npz, NetCDF, the ERA5 sample, and what keeps them whole.
 *
 * Every function that touches a file returns a `TaskEither` with a tagged error on its left; nothing here throws at its
 * caller.
 */
export * from '../error/io.js';
export { writeAtomically } from './atomic.js';
export type { Block, Span } from './block.js';
export { cacheFolder } from './cache-folder.js';
export { attributeNumbers, decodeCf, ENCODING_ATTRIBUTES } from './cf.js';
export { decodeTimedeltas, decodeTimes, isTimeUnits, NOT_A_TIME } from './cf-time.js';
export { sha256, sha256OfFile } from './checksum.js';
export { ERA5_SAMPLE, type Era5Options, fetchEra5Sample, findEra5Sample } from './era5.js';
export * from './netcdf.js';
export { type GrowingContents, type GrowingVariable, type NetcdfStream, streamNetcdf } from './netcdf-stream.js';
export { readNpy, writeNpy } from './npy.js';
export { type NpzFile, type NpzValues, openNpz, readNpz, writeNpz } from './npz.js';
export { openData } from './open-data.js';
export { findPip, type PipDownload, type PipError, pipDownload } from './pip.js';
export type { OnProgress, ProgressEvent } from './progress.js';
export {
  type ArrayToSave,
  type BlockToSave,
  openShardedCheckpoint,
  type ShardedCheckpoint,
  writeShardedArrays,
} from './sharded-checkpoint.js';
export { type ByteSource, bytesSource, fileSource, type ReadFrom } from './source.js';
export { type FileValue, isStringData, type StringData, stringData } from './value.js';
export { openZarr } from './zarr.js';
