/**
 * Coordinates: labels along dimensions. They stay on the host and are part of a program's structure, not of its data, as
 * in DeepMind's `xarray_jax`: a jitted function is traced again when they change.
 *
 * Times are nanoseconds in 64-bit integers, as numpy's `datetime64[ns]` and `timedelta64[ns]`.
 */

import type { TypedArray } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { range, sizeOf, stridesOf } from '../array/shape.js';
import { InvalidDataset } from '../error/xarray.js';

/** What the labels are. */
export type CoordinateKind = 'number' | 'datetime64[ns]' | 'timedelta64[ns]' | 'str';

export type CoordinateValues = TypedArray | readonly string[];

const interned = new Map<string, number>();

/** Labels over named dimensions. Immutable. */
export class Coordinate {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  #id: number | null = null;

  /**
   * @param dims names of the dimensions that the values run over
   * @param values row-major; typed numbers, nanoseconds, or strings
   * @throws InvalidDataset when the number of values is not that of the shape
   */
  constructor(
    dims: readonly string[],
    readonly values: CoordinateValues,
    readonly kind: CoordinateKind = 'number',
    shape: readonly number[] = dims?.length === 0 ? [] : [values?.length],
  ) {
    checkArgument('Coordinate', 'dims', dims, 'list');
    for (const [i, dim] of dims.entries()) checkArgument('Coordinate', `dims[${i}]`, dim, 'string');
    if (!ArrayBuffer.isView(values)) checkArgument('Coordinate', 'values', values, 'list');
    checkArgument('Coordinate', 'shape', shape, 'integers');
    this.dims = Object.freeze([...dims]);
    this.shape = Object.freeze([...shape]);
    if (shape.length !== dims.length || sizeOf(shape) !== values.length) {
      throw new InvalidDataset({
        what: `A coordinate over (${dims.join(', ')}) with shape [${shape.join(', ')}] cannot have ${values.length} values.`,
      });
    }
  }

  /** The same number for equal coordinates: names of dimensions, kind and values. */
  get id(): number {
    if (this.#id === null) {
      const { values } = this;
      const type = Array.isArray(values) ? 'str' : values.constructor.name;
      const key = `${this.dims.join(',')}|${this.kind}|${type}|${this.shape.join(',')}|${Array.prototype.join.call(values, '\u0001')}`;
      this.#id = interned.get(key) ?? interned.size;
      interned.set(key, this.#id);
    }
    return this.#id;
  }

  equals(other: Coordinate): boolean {
    return this === other || this.id === other.id;
  }

  get size(): number {
    return this.values.length;
  }

  /** The labels at positions along one of its dimensions; without it, when there is no such dimension. */
  take(dim: string, positions: readonly number[]): Coordinate {
    const axis = this.dims.indexOf(dim);
    if (axis < 0) return this;
    const shape = this.shape.map((n, i) => (i === axis ? positions.length : n));
    const strides = stridesOf(this.shape);
    const out: number[] = [];
    const visit = (depth: number, offset: number): void => {
      if (depth === shape.length) {
        out.push(offset);
        return;
      }
      const list = depth === axis ? positions : range(shape[depth]);
      for (const i of list) visit(depth + 1, offset + i * strides[depth]);
    };
    visit(0, 0);
    return new Coordinate(this.dims, pick(this.values, out), this.kind, shape);
  }

  /** The label at one position along a dimension, which goes away. */
  at(dim: string, position: number): Coordinate {
    const one = this.take(dim, [position]);
    if (one === this) return this;
    const axis = this.dims.indexOf(dim);
    return new Coordinate(
      this.dims.filter((d) => d !== dim),
      one.values,
      this.kind,
      one.shape.filter((_, i) => i !== axis),
    );
  }

  /** The same labels with the dimensions in the order of a list, which may name others too. */
  transpose(order: readonly string[]): Coordinate {
    const axes = order.filter((d) => this.dims.includes(d)).map((d) => this.dims.indexOf(d));
    if (axes.every((axis, i) => axis === i)) return this;
    const strides = stridesOf(this.shape);
    const positions = axes.reduce<number[]>(
      (offsets, axis) => offsets.flatMap((o) => range(this.shape[axis]).map((i) => o + i * strides[axis])),
      [0],
    );
    const shape = axes.map((axis) => this.shape[axis]);
    return new Coordinate(
      axes.map((axis) => this.dims[axis]),
      pick(this.values, positions),
      this.kind,
      shape,
    );
  }

  renamed(names: { readonly [from: string]: string }): Coordinate {
    return new Coordinate(
      this.dims.map((d) => names[d] ?? d),
      this.values,
      this.kind,
      this.shape,
    );
  }

  /** The labels as numbers: nanoseconds lose precision beyond 2^53, which is 104 days around an origin. */
  numbers(): number[] {
    return Array.from(this.values as ArrayLike<number | bigint>, Number);
  }

  /** One label as a person writes it. */
  label(i: number): string {
    const value = this.values[i];
    if (this.kind === 'datetime64[ns]')
      return new Date(Number((value as bigint) / 1_000_000n)).toISOString().slice(0, 19);
    if (this.kind === 'timedelta64[ns]') return `${Number(value as bigint) / 3.6e12}h`;
    return String(value);
  }
}

/** Some of the values, by position. */
function pick(values: CoordinateValues, positions: readonly number[]): CoordinateValues {
  if (Array.isArray(values)) return positions.map((i) => values[i]);
  const source = values as Float64Array;
  const out = new (source.constructor as Float64ArrayConstructor)(positions.length);
  for (let i = 0; i < positions.length; i++) out[i] = source[positions[i]];
  return out;
}

/** Coordinates of the same dimensions behind each other along one of them. */
export function joinCoordinates(dim: string, parts: readonly Coordinate[]): Coordinate {
  const [first] = parts;
  const axis = first.dims.indexOf(dim);
  const blocks = sizeOf(first.shape.slice(0, axis));
  const total = parts.reduce((n, p) => n + p.shape[axis], 0);
  const pieces = range(blocks).flatMap((b) =>
    parts.map((p) => p.values.slice((b * p.size) / blocks, ((b + 1) * p.size) / blocks)),
  );
  const shape = first.shape.map((n, i) => (i === axis ? total : n));
  if (Array.isArray(first.values)) {
    return new Coordinate(first.dims, (pieces as readonly (readonly string[])[]).flat(), first.kind, shape);
  }
  const out = new (first.values.constructor as Float64ArrayConstructor)(sizeOf(shape));
  let next = 0;
  for (const piece of pieces as readonly Float64Array[]) {
    out.set(piece, next);
    next += piece.length;
  }
  return new Coordinate(first.dims, out, first.kind, shape);
}

/** What a user may give as labels along a dimension. */
export type CoordinateLike = Coordinate | TypedArray | readonly number[] | readonly string[] | readonly Date[];

/** Labels along a dimension from what a user gives: dates become `datetime64[ns]`. */
export function coordinateOf(dim: string, given: CoordinateLike): Coordinate {
  if (given instanceof Coordinate) return given;
  if (!Array.isArray(given)) return new Coordinate([dim], (given as Float64Array).slice());
  if (given[0] instanceof Date) {
    const times = BigInt64Array.from(given as readonly Date[], (d) => BigInt(d.getTime()) * 1_000_000n);
    return new Coordinate([dim], times, 'datetime64[ns]');
  }
  if (typeof given[0] === 'string') return new Coordinate([dim], [...(given as readonly string[])], 'str');
  const numbers = given as readonly number[];
  return new Coordinate(
    [dim],
    numbers.every(Number.isSafeInteger) ? Int32Array.from(numbers) : Float64Array.from(numbers),
  );
}

/** Labels by the name of the coordinate. */
export type Coordinates = { readonly [name: string]: Coordinate };
