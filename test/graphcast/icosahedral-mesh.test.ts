import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InvalidArgument } from '../../src/error/error.js';
import { IncompatibleMeshes } from '../../src/error/graphcast.js';
import {
  facesToEdges,
  getHierarchyOfTriangularMeshesForSphere,
  getIcosahedron,
  getLastTriangularMeshForSphere,
  getMaxEdgeDistance,
  mergeMeshes,
  numFaces,
  numVertices,
  type TriangularMesh,
} from '../../src/graphcast/icosahedral-mesh.js';
import { maxAbsDifference } from '../helpers/closeness.js';
import { describeGolden, golden } from '../helpers/golden.js';
import { readGoldenNpz } from '../helpers/golden-npz.js';

const MAX_SPLITS = 6;
const meshes = getHierarchyOfTriangularMeshesForSphere(MAX_SPLITS);
const levels = meshes.map((mesh, splits) => ({ mesh, splits }));

const vertex = ({ vertices }: TriangularMesh, i: number): [number, number, number] => [
  vertices[3 * i],
  vertices[3 * i + 1],
  vertices[3 * i + 2],
];

/** The determinant of a face's corners: positive when they run counter-clockwise seen from outside. */
function orientation(mesh: TriangularMesh, face: number): number {
  const [[ax, ay, az], [bx, by, bz], [cx, cy, cz]] = [0, 1, 2].map((k) => vertex(mesh, mesh.faces[3 * face + k]));
  return ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
}

describe.each(levels)('the mesh of $splits splits', ({ mesh, splits }) => {
  it('has 10 * 4^k + 2 vertices and 20 * 4^k faces', () => {
    expect(numVertices(mesh)).toBe(10 * 4 ** splits + 2);
    expect(numFaces(mesh)).toBe(20 * 4 ** splits);
  });

  it('is a sphere: V - E + F = 2, and every edge is met once in either direction', () => {
    const [senders, receivers] = facesToEdges(mesh.faces);
    const directed = new Set<number>();
    senders.forEach((sender, e) => {
      directed.add(sender * numVertices(mesh) + receivers[e]);
    });
    expect(directed.size).toBe(senders.length);
    const unmatched = senders.filter((sender, e) => !directed.has(receivers[e] * numVertices(mesh) + sender));
    expect(unmatched.length).toBe(0);
    expect(numVertices(mesh) - directed.size / 2 + numFaces(mesh)).toBe(2);
  });

  it('has unit vertices to the last bit of float32', () => {
    const norms = Array.from({ length: numVertices(mesh) }, (_, i) => Math.hypot(...vertex(mesh, i)));
    expect(
      maxAbsDifference(
        norms,
        norms.map(() => 1),
      ),
    ).toBeLessThan(2 ** -23);
  });

  it('has all faces counter-clockwise seen from outside', () => {
    const smallest = Array.from({ length: numFaces(mesh) }, (_, face) => orientation(mesh, face));
    expect(smallest.every((determinant) => determinant > 0)).toBe(true);
  });

  it('has no vertex at a pole', () => {
    const heights = Array.from({ length: numVertices(mesh) }, (_, i) => Math.abs(vertex(mesh, i)[2]));
    expect(heights.every((z) => z < 1)).toBe(true);
  });
});

describe('a hierarchy of meshes', () => {
  it('refines: each mesh begins with the vertices of the coarser one', () => {
    for (let k = 0; k < MAX_SPLITS; k++) {
      expect(meshes[k + 1].vertices.subarray(0, meshes[k].vertices.length)).toEqual(meshes[k].vertices);
    }
  });

  it('puts the children of face f at faces 4f to 4f + 3, the middle one last', () => {
    const { faces } = meshes[2];
    for (let face = 0; face < numFaces(meshes[1]); face++) {
      const corners = [0, 4, 8].map((k) => faces[12 * face + k]);
      expect(corners).toEqual([...meshes[1].faces.subarray(3 * face, 3 * face + 3)]);
      const middle = [...faces.subarray(12 * face + 9, 12 * face + 12)];
      expect(middle).toEqual([faces[12 * face + 1], faces[12 * face + 5], faces[12 * face + 2]]);
    }
  });

  it('ends with the mesh that getLastTriangularMeshForSphere returns', () => {
    expect(getLastTriangularMeshForSphere(2)).toEqual(meshes[2]);
  });

  it('merges into the finest vertices and the faces of all levels, coarsest first', () => {
    const merged = mergeMeshes(meshes.slice(0, 3));
    expect(merged.vertices).toEqual(meshes[2].vertices);
    expect(merged.faces).toEqual(Int32Array.of(...meshes[0].faces, ...meshes[1].faces, ...meshes[2].faces));
  });

  it('refuses to merge meshes that do not refine each other, and says which vertex', () => {
    expect(() => mergeMeshes([meshes[1], meshes[0]])).toThrow(IncompatibleMeshes);
    const upright = getIcosahedron({ poleParallelFaces: false });
    expect(() => mergeMeshes([upright, meshes[1]])).toThrow(/vertex 0 of mesh 0/);
    expect(() => mergeMeshes([])).toThrow(InvalidArgument);
  });

  it.each([-1, 1.5, Number.NaN])('refuses %f splits', (splits) => {
    expect(() => getHierarchyOfTriangularMeshesForSphere(splits)).toThrow(InvalidArgument);
  });
});

describe('an icosahedron', () => {
  it('lies on a face by default, on an edge parallel to y otherwise', () => {
    const top = (mesh: TriangularMesh): number[][] => {
      const all = Array.from({ length: 12 }, (_, i) => vertex(mesh, i));
      const highest = Math.max(...all.map(([, , z]) => z));
      return all.filter(([, , z]) => z > highest - 1e-6);
    };
    expect(top(getIcosahedron())).toHaveLength(3);
    const edge = top(getIcosahedron({ poleParallelFaces: false }));
    expect(edge).toHaveLength(2);
    expect(edge.map(([x]) => x)).toEqual([0, 0]);
  });
});

interface MeshSummary {
  readonly num_vertices: number;
  readonly num_faces: number;
  readonly num_edges: number;
  readonly faces_sha256_int32_le: string;
  readonly senders_sha256_int32_le: string;
  readonly receivers_sha256_int32_le: string;
  readonly merged_0_to_k_num_edges: number;
  readonly max_edge_distance: number;
  readonly vertices_abs_sum: readonly number[];
  readonly vertices_first: readonly number[][];
  readonly vertices_last: readonly number[][];
}

describeGolden("DeepMind's icosahedral_mesh", async () => {
  const summaries: Record<string, MeshSummary> = JSON.parse(
    readFileSync(golden('graphcast/helpers/mesh.json'), 'utf8'),
  );
  const arrays = await readGoldenNpz('graphcast/helpers/mesh.npz');
  const sha256 = (x: Int32Array) => createHash('sha256').update(new Uint8Array(x.buffer)).digest('hex');

  it.each([0, 1, 2, 3, 4])('has the same vertices and faces after %i splits', (splits) => {
    expect(maxAbsDifference(meshes[splits].vertices, arrays[`vertices_${splits}`].data)).toBe(0);
    expect([...meshes[splits].faces]).toEqual([...arrays[`faces_${splits}`].data]);
  });

  it.each(levels)('has the same faces and edges, in order, after $splits splits', ({ mesh, splits }) => {
    const summary = summaries[splits];
    const [senders, receivers] = facesToEdges(mesh.faces);
    expect(numVertices(mesh)).toBe(summary.num_vertices);
    expect(numFaces(mesh)).toBe(summary.num_faces);
    expect(senders.length).toBe(summary.num_edges);
    expect(sha256(mesh.faces)).toBe(summary.faces_sha256_int32_le);
    expect(sha256(senders)).toBe(summary.senders_sha256_int32_le);
    expect(sha256(receivers)).toBe(summary.receivers_sha256_int32_le);
    expect(mergeMeshes(meshes.slice(0, splits + 1)).faces.length).toBe(summary.merged_0_to_k_num_edges);
  });

  it.each(levels)('has the same vertices at both ends, and edges as long, after $splits splits', ({ mesh, splits }) => {
    const summary = summaries[splits];
    expect(maxAbsDifference(mesh.vertices.subarray(0, 12), summary.vertices_first.flat().map(Math.fround))).toBe(0);
    expect(maxAbsDifference(mesh.vertices.slice(-12), summary.vertices_last.flat().map(Math.fround))).toBe(0);
    expect(getMaxEdgeDistance(mesh)).toBe(Math.fround(summary.max_edge_distance));
    const absSum = [0, 1, 2].map((k) =>
      mesh.vertices.reduce((sum, x, i) => (i % 3 === k ? sum + Math.abs(x) : sum), 0),
    );
    expect(maxAbsDifference(absSum, summary.vertices_abs_sum)).toBeLessThan(1e-12 * numVertices(mesh));
  });
});
