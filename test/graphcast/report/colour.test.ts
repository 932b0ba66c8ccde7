import { describe, expect, it } from 'vitest';
import { hexText, palette, paletteIndex, redBlue, viridis } from '../../../src/graphcast/report/colour.js';
import { divergingRange, sequentialRange } from '../../../src/graphcast/report/field-map.js';

describe('viridis', () => {
  // matplotlib.colormaps['viridis'] of matplotlib 3.11, at 0, 64, 128, 192 and 255 of 255.
  it.each([
    [0, '#440154'],
    [64, '#3b528b'],
    [128, '#21918c'],
    [192, '#5ec962'],
    [255, '#fde725'],
  ])('is within 2 percent of the original at %d of 255', (at, original) => {
    const channels = [1, 3, 5].map((i) => Number.parseInt(original.slice(i, i + 2), 16));
    const colour = viridis(at / 255);
    const differences = channels.map((channel, i) => Math.abs(channel - colour[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(0.02 * 255);
  });
});

describe('the scale of errors', () => {
  it('is nearly white at zero, blue below and red above', () => {
    expect(hexText(redBlue(0.5))).toBe('#f7f7f7');
    const [[lowRed, , lowBlue], [highRed, , highBlue]] = [redBlue(0.2), redBlue(0.8)];
    expect(lowBlue).toBeGreaterThan(lowRed);
    expect(highRed).toBeGreaterThan(highBlue);
  });
});

describe('a palette', () => {
  it('has a transparent entry for what lies outside, and a grey one for what is not a number', () => {
    const colours = palette(viridis);
    expect(colours).toHaveLength(256);
    expect(colours[0]![3]).toBe(0);
    expect(colours[paletteIndex(Number.NaN, 0, 1)]).toEqual([128, 128, 128, 255]);
  });

  it('is used from end to end, and values beyond take the end colours', () => {
    expect([-5, 0, 1, 5, -Infinity, Infinity].map((value) => paletteIndex(value, 0, 1))).toEqual([
      1, 1, 254, 254, 1, 254,
    ]);
  });
});

describe('the range of a field', () => {
  it('holds the target, and says which forecasts lie beyond it', () => {
    const range = sequentialRange(viridis, [
      [251, 299],
      [240, 290],
    ]);
    expect(range.low).toBeLessThanOrEqual(251);
    expect(range.high).toBeGreaterThanOrEqual(299);
    expect(range).toMatchObject({ below: true, above: false });
  });

  it('has a width although the field is constant, or nowhere a number', () => {
    for (const field of [
      [5, 5],
      [0, 0],
      [Number.NaN, Number.NaN],
    ] as const) {
      const { low, high } = sequentialRange(viridis, [field]);
      expect(high).toBeGreaterThan(low);
    }
  });
});

describe('the range of errors', () => {
  it('is the same on both sides of zero, and no single cell decides it', () => {
    const error = Array.from({ length: 1000 }, (_, i) => Math.sin(i));
    error[500] = 1e6;
    const range = divergingRange(redBlue, [error]);
    expect(range.low).toBe(-range.high);
    expect(range.high).toBeCloseTo(1, 1);
    expect(range.above).toBe(true);
  });

  it('has a width although there is no error', () => {
    expect(divergingRange(redBlue, [[0, 0]])).toMatchObject({ low: -1, high: 1, above: false });
  });
});
