/**
 * Images: values between the points of a grid (`jax.scipy.ndimage`).
 */
import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import { isInteger } from '../../array/dtype.js';
import { range } from '../../array/shape.js';
import { InvalidArgument } from '../../error/error.js';
import * as lax from '../../lax/index.js';
import { asArray, cast } from '../../lax/operand.js';
import * as jnp from '../../numpy/index.js';

/**
 * What is beyond the edges: a constant, the nearest point, the image again (`wrap`), its mirror image about the edge points
 * (`mirror`) or about the edges (`reflect`).
 */
export type EdgeMode = 'constant' | 'nearest' | 'wrap' | 'mirror' | 'reflect';

/** Options of `mapCoordinates`. */
export interface MapCoordinatesOptions {
  /** Default `constant`. */
  readonly mode?: EdgeMode;
  /** The constant beyond the edges. Default 0. */
  readonly cval?: ArrayLike;
}

/** A position on an endless line, for an image mirrored about its first and last point. */
const mirrored = (index: NdArray, n: number): NdArray =>
  index
    .add(n - 1)
    .mod(2 * (n - 1))
    .sub(n - 1)
    .abs();

/** The position inside of the image that stands for one outside of it. */
const INSIDE: { readonly [M in EdgeMode]: (index: NdArray, n: number) => NdArray } = {
  constant: (index) => index,
  nearest: (index, n) => jnp.clip(index, { min: 0, max: n - 1 }),
  wrap: (index, n) => index.mod(n),
  mirror: mirrored,
  reflect: (index, n) =>
    mirrored(index.mul(2).add(1), 2 * n + 1)
      .sub(1)
      .floorDivide(2),
};

const rounded = (x: NdArray): NdArray => (isInteger(x.dtype) ? x : lax.round(x));

interface Node {
  readonly index: NdArray;
  /** Null is 1. */
  readonly weight: NdArray | null;
}

/** The points of one axis beside a coordinate, and their weights. */
function nodes(coordinate: NdArray, order: number): Node[] {
  if (order === 0) return [{ index: rounded(coordinate).astype('int32'), weight: null }];
  const below = jnp.floor(coordinate);
  const upper = coordinate.sub(below);
  const index = below.astype('int32');
  return [
    { index, weight: upper.neg().add(1) },
    { index: index.add(1), weight: upper },
  ];
}

/**
 * The image at coordinates: nearest points for order 0, linear interpolation for order 1.
 *
 * `coordinates`: one array for each axis of `input`, in units of its points; the result has their shape and the dtype of
 * `input` (integers are rounded). The derivative in a coordinate is the slope to the right of it.
 * @throws InvalidArgument for another number of coordinates, order or mode
 */
export function mapCoordinates(
  input: ArrayLike,
  coordinates: ArrayLike | readonly ArrayLike[],
  order: number,
  options: MapCoordinatesOptions = {},
): NdArray {
  const op = 'mapCoordinates';
  const { mode = 'constant', cval = 0 } = options;
  const image = asArray(input, op, 'input');
  const places = Array.isArray(coordinates)
    ? coordinates.map((c: ArrayLike, i) => asArray(c, op, `coordinates[${i}]`))
    : [...asArray(coordinates as ArrayLike, op, 'coordinates')];
  if (places.length !== image.ndim) {
    const expected = `${image.ndim} arrays, one for each axis of input`;
    throw new InvalidArgument({ op, argument: 'coordinates', expected, actual: `${places.length}` });
  }
  if (order !== 0 && order !== 1) {
    throw new InvalidArgument({ op, argument: 'order', expected: '0 or 1', actual: `${order}` });
  }
  if (!Object.hasOwn(INSIDE, mode)) {
    const expected = `one of ${Object.keys(INSIDE).join(', ')}`;
    throw new InvalidArgument({ op, argument: 'mode', expected, actual: `'${mode as string}'` });
  }
  const constant = cast(asArray(cval, op, 'cval'), image.dtype);
  const axes = places.map((c) => nodes(c, order));
  const contributions = range((order + 1) ** image.ndim).map((corner) => {
    const chosen = axes.map((own, k) => own[(corner >> (image.ndim - 1 - k)) & order]);
    const values = image.get(...chosen.map(({ index }, k) => INSIDE[mode](index, image.shape[k])));
    const isInside = chosen.map(({ index }, k) => index.ge(0).and(index.lt(image.shape[k])));
    const seen =
      mode === 'constant'
        ? jnp.where(
            isInside.reduce((p, q) => p.and(q)),
            values,
            constant,
          )
        : values;
    const weights = chosen.flatMap(({ weight }) => (weight === null ? [] : [weight]));
    return weights.length === 0 ? seen : weights.reduce((p, q) => p.mul(q)).mul(seen);
  });
  const result = contributions.reduce((p, q) => p.add(q));
  return cast(isInteger(image.dtype) ? rounded(result) : result, image.dtype);
}
