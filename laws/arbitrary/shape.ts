/** Shapes: few axes, small sizes, shrinking to scalars and to axes of one. */
import * as fc from 'fast-check';

export interface ShapeOptions {
  readonly minDims?: number;
  readonly maxDims?: number;
  /** Smallest size of an axis; 0 lets empty arrays in. */
  readonly minSize?: number;
  readonly maxSize?: number;
}

/** Shapes of arrays. */
export const shapes = ({
  minDims = 0,
  maxDims = 3,
  minSize = 1,
  maxSize = 4,
}: ShapeOptions = {}): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.integer({ min: minSize, max: maxSize }), { minLength: minDims, maxLength: maxDims });

/** Two shapes that broadcast against each other, as NumPy defines it: axes are dropped or made one. */
export const broadcastableShapes = (
  options: ShapeOptions = {},
): fc.Arbitrary<readonly [readonly number[], readonly number[]]> =>
  shapes(options).chain((shape) =>
    fc
      .tuple(
        fc.array(fc.constantFrom(false, true), { minLength: shape.length, maxLength: shape.length }),
        fc.array(fc.constantFrom(false, true), { minLength: shape.length, maxLength: shape.length }),
        fc.nat({ max: shape.length }),
      )
      .map(([ones, others, dropped]) => {
        const left = shape.map((n, i) => (ones[i] ? 1 : n));
        const right = shape.map((n, i) => (others[i] && !ones[i] ? 1 : n)).slice(dropped);
        return [left, right] as const;
      }),
  );
