/**
 * Mistakes that only GraphCast's geometry, calendar and loss weights can meet.
 */
import { defineError } from './error.js';

/** A mesh of a hierarchy does not begin with the vertices of the coarser mesh before it. */
export const IncompatibleMeshes = defineError(
  'IncompatibleMeshes',
  (d: { level: number; vertex: number }) =>
    `The meshes are no hierarchy: vertex ${d.vertex} of mesh ${d.level} is not where mesh ${d.level + 1} has it. ` +
    'Each finer mesh must begin with the vertices of the coarser one; getHierarchyOfTriangularMeshesForSphere makes such a list.',
);

/** A mesh does not enclose the centre of the sphere, so that some points have no triangle above them. */
export const NotAClosedSurface = defineError(
  'NotAClosedSurface',
  (d: { op: string; reason: string }) =>
    `${d.op}: the mesh is not one closed surface around the origin: ${d.reason}. ` +
    'Give one level of an icosahedral mesh (getLastTriangularMeshForSphere), not several merged ones.',
);

/** Latitudes that are not an equispaced grid of the whole globe: no cell areas follow from them. */
export const InvalidLatitudes = defineError(
  'InvalidLatitudes',
  (d: { latitudes: readonly number[]; reason: string }) =>
    `Latitudes ${d.latitudes.length > 8 ? `[${d.latitudes.slice(0, 4).join(', ')}, ..., ${d.latitudes.at(-1)}]` : `[${d.latitudes.join(', ')}]`} ${d.reason}. ` +
    'Latitude weights need equispaced latitudes that either include both poles (-90, ..., 90) or are the middles of ' +
    'cells that reach them (-90 + d/2, ..., 90 - d/2).',
);

/** Text that names no point in time. */
export const InvalidTimestamp = defineError(
  'InvalidTimestamp',
  (d: { text: string }) =>
    `'${d.text}' is not a point in time. Write it as in ISO 8601, such as '2017-01-01T06:00:00'; it is read as UTC.`,
);

/** A training run cannot go on from a checkpoint, because that is of another model. */
export const ResumedOtherModel = defineError(
  'ResumedOtherModel',
  (d: { path: string; what: string; saved: string; asked: string }) =>
    `${d.path} was trained with ${d.what} ${d.saved}, and this run asks for ${d.asked}. ` +
    'Resume with the options of the first run, or give another folder to start anew in.',
);
