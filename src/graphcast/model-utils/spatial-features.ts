/**
 * Structural features: what the nodes and edges of a weather graph know of where they are.
 *
 *   nodes   [x, y, z] if `addNodePositions`, [cos(theta)] if `addNodeLatitude`, [cos(phi), sin(phi)] if
 *           `addNodeLongitude`, in this order: all in [-1, 1]
 *   edges   [|d|, dx, dy, dz] / s if `addRelativePositions`: d is the sender's position as the receiver sees it
 *           (local-coordinates.ts), s the longest |d| of all edges or a factor given
 *
 * GraphCast uses latitude, longitude and relative positions in fully local coordinates. Precision is mixed as in the
 * original: node features have that of the latitudes, edge features are float64 once a rotation was involved.
 */
import { type HostData, hostData } from '../../array/host.js';
import { DTypeMismatch } from '../../error/error.js';
import { type FloatArray, mapFloats, roundingOf, sameKind } from '../float-array.js';
import { latLonDegToSpherical, sphericalToCartesian } from './coordinates.js';
import { getBipartiteRelativePositionInReceiverLocalCoordinates } from './local-coordinates.js';

/** Which features to compute. */
export interface SpatialFeaturesOptions {
  /** Unit vectors of the nodes. */
  readonly addNodePositions: boolean;
  /** The sine of the latitude, which is cos(theta). */
  readonly addNodeLatitude: boolean;
  /** The cosine and sine of the longitude. */
  readonly addNodeLongitude: boolean;
  /** Distances and relative positions of the edges. */
  readonly addRelativePositions: boolean;
  /** See relative positions with the receiver turned to longitude 0. */
  readonly relativeLongitudeLocalCoordinates: boolean;
  /** See relative positions with the receiver turned to latitude 0. */
  readonly relativeLatitudeLocalCoordinates: boolean;
  /**
   * What edge features are divided by. Default null: the longest edge. A model trained on another graph needs the
   * factor of that graph.
   */
  readonly edgeNormalizationFactor?: number | null;
}

export interface GraphSpatialFeaturesOptions extends SpatialFeaturesOptions {
  /** Latitudes [numNodes], degrees in [-90, 90]. */
  readonly nodeLat: FloatArray;
  /** Longitudes [numNodes], degrees in [0, 360]. */
  readonly nodeLon: FloatArray;
  /** Sender of each edge [numEdges]. */
  readonly senders: ArrayLike<number>;
  /** Receiver of each edge [numEdges]. */
  readonly receivers: ArrayLike<number>;
  /** Replace each feature x by sin(x f^k) for all k, then cos(x f^k), k = 0, 1, ... Default false. */
  readonly sineCosineEncoding?: boolean;
  /** How many k. Default 10. */
  readonly encodingNumFreqs?: number;
  /** The factor f. Default 1.2. */
  readonly encodingMultiplicativeFactor?: number;
}

export interface BipartiteGraphSpatialFeaturesOptions extends SpatialFeaturesOptions {
  /** Latitudes [numSenderNodes], degrees in [-90, 90]. */
  readonly sendersNodeLat: FloatArray;
  /** Longitudes [numSenderNodes], degrees in [0, 360]. */
  readonly sendersNodeLon: FloatArray;
  /** Index among the sender nodes for each edge [numEdges]. */
  readonly senders: ArrayLike<number>;
  /** Latitudes [numReceiverNodes], degrees in [-90, 90]. */
  readonly receiversNodeLat: FloatArray;
  /** Longitudes [numReceiverNodes], degrees in [0, 360]. */
  readonly receiversNodeLon: FloatArray;
  /** Index among the receiver nodes for each edge [numEdges]. */
  readonly receivers: ArrayLike<number>;
}

/** Returns `[nodeFeatures, edgeFeatures]`, [numNodes, k] and [numEdges, 4 or 0], of a graph with one set of nodes. */
export function getGraphSpatialFeatures(
  options: GraphSpatialFeaturesOptions,
): readonly [nodeFeatures: HostData, edgeFeatures: HostData] {
  const { nodeLat, nodeLon, sineCosineEncoding = false } = options;
  const [nodes, , edges] = getBipartiteGraphSpatialFeatures({
    ...options,
    sendersNodeLat: nodeLat,
    sendersNodeLon: nodeLon,
    receiversNodeLat: nodeLat,
    receiversNodeLon: nodeLon,
  });
  if (!sineCosineEncoding) return [nodes, edges];
  const { encodingNumFreqs = 10, encodingMultiplicativeFactor = 1.2 } = options;
  const encode = (features: HostData) => encodeSineCosine(features, encodingNumFreqs, encodingMultiplicativeFactor);
  return [encode(nodes), encode(edges)];
}

/**
 * Returns `[sendersNodeFeatures, receiversNodeFeatures, edgeFeatures]` of a graph whose edges lead from one set of nodes
 * to another: [numSenderNodes, k], [numReceiverNodes, k], [numEdges, 4 or 0].
 *
 * @throws DTypeMismatch if the latitudes of senders and receivers differ in precision
 */
export function getBipartiteGraphSpatialFeatures(
  options: BipartiteGraphSpatialFeaturesOptions,
): readonly [sendersNodeFeatures: HostData, receiversNodeFeatures: HostData, edgeFeatures: HostData] {
  const { sendersNodeLat, sendersNodeLon, receiversNodeLat, receiversNodeLon } = options;
  if (dtypeOf(sendersNodeLat) !== dtypeOf(receiversNodeLat)) {
    throw new DTypeMismatch({
      op: 'getBipartiteGraphSpatialFeatures',
      argument: 'receiversNodeLat',
      expected: `sendersNodeLat has dtype ${dtypeOf(sendersNodeLat)}`,
      actual: dtypeOf(receiversNodeLat),
    });
  }
  const [sendersPhi, sendersTheta] = latLonDegToSpherical(sendersNodeLat, sendersNodeLon);
  const [receiversPhi, receiversTheta] = latLonDegToSpherical(receiversNodeLat, receiversNodeLon);

  const edgeFeatures = (): HostData => {
    if (!options.addRelativePositions) return matrixOf(sameKind(sendersNodeLat, 0), options.senders.length, 0);
    const relativePosition = getBipartiteRelativePositionInReceiverLocalCoordinates<FloatArray>(
      sendersPhi,
      sendersTheta,
      options.senders,
      receiversPhi,
      receiversTheta,
      options.receivers,
      options.relativeLatitudeLocalCoordinates,
      options.relativeLongitudeLocalCoordinates,
    );
    return normalizeEdges(relativePosition, options.edgeNormalizationFactor ?? null);
  };
  return [
    nodeFeatures(sendersPhi, sendersTheta, options),
    nodeFeatures(receiversPhi, receiversTheta, options),
    edgeFeatures(),
  ];
}

const dtypeOf = (x: FloatArray): 'float32' | 'float64' => (x instanceof Float32Array ? 'float32' : 'float64');

const matrixOf = (data: FloatArray, rows: number, columns: number): HostData =>
  hostData(dtypeOf(data), [rows, columns], data);

function nodeFeatures(phi: FloatArray, theta: FloatArray, options: SpatialFeaturesOptions): HostData {
  const columns: FloatArray[] = [];
  if (options.addNodePositions) columns.push(...sphericalToCartesian(phi, theta));
  if (options.addNodeLatitude) columns.push(mapFloats(theta, Math.cos));
  if (options.addNodeLongitude) columns.push(mapFloats(phi, Math.cos), mapFloats(phi, Math.sin));
  const data = sameKind(phi, phi.length * columns.length);
  columns.forEach((column, j) => {
    for (let i = 0; i < column.length; i++) data[i * columns.length + j] = column[i];
  });
  return matrixOf(data, phi.length, columns.length);
}

/** Relative positions [numEdges, 3] to [|d|, dx, dy, dz] / factor; without a factor, the longest |d|. */
function normalizeEdges(relativePosition: FloatArray, factor: number | null): HostData {
  const numEdges = relativePosition.length / 3;
  const features = sameKind(relativePosition, 4 * numEdges);
  let longest = 0;
  for (let edge = 0; edge < numEdges; edge++) {
    const [x, y, z] = [relativePosition[3 * edge], relativePosition[3 * edge + 1], relativePosition[3 * edge + 2]];
    features[4 * edge] = Math.sqrt(x * x + y * y + z * z);
    longest = Math.max(longest, features[4 * edge]);
  }
  const scale = roundingOf(relativePosition)(factor ?? longest);
  for (let edge = 0; edge < numEdges; edge++) {
    features[4 * edge] /= scale;
    for (let j = 0; j < 3; j++) features[4 * edge + 1 + j] = relativePosition[3 * edge + j] / scale;
  }
  return matrixOf(features, numEdges, 4);
}

/** [rows, k] to [rows, 2 k n] in float64: for each feature x, sin(x f^0), ..., sin(x f^(n-1)), then the cosines. */
function encodeSineCosine(features: HostData, numFreqs: number, factor: number): HostData {
  const [rows, columns] = features.shape;
  const data = new Float64Array(rows * columns * 2 * numFreqs);
  for (let i = 0; i < rows * columns; i++) {
    const x = Number(features.data[i]);
    for (let k = 0; k < numFreqs; k++) {
      const phase = x * factor ** k;
      data[2 * numFreqs * i + k] = Math.sin(phase);
      data[2 * numFreqs * i + numFreqs + k] = Math.cos(phase);
    }
  }
  return matrixOf(data, rows, columns * 2 * numFreqs);
}
