import { describe, expect, it } from 'vitest';
import {
  durationText,
  fixedText,
  numberText,
  percentText,
  signedText,
  unitText,
} from '../../../src/graphcast/report/number-text.js';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [0.12345, '0.123'],
    [0.001, '0.001'],
    [1234.5, '1,235'],
    [57892, '57,892'],
    [-3.5, '−3.5'],
    [1.25e-5, '1.25×10⁻⁵'],
    [1e-5, '10⁻⁵'],
    [-2e9, '−2×10⁹'],
    [Number.NaN, 'not a number'],
    [-Infinity, '−∞'],
  ])('%d is %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it('keep their zeros in columns', () => {
    expect([2.3, 2.29, 177, -0.5, 0].map((value) => fixedText(value))).toEqual(['2.30', '2.29', '177', '−0.500', '0']);
  });

  it('say their sign, and percent', () => {
    expect([2, -2, 0].map((value) => signedText(value))).toEqual(['+2', '−2', '0']);
    expect([0.41, -0.2, Number.NaN].map(percentText)).toEqual(['+41\u00a0%', '−20\u00a0%', '–']);
  });
});

describe('units and durations', () => {
  it('raise exponents and leave names with digits alone', () => {
    expect(['m2 s-2', 'K', 'kg kg-1', 'W m-2'].map(unitText)).toEqual([
      'm²\u00a0s⁻²',
      'K',
      'kg\u00a0kg⁻¹',
      'W\u00a0m⁻²',
    ]);
  });

  it.each([
    [0.0421, '42 ms'],
    [12.34, '12.3 s'],
    [59.97, '1 min 0 s'],
    [3599.6, '1 h 0 min'],
    [8040, '2 h 14 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});
