import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineChart, type Point, smooth, thin } from '../../../src/graphcast/report/line-chart.js';

const line = (values: readonly number[]): Point[] => values.map((y, x) => [x, y]);
const chart = (points: readonly Point[], y: 'log' | 'linear' = 'linear') =>
  lineChart({
    id: 'c',
    description: 'd',
    xLabel: 'x',
    yLabel: 'y',
    y,
    series: [{ name: 's', role: 'model', points }],
    width: 400,
    height: 200,
  })?.text;
const path = (svg: string): string => /class="line model" d="([^"]*)"/.exec(svg)![1]!;

describe('thinning a long line', () => {
  it('keeps both ends and every extreme, in order, in a bounded number of points', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 2000 }),
        (values) => {
          const points = line(values);
          const kept = thin(points, 50);
          expect(kept.length).toBeLessThanOrEqual(Math.max(4 * 51, 200));
          expect(kept[0]).toBe(points[0]);
          expect(kept.at(-1)).toBe(points.at(-1));
          const ys = kept.map(([, y]) => y);
          expect(Math.max(...ys)).toBe(Math.max(...values));
          expect(Math.min(...ys)).toBe(Math.min(...values));
          expect(kept.every(([x], i) => i === 0 || x > kept[i - 1]![0])).toBe(true);
        },
      ),
    );
  });

  it('keeps a single value that is not a number among thousands', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => (i === 4321 ? Number.NaN : 1));
    expect(thin(line(values), 50).some(([, y]) => Number.isNaN(y))).toBe(true);
  });
});

describe('smoothing', () => {
  it('leaves a straight line as it is, away from its ends', () => {
    const points = line(Array.from({ length: 50 }, (_, i) => 3 * i + 1));
    const inner = smooth(points, 4).slice(4, -4);
    for (const [x, y] of inner) expect(y).toBeCloseTo(3 * x + 1, 9);
  });

  it('averages around a value that is not finite and leaves its gap', () => {
    const ys = smooth(line([1, Number.NaN, 3]), 2).map(([, y]) => y);
    expect(ys).toEqual([2, Number.NaN, 2]);
  });
});

describe('a line chart', () => {
  it('interrupts the line at values that cannot be drawn', () => {
    expect(path(chart(line([1, 2, Number.NaN, 3, 4]))!).match(/M/g)).toHaveLength(2);
    expect(path(chart(line([1, 2, 0, 3, -4, 2]), 'log')!).match(/M/g)).toHaveLength(3);
  });

  it('draws larger values higher, inside the picture', () => {
    const [[x0, y0], [x1, y1]] = [...path(chart(line([1, 5]))!).matchAll(/[ML](\S+) ([\d.]+)/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]) as [[number, number], [number, number]];
    expect(x1).toBeGreaterThan(x0);
    expect(y1).toBeLessThan(y0);
    expect(Math.min(x0, y1)).toBeGreaterThanOrEqual(0);
    expect(Math.max(x1 / 400, y0 / 200)).toBeLessThanOrEqual(1);
  });

  it('is nothing when there is nothing to draw', () => {
    expect(chart(line([Number.NaN]))).toBeUndefined();
    expect(chart(line([-1, 0]), 'log')).toBeUndefined();
  });
});
