import { describe, expect, it } from 'vitest';
import { renderMetrics, skill } from '../../../src/graphcast/report/metrics.js';

const row = { variable: 'geopotential', level: 500, leadHours: 12, model: 241, persistence: 389 };

describe('metrics.json', () => {
  it('has exactly the promised shape, whatever else an object carries', () => {
    const carried = { ...row, note: 'not promised' };
    const text = renderMetrics({ steps: 400, seconds: 183.2, loss: { first: 1.8, last: 0.1 }, rmse: [carried] });
    expect(text.endsWith('\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({ steps: 400, seconds: 183.2, loss: { first: 1.8, last: 0.1 }, rmse: [row] });
  });

  it('has null, not a number, for a loss that diverged', () => {
    const text = renderMetrics({ steps: 1, seconds: 1, loss: { first: 1, last: Number.NaN }, rmse: [] });
    expect(JSON.parse(text).loss).toEqual({ first: 1, last: null });
  });
});

describe('skill', () => {
  it('is 1 for a perfect forecast, 0 for persistence, negative for worse, and unknown without an error to beat', () => {
    expect([0, 2, 3].map((model) => skill({ model, persistence: 2 }))).toEqual([1, 0, -0.5]);
    expect(skill({ model: 1, persistence: 0 })).toBeNaN();
  });
});
