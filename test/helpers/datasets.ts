/** Comparing datasets. */
import { expect } from 'vitest';
import type { Dataset } from '../../src/xarray/index.js';
import { maxAbsDifference } from './closeness.js';

/** The largest absolute value of an array. */
const largest = (data: ArrayLike<number>): number => Array.from(data).reduce((m, x) => Math.max(m, Math.abs(x)), 0);

/**
 * Expects the same variables, with the same dimensions and close values, over the same labels.
 * `tolerance(name)` is relative to the largest value of the variable.
 */
export function expectDatasets(actual: Dataset, expected: Dataset, tolerance: (name: string) => number): void {
  expect(actual.keys().sort()).toEqual(expected.keys().sort());
  for (const [name, want] of expected.entries()) {
    const got = actual.get(name);
    expect(got.dims, `${name}: dimensions`).toEqual(want.dims);
    expect(`${got.data.aval}`, `${name}: type`).toBe(`${want.data.aval}`);
    const [a, e] = [got.data.dataSync(), want.data.dataSync()] as Float32Array[];
    const allowed = tolerance(name) * largest(e);
    expect(maxAbsDifference(a, e), `${name}: largest difference`).toBeLessThanOrEqual(allowed);
  }
  for (const [name, coordinate] of Object.entries(expected.coords)) {
    expect(actual.coords[name]?.numbers(), `labels of ${name}`).toEqual(coordinate.numbers());
    expect(actual.coords[name]?.kind, `labels of ${name}`).toBe(coordinate.kind);
  }
}
