/**
 * Positions as a receiver sees them.
 *
 * An edge of a weather graph should look the same wherever on the globe it is. So the sphere is turned until the
 * receiver stands at longitude 0 and latitude 0, north still up, and the sender's position is read off there.
 * With a = -phi and b = pi/2 - theta of the receiver, the turn is
 *
 *   longitude only   Rz(a)
 *   both             Ry(b) Rz(a)
 *   latitude only    Rz(-a) Ry(b) Rz(a)      to longitude 0, down to the equator, back again
 *
 * Angles keep the precision of the input, matrices are float64 whatever they come from, and so are rotated positions:
 * this is the conduct of SciPy's `Rotation`, with which published models were trained.
 */
import { InvalidArgument } from '../../error/error.js';
import { type FloatArray, roundingOf, sameKind } from '../float-array.js';
import { sphericalToCartesian } from './coordinates.js';

/**
 * Returns the matrices that turn each reference point to longitude 0, latitude 0, or both.
 *
 * referencePhi, referenceTheta: [n] radians. Returns [n, 3, 3] row-major float64.
 *
 * @throws InvalidArgument if neither rotation is asked for
 */
export function getRotationMatricesToLocalCoordinates(
  referencePhi: FloatArray,
  referenceTheta: FloatArray,
  rotateLatitude: boolean,
  rotateLongitude: boolean,
): Float64Array {
  if (!rotateLatitude && !rotateLongitude) {
    throw new InvalidArgument({
      op: 'getRotationMatricesToLocalCoordinates',
      argument: 'rotateLatitude, rotateLongitude',
      expected: 'true, one of them or both',
      actual: 'false both',
    });
  }
  const round = roundingOf(referenceTheta);
  const matrices = new Float64Array(9 * referencePhi.length);
  for (let i = 0; i < referencePhi.length; i++) {
    const a = -referencePhi[i];
    const b = rotateLatitude ? round(round(Math.PI / 2) - referenceTheta[i]) : 0;
    const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
    const m = 9 * i;
    // Ry(b) Rz(a); with b = 0 this is Rz(a).
    matrices[m] = cb * ca;
    matrices[m + 1] = -cb * sa;
    matrices[m + 2] = sb;
    matrices[m + 3] = sa;
    matrices[m + 4] = ca;
    matrices[m + 6] = -sb * ca;
    matrices[m + 7] = sb * sa;
    matrices[m + 8] = cb;
    if (!rotateLongitude) turnBack(matrices, m, ca, sa);
  }
  return matrices;
}

/** Multiplies the matrix at `m` by Rz(-a) from the left. */
function turnBack(matrices: Float64Array, m: number, ca: number, sa: number): void {
  for (let column = m; column < m + 3; column++) {
    const x = matrices[column];
    const y = matrices[column + 3];
    matrices[column] = ca * x + sa * y;
    matrices[column + 3] = ca * y - sa * x;
  }
}

/** Returns R_i p_i. rotationMatrices: [n, 3, 3], positions: [n, 3], both row-major; returns [n, 3] float64. */
export function rotateWithMatrices(rotationMatrices: Float64Array, positions: FloatArray): Float64Array {
  const rotated = new Float64Array(positions.length);
  for (let i = 0; 3 * i < positions.length; i++) rotateOne(rotationMatrices, i, positions, i, rotated, 3 * i, 1);
  return rotated;
}

/** Adds `sign` times R_matrix p_position to `out[at..at + 2]`. */
function rotateOne(
  matrices: Float64Array,
  matrix: number,
  positions: FloatArray,
  position: number,
  out: Float64Array,
  at: number,
  sign: 1 | -1,
): void {
  const x = positions[3 * position];
  const y = positions[3 * position + 1];
  const z = positions[3 * position + 2];
  for (let row = 0; row < 3; row++) {
    const m = 9 * matrix + 3 * row;
    out[at + row] += sign * (matrices[m] * x + matrices[m + 1] * y + matrices[m + 2] * z);
  }
}

/** [n, 3] row-major positions of angles. */
function positionsOf<A extends FloatArray>(phi: A, theta: A): A {
  const components = sphericalToCartesian(phi, theta);
  const positions = sameKind(phi, 3 * phi.length);
  for (let i = 0; i < positions.length; i++) positions[i] = components[i % 3][Math.floor(i / 3)];
  return positions;
}

/**
 * Returns sender position minus receiver position for each edge between two sets of nodes, seen from the receiver.
 *
 * senders, receivers: [numEdges] indices into the sender nodes and receiver nodes. With `latitudeLocalCoordinates` the
 * receiver stands at latitude 0, with `longitudeLocalCoordinates` at longitude 0; with neither the difference is taken
 * in global coordinates. Returns [numEdges, 3] row-major: float64 after a rotation, else of the nodes' precision.
 */
export function getBipartiteRelativePositionInReceiverLocalCoordinates<A extends FloatArray>(
  sendersNodePhi: A,
  sendersNodeTheta: A,
  senders: ArrayLike<number>,
  receiversNodePhi: A,
  receiversNodeTheta: A,
  receivers: ArrayLike<number>,
  latitudeLocalCoordinates: boolean,
  longitudeLocalCoordinates: boolean,
): A | Float64Array {
  const senderPositions = positionsOf(sendersNodePhi, sendersNodeTheta);
  const receiverPositions = positionsOf(receiversNodePhi, receiversNodeTheta);

  if (!latitudeLocalCoordinates && !longitudeLocalCoordinates) {
    const relative = sameKind(senderPositions, 3 * senders.length);
    for (let i = 0; i < relative.length; i++) {
      const edge = Math.floor(i / 3);
      relative[i] = senderPositions[3 * senders[edge] + (i % 3)] - receiverPositions[3 * receivers[edge] + (i % 3)];
    }
    return relative;
  }

  const matrices = getRotationMatricesToLocalCoordinates(
    receiversNodePhi,
    receiversNodeTheta,
    latitudeLocalCoordinates,
    longitudeLocalCoordinates,
  );
  const relative = new Float64Array(3 * senders.length);
  for (let edge = 0; edge < senders.length; edge++) {
    const receiver = receivers[edge];
    rotateOne(matrices, receiver, senderPositions, senders[edge], relative, 3 * edge, 1);
    rotateOne(matrices, receiver, receiverPositions, receiver, relative, 3 * edge, -1);
  }
  return relative;
}

/** The same for edges within one set of nodes. */
export const getRelativePositionInReceiverLocalCoordinates = <A extends FloatArray>(
  nodePhi: A,
  nodeTheta: A,
  senders: ArrayLike<number>,
  receivers: ArrayLike<number>,
  latitudeLocalCoordinates: boolean,
  longitudeLocalCoordinates: boolean,
): A | Float64Array =>
  getBipartiteRelativePositionInReceiverLocalCoordinates(
    nodePhi,
    nodeTheta,
    senders,
    nodePhi,
    nodeTheta,
    receivers,
    latitudeLocalCoordinates,
    longitudeLocalCoordinates,
  );
