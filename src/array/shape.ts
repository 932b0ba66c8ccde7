/**
 * Shapes as values: sizes, strides, broadcasting, axes.
 */
import { AxisError } from '../error/error.js';

export type Shape = readonly number[];

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i];
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/** The shape that NumPy's broadcasting gives, or null when the shapes do not fit together. */
export function broadcastShapes(...shapes: readonly Shape[]): number[] | null {
  const ndim = Math.max(0, ...shapes.map((s) => s.length));
  const out = new Array<number>(ndim).fill(1);
  for (const shape of shapes) {
    const offset = ndim - shape.length;
    for (let i = 0; i < shape.length; i++) {
      const dim = shape[i];
      if (dim === 1) continue;
      if (out[offset + i] !== 1 && out[offset + i] !== dim) return null;
      out[offset + i] = dim;
    }
  }
  return out;
}

/** Anything in words; arrays and values without a text have none. */
const describe = (value: unknown): string => (typeof value === 'object' ? 'an object' : String(value));

/**
 * An axis counted from the front, from one that may be negative.
 * @throws AxisError when it is out of range.
 */
export function canonicalAxis(axis: number, ndim: number, op: string, argument = 'axis'): number {
  if (!Number.isInteger(axis) || axis < -ndim || axis >= ndim) {
    throw new AxisError({ op, argument, axis: describe(axis), ndim });
  }
  return axis < 0 ? axis + ndim : axis;
}

/**
 * Several axes counted from the front, in the order given. `null` and `undefined` mean all of them.
 * @throws AxisError when one is out of range or named twice.
 */
export function canonicalAxes(
  axes: number | readonly number[] | null | undefined,
  ndim: number,
  op: string,
  argument = 'axis',
): number[] {
  if (axes === null || axes === undefined) return Array.from({ length: ndim }, (_, i) => i);
  if (typeof axes !== 'number' && !Array.isArray(axes)) {
    throw new AxisError({ op, argument, axis: describe(axes), ndim, reason: 'is neither an axis nor a list of axes' });
  }
  const list = (typeof axes === 'number' ? [axes] : axes).map((a) => canonicalAxis(a, ndim, op, argument));
  if (new Set(list).size !== list.length) {
    throw new AxisError({ op, argument, axis: `[${list.join(', ')}]`, ndim, reason: 'names an axis twice' });
  }
  return list;
}

/** The shape without the given (canonical) axes. */
export const withoutAxes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.filter((_, i) => !axes.includes(i));

/** The shape with `dim` inserted at `axis`. */
export const withAxis = (shape: Shape, axis: number, dim: number): number[] => [
  ...shape.slice(0, axis),
  dim,
  ...shape.slice(axis),
];

/** 0, 1, ..., n-1. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
