/**
 * The three graphs of GraphCast for a grid: from the grid to the mesh, on the mesh, and from the mesh to the grid.
 *
 * They depend on the configuration and the grid alone and are computed once for each, on the host.
 * Source: graphcast's `graphcast.py`, `_init_grid2mesh_graph` and the functions beside it.
 */
import { DeviceArray, type NdArray } from '../array/array.js';
import type { HostData } from '../array/host.js';
import { fromNumbers, readNumbers } from '../array/numeric.js';
import { sameKind } from './float-array.js';
import { inMeshTriangleIndices, radiusQueryIndices } from './grid-mesh-connectivity.js';
import {
  facesToEdges,
  getHierarchyOfTriangularMeshesForSphere,
  getMaxEdgeDistance,
  mergeMeshes,
} from './icosahedral-mesh.js';
import { cartesianToLatLon } from './model-utils/coordinates.js';
import { getBipartiteGraphSpatialFeatures, getGraphSpatialFeatures } from './model-utils/spatial-features.js';
import type { ModelConfig } from './task.js';
import type { TypedGraph } from './typed-graph.js';

/** The graphs, their features [row, feature] in float32. */
export interface GraphStructures {
  readonly grid2mesh: TypedGraph;
  readonly mesh: TypedGraph;
  readonly mesh2grid: TypedGraph;
}

/** What a bipartite graph is made of, on the host. */
export interface GraphArrays {
  readonly gridNodeFeatures: NdArray;
  readonly meshNodeFeatures: NdArray;
  readonly grid2mesh: EdgeArrays;
  readonly mesh: EdgeArrays;
  readonly mesh2grid: EdgeArrays;
}

export interface EdgeArrays {
  readonly senders: NdArray;
  readonly receivers: NdArray;
  readonly features: NdArray;
}

const SPATIAL_FEATURES = {
  addNodePositions: false,
  addNodeLatitude: true,
  addNodeLongitude: true,
  addRelativePositions: true,
  relativeLongitudeLocalCoordinates: true,
  relativeLatitudeLocalCoordinates: true,
} as const;

const cache = new Map<string, GraphStructures>();

/**
 * The graphs for a grid.
 * @param gridLat [lat] degrees
 * @param gridLon [lon] degrees
 */
export function graphStructures(
  config: ModelConfig,
  gridLat: ArrayLike<number>,
  gridLon: ArrayLike<number>,
): GraphStructures {
  const { meshSize, radiusQueryFractionEdgeLength, mesh2gridEdgeNormalizationFactor = null } = config;
  const axis = (values: ArrayLike<number>): string => Array.prototype.join.call(values, ',');
  const key = [
    meshSize,
    radiusQueryFractionEdgeLength,
    mesh2gridEdgeNormalizationFactor,
    axis(gridLat),
    axis(gridLon),
  ].join('|');
  let found = cache.get(key);
  if (found === undefined) {
    found = graphsOf(buildArrays(config, Float32Array.from(gridLat), Float32Array.from(gridLon)));
    cache.set(key, found);
  }
  return found;
}

/** Typed graphs from their arrays. */
export function graphsOf(arrays: GraphArrays): GraphStructures {
  const { gridNodeFeatures, meshNodeFeatures } = arrays;
  const gridNodes = { nNode: gridNodeFeatures.shape[0], features: gridNodeFeatures };
  const meshNodes = { nNode: meshNodeFeatures.shape[0], features: meshNodeFeatures };
  const edges = (name: string, { senders, receivers, features }: EdgeArrays, nodeSets: [string, string]) => ({
    [name]: { nEdge: senders.shape[0], indices: { senders, receivers }, features, nodeSets },
  });
  const both = { grid_nodes: gridNodes, mesh_nodes: meshNodes };
  return {
    grid2mesh: { nodes: both, edges: edges('grid2mesh', arrays.grid2mesh, ['grid_nodes', 'mesh_nodes']) },
    mesh: { nodes: { mesh_nodes: meshNodes }, edges: edges('mesh', arrays.mesh, ['mesh_nodes', 'mesh_nodes']) },
    mesh2grid: { nodes: both, edges: edges('mesh2grid', arrays.mesh2grid, ['mesh_nodes', 'grid_nodes']) },
  };
}

const single = (host: HostData): NdArray =>
  DeviceArray.fromHost(host.dtype === 'float32' ? host : fromNumbers('float32', host.shape, readNumbers(host)));

const indices = (values: Int32Array): NdArray =>
  DeviceArray.fromHost({ dtype: 'int32', shape: [values.length], data: values });

/** Latitude and longitude of mesh vertices, degrees, as float32. */
export function meshLatLon(vertices: Float32Array | Float64Array): readonly [lat: Float32Array, lon: Float32Array] {
  const n = vertices.length / 3;
  const axis = (k: number): typeof vertices => {
    const out = sameKind(vertices, n);
    for (let i = 0; i < n; i++) out[i] = vertices[3 * i + k];
    return out;
  };
  const [lat, lon] = cartesianToLatLon(axis(0), axis(1), axis(2));
  return [Float32Array.from(lat), Float32Array.from(lon)];
}

function buildArrays(config: ModelConfig, gridLatitude: Float32Array, gridLongitude: Float32Array): GraphArrays {
  const meshes = getHierarchyOfTriangularMeshesForSphere(config.meshSize);
  const mesh = meshes[meshes.length - 1];
  const [meshLat, meshLon] = meshLatLon(mesh.vertices);
  const numLon = gridLongitude.length;
  const gridLat = Float32Array.from(
    { length: gridLatitude.length * numLon },
    (_, i) => gridLatitude[Math.floor(i / numLon)],
  );
  const gridLon = Float32Array.from({ length: gridLat.length }, (_, i) => gridLongitude[i % numLon]);

  const radius = getMaxEdgeDistance(mesh) * config.radiusQueryFractionEdgeLength;
  const [gridSenders, meshReceivers] = radiusQueryIndices({ gridLatitude, gridLongitude, mesh, radius });
  const [gridNodes, meshNodes, grid2mesh] = getBipartiteGraphSpatialFeatures({
    ...SPATIAL_FEATURES,
    sendersNodeLat: gridLat,
    sendersNodeLon: gridLon,
    receiversNodeLat: meshLat,
    receiversNodeLon: meshLon,
    senders: gridSenders,
    receivers: meshReceivers,
  });

  const [senders, receivers] = facesToEdges(mergeMeshes(meshes).faces);
  const [, meshEdges] = getGraphSpatialFeatures({
    ...SPATIAL_FEATURES,
    nodeLat: meshLat,
    nodeLon: meshLon,
    senders,
    receivers,
  });

  const [gridReceivers, meshSenders] = inMeshTriangleIndices({ gridLatitude, gridLongitude, mesh });
  const [, , mesh2grid] = getBipartiteGraphSpatialFeatures({
    ...SPATIAL_FEATURES,
    sendersNodeLat: meshLat,
    sendersNodeLon: meshLon,
    receiversNodeLat: gridLat,
    receiversNodeLon: gridLon,
    senders: meshSenders,
    receivers: gridReceivers,
    edgeNormalizationFactor: config.mesh2gridEdgeNormalizationFactor ?? null,
  });
  const edges = (from: Int32Array, to: Int32Array, features: HostData): EdgeArrays => ({
    senders: indices(from),
    receivers: indices(to),
    features: single(features),
  });
  return {
    gridNodeFeatures: single(gridNodes),
    meshNodeFeatures: single(meshNodes),
    grid2mesh: edges(gridSenders, meshReceivers, grid2mesh),
    mesh: edges(senders, receivers, meshEdges),
    mesh2grid: edges(meshSenders, gridReceivers, mesh2grid),
  };
}
