import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extent, linearScale, logScale, niceStep } from '../../../src/graphcast/report/scale.js';

const positive = fc.double({ min: 1e-8, max: 1e8, noNaN: true });
const finite = fc.double({ min: -1e8, max: 1e8, noNaN: true }).filter((x) => Math.abs(x) > 1e-6 || x === 0);

describe('a logarithmic scale', () => {
  it('labels powers of ten where there are enough of them, and parts of decades otherwise', () => {
    expect(logScale([0.01, 100]).ticks.map(({ text }) => text)).toEqual(['0.01', '0.1', '1', '10', '100']);
    expect(logScale([1, 100]).ticks.map(({ value }) => value)).toEqual([1, 3, 10, 30, 100]);
  });

  it('has ordered ticks inside its domain, at most a few, and equal ratios at equal distances', () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 1.01, max: 1e9, noNaN: true }), (low, ratio) => {
        const { ticks, position } = logScale([low, low * ratio]);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(16);
        const places = ticks.map(({ value }) => position(value));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(Math.min(...places)).toBeGreaterThan(-1e-6);
        expect(Math.max(...places)).toBeLessThan(1 + 1e-6);
        expect(position(low * Math.sqrt(ratio))).toBeCloseTo(0.5, 6);
      }),
    );
  });
});

describe('a linear scale', () => {
  it('ends on round numbers when asked to', () => {
    expect(linearScale([0, 466], 5, true).ticks.map(({ text }) => text)).toEqual([
      '0',
      '100',
      '200',
      '300',
      '400',
      '500',
    ]);
  });

  it('has ticks that can be told apart', () => {
    fc.assert(
      fc.property(finite, fc.double({ min: 1e-5, max: 1e8, noNaN: true }), (low, span) => {
        fc.pre(low + span > low && span > Math.abs(low) * 1e-6);
        const { ticks } = linearScale([low, low + span]);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
      }),
    );
  });

  it('has a width although all values are equal', () => {
    for (const value of [0, 3, -2]) {
      const { domain, position } = linearScale([value, value]);
      expect(domain[1]).toBeGreaterThan(domain[0]);
      expect(position(value)).toBeCloseTo(0.5);
    }
  });
});

describe('a nice step', () => {
  it('is 1, 2, 2.5 or 5 times a power of ten', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 2, max: 20 }), (span, count) => {
        const step = niceStep(span, count);
        const mantissa = Number(step.toExponential().split('e')[0]);
        // Ten, since a power of ten may come out as 9.999999999999999 times the one below.
        expect([1, 2, 2.5, 5, 10].some((factor) => Math.abs(mantissa - factor) < 1e-9)).toBe(true);
        expect(step * count).toBeGreaterThanOrEqual(span * (1 - 1e-6));
      }),
    );
  });
});

describe('the extent of values', () => {
  it('leaves out what is not finite, and is null where nothing else is', () => {
    expect(extent([Number.NaN, 3, Number.POSITIVE_INFINITY, -1])).toEqual([-1, 3]);
    expect(extent([Number.NaN])).toBeNull();
  });
});
