/**
 * The whole Earth on a page: Equal Earth, with its coastlines, and grids of values drawn onto it.
 *
 * Equal Earth (B. Savric, T. Patterson, B. Jenny, 2018) keeps areas true, as the scores do: an error near the pole
 * looks as small as it weighs. It is pseudocylindrical: each parallel is a straight line along which longitude
 * grows evenly, so a row of pixels needs its latitude and its scale once.
 * Coastlines: Natural Earth, 1:110 million (public domain), from the package world-atlas.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { geoEqualEarth, geoGraticule, geoPath } from 'd3-geo';
import { mesh } from 'topojson-client';
import type { GeometryObject, Topology } from 'topojson-specification';
import type { Grid } from './report-data.js';

/** Size of every map, in the units of its view box. */
export const mapWidth = 480;
export const mapHeight = 234;

const projection = geoEqualEarth().fitExtent(
  [
    [1, 1],
    [mapWidth - 1, mapHeight - 1],
  ],
  { type: 'Sphere' },
);
// One decimal is a tenth of a pixel: finer digits would only make the page larger.
const path = geoPath(projection).digits(1);

interface Land extends Topology {
  readonly objects: { readonly land: GeometryObject };
}

/** The outlines that every map shares, as SVG path data. */
export interface GlobeOutlines {
  readonly sphere: string;
  readonly graticule: string;
  readonly coastlines: string;
}

/** Reads and projects the outlines: about 50 kB of path data. */
export function globeOutlines(): GlobeOutlines {
  const file = createRequire(import.meta.url).resolve('world-atlas/land-110m.json');
  const land: Land = JSON.parse(readFileSync(file, 'utf8'));
  return {
    sphere: path({ type: 'Sphere' }) ?? '',
    graticule: path(geoGraticule().step([60, 30])()) ?? '',
    coastlines: path(mesh(land, land.objects.land)) ?? '',
  };
}

/** Which cell of a grid each pixel of a raster shows; -1 outside the Earth or outside the grid. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly cells: Int32Array;
}

/**
 * For each position on an axis, the index of the nearest coordinate; -1 farther than half a step beyond either end.
 * `period` (360 for longitudes) closes the axis into a circle.
 */
function nearest(coordinates: ArrayLike<number>, period: number | null): (position: number) => number {
  const order = Array.from(coordinates, (coordinate, index) => ({ coordinate, index })).sort(
    (a, b) => a.coordinate - b.coordinate,
  );
  const sorted = order.map(({ coordinate }) => coordinate);
  const count = sorted.length;
  const step = count > 1 ? (sorted.at(-1)! - sorted[0]!) / (count - 1) : (period ?? 180);
  return (position) => {
    const low = sorted[0]! - step / 2;
    const p = period === null ? position : low + ((((position - low) % period) + period) % period);
    if (p < low || p > sorted.at(-1)! + step / 2) return -1;
    let [from, to] = [0, count - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (p > (sorted[middle]! + sorted[middle + 1]!) / 2) from = middle + 1;
      else to = middle;
    }
    return order[from]!.index;
  };
}

/** Looks up the grid's cell under each pixel, `scale` pixels to a unit of the view box. Nothing is interpolated. */
export function rasterize(grid: Grid, scale = 2): Raster {
  const [width, height] = [mapWidth * scale, mapHeight * scale];
  const latitudeAt = nearest(grid.latitudes, null);
  const longitudeAt = nearest(grid.longitudes, 360);
  const columns = grid.longitudes.length;
  const cells = new Int32Array(width * height).fill(-1);
  for (let y = 0; y < height; y++) {
    const mapY = (y + 0.5) / scale;
    const [, latitude] = projection.invert!([mapWidth / 2, mapY])!;
    if (!(Math.abs(latitude) <= 90)) continue;
    const degreesPerUnit = 1 / (projection([1, latitude])![0] - projection([0, latitude])![0]);
    const row = latitudeAt(latitude);
    if (row < 0) continue;
    for (let x = 0; x < width; x++) {
      const longitude = ((x + 0.5) / scale - mapWidth / 2) * degreesPerUnit;
      if (Math.abs(longitude) > 180) continue;
      const column = longitudeAt(longitude);
      if (column >= 0) cells[y * width + x] = row * columns + column;
    }
  }
  return { width, height, cells };
}
