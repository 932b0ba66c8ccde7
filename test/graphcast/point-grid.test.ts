import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPointGrid } from '../../src/graphcast/point-grid.js';

const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);

describe('a point grid', () => {
  it('finds every point within the radius, once, and no other', () => {
    fc.assert(
      fc.property(fc.array(point), point, fc.double({ min: 1e-6, max: 4, noNaN: true }), (points, centre, radius) => {
        const found: number[] = [];
        buildPointGrid(points.flat(), radius).forEachWithin(...centre, (i) => found.push(i));
        const [x, y, z] = centre;
        const expected = points.flatMap(([px, py, pz], i) => {
          const square = (px - x) * (px - x) + (py - y) * (py - y) + (pz - z) * (pz - z);
          return square <= radius * radius ? [i] : [];
        });
        expect(found.sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });
});
