/**
 * Icosahedral meshes: the nodes on which GraphCast passes its messages.
 *
 * An icosahedron inscribed in the unit sphere; then, level by level, each triangle is split into four at the middles
 * of its edges, and the new vertices are pushed out onto the sphere:
 *
 *               ind3
 *              /    \            the children of a face, in order:
 *           ind31--ind23           [ind1, ind12, ind31]  [ind12, ind2, ind23]
 *           /   \  /   \           [ind31, ind23, ind3]  [ind12, ind23, ind31]
 *        ind1--ind12--ind2
 *
 * A finer mesh begins with the vertices of the coarser one, and the children of face f are faces 4f to 4f + 3. Every
 * face is counter-clockwise seen from outside. Vertex and face order matter: features and published checkpoints
 * presuppose those of DeepMind's `icosahedral_mesh`, which this file follows (Lam et al., "Learning skillful
 * medium-range global weather forecasting", Science 2023, supplement 3.3).
 */
import { InvalidArgument } from '../error/error.js';
import { IncompatibleMeshes } from '../error/graphcast.js';

/** A triangulated surface. */
export interface TriangularMesh {
  /** [numVertices, 3] row-major: positions; unit vectors here. */
  readonly vertices: Float32Array;
  /** [numFaces, 3] row-major: indices into `vertices`, counter-clockwise from outside. */
  readonly faces: Int32Array;
}

export interface IcosahedronOptions {
  /**
   * Turn the icosahedron so that its top and bottom faces are parallel to the x-y plane, which keeps vertices away from
   * the poles. Otherwise its top is an edge parallel to the y axis. Default true.
   */
  readonly poleParallelFaces?: boolean;
}

export const numVertices = (mesh: TriangularMesh): number => mesh.vertices.length / 3;
export const numFaces = (mesh: TriangularMesh): number => mesh.faces.length / 3;

/**
 * Returns the meshes of 0, 1, ..., `splits` splits, coarsest first: level k has 10 * 4^k + 2 vertices and 20 * 4^k faces.
 *
 * @throws InvalidArgument if `splits` is not a whole number, 0 or more
 */
export function getHierarchyOfTriangularMeshesForSphere(
  splits: number,
  options: IcosahedronOptions = {},
): TriangularMesh[] {
  if (!Number.isInteger(splits) || splits < 0) {
    const op = 'getHierarchyOfTriangularMeshesForSphere';
    throw new InvalidArgument({ op, argument: 'splits', expected: 'a whole number, 0 or more', actual: `${splits}` });
  }
  const meshes = [getIcosahedron(options)];
  for (let level = 0; level < splits; level++) meshes.push(splitFacesInFour(meshes[level]));
  return meshes;
}

/** Returns the finest mesh of the hierarchy: `splits` splits of the icosahedron. */
export const getLastTriangularMeshForSphere = (splits: number): TriangularMesh =>
  getHierarchyOfTriangularMeshesForSphere(splits)[splits];

/**
 * Returns the multi-mesh: the vertices of the finest mesh (the last of the list) with the faces of all, coarsest first.
 *
 * @throws IncompatibleMeshes if a mesh does not begin with the vertices of the one before it
 */
export function mergeMeshes(meshList: readonly TriangularMesh[]): TriangularMesh {
  if (meshList.length === 0) {
    throw new InvalidArgument({
      op: 'mergeMeshes',
      argument: 'meshList',
      expected: 'at least one mesh',
      actual: 'empty',
    });
  }
  for (let level = 0; level + 1 < meshList.length; level++)
    checkRefinement(meshList[level], meshList[level + 1], level);
  const faces = new Int32Array(meshList.reduce((total, mesh) => total + mesh.faces.length, 0));
  let offset = 0;
  for (const mesh of meshList) {
    faces.set(mesh.faces, offset);
    offset += mesh.faces.length;
  }
  return { vertices: meshList[meshList.length - 1].vertices, faces };
}

/**
 * Returns the edges of triangular faces as `[senders, receivers]`, each [3 * numFaces]: first the edge 0 -> 1 of every
 * face, then 1 -> 2, then 2 -> 0. On a closed surface every edge appears once in either direction.
 *
 * faces: [numFaces, 3] row-major.
 */
export function facesToEdges(faces: Int32Array): readonly [senders: Int32Array, receivers: Int32Array] {
  const count = faces.length / 3;
  const senders = new Int32Array(faces.length);
  const receivers = new Int32Array(faces.length);
  for (let corner = 0; corner < 3; corner++) {
    for (let face = 0; face < count; face++) {
      senders[corner * count + face] = faces[3 * face + corner];
      receivers[corner * count + face] = faces[3 * face + ((corner + 1) % 3)];
    }
  }
  return [senders, receivers];
}

/** Returns the length of the longest edge of a mesh (straight, in units of the radius), in float32. */
export function getMaxEdgeDistance(mesh: TriangularMesh): number {
  const { fround } = Math;
  const { vertices } = mesh;
  const [senders, receivers] = facesToEdges(mesh.faces);
  let longest = 0;
  for (let edge = 0; edge < senders.length; edge++) {
    const from = 3 * senders[edge];
    const to = 3 * receivers[edge];
    const x = fround(vertices[from] - vertices[to]);
    const y = fround(vertices[from + 1] - vertices[to + 1]);
    const z = fround(vertices[from + 2] - vertices[to + 2]);
    longest = Math.max(longest, fround(fround(fround(x * x) + fround(y * y)) + fround(z * z)));
  }
  return fround(Math.sqrt(longest));
}

// Counter-clockwise from outside, in the order on which every finer level builds.
// biome-ignore format: a table
const ICOSAHEDRON_FACES = [
  [0, 1, 2], [0, 6, 1], [8, 0, 2], [8, 4, 0], [3, 8, 2], [3, 2, 7], [7, 2, 1], [0, 4, 6], [4, 11, 6], [6, 11, 5],
  [1, 5, 7], [4, 10, 11], [4, 8, 10], [10, 8, 3], [10, 3, 9], [11, 10, 9], [11, 9, 5], [5, 9, 7], [9, 3, 7], [1, 6, 5],
];

/** Returns the regular icosahedron inscribed in the unit sphere: 12 vertices, 20 faces. */
export function getIcosahedron({ poleParallelFaces = true }: IcosahedronOptions = {}): TriangularMesh {
  // The vertices are the cyclic permutations of (+-1, +-phi, 0), which lie on a sphere of radius |(1, phi)|.
  const phi = (1 + Math.sqrt(5)) / 2;
  const corners: number[][] = [];
  for (const c1 of [1, -1]) {
    for (const c2 of [phi, -phi]) corners.push([c1, c2, 0], [0, c1, c2], [c2, 0, c1]);
  }
  const radius = Math.hypot(1, phi);
  const vertices = Float32Array.from(corners.flat(), (c) => Math.fround(c) / radius);
  const faces = Int32Array.from(ICOSAHEDRON_FACES.flat());
  return { vertices: poleParallelFaces ? layFaceOnTop(vertices, phi) : vertices, faces };
}

/**
 * Turns the vertices about the y axis until the face beside the top edge lies on top. That edge makes half the angle
 * between two faces, arcsin(phi / sqrt(3)), with either of them.
 */
function layFaceOnTop(vertices: Float32Array, phi: number): Float32Array {
  const angle = Math.PI / 2 - Math.asin(phi / Math.sqrt(3));
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const turned = new Float32Array(vertices.length);
  for (let i = 0; i < vertices.length; i += 3) {
    const x = vertices[i];
    const z = vertices[i + 2];
    turned[i] = x * cos - z * sin;
    turned[i + 1] = vertices[i + 1];
    turned[i + 2] = x * sin + z * cos;
  }
  return turned;
}

/** Splits each face into four; new vertices are numbered in the order in which the faces first ask for them. */
function splitFacesInFour(mesh: TriangularMesh): TriangularMesh {
  const parents = numVertices(mesh);
  const vertices = new Float32Array(3 * (parents + mesh.faces.length / 2)); // one new vertex per edge
  vertices.set(mesh.vertices);
  const childOfEdge = new Map<number, number>();
  let next = parents;

  const childBetween = (a: number, b: number): number => {
    const edge = Math.min(a, b) * parents + Math.max(a, b);
    const known = childOfEdge.get(edge);
    if (known !== undefined) return known;
    putMiddle(vertices, a, b, next);
    childOfEdge.set(edge, next);
    return next++;
  };

  const faces = new Int32Array(4 * mesh.faces.length);
  for (let face = 0; face < mesh.faces.length; face += 3) {
    const ind1 = mesh.faces[face];
    const ind2 = mesh.faces[face + 1];
    const ind3 = mesh.faces[face + 2];
    const ind12 = childBetween(ind1, ind2);
    const ind23 = childBetween(ind2, ind3);
    const ind31 = childBetween(ind3, ind1);
    faces.set([ind1, ind12, ind31, ind12, ind2, ind23, ind31, ind23, ind3, ind12, ind23, ind31], 4 * face);
  }
  return { vertices, faces };
}

/** Writes vertex `child`: the middle of vertices `a` and `b`, pushed out onto the unit sphere, in float32 as NumPy has it. */
function putMiddle(vertices: Float32Array, a: number, b: number, child: number): void {
  const { fround } = Math;
  const x = fround(vertices[3 * a] + vertices[3 * b]) / 2;
  const y = fround(vertices[3 * a + 1] + vertices[3 * b + 1]) / 2;
  const z = fround(vertices[3 * a + 2] + vertices[3 * b + 2]) / 2;
  // NumPy's dot product of float32 vectors: products rounded to float32, their sum kept in float64 until the end.
  const square = fround(fround(x * x) + fround(y * y) + fround(z * z));
  const norm = fround(Math.sqrt(square));
  vertices[3 * child] = x / norm;
  vertices[3 * child + 1] = y / norm;
  vertices[3 * child + 2] = z / norm;
}

/** NumPy's `allclose` between the vertices of a mesh and the beginning of those of the finer one. */
function checkRefinement(coarse: TriangularMesh, fine: TriangularMesh, level: number): void {
  for (let i = 0; i < coarse.vertices.length; i++) {
    const expected = fine.vertices[i];
    // Written so that a missing vertex (undefined) fails as well.
    if (!(Math.abs(coarse.vertices[i] - expected) <= 1e-8 + 1e-5 * Math.abs(expected))) {
      throw new IncompatibleMeshes({ level, vertex: Math.floor(i / 3) });
    }
  }
}
