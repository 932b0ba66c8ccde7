import { describe, expect, it } from 'vitest';
import { disagreements } from '../../bench/agreement.js';
import { type Figure, figure, figuresIn, merged, refusalsIn } from '../../bench/figure.js';
import { ratioPlot } from '../../bench/report/plot.js';

const of = (peer: string, metric: string, ...samples: number[]): Figure =>
  figure({ case: 'a', peer, metric, unit: '' }, samples);

describe('the benchmark', () => {
  it('names the peers whose result is not JAX’s, also where it is not a number', () => {
    const figures = [
      of('jax', 'check', 2),
      of('fluxion', 'check', 2.0001),
      of('x', 'check', 2.001),
      of('y', 'check', Number.NaN),
    ];
    expect(disagreements(figures).map(({ peer }) => peer)).toEqual(['x', 'y']);
    expect(disagreements(figures.slice(1))).toEqual([]);
  });

  it('tells figures and refusals from each other and from noise', () => {
    const output = `warning: slow\n${JSON.stringify(of('x', 'step', 1, 3, 2))}\n{"case":"a","peer":"x","refusal":"no kernel"}\n`;
    expect(figuresIn(output)).toEqual([of('x', 'step', 1, 2, 3)]);
    expect(refusalsIn(output)).toEqual([{ case: 'a', peer: 'x', refusal: 'no kernel' }]);
  });

  it('merges runs into the median of medians and the extremes of all', () => {
    const runs = [of('x', 'step', 1, 2, 9), of('x', 'step', 3), of('x', 'step', 4, 5, 6)];
    expect(merged(runs)).toMatchObject({ median: 3, min: 1, max: 9, n: 7 });
  });

  it('plots ratios on a logarithmic axis: ten times less and more are as far from JAX', () => {
    const rows = [
      {
        label: 'a & b',
        values: new Map([
          ['p', 0.1],
          ['q', 10],
        ]),
        goal: null,
      },
    ];
    const svg = ratioPlot('title', rows, ['p', 'q']);
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)"[^>]*><title>/g)].map(([, x]) => Number(x));
    const jax = Number(/<line x1="([\d.]+)"[^>]*stroke="#2c3e50"/.exec(svg)?.[1]);
    expect(dots[1] - jax).toBeCloseTo(jax - dots[0], 0);
    expect(svg).toContain('a &amp; b');
  });
});
