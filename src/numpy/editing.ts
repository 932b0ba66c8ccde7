/**
 * Elements taken out of arrays and put into them. Source: jax.numpy.
 */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis, range } from '../array/shape.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { takeRows } from './joining.js';
import { expandDims } from './shape.js';

/** Elements without those at the positions `obj` along an axis (`jnp.delete`); the positions are known numbers. */
export function deleteElements(
  arr: ArrayLike,
  obj: number | readonly number[],
  options: { readonly axis?: number | null } = {},
): NdArray {
  checkOptions('delete', options, { axis: 'axis?' });
  checkArgument('delete', 'obj', obj, 'sizes');
  const source = asArray(arr, 'delete', 'arr');
  const x = options.axis === null || options.axis === undefined ? primitive.reshape(source, [source.size]) : source;
  const d = canonicalAxis(options.axis ?? 0, x.ndim, 'delete');
  const gone = new Set(
    (typeof obj === 'number' ? [obj] : obj).map((i) => canonicalAxis(i, x.shape[d], 'delete', 'obj')),
  );
  const kept = range(x.shape[d]).filter((i) => !gone.has(i));
  return takeRows(x, asArray(Int32Array.from(kept), 'delete'), d);
}

/** `values` put in before the positions `obj` of an axis (`jnp.insert`); the positions are known numbers. */
export function insert(
  arr: ArrayLike,
  obj: number | readonly number[],
  values: ArrayLike,
  options: { readonly axis?: number | null } = {},
): NdArray {
  checkOptions('insert', options, { axis: 'axis?' });
  checkArgument('insert', 'obj', obj, 'sizes');
  const source = asArray(arr, 'insert', 'arr');
  const x = options.axis === null || options.axis === undefined ? primitive.reshape(source, [source.size]) : source;
  const d = canonicalAxis(options.axis ?? 0, x.ndim, 'insert');
  const n = x.shape[d];
  const places = (typeof obj === 'number' ? [obj] : [...obj]).map((i) =>
    i === n ? n : canonicalAxis(i, n, 'insert', 'obj'),
  );
  let v = cast(asArray(values, 'insert', 'values'), x.dtype);
  if (typeof obj === 'number' && v.ndim > 0 && v.ndim === x.ndim - 1 && x.ndim > 1) v = expandDims(v, d);
  const count = typeof obj === 'number' && v.ndim > 0 ? (v.shape[v.ndim - x.ndim + d] ?? 1) : places.length;
  const repeated = typeof obj === 'number' ? new Array<number>(count).fill(places[0]) : places;
  const offset = x.ndim - v.ndim;
  const full = primitive.broadcastInDim(
    v,
    x.shape.map((m, i) => (i === d ? count : m)),
    v.shape.map((_, i) => offset + i),
  );
  const order = [
    ...range(n).map((i) => ({ at: i, kind: 1, from: i })),
    ...repeated.map((at, i) => ({ at, kind: 0, from: n + i })),
  ].sort((p, q) => p.at - q.at || p.kind - q.kind);
  const joined = primitive.concatenate([x, full], d);
  return takeRows(
    joined,
    asArray(
      Int32Array.from(order, (o) => o.from),
      'insert',
    ),
    d,
  );
}

export { deleteElements as delete };
