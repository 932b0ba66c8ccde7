/** The golden cases: DeepMind's own edges and structural features, and the grid, mesh and radius they were made from. */
import { readFileSync } from 'node:fs';
import { getHierarchyOfTriangularMeshesForSphere, getMaxEdgeDistance } from '../../src/graphcast/icosahedral-mesh.js';
import { golden } from '../helpers/golden.js';
import { readGoldenNpz } from '../helpers/golden-npz.js';

export async function readGoldenGraph(name: 'case_a' | 'case_b') {
  const config = JSON.parse(readFileSync(golden(`graphcast/${name}/config.json`), 'utf8')).model_config;
  const meshes = getHierarchyOfTriangularMeshesForSphere(config.mesh_size);
  const mesh = meshes[config.mesh_size];
  // Both grids are global and equispaced, with the poles.
  const gridLatitude = Float32Array.from({ length: 180 / config.resolution + 1 }, (_, i) => i * config.resolution - 90);
  const gridLongitude = Float32Array.from({ length: 360 / config.resolution }, (_, i) => i * config.resolution);
  return {
    arrays: await readGoldenNpz(`graphcast/${name}/graph.npz`),
    meshes,
    mesh,
    gridLatitude,
    gridLongitude,
    radius: Math.fround(getMaxEdgeDistance(mesh) * Math.fround(config.radius_query_fraction_edge_length)),
  };
}
