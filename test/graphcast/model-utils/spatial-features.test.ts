import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HostData } from '../../../src/array/host.js';
import { DTypeMismatch } from '../../../src/error/error.js';
import { facesToEdges, mergeMeshes } from '../../../src/graphcast/icosahedral-mesh.js';
import { cartesianToLatLon } from '../../../src/graphcast/model-utils/coordinates.js';
import {
  getBipartiteGraphSpatialFeatures,
  getGraphSpatialFeatures,
} from '../../../src/graphcast/model-utils/spatial-features.js';
import { maxAbsDifference } from '../../helpers/closeness.js';
import { describeGolden, golden } from '../../helpers/golden.js';
import { readGoldenGraph } from '../graph.js';

/** What GraphCast asks for. */
const GRAPHCAST = {
  addNodePositions: false,
  addNodeLatitude: true,
  addNodeLongitude: true,
  addRelativePositions: true,
  relativeLongitudeLocalCoordinates: true,
  relativeLatitudeLocalCoordinates: true,
};

const numbers = (features: HostData): number[] => Array.from(features.data as ArrayLike<number>);

const triangle = {
  nodeLat: Float64Array.of(0, 30, -60),
  nodeLon: Float64Array.of(0, 90, 200),
  senders: [0, 1, 2],
  receivers: [1, 2, 0],
};

describe('spatial features', () => {
  it('have a column for each thing asked for, in the order positions, latitude, longitude', () => {
    const [nodes, edges] = getGraphSpatialFeatures({ ...triangle, ...GRAPHCAST, addNodePositions: true });
    expect(nodes.shape).toEqual([3, 6]);
    expect(edges.shape).toEqual([3, 4]);
    const [lat, lon] = [Math.PI / 6, Math.PI / 2];
    const [sin, cos] = [Math.sin(lat), Math.cos(lat)];
    const expected = [cos * Math.cos(lon), cos * Math.sin(lon), sin, sin, Math.cos(lon), Math.sin(lon)];
    expect(maxAbsDifference(numbers(nodes).slice(6, 12), expected)).toBeLessThan(1e-15);
  });

  it('are empty where nothing is asked for, and still know how many nodes and edges there are', () => {
    const nothing = { addNodeLatitude: false, addNodeLongitude: false, addRelativePositions: false };
    const [nodes, edges] = getGraphSpatialFeatures({ ...triangle, ...GRAPHCAST, ...nothing });
    expect([nodes.shape, edges.shape]).toEqual([
      [3, 0],
      [3, 0],
    ]);
  });

  it('scale the longest edge to 1, or all by the factor given', () => {
    const lengths = (edgeNormalizationFactor: number | null): number[] => {
      const [, edges] = getGraphSpatialFeatures({ ...triangle, ...GRAPHCAST, edgeNormalizationFactor });
      return numbers(edges).filter((_, i) => i % 4 === 0);
    };
    expect(Math.max(...lengths(null))).toBe(1);
    expect(
      maxAbsDifference(
        lengths(0.5),
        lengths(1).map((x) => 2 * x),
      ),
    ).toBeLessThan(1e-15);
  });

  it('begin each edge with the length of what follows', () => {
    const edges = numbers(getGraphSpatialFeatures({ ...triangle, ...GRAPHCAST })[1]);
    for (let e = 0; e < edges.length; e += 4)
      expect(edges[e]).toBeCloseTo(Math.hypot(...edges.slice(e + 1, e + 4)), 15);
  });

  it('can be waves of their values, sines before cosines for each feature', () => {
    const [nodes] = getGraphSpatialFeatures({
      ...triangle,
      ...GRAPHCAST,
      addNodeLongitude: false,
      sineCosineEncoding: true,
      encodingNumFreqs: 2,
      encodingMultiplicativeFactor: 3,
    });
    expect(nodes.shape).toEqual([3, 4]);
    const x = Math.sin(Math.PI / 6);
    const expected = [Math.sin(x), Math.sin(3 * x), Math.cos(x), Math.cos(3 * x)];
    expect(maxAbsDifference(numbers(nodes).slice(4, 8), expected)).toBeLessThan(1e-15);
  });

  it('are float32 for nodes and float64 for rotated edges when the latitudes are float32', () => {
    const single = { nodeLat: Float32Array.from(triangle.nodeLat), nodeLon: Float32Array.from(triangle.nodeLon) };
    const dtypes = getGraphSpatialFeatures({ ...triangle, ...single, ...GRAPHCAST }).map(({ dtype }) => dtype);
    expect(dtypes).toEqual(['float32', 'float64']);
  });

  it('refuse senders and receivers of different precision', () => {
    const mixed = {
      sendersNodeLat: Float32Array.of(0),
      sendersNodeLon: Float32Array.of(0),
      senders: [0],
      receiversNodeLat: Float64Array.of(0),
      receiversNodeLon: Float64Array.of(0),
      receivers: [0],
    };
    expect(() => getBipartiteGraphSpatialFeatures({ ...mixed, ...GRAPHCAST })).toThrow(DTypeMismatch);
  });
});

/** The tolerance that the golden data names for structural features. */
const TOLERANCE = 1e-6;

describeGolden("DeepMind's model_utils: spatial features", async () => {
  const { geometry } = JSON.parse(readFileSync(golden('graphcast/helpers/helpers.json'), 'utf8'));

  it.each([
    { name: 'edge_features_local', local: true, edgeNormalizationFactor: null },
    { name: 'edge_features_global_norm2', local: false, edgeNormalizationFactor: 2 },
  ])('has the same node features and $name', ({ name, local, edgeNormalizationFactor }) => {
    const [nodes, edges] = getGraphSpatialFeatures({
      ...GRAPHCAST,
      nodeLat: Float32Array.from(geometry.lat),
      nodeLon: Float32Array.from(geometry.lon),
      senders: geometry.senders,
      receivers: geometry.receivers,
      addNodePositions: true,
      relativeLatitudeLocalCoordinates: local,
      relativeLongitudeLocalCoordinates: local,
      edgeNormalizationFactor,
    });
    expect(maxAbsDifference(numbers(nodes), geometry.node_features.flat())).toBeLessThan(2 ** -23);
    expect(maxAbsDifference(numbers(edges), geometry[name].flat())).toBeLessThan(2 ** -23);
  });

  describe.each(['case_a', 'case_b'] as const)('on the graphs of %s', async (name) => {
    const { arrays, meshes, mesh, gridLatitude, gridLongitude } = await readGoldenGraph(name);
    interface Nodes {
      readonly lat: Float32Array;
      readonly lon: Float32Array;
    }
    const grid: Nodes = {
      lat: Float32Array.from(
        { length: arrays.mesh2grid_ambiguous.data.length },
        (_, i) => gridLatitude[Math.floor(i / gridLongitude.length)],
      ),
      lon: Float32Array.from(
        { length: arrays.mesh2grid_ambiguous.data.length },
        (_, i) => gridLongitude[i % gridLongitude.length],
      ),
    };
    const nodes: Nodes = {
      lat: arrays.mesh_nodes_lat.data as Float32Array,
      lon: arrays.mesh_nodes_lon.data as Float32Array,
    };
    const bipartite = (
      senders: Nodes,
      receivers: Nodes,
      edges: 'grid2mesh' | 'mesh2grid',
      edgeNormalizationFactor: number | null = null,
    ) =>
      getBipartiteGraphSpatialFeatures({
        ...GRAPHCAST,
        sendersNodeLat: senders.lat,
        sendersNodeLon: senders.lon,
        senders: arrays[`${edges}_senders`].data,
        receiversNodeLat: receivers.lat,
        receiversNodeLon: receivers.lon,
        receivers: arrays[`${edges}_receivers`].data,
        edgeNormalizationFactor,
      });
    // NumPy's float32 sines are off by up to a unit in the last place, 2^-24 near 1; an edge has two ends, and its
    // difference is divided by the length of the longest.
    const edgeTolerance = (lengths: HostData): number =>
      2 ** -22 / numbers(lengths).reduce((longest, x, i) => (i % 4 === 0 ? Math.max(longest, x) : longest), 0);

    it('puts the mesh nodes at the same latitudes and longitudes', () => {
      const column = (k: number): Float32Array => mesh.vertices.filter((_, i) => i % 3 === k);
      const [lat, lon] = cartesianToLatLon(column(0), column(1), column(2));
      // NumPy's float32 arc cosine depends on the machine: the original itself, run with and without AVX-512, differs
      // by this much, two units in the last place of 90 degrees and one of 360.
      expect(maxAbsDifference(lat, nodes.lat)).toBeLessThanOrEqual(2 ** -16);
      expect(maxAbsDifference(lon, nodes.lon)).toBeLessThanOrEqual(2 ** -15);
      const [features] = getGraphSpatialFeatures({
        ...GRAPHCAST,
        nodeLat: lat,
        nodeLon: lon,
        senders: [],
        receivers: [],
      });
      expect(maxAbsDifference(numbers(features), arrays.mesh_node_features.data)).toBeLessThan(TOLERANCE);
    });

    it('has the same node features', () => {
      const [gridFeatures, meshFeatures] = bipartite(grid, nodes, 'grid2mesh');
      expect(maxAbsDifference(numbers(gridFeatures), arrays.grid_node_features.data)).toBeLessThan(TOLERANCE);
      expect(maxAbsDifference(numbers(meshFeatures), arrays.mesh_node_features.data)).toBeLessThan(TOLERANCE);
    });

    it('has the same edges and edge features within the multi-mesh', () => {
      const [senders, receivers] = facesToEdges(mergeMeshes(meshes).faces);
      expect([...senders]).toEqual([...arrays.mesh_senders.data]);
      expect([...receivers]).toEqual([...arrays.mesh_receivers.data]);
      const [, edges] = getGraphSpatialFeatures({
        ...GRAPHCAST,
        nodeLat: nodes.lat,
        nodeLon: nodes.lon,
        senders,
        receivers,
      });
      expect(maxAbsDifference(numbers(edges), arrays.mesh_edge_features.data)).toBeLessThan(TOLERANCE);
    });

    it.each([
      { from: 'grid', to: 'mesh', edges: 'grid2mesh', senders: grid, receivers: nodes },
      { from: 'mesh', to: 'grid', edges: 'mesh2grid', senders: nodes, receivers: grid },
    ] as const)('has the same edge features from $from to $to', ({ edges, senders, receivers }) => {
      const [, , features] = bipartite(senders, receivers, edges);
      const [, , lengths] = bipartite(senders, receivers, edges, 1);
      const difference = maxAbsDifference(numbers(features), arrays[`${edges}_edge_features`].data);
      expect(difference).toBeLessThan(edgeTolerance(lengths));
    });
  });
});
