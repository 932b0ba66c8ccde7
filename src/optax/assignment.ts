/**
 * `optax.assignment`: each row gets a column of its own so that the sum of costs is least.
 *
 * Rows are added one by one. For each, the shortest augmenting path is found in reduced costs `c[i, j] - u[i] - v[j]`, which
 * the potentials u and v keep non-negative, as Dijkstra's algorithm would; then the assignment is turned over along it. O(n^3),
 * and jittable.
 *
 * Sources: Kuhn, "The Hungarian Method for the Assignment Problem", 1955; Crouse, "On implementing 2D rectangular
 * assignment algorithms", 2016; optax, `assignment/`.
 */

import { NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { ShapeMismatch } from '../error/error.js';
import { foriLoop, whileLoop } from '../lax/while-loop.js';
import * as jnp from './arithmetic.js';

const INFINITY = Number.POSITIVE_INFINITY;
const int32 = (value: number): NdArray => jnp.asarray(value, { dtype: 'int32' });

/** For each column of `costs`: `[rows, columns]`, not more rows than columns, its row, or -1. */
function rowOfColumn(costs: NdArray): NdArray {
  const [rows, columns] = costs.shape;
  const get = (x: NdArray, i: NdArray): NdArray => jnp.at(x, i).get();
  // Column `columns` is a source, to which the row that is being added is assigned at first.
  const source = int32(columns);

  interface Path {
    /** The column that has just been reached. */
    readonly column: NdArray;
    readonly u: NdArray;
    readonly v: NdArray;
    /** Columns whose shortest path is known, the source among them. */
    readonly used: NdArray;
    /** The length of the shortest path to each column so far, and the column before it. */
    readonly length: NdArray;
    readonly before: NdArray;
  }
  interface Assignment {
    readonly u: NdArray;
    readonly v: NdArray;
    readonly owner: NdArray;
  }

  const addRow = (row: NdArray, { u: u0, v: v0, owner: owner0 }: Assignment): Assignment => {
    const assigned = jnp.at(owner0, source).set(row);
    const grow = ({ column, u, v, used: used0, length: length0, before: before0 }: Path): Path => {
      const used = jnp.at(used0, column).set(true);
      const isFree = jnp.logicalNot(jnp.split(used, [columns])[0]);
      const i = get(assigned, column);
      const [vColumns] = jnp.split(v, [columns]);
      const reduced = jnp.sub(jnp.sub(get(costs, i), get(u, i)), vColumns);
      const isShorter = jnp.logicalAnd(isFree, jnp.less(reduced, length0));
      const before = jnp.where(isShorter, column, before0);
      const length = jnp.where(isShorter, reduced, length0);
      const open = jnp.where(isFree, length, INFINITY);
      const delta = jnp.min(open);
      // The potentials of what has been reached change by delta, so that the next column has reduced cost 0.
      const reachedRows = jnp.where(used, assigned, rows);
      return {
        column: jnp.astype(jnp.argmin(open), 'int32'),
        u: jnp.at(u, reachedRows).add(delta),
        v: jnp.where(used, jnp.sub(v, delta), v),
        used,
        length: jnp.where(isFree, jnp.sub(length, delta), length),
        before,
      };
    };
    const start: Path = {
      column: source,
      u: u0,
      v: v0,
      used: jnp.zeros([columns + 1], { dtype: 'bool' }),
      length: jnp.mul(INFINITY, jnp.ones([columns])),
      before: jnp.zeros([columns], { dtype: 'int32' }),
    };
    const isTaken = ({ column }: Path): NdArray => jnp.greaterEqual(get(assigned, column), 0);
    const found = whileLoop(isTaken, grow, start) as unknown as Path;

    type Turn = readonly [owner: NdArray, column: NdArray];
    const turn = ([owner, column]: Turn): Turn => {
      const previous = get(found.before, column);
      return [jnp.at(owner, column).set(get(owner, previous)), previous];
    };
    const isOnPath = ([, column]: Turn): NdArray => jnp.notEqual(column, source);
    const begin: Turn = [assigned, found.column];
    const [owner] = whileLoop(isOnPath, turn, begin) as unknown as Turn;
    return { u: found.u, v: found.v, owner: jnp.at(owner, source).set(int32(-1)) };
  };

  const start: Assignment = {
    // One more row takes the changes of columns that belong to none.
    u: jnp.zeros([rows + 1]),
    v: jnp.zeros([columns + 1]),
    owner: jnp.sub(jnp.zeros([columns + 1], { dtype: 'int32' }), 1),
  };
  const { owner } = foriLoop(0, rows, addRow, start) as unknown as Assignment;
  return jnp.split(owner, [columns])[0];
}

/** The rows and columns that are assigned to each other, of a matrix with not more rows than columns. */
function assign(costs: NdArray): { ofColumns: NdArray; rows: number; columns: number } {
  const [rows, columns] = costs.shape;
  return { ofColumns: rowOfColumn(jnp.astype(costs, 'float32')), rows, columns };
}

function checked(op: string, costMatrix: NdArray): NdArray {
  checkArgument(op, 'costMatrix', costMatrix, NdArray);
  if (costMatrix.ndim === 2) return costMatrix;
  throw new ShapeMismatch({
    op,
    argument: 'costMatrix',
    expected: 'it must be [rows, columns]',
    actual: costMatrix.shape,
  });
}

const nothing = (): [NdArray, NdArray] => [jnp.zeros([0], { dtype: 'int32' }), jnp.zeros([0], { dtype: 'int32' })];

/**
 * The assignment of least cost: rows in ascending order, and the column of each; as many as the smaller side has.
 *
 * `costMatrix`: `[rows, columns]`.
 * @throws ShapeMismatch
 */
export function baseHungarianAlgorithm(costMatrix: NdArray): [rows: NdArray, columns: NdArray] {
  const costs = checked('baseHungarianAlgorithm', costMatrix);
  if (costs.size === 0) return nothing();
  const isTall = costs.shape[0] > costs.shape[1];
  const { ofColumns, rows, columns } = assign(isTall ? jnp.transpose(costs) : costs);
  // Sorted by row, with the columns of no row in front.
  const order = jnp.split(jnp.argsort(ofColumns), [columns - rows])[1];
  const assigned = jnp.astype(order, 'int32');
  const index = jnp.arange(rows, { dtype: 'int32' });
  if (!isTall) return [index, assigned];
  const byRow = jnp.argsort(assigned);
  return [jnp.take(assigned, byRow), jnp.take(index, byRow)];
}

/**
 * The assignment of least cost, as pairs of rows and columns in the order of optax's algorithm: by column when there are as
 * many rows, else from the last row to the first.
 *
 * `costMatrix`: `[rows, columns]`.
 * @throws ShapeMismatch
 */
export function hungarianAlgorithm(costMatrix: NdArray): [rows: NdArray, columns: NdArray] {
  const costs = checked('hungarianAlgorithm', costMatrix);
  if (costs.size === 0) return nothing();
  const isTall = costs.shape[0] > costs.shape[1];
  const { ofColumns, rows, columns } = assign(isTall ? jnp.transpose(costs) : costs);
  let pairs: [NdArray, NdArray];
  if (rows === columns) pairs = [ofColumns, jnp.arange(columns, { dtype: 'int32' })];
  else {
    const order = jnp.split(jnp.argsort(jnp.neg(ofColumns)), [rows])[0];
    pairs = [jnp.take(ofColumns, order), jnp.astype(order, 'int32')];
  }
  return isTall ? [pairs[1], pairs[0]] : pairs;
}
