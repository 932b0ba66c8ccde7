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

const points = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }))
  .map(([z, phi]): Vector => [Math.sqrt(1 - z * z) * Math.cos(phi), Math.sqrt(1 - z * z) * Math.sin(phi), z]);
const places = fc.record({ point: points, splits: fc.nat(3), start: fc.nat(19) });

describe('the nearest face', () => {
  it('is nearest: no face of the whole mesh is nearer', () => {
    fc.assert(
      fc.property(places, ({ point, splits, start }) => {
        const mesh = meshes[splits];
        const face = surfaces[splits].nearestFace(...point, start);
        const smallest = Math.min(...allFaces(mesh).map((other) => distanceToFace(mesh, other, ...point)));
        expect(distanceToFace(mesh, face, ...point)).toBeLessThanOrEqual(smallest + 1e-12);
      }),
    );
  });

  it('contains its point: the ray from the centre meets it, or passes it by less than the height of the sphere above it', () => {
    fc.assert(
      fc.property(places, ({ point, splits, start }) => {
        const mesh = meshes[splits];
        const face = surfaces[splits].nearestFace(...point, start);
        const normal = normalOf(mesh, face);
        const [corner] = cornersOf(mesh, face);
        const scale = dot(normal, corner) / dot(normal, point);
        const height = dot(normal, point) - dot(normal, corner);
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

  it('is the face of lowest index above a vertex or the middle of an edge of an icosahedron, where nothing else decides', () => {
    const [mesh] = meshes;
    for (const face of allFaces(mesh)) {
      const corners = cornersOf(mesh, face);
      for (const [k, a] of corners.entries()) {
        const b = corners[(k + 1) % 3];
        const sharing = (...vertices: number[]): number[] =>
          allFaces(mesh).filter((f) => vertices.every((v) => mesh.faces.subarray(3 * f, 3 * f + 3).includes(v)));
        const [from, to] = [mesh.faces[3 * face + k], mesh.faces[3 * face + ((k + 1) % 3)]];
        // float32 vertices are regular to 1e-7 only, so the point must be exactly between two of the mesh's own planes.
        const bisector = sharing(from, to).map((f) => normalOf(mesh, f));
        const above = unit([
          bisector[0][0] + bisector[1][0],
          bisector[0][1] + bisector[1][1],
          bisector[0][2] + bisector[1][2],
        ]);
        const chosen = surfaces[0].nearestFace(...above, face);
        expect(sharing(from, to)).toContain(chosen);
        expect(dot(sub(a, b), above)).toBeCloseTo(0, 6);
      }
    }
  });
});

describe('the distance to a face', () => {
  // A right triangle in the plane z = 0.
  const mesh: TriangularMesh = { vertices: Float32Array.of(0, 0, 0, 2, 0, 0, 0, 1, 0), faces: Int32Array.of(0, 1, 2) };
  it.each([
    { point: [0.5, 0.25, 3], distance: 3, where: 'above the inside' },
    { point: [0.5, 0.25, -3], distance: 3, where: 'below the inside' },
    { point: [1, -2, 0], distance: 2, where: 'beside an edge' },
    { point: [-3, -4, 12], distance: 13, where: 'off a corner' },
    { point: [2, 1, 0], distance: 2 / Math.sqrt(5), where: 'off the slanted edge' },
  ] as const)('is exact $where', ({ point, distance }) => {
    expect(distanceToFace(mesh, 0, ...point)).toBeCloseTo(distance, 14);
  });
});
