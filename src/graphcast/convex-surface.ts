/**
 * The face of a convex mesh that is nearest to a point outside it.
 *
 * With w_f = n_f / (n_f . v_f) for a face with normal n_f through a vertex v_f, the polyhedron is
 * { x : w_f . x <= 1 for all f }, and a ray from the origin along p leaves it through the face with the greatest
 * w_f . p. That is a linear programme over the polar dual, so walking from face to neighbour while w_f . p grows never
 * gets stuck, and from the face of the previous grid point it takes a step or two.
 *
 * The face that the ray pierces is nearly always the nearest. It is not where two faces meet: a point outside sees a
 * wedge there whose nearest point is on the common edge. So the faces around are compared, in this order:
 *
 *   1. the smaller distance;
 *   2. where faces share the nearest point (the point lies above an edge or a vertex): the face over whose plane p is
 *      higher, that is, whose normal makes the smaller angle with the way from the surface to p;
 *   3. the lower face index.
 *
 * Rule 2 is that of trimesh, which DeepMind's code asks; rule 3 decides what trimesh leaves to the order of its tree.
 */
import { NotAClosedSurface } from '../error/graphcast.js';
import type { TriangularMesh } from './icosahedral-mesh.js';

/** Distances and heights that differ by less than this (in units of the radius) count as equal: float64 rounding, generously. */
export const TIE_MARGIN = 1e-12;

export interface ConvexSurface {
  /**
   * Returns the index of the face nearest to (x, y, z), which must not be inside. `start` is a face to search from: the
   * nearer, the faster.
   */
  nearestFace(x: number, y: number, z: number, start: number): number;
}

/**
 * Prepares nearest-face searches on a mesh.
 *
 * @throws NotAClosedSurface if the faces are not one sphere around the origin, all looking away from it
 */
export function buildConvexSurface(mesh: TriangularMesh, op: string): ConvexSurface {
  const { faces } = mesh;
  const neighbours = neighboursOf(mesh, op);
  const planes = planesOf(mesh, op);
  const around = facesAroundVertices(mesh);

  /** The faces that share a vertex with a face, itself included. */
  const ringOf = (face: number): number[] => {
    const ring = new Set<number>();
    for (const vertex of faces.subarray(3 * face, 3 * face + 3)) {
      for (let k = around.starts[vertex]; k < around.starts[vertex + 1]; k++) ring.add(around.members[k]);
    }
    return [...ring];
  };

  const reach = (face: number, x: number, y: number, z: number): number =>
    planes[4 * face] * x + planes[4 * face + 1] * y + planes[4 * face + 2] * z;

  /** Walks to the face that the ray from the origin along (x, y, z) pierces. */
  const piercedFace = (x: number, y: number, z: number, start: number): number => {
    let face = start;
    let best = reach(face, x, y, z);
    for (;;) {
      let next = face;
      for (let edge = 3 * face; edge < 3 * face + 3; edge++) {
        const candidate = reach(neighbours[edge], x, y, z);
        if (candidate > best) {
          best = candidate;
          next = neighbours[edge];
        }
      }
      if (next === face) return face;
      face = next;
    }
  };

  const height = (face: number, x: number, y: number, z: number): number =>
    (reach(face, x, y, z) - 1) * planes[4 * face + 3];

  return {
    nearestFace(x, y, z, start) {
      let nearest = piercedFace(x, y, z, start);
      let distance = distanceToFace(mesh, nearest, x, y, z);
      // A point right above a face has its height for a distance, and no other face can be nearer; none is as near
      // unless the point is on the edge to a neighbour, and then it is as high over that.
      const top = height(nearest, x, y, z) + TIE_MARGIN;
      const across = neighbours.subarray(3 * nearest, 3 * nearest + 3);
      if (distance <= top && across.every((face) => height(face, x, y, z) < top - 2 * TIE_MARGIN)) return nearest;

      let ring: { readonly face: number; readonly distance: number }[];
      let improved: boolean;
      do {
        improved = false;
        ring = ringOf(nearest).map((face) => ({ face, distance: distanceToFace(mesh, face, x, y, z) }));
        for (const candidate of ring) {
          if (candidate.distance < distance) {
            nearest = candidate.face;
            distance = candidate.distance;
            improved = true;
          }
        }
      } while (improved);

      const tied = ring.filter((candidate) => candidate.distance <= distance + TIE_MARGIN).map(({ face }) => face);
      const highest = Math.max(...tied.map((face) => height(face, x, y, z)));
      return Math.min(...tied.filter((face) => height(face, x, y, z) >= highest - TIE_MARGIN));
    },
  };
}

/** [numFaces, 3]: the face across the edge from corner k to corner k + 1. */
function neighboursOf({ faces, vertices }: TriangularMesh, op: string): Int32Array {
  const numVertices = vertices.length / 3;
  const numFaces = faces.length / 3;
  const faceOfEdge = new Map<number, number>();
  const target = (corner: number): number => faces[corner % 3 === 2 ? corner - 2 : corner + 1];
  for (let corner = 0; corner < faces.length; corner++) {
    const edge = faces[corner] * numVertices + target(corner);
    const face = Math.floor(corner / 3);
    if (faceOfEdge.has(edge)) {
      const reason = `faces ${faceOfEdge.get(edge)} and ${face} lie on the same side of an edge`;
      throw new NotAClosedSurface({ op, reason });
    }
    faceOfEdge.set(edge, face);
  }
  const neighbours = Int32Array.from(faces, (vertex, corner) => {
    const neighbour = faceOfEdge.get(target(corner) * numVertices + vertex);
    if (neighbour !== undefined) return neighbour;
    throw new NotAClosedSurface({ op, reason: `face ${Math.floor(corner / 3)} has an edge with no face beyond it` });
  });
  // Euler's formula for a sphere, with E = 3/2 F. Merged meshes are several spheres and fail it.
  if (numVertices - numFaces / 2 !== 2) {
    const reason = `${numVertices} vertices and ${numFaces} faces make no sphere`;
    throw new NotAClosedSurface({ op, reason });
  }
  return neighbours;
}

/** [numFaces, 4]: w_f, and 1 / |w_f|, which turns w_f . p - 1 into the height of p above the plane. */
function planesOf({ faces, vertices }: TriangularMesh, op: string): Float64Array {
  const planes = new Float64Array((4 * faces.length) / 3);
  for (let face = 0; 3 * face < faces.length; face++) {
    const [a, b, c] = [3 * faces[3 * face], 3 * faces[3 * face + 1], 3 * faces[3 * face + 2]];
    const [ux, uy, uz] = [
      vertices[b] - vertices[a],
      vertices[b + 1] - vertices[a + 1],
      vertices[b + 2] - vertices[a + 2],
    ];
    const [vx, vy, vz] = [
      vertices[c] - vertices[a],
      vertices[c + 1] - vertices[a + 1],
      vertices[c + 2] - vertices[a + 2],
    ];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    const offset = nx * vertices[a] + ny * vertices[a + 1] + nz * vertices[a + 2];
    if (!(offset > 0)) throw new NotAClosedSurface({ op, reason: `face ${face} does not look away from it` });
    planes.set([nx / offset, ny / offset, nz / offset, offset / Math.hypot(nx, ny, nz)], 4 * face);
  }
  return planes;
}

/** The faces that touch each vertex: `members[starts[v]..starts[v + 1]]`, in ascending order. */
function facesAroundVertices({ faces, vertices }: TriangularMesh): { starts: Int32Array; members: Int32Array } {
  const starts = new Int32Array(vertices.length / 3 + 1);
  for (const vertex of faces) starts[vertex + 1]++;
  for (let v = 0; v + 1 < starts.length; v++) starts[v + 1] += starts[v];
  const filled = starts.slice(0, -1);
  const members = new Int32Array(faces.length);
  for (let corner = 0; corner < faces.length; corner++) members[filled[faces[corner]]++] = Math.floor(corner / 3);
  return { starts, members };
}

/**
 * The distance from (x, y, z) to a triangle: to its plane where the foot of the perpendicular lies inside, else to the
 * nearest of its three sides.
 */
export function distanceToFace(
  { faces, vertices }: TriangularMesh,
  face: number,
  x: number,
  y: number,
  z: number,
): number {
  const corners = [3 * faces[3 * face], 3 * faces[3 * face + 1], 3 * faces[3 * face + 2]];
  const [a, b, c] = corners;
  const [ux, uy, uz] = [
    vertices[b] - vertices[a],
    vertices[b + 1] - vertices[a + 1],
    vertices[b + 2] - vertices[a + 2],
  ];
  const [vx, vy, vz] = [
    vertices[c] - vertices[a],
    vertices[c + 1] - vertices[a + 1],
    vertices[c + 2] - vertices[a + 2],
  ];
  const [px, py, pz] = [x - vertices[a], y - vertices[a + 1], z - vertices[a + 2]];
  const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  // Barycentric coordinates of the foot, times |n|^2: of c from u x p, of b from p x v.
  const weightC = nx * (uy * pz - uz * py) + ny * (uz * px - ux * pz) + nz * (ux * py - uy * px);
  const weightB = nx * (py * vz - pz * vy) + ny * (pz * vx - px * vz) + nz * (px * vy - py * vx);
  const square = nx * nx + ny * ny + nz * nz;
  if (weightB >= 0 && weightC >= 0 && weightB + weightC <= square) {
    return Math.abs(nx * px + ny * py + nz * pz) / Math.sqrt(square);
  }
  let nearest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 3; k++) {
    nearest = Math.min(nearest, distanceToSegment(vertices, corners[k], corners[(k + 1) % 3], x, y, z));
  }
  return nearest;
}

/** The distance from (x, y, z) to the straight line between the vertices at offsets `a` and `b`. */
function distanceToSegment(vertices: Float32Array, a: number, b: number, x: number, y: number, z: number): number {
  const [ux, uy, uz] = [
    vertices[b] - vertices[a],
    vertices[b + 1] - vertices[a + 1],
    vertices[b + 2] - vertices[a + 2],
  ];
  const [px, py, pz] = [x - vertices[a], y - vertices[a + 1], z - vertices[a + 2]];
  const t = Math.min(1, Math.max(0, (ux * px + uy * py + uz * pz) / (ux * ux + uy * uy + uz * uz)));
  return Math.hypot(px - t * ux, py - t * uy, pz - t * uz);
}
