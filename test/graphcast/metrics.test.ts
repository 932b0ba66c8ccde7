import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  climatologyOf,
  evaluate,
  persistenceForecast,
  rmseRows,
  ScoreAccumulator,
} from '../../src/graphcast/metrics.js';
import * as jnp from '../../src/numpy/index.js';
import { Coordinate, Dataset, slice } from '../../src/xarray/index.js';

const HOUR = 3_600_000_000_000n;
const hours = (...h: number[]): Coordinate =>
  new Coordinate(
    ['time'],
    BigInt64Array.from(h, (x) => BigInt(x) * HOUR),
    'timedelta64[ns]',
  );
const coords = { lat: [-45, 45], lon: [0, 180], level: [500, 850] };
const dims = ['batch', 'time', 'level', 'lat', 'lon'];

/** Two members, three times, two levels, on cells of half the globe. */
const weather = (values: readonly number[]): Dataset =>
  new Dataset(
    { x: [dims, jnp.array([...values]).reshape(2, 3, 2, 2, 2)] },
    { coords: { ...coords, time: hours(0, 6, 12) } },
  );
const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 48, maxLength: 48 });

describe('scores', () => {
  it('are 0, 0 and 1 for a perfect forecast', async () => {
    await fc.assert(
      fc.asyncProperty(numbers, async (values) => {
        const o = weather(values);
        for (const score of await evaluate(o, o, {
          climatology: weather(values.map(() => 60)).isel({ batch: 0, time: 0 }),
        })) {
          expect([score.rmse, score.bias]).toEqual([0, 0]);
          expect(score.acc).toBeCloseTo(1, 12);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are the offset for a forecast that is off by one number', async () => {
    await fc.assert(
      fc.asyncProperty(numbers, fc.integer({ min: -20, max: 20 }), async (values, offset) => {
        const o = weather(values);
        for (const { rmse, bias } of await evaluate(o.add(offset), o)) {
          expect(rmse).toBeCloseTo(Math.abs(offset), 10);
          expect(bias).toBeCloseTo(offset, 10);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of forecasts that come one by one are those of all of them', async () => {
    await fc.assert(
      fc.asyncProperty(numbers, numbers, numbers, async (a, b, c) => {
        const [f, o] = [weather(a), weather(b)];
        const climatology = weather(c).isel({ batch: 0, time: 0 });
        const accumulator = new ScoreAccumulator({ climatology });
        for (const time of [0, 1, 2]) {
          for (const batch of [0, 1]) {
            const part = { batch: [batch], time: [time] };
            await accumulator.add(f.isel(part), o.isel(part));
          }
        }
        const key = (s: { level: number | null; leadHours: number }): string => `${s.level} ${s.leadHours}`;
        const whole = new Map((await evaluate(f, o, { climatology })).map((s) => [key(s), s]));
        const parts = accumulator.scores();
        expect(parts).toHaveLength(whole.size);
        for (const part of parts) {
          const { rmse, bias, acc } = whole.get(key(part)) as (typeof parts)[number];
          expect(part.rmse).toBeCloseTo(rmse, 10);
          expect(part.bias).toBeCloseTo(bias, 10);
          if (Number.isNaN(acc)) expect(part.acc).toBeNaN();
          else expect(part.acc).toBeCloseTo(acc as number, 10);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('are of each level and lead time, in the order of variable, level, time', async () => {
    const zero = weather(Array(48).fill(0));
    const scores = await evaluate(zero, zero);
    expect(scores.map(({ variable, level, leadHours }) => [variable, level, leadHours])).toEqual([
      ['x', 500, 0],
      ['x', 500, 6],
      ['x', 500, 12],
      ['x', 850, 0],
      ['x', 850, 6],
      ['x', 850, 12],
    ]);
    // An error of 3 at one of the two members, at 850 hPa and 6 h only: the mean of 9 and 0.
    const wrong = zero.get('x').data.at(1, 1, 1).set(3);
    const wrongScores = await evaluate(zero.assign({ x: [dims, wrong] }), zero);
    expect(wrongScores.map((s) => s.rmse ** 2).map((s) => Math.round(s * 1e9) / 1e9)).toEqual([0, 0, 0, 0, 4.5, 0]);
  });

  it('weigh latitudes by their area', async () => {
    // Poles and equator: caps of 45 degrees cover 1 - sin(45) of the sphere together, the belt between them sin(45).
    const surface = new Dataset(
      { y: [['batch', 'time', 'lat', 'lon'], jnp.array([[[[0], [1], [0]]]])] },
      { coords: { lat: [-90, 0, 90], time: hours(6) } },
    );
    const [{ bias, rmse, level }] = await evaluate(surface, surface.mul(0));
    expect(level).toBeNull();
    expect(bias).toBeCloseTo(Math.SQRT1_2, 7);
    expect(rmse).toBeCloseTo(Math.sqrt(Math.SQRT1_2), 7);
  });

  it('correlate anomalies: opposite ones by -1, independent ones by 0', async () => {
    const o = new Dataset(
      {
        y: [
          ['batch', 'time', 'lat', 'lon'],
          jnp.array([
            [
              [
                [1, -1],
                [1, -1],
              ],
            ],
          ]),
        ],
      },
      { coords: { lat: [-45, 45], time: hours(6) } },
    );
    const climatology = o.mul(0).isel({ batch: 0, time: 0 });
    const other = o.assign({
      y: [
        ['batch', 'time', 'lat', 'lon'],
        jnp.array([
          [
            [
              [1, 1],
              [-1, -1],
            ],
          ],
        ]),
      ],
    });
    expect((await evaluate(o.mul(-2), o, { climatology }))[0].acc).toBeCloseTo(-1, 12);
    expect((await evaluate(other, o, { climatology }))[0].acc).toBeCloseTo(0, 12);
    expect((await evaluate(o, o))[0].acc).toBeNull();
  });

  it('name what is missing', async () => {
    const o = weather(Array(48).fill(0));
    await expect(evaluate(o, o.dropVars('lat'))).rejects.toThrow(/coordinate lat/);
    await expect(evaluate(o.rename({ x: 'z' }), o)).rejects.toThrow(/variable z/);
  });
});

describe('baselines', () => {
  const o = weather(Array.from({ length: 48 }, (_, i) => i));

  it('persistence repeats the last input at each target time', async () => {
    const [inputs, targets] = [o.isel({ time: slice(0, 1) }), o.isel({ time: slice(1, 3) })];
    const persisted = persistenceForecast(inputs, targets.assign({ unknown: [['time'], jnp.zeros([2])] }));
    expect(persisted.keys()).toEqual(['x']);
    expect(persisted.get('x').dims).toEqual(dims);
    // Frames differ by 8 everywhere.
    expect((await evaluate(persisted, targets)).map((s) => [s.leadHours, s.rmse, s.bias])).toEqual([
      [6, 8, -8],
      [12, 16, -16],
      [6, 8, -8],
      [12, 16, -16],
    ]);
  });

  it('climatology is the mean over members and times', () => {
    const mean = climatologyOf(o).get('x');
    expect(mean.dims).toEqual(['level', 'lat', 'lon']);
    expect(mean.isel({ level: 0, lat: 0, lon: 0 }).item()).toBe(20);
  });

  it('stand beside the model in the rows of metrics.json', async () => {
    const model = await evaluate(o.add(1), o);
    const rows = rmseRows(model, (await evaluate(o.add(2), o)).slice(0, 2));
    expect(rows.map((r) => [r.level, r.leadHours, Math.round(r.model), Math.round(r.persistence)])).toEqual([
      [500, 0, 1, 2],
      [500, 6, 1, 2],
    ]);
  });
});
