import { describe, expect, it } from 'vitest';
import { bytesText, followSteps } from '../../src/cli/advance.js';

const at = (step: number, elapsed: number) => ({ step, elapsed, loss: 1, gradientNorm: 1, learningRate: 1 });

describe('following the steps of a run', () => {
  it('leaves the first step, which waits for the compiler, out of the speed', () => {
    const follow = followSteps({ stepsBefore: 0, steps: 10, seconds: null });
    expect(follow(at(1, 60))).toEqual({ fraction: 0.1, rate: null, left: null });
    expect(follow(at(2, 60.5))).toEqual({ fraction: 0.2, rate: 2, left: 4 });
  });

  it('counts a resumed run from where it began', () => {
    const follow = followSteps({ stepsBefore: 100, steps: 200, seconds: null });
    expect(follow(at(150, 1)).fraction).toBe(0.5);
  });

  it('goes by the limit that will be reached first', () => {
    const follow = followSteps({ stepsBefore: 0, steps: 1000, seconds: 20 });
    follow(at(1, 1));
    expect(follow(at(2, 2))).toEqual({ fraction: 0.1, rate: 1, left: 18 });
  });

  it('knows no end where none is set', () => {
    expect(followSteps({ stepsBefore: 0, steps: null, seconds: null })(at(3, 1))).toMatchObject({
      fraction: 0,
      left: null,
    });
  });
});

describe('bytes', () => {
  it('are written in the unit that fits', () => {
    expect([850, 12_345_678, 2e9].map(bytesText)).toEqual(['0.85 kB', '12.3 MB', '2 GB']);
  });
});
