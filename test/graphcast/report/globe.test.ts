import { geoEqualEarth } from 'd3-geo';
import { describe, expect, it } from 'vitest';
import { globeOutlines, mapHeight, mapWidth, rasterize } from '../../../src/graphcast/report/globe.js';

const range = (count: number, first: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i * step);

const projection = geoEqualEarth().fitExtent(
  [
    [1, 1],
    [mapWidth - 1, mapHeight - 1],
  ],
  { type: 'Sphere' },
);

describe('drawing a grid onto the globe', () => {
  const grid = { latitudes: range(61, -90, 3), longitudes: range(120, 0, 3) };
  const raster = rasterize(grid);
  const cellAt = (latitude: number, longitude: number, { cells, width } = raster): number => {
    const [x, y] = projection([longitude, latitude])!;
    return cells[Math.floor(2 * y) * width + Math.floor(2 * x)]!;
  };

  it.each([
    [0, 0],
    [45, -30],
    [-60, 171],
    [80, 90],
    [-33, -179],
  ])('puts the cell of %d, %d where the projection has it', (latitude, longitude) => {
    const row = Math.round((latitude + 90) / 3);
    const column = Math.round(((longitude + 360) % 360) / 3) % 120;
    expect(cellAt(latitude, longitude)).toBe(row * 120 + column);
  });

  it('leaves what is not Earth empty', () => {
    const { cells, width, height } = raster;
    for (const corner of [0, width - 1, width * (height - 1), width * height - 1]) expect(cells[corner]).toBe(-1);
  });

  it('gives each band of latitude the share of the picture that it has of the sphere', () => {
    const counts = new Map<number, number>();
    let all = 0;
    for (const cell of raster.cells) {
      if (cell < 0) continue;
      const row = Math.floor(cell / 120);
      counts.set(row, (counts.get(row) ?? 0) + 1);
      all++;
    }
    const sine = (degrees: number): number => Math.sin((degrees * Math.PI) / 180);
    for (const latitude of [-60, -30, 0, 30, 60]) {
      const share = (sine(latitude + 1.5) - sine(latitude - 1.5)) / 2;
      // Bands are some ten rows of pixels high, so one row more or less is the limit of what can be asked.
      expect(Math.abs(counts.get((latitude + 90) / 3)! / all - share)).toBeLessThan(share / 8);
    }
  });

  it('takes axes in any order, and longitudes from -180 as well as from 0', () => {
    const turned = rasterize({ latitudes: range(61, 90, -3), longitudes: range(120, -180, 3) });
    const value = (cell: number): string => {
      const [row, column] = [Math.floor(cell / 120), cell % 120];
      return `${90 - 3 * row} ${(180 + 3 * column) % 360}`;
    };
    for (const [latitude, longitude] of [
      [0, 0],
      [45, -30],
      [-60, 171],
    ] as const) {
      expect(value(cellAt(latitude, longitude, turned))).toBe(`${latitude} ${(longitude + 360) % 360}`);
    }
  });

  it('draws a region as a region', () => {
    const region = rasterize({ latitudes: range(5, 40, 2), longitudes: range(5, 350, 5) });
    expect(cellAt(44, 0, region)).toBe(2 * 5 + 2);
    expect(cellAt(44, -9, region)).toBe(2 * 5);
    expect(cellAt(44, 40, region)).toBe(-1);
    expect(cellAt(30, 0, region)).toBe(-1);
  });
});

describe('the outlines', () => {
  it('have coastlines, a graticule and the edge of the Earth, all inside the map', () => {
    for (const path of Object.values(globeOutlines())) {
      const numbers = path.match(/-?\d+(\.\d+)?/g)!.map(Number);
      expect(numbers.length).toBeGreaterThan(50);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...numbers)).toBeLessThanOrEqual(mapWidth);
    }
  });
});
