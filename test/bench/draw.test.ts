/** The numbers that every peer begins with, against those that NumPy computes in `bench/peers/jax/draw.py`. */
import { describe, expect, it } from 'vitest';
import { draw, drawIntegers, drawOneHot } from '../../bench/draw.js';

describe('drawn numbers', () => {
  it('are those of the Python twin, bit by bit', () => {
    expect([...draw(7, 6, 2.5)]).toEqual([
      0.1605563908815384, 1.2400968074798584, 1.65920090675354, 1.7239103317260742, -1.9503284692764282,
      0.7214858531951904,
    ]);
    expect([...drawIntegers(9, 8, 2562)]).toEqual([2412, 304, 965, 656, 1674, 2289, 656, 1370]);
    expect(draw(123, 100_000).reduce((sum, x) => sum + x, 0)).toBeCloseTo(-15.87641055136919, 9);
  });

  it('stand for rows with a single one', () => {
    const rows = drawOneHot(2, 3, 4);
    expect([...rows]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
  });
});
