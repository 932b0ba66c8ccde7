import { beforeAll, expect, it } from 'vitest';
import {
  harmonics,
  randomBalancedState,
  type State,
  synthesisOn,
  tendency,
  windsOn,
} from '../../../../src/graphcast/sources/shallow-water/index.js';
import { config, vmap } from '../../../../src/index.js';
import * as jnp from '../../../../src/numpy/index.js';
import * as random from '../../../../src/random/index.js';
import { describeXla } from '../../../helpers/xla.js';

describeXla('random balanced states', () => {
  beforeAll(() => config.update('engine', 'xla'));
  const h = harmonics(21);

  it('have jets and eddies as strong as was asked for', () => {
    const jet = randomBalancedState(random.key(0), h, { jet: 30, eddies: 0, mean: 5e4 });
    const at = (...latitudes: number[]): number[] => {
      const grid = synthesisOn(21, Float64Array.from(latitudes), Float64Array.of(0, 50), true);
      const [u] = windsOn(jet, h, grid).jsSync() as number[][][];
      return u.map(([first]) => first);
    };
    for (const [i, speed] of [0, 30, 22.5, 0].entries()) expect(at(0, 45, -30, 90)[i]).toBeCloseTo(speed, 1);

    const many = vmap((key: random.Key) => randomBalancedState(key, h, { jet: 0, eddies: 12, mean: 5e4 }).vorticity);
    const vorticity = many(random.split(random.key(1), { num: 50 })) as jnp.NdArray;
    // The wind's mean square: half the sum of a^2 / (n (n + 1)) |zeta|^2 over all orders, negative ones too.
    const bothSigns = jnp.where(jnp.arange(22).gt(0), 2, 1).reshape(1, 1, 22, 1);
    const squares = jnp
      .negative(vorticity.square().mul(h.inverseLaplacian))
      .mul(bothSigns)
      .sum({ axis: [1, 2, 3] });
    expect(Math.sqrt(squares.mean().item() / 2)).toBeGreaterThan(11.5);
    expect(Math.sqrt(squares.mean().item() / 2)).toBeLessThan(12.5);
  });

  it('start without gravity waves: divergence does not change at once', () => {
    const state = randomBalancedState(random.key(2), h, { jet: 30, eddies: 12, mean: 5e4 });
    const size = (x: State[keyof State]): number => jnp.max(jnp.abs(x)).item();
    const rate = tendency(state, h);
    // Terms that cancel in float32: laplacian of the geopotential.
    expect(size(rate.divergence)).toBeLessThan(1e-5 * size(state.geopotential.at(0, 0, 0).set(0).mul(h.laplacian)));
    expect(size(rate.vorticity)).toBeGreaterThan(0);
  });
});
