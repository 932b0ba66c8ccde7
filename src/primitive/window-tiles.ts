/**
 * Windows that tile the operand, as in most pooling: beside each other, without padding, holes or overlap.
 *
 * Each axis of such an operand splits in two, which tile and where in it, by a reshape: [n] is [tiles, window]. What a
 * tile's largest element is worth is then a matter of comparing `window` arrays element by element, and no element has to
 * be looked for by its position.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { range, sizeOf } from '../array/shape.js';
import { and, or } from './bitwise.js';
import { eq, gt, lt, ne, select } from './compare.js';
import { reduceSum } from './reduce.js';
import { slice } from './slice.js';
import { broadcastInDim, forEachIndex, full, iota, reshape, zeros } from './structure.js';
import type { WindowParams } from './window.js';

/** Beyond so many elements in a tile, comparing them one by one is no gain. */
const MOST = 16;

/** Whether the windows tile the operand, but for a rest at the end of an axis. */
export function tiles(params: WindowParams): boolean {
  const { windowDimensions, windowStrides, padding, baseDilation, windowDilation } = params;
  const one = (n: number): boolean => n === 1;
  return (
    sizeOf(windowDimensions) <= MOST &&
    windowDimensions.every((n, k) => n === windowStrides[k]) &&
    padding.every(([low, high]) => low === 0 && high === 0) &&
    baseDilation.every(one) &&
    windowDilation.every(one)
  );
}

/** [n, ...] to [tiles, window, ...]; a rest that fills no tile is left out. */
function split(x: NdArray, windows: readonly number[], window: readonly number[]): NdArray {
  const used = windows.map((n, k) => n * window[k]);
  const whole = used.every((n, k) => n === x.shape[k]);
  const inside = whole
    ? x
    : slice(
        x,
        used.map(() => 0),
        used,
      );
  return reshape(
    inside,
    windows.flatMap((n, k) => [n, window[k]]),
  );
}

/** Where in each tile, counted row by row, its first largest (or smallest) element is; NaN is both. */
function firstExtremum(split: NdArray, window: readonly number[], largest: boolean): NdArray {
  const windows = range(window.length).map((k) => split.shape[2 * k]);
  const elements: NdArray[] = [];
  forEachIndex(window, (offset) => {
    const start = offset.flatMap((at) => [0, at]);
    const limit = offset.flatMap((at, k) => [windows[k], at + 1]);
    elements.push(reshape(slice(split, start, limit), windows));
  });
  let [best] = elements;
  let place = zeros(shaped(windows, 'int32'));
  elements.slice(1).forEach((element, i) => {
    const beyond = largest ? gt(element, best) : lt(element, best);
    const firstNaN = and(ne(element, element), eq(best, best));
    const better = or(beyond, firstNaN);
    best = select(better, element, best);
    place = select(better, full(place.aval, i + 1), place);
  });
  return place;
}

/**
 * The tangent of each tile's extremum: that of its first largest (or smallest) element.
 *
 * x, dx: [n, ...]; returns [tiles, ...] with the dtype of dx.
 */
export function tileTangent(
  dx: NdArray,
  x: NdArray,
  windows: readonly number[],
  { windowDimensions: window }: WindowParams,
  largest: boolean,
): NdArray {
  const elements = split(x, windows, window);
  const place = broadcastInDim(
    firstExtremum(elements, window, largest),
    elements.shape,
    range(window.length).map((k) => 2 * k),
  );
  const position = broadcastInDim(
    reshape(iota('int32', [sizeOf(window)]), window),
    elements.shape,
    range(window.length).map((k) => 2 * k + 1),
  );
  const parts = split(dx, windows, window);
  const chosen = select(eq(position, place), parts, zeros(parts.aval));
  return reduceSum(
    chosen,
    range(window.length).map((k) => 2 * k + 1),
  );
}
