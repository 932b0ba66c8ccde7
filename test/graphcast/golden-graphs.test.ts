/**
 * The graphs that we build for a grid, against DeepMind's: edges and structural features, from our own code alone.
 *
 * Features of given coordinates agree to 1e-6 (model-utils/spatial-features.test.ts). Here the coordinates are ours too,
 * and NumPy's float32 arcus functions round otherwise than correctly rounded ones: in degrees, longitudes and latitudes
 * of mesh nodes differ by at most one unit in the last place. Back in radians that is up to two: 2^-20 in longitude, 2^-21
 * in latitude. A position moves that far, and an edge is divided by the length of the longest edge, at least the radius
 * of the grid's connections for the two graphs with edges of a kind.
 */
import { beforeAll, expect, it } from 'vitest';
import type { GraphStructures } from '../../src/graphcast/graphs.js';
import { graphStructures, meshLatLon } from '../../src/graphcast/graphs.js';
import { maxAbsDifference } from '../helpers/closeness.js';
import { describeGolden } from '../helpers/golden.js';
import type { GoldenArray } from '../helpers/golden-npz.js';
import { type GoldenCase, loadCase, numbers } from './golden-case.js';
import { readGoldenGraph } from './graph.js';

/** How far one unit in the last place of both angles moves a point; and the rounding of the sines that follow. */
const MOVED = Math.hypot(2 ** -20, 2 ** -21) + 2 ** -23;

/** Edges by their ends, each with its features; the order in which they are listed does not matter. */
function edgesByEnds(senders: ArrayLike<number>, receivers: ArrayLike<number>, features: ArrayLike<number>) {
  const width = features.length / senders.length;
  return new Map(
    Array.from(senders, (sender, i): [string, number[]] => [
      `${sender} ${receivers[i]}`,
      Array.from({ length: width }, (_, k) => features[i * width + k]),
    ]),
  );
}

for (const name of ['case_a', 'case_b'] as const) {
  describeGolden(`our graphs and DeepMind's, ${name}`, () => {
    let ours: GraphStructures;
    let theirs: Readonly<Record<string, GoldenArray>>;
    let vertices: Float32Array | Float64Array;
    let tolerance: number;
    beforeAll(async () => {
      const { mesh, radius } = await readGoldenGraph(name);
      vertices = mesh.vertices;
      tolerance = MOVED / radius;
      const c: GoldenCase = await loadCase(name);
      const { lat, lon } = c.oneStep.inputs.coords;
      ours = graphStructures(c.checkpoint.modelConfig, lat.values as Float32Array, lon.values as Float32Array);
      theirs = await c.npz('graph');
    });

    it('have the same coordinates of mesh nodes, to the last place', () => {
      const [lat, lon] = meshLatLon(vertices);
      expect(maxAbsDifference(lat, theirs.mesh_nodes_lat.data)).toBeLessThanOrEqual(2 ** -16);
      expect(maxAbsDifference(lon, theirs.mesh_nodes_lon.data)).toBeLessThanOrEqual(2 ** -15);
    });

    it('have the same structural features of grid and mesh nodes', async () => {
      const { grid_nodes, mesh_nodes } = ours.grid2mesh.nodes;
      expect(maxAbsDifference(await numbers(grid_nodes.features), theirs.grid_node_features.data)).toBeLessThan(1e-6);
      expect(maxAbsDifference(await numbers(mesh_nodes.features), theirs.mesh_node_features.data)).toBeLessThan(1e-6);
    });

    it('have the same edges of the mesh, in the same order, with the same features', async () => {
      const { indices, features } = ours.mesh.edges.mesh;
      expect(maxAbsDifference(await numbers(indices.senders), theirs.mesh_senders.data)).toBe(0);
      expect(maxAbsDifference(await numbers(indices.receivers), theirs.mesh_receivers.data)).toBe(0);
      expect(maxAbsDifference(await numbers(features), theirs.mesh_edge_features.data)).toBeLessThan(1e-6);
    });

    it('have the same edges from the grid to the mesh, with the same features', async () => {
      const { indices, features } = ours.grid2mesh.edges.grid2mesh;
      const got = edgesByEnds(
        await numbers(indices.senders),
        await numbers(indices.receivers),
        await numbers(features),
      );
      const want = edgesByEnds(
        theirs.grid2mesh_senders.data,
        theirs.grid2mesh_receivers.data,
        theirs.grid2mesh_edge_features.data,
      );
      expect(got.size).toBe(want.size);
      const worst = Math.max(...Array.from(want, ([ends, row]) => maxAbsDifference(got.get(ends) ?? [], row)));
      expect(worst).toBeLessThan(tolerance);
    });

    it('have the same edges from the mesh to the grid where a grid point lies inside one triangle', async () => {
      const { indices, features } = ours.mesh2grid.edges.mesh2grid;
      const [senders, receivers, rows] = await Promise.all([
        numbers(indices.senders),
        numbers(indices.receivers),
        numbers(features),
      ]);
      expect(maxAbsDifference(receivers, theirs.mesh2grid_receivers.data)).toBe(0);
      const ambiguous = theirs.mesh2grid_ambiguous.data;
      const compared: number[] = [];
      let worst = 0;
      for (let i = 0; i < senders.length; i++) {
        if (ambiguous[receivers[i]]) continue;
        compared.push(Math.abs(senders[i] - theirs.mesh2grid_senders.data[i]));
        for (let k = 4 * i; k < 4 * i + 4; k++) {
          worst = Math.max(worst, Math.abs(rows[k] - theirs.mesh2grid_edge_features.data[k]));
        }
      }
      expect(compared.length).toBe(3 * ambiguous.filter((x) => !x).length);
      expect(Math.max(...compared)).toBe(0);
      expect(worst).toBeLessThan(tolerance);
    });
  });
}
