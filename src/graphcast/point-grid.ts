/**
 * Points sorted into the cells of a cube, to find those near a place quickly.
 *
 * The cube [-1, 1]^3 (and a little more) is cut into n^3 cells no narrower than the search radius, so that all points
 * within it lie in the 27 cells around. The members of cell c are `members[starts[c]..starts[c + 1]]`; cells that
 * follow each other in z follow each other in memory, so that a search reads 9 runs.
 */

/** 7 million cells, 28 MB. */
const MAX_CELLS_PER_SIDE = 192;

export interface PointGrid {
  /** Calls `visit` with the index of each point no farther from (x, y, z) than the radius, cell by cell. */
  forEachWithin(x: number, y: number, z: number, visit: (index: number) => void): void;
}

/** Prepares searches of one radius among points of the unit sphere, [n, 3] row-major. Distances are float64. */
export function buildPointGrid(points: ArrayLike<number>, radius: number): PointGrid {
  const half = 1 + 1e-3; // unit vectors in float32 may be a little longer than 1
  const count = points.length / 3;
  const spacing = Math.sqrt((4 * Math.PI) / count); // cells narrower than this would mostly be empty
  const side = Math.max(1, Math.min(MAX_CELLS_PER_SIDE, Math.floor((2 * half) / Math.max(radius, spacing))));
  const cellsPerUnit = side / (2 * half);
  const cellOf = (coordinate: number): number =>
    Math.min(side - 1, Math.max(0, Math.floor((coordinate + half) * cellsPerUnit)));
  const cell = (i: number): number =>
    (cellOf(points[3 * i]) * side + cellOf(points[3 * i + 1])) * side + cellOf(points[3 * i + 2]);

  const starts = new Int32Array(side ** 3 + 1);
  for (let i = 0; i < count; i++) starts[cell(i) + 1]++;
  for (let c = 0; c < side ** 3; c++) starts[c + 1] += starts[c];
  const filled = starts.slice(0, -1);
  const members = new Int32Array(count);
  for (let i = 0; i < count; i++) members[filled[cell(i)]++] = i;

  return {
    forEachWithin(x, y, z, visit) {
      const [cx, cy, cz] = [cellOf(x), cellOf(y), cellOf(z)];
      const lowZ = Math.max(0, cz - 1);
      const highZ = Math.min(side - 1, cz + 1);
      for (let ix = Math.max(0, cx - 1); ix <= Math.min(side - 1, cx + 1); ix++) {
        for (let iy = Math.max(0, cy - 1); iy <= Math.min(side - 1, cy + 1); iy++) {
          const run = (ix * side + iy) * side;
          for (let k = starts[run + lowZ]; k < starts[run + highZ + 1]; k++) {
            const i = members[k];
            const dx = points[3 * i] - x;
            const dy = points[3 * i + 1] - y;
            const dz = points[3 * i + 2] - z;
            if (dx * dx + dy * dy + dz * dz <= radius * radius) visit(i);
          }
        }
      }
    },
  };
}
