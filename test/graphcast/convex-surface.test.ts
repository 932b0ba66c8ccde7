import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildConvexSurface, distanceToFace } from '../../src/graphcast/convex-surface.js';
import {
  getHierarchyOfTriangularMeshesForSphere,
  numFaces,
  type TriangularMesh,
} from '../../src/graphcast/icosahedral-mesh.js';

type Vector = readonly [number, number, number];

const meshes = getHierarchyOfTriangularMeshesForSphere(3);
const surfaces = meshes.map((mesh) => buildConvexSurface(mesh, 'test'));
const allFaces = (mesh: TriangularMesh): number[] => Array.from({ length: numFaces(mesh) }, (_, face) => face);

const sub = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = (a: Vector): Vector => {
  const norm = Math.hypot(...a);
  return [a[0] / norm, a[1] / norm, a[2] / norm];
};
const cornersOf = ({ vertices, faces }: TriangularMesh, face: number): Vector[] =>
  [0, 1, 2].map((k) => {
    const v = 3 * faces[3 * face + k];
    return [vertices[v], vertices[v + 1], vertices[v + 2]];
  });
const normalOf = (mesh: TriangularMesh, face: number): Vector => {
  const [a, b, c] = cornersOf(mesh, face);
  return unit(cross(sub(b, a), sub(c, a)));
};

const heightAbove = (mesh: TriangularMesh, face: number, point: Vector): number =>
  dot(normalOf(mesh, face), sub(point, cornersOf(mesh, face)[0]));

const points = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }))
  .map(([z, phi]): Vector => [Math.sqrt(1 - z * z) * Math.cos(phi), Math.sqrt(1 - z * z) * Math.sin(phi), z]);
const places = fc.record({ point: points, splits: fc.nat(3), start: fc.nat(19) });

describe('the nearest face', () => {
  it('is nearest, and where several are, none of them lies lower under the point', () => {
    fc.assert(
      fc.property(places, ({ point, splits, start }) => {
        const mesh = meshes[splits];
        const chosen = surfaces[splits].nearestFace(...point, start);
        const distances = allFaces(mesh).map((face) => distanceToFace(mesh, face, ...point));
        const smallest = Math.min(...distances);
        expect(distances[chosen]).toBeLessThanOrEqual(smallest + 1e-12);
        const heights = allFaces(mesh)
          .filter((face) => distances[face] <= smallest + 1e-12)
          .map((face) => heightAbove(mesh, face, point));
        expect(heightAbove(mesh, chosen, point)).toBeGreaterThanOrEqual(Math.max(...heights) - 2e-12);
      }),
    );
  });

  it('contains its point: the ray from the centre meets it, or passes it by less than the height of the sphere above it', () => {
    fc.assert(
      fc.property(places, ({ point, splits, start }) => {
        const mesh = meshes[splits];
        const face = surfaces[splits].nearestFace(...point, start);
        const height = heightAbove(mesh, face, point);
        const scale = 1 - height / dot(normalOf(mesh, face), point);
        const pierced: Vector = [point[0] * scale, point[1] * scale, point[2] * scale];
        expect(distanceToFace(mesh, face, ...pierced)).toBeLessThanOrEqual(Math.max(height, 0) + 1e-7);
      }),
    );
  });

  it('does not depend on where the search begins', () => {
    fc.assert(
      fc.property(places, ({ point, splits, start }) => {
        expect(surfaces[splits].nearestFace(...point, start)).toBe(surfaces[splits].nearestFace(...point, 0));
      }),
    );
  });

  it('is the face itself for the middle of every face', () => {
    for (const [splits, mesh] of meshes.entries()) {
      for (const face of allFaces(mesh)) {
        expect(surfaces[splits].nearestFace(...normalOf(mesh, face), 0)).toBe(face);
      }
    }
  });

  it('is the one of lowest index where nothing else decides', () => {
    // An octahedron, whose coordinates and ties are exact.
    const [px, py, pz, nx, ny, nz] = [0, 1, 2, 3, 4, 5];
    const octahedron: TriangularMesh = {
      vertices: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, -1, 0, 0, 0, -1, 0, 0, 0, -1),
      faces: Int32Array.from([
        px,
        py,
        pz,
        py,
        nx,
        pz,
        nx,
        ny,
        pz,
        ny,
        px,
        pz,
        py,
        px,
        nz,
        nx,
        py,
        nz,
        ny,
        nx,
        nz,
        px,
        ny,
        nz,
      ]),
    };
    const surface = buildConvexSurface(octahedron, 'test');
    const h = Math.SQRT1_2;
    for (let start = 0; start < 8; start++) {
      expect(surface.nearestFace(h, h, 0, start)).toBe(0); // faces 0 and 4 share this edge
      expect(surface.nearestFace(-h, 0, h, start)).toBe(1); // faces 1 and 2
      expect(surface.nearestFace(0, -h, -h, start)).toBe(6); // faces 6 and 7
      expect(surface.nearestFace(0, 0, 1, start)).toBe(0); // a vertex of faces 0 to 3
      expect(surface.nearestFace(0, 0, -1, start)).toBe(4); // of faces 4 to 7
    }
  });
});

describe('the distance to a face', () => {
  // A right triangle in the plane z = 0.
  const mesh: TriangularMesh = { vertices: Float32Array.of(0, 0, 0, 2, 0, 0, 0, 1, 0), faces: Int32Array.of(0, 1, 2) };
  it.each<{ point: Vector; distance: number; where: string }>([
    { point: [0.5, 0.25, 3], distance: 3, where: 'above the inside' },
    { point: [0.5, 0.25, -3], distance: 3, where: 'below the inside' },
    { point: [1, -2, 0], distance: 2, where: 'beside an edge' },
    { point: [-3, -4, 12], distance: 13, where: 'off a corner' },
    { point: [2, 1, 0], distance: 2 / Math.sqrt(5), where: 'off the slanted edge' },
  ])('is exact $where', ({ point, distance }) => {
    expect(distanceToFace(mesh, 0, ...point)).toBeCloseTo(distance, 14);
  });
});
