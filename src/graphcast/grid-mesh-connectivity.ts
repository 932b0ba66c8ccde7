/**
 * Which grid points and mesh nodes talk to each other.
 *
 *   grid to mesh   every pair no farther apart than a radius (`radiusQueryIndices`)
 *   mesh to grid   each grid point hears from the three corners of the triangle it lies over (`inMeshTriangleIndices`)
 *
 * Grid points are numbered latitude by latitude: index = latIndex * numLon + lonIndex. A quarter-degree globe (a million
 * points) with the mesh of six splits takes a few seconds. Functions and names follow DeepMind's
 * `grid_mesh_connectivity`.
 */
import { InvalidArgument } from '../error/error.js';
import { buildConvexSurface } from './convex-surface.js';
import { type FloatArray, roundingOf, sameKind } from './float-array.js';
import type { TriangularMesh } from './icosahedral-mesh.js';
import { deg2rad } from './model-utils/coordinates.js';
import { buildPointGrid } from './point-grid.js';

/** Edges as pairs of indices: edge e joins `gridIndices[e]` and `meshIndices[e]`. */
export type GridMeshEdges = readonly [gridIndices: Int32Array, meshIndices: Int32Array];

export interface InMeshTriangleOptions {
  /** Latitudes of the grid [numLat], degrees. */
  readonly gridLatitude: FloatArray;
  /** Longitudes of the grid [numLon], degrees. */
  readonly gridLongitude: FloatArray;
  readonly mesh: TriangularMesh;
}

export interface RadiusQueryOptions extends InMeshTriangleOptions {
  /** Greatest straight-line distance of an edge, in units of the sphere's radius. */
  readonly radius: number;
}

/**
 * Returns the edges between grid points and the mesh vertices no farther than `radius` (straight line, float64).
 *
 * Edges are grouped by grid point, mesh indices ascending within each. A point may have no edge.
 *
 * @throws InvalidArgument if the radius is not a positive number
 */
export function radiusQueryIndices({ gridLatitude, gridLongitude, mesh, radius }: RadiusQueryOptions): GridMeshEdges {
  if (!(radius > 0 && radius < Number.POSITIVE_INFINITY)) {
    const expected = 'a positive number';
    throw new InvalidArgument({ op: 'radiusQueryIndices', argument: 'radius', expected, actual: `${radius}` });
  }
  const positions = gridLatLonToCoordinates(gridLatitude, gridLongitude);
  const vertices = buildPointGrid(mesh.vertices, radius);
  const gridIndices: number[] = [];
  const meshIndices: number[] = [];
  let near: number[] = [];
  const collect = (vertex: number): void => {
    near.push(vertex);
  };
  for (let point = 0; 3 * point < positions.length; point++) {
    near = [];
    vertices.forEachWithin(positions[3 * point], positions[3 * point + 1], positions[3 * point + 2], collect);
    near.sort((a, b) => a - b);
    for (const vertex of near) {
      gridIndices.push(point);
      meshIndices.push(vertex);
    }
  }
  return [Int32Array.from(gridIndices), Int32Array.from(meshIndices)];
}

/**
 * Returns the edges between each grid point and the three corners of the mesh triangle nearest to it: always
 * 3 * numLat * numLon edges, grouped by grid point, corners in the order of the face.
 *
 * A point above an edge or a vertex of the mesh has several nearest triangles; convex-surface.ts says which is taken.
 * Where even that leaves a tie (within `TIE_MARGIN`), it is the triangle of lowest index, while the original takes
 * whichever its spatial index returns first.
 *
 * @throws NotAClosedSurface if the mesh is not one closed surface around the origin (as merged meshes are not)
 */
export function inMeshTriangleIndices({ gridLatitude, gridLongitude, mesh }: InMeshTriangleOptions): GridMeshEdges {
  const positions = gridLatLonToCoordinates(gridLatitude, gridLongitude);
  const surface = buildConvexSurface(mesh, 'inMeshTriangleIndices');
  const gridIndices = new Int32Array(positions.length);
  const meshIndices = new Int32Array(positions.length);
  let face = 0;
  for (let point = 0; point < positions.length; point += 3) {
    face = surface.nearestFace(positions[point], positions[point + 1], positions[point + 2], face);
    for (let corner = 0; corner < 3; corner++) {
      gridIndices[point + corner] = point / 3;
      meshIndices[point + corner] = mesh.faces[3 * face + corner];
    }
  }
  return [gridIndices, meshIndices];
}

/** Returns the unit vectors of all points of a grid, [numLat, numLon, 3] row-major, in the precision of the longitudes. */
export function gridLatLonToCoordinates(gridLatitude: FloatArray, gridLongitude: FloatArray): FloatArray {
  const round = roundingOf(gridLongitude);
  const phi = deg2rad(gridLongitude);
  const cosPhi = phi.map((angle) => Math.cos(angle));
  const sinPhi = phi.map((angle) => Math.sin(angle));
  const theta = deg2rad(gridLatitude.map((lat) => 90 - lat));
  const positions = sameKind(gridLongitude, 3 * theta.length * phi.length);
  let at = 0;
  for (let i = 0; i < theta.length; i++) {
    const sinTheta = round(Math.sin(theta[i]));
    const cosTheta = Math.cos(theta[i]);
    for (let j = 0; j < phi.length; j++) {
      positions[at++] = cosPhi[j] * sinTheta;
      positions[at++] = sinPhi[j] * sinTheta;
      positions[at++] = cosTheta;
    }
  }
  return positions;
}
