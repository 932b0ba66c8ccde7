import { describe, expect, it } from 'vitest';
import { InvalidArgument } from '../../../src/error/error.js';
import { NotFound } from '../../../src/error/xarray.js';
import {
  addDerivedVars,
  addTisrVar,
  extractInputsTargetsForcings,
  extractInputTargetTimes,
} from '../../../src/graphcast/data-utils/index.js';
import * as jnp from '../../../src/numpy/index.js';
import { Coordinate, Dataset } from '../../../src/xarray/index.js';
import { maxAbsDifference } from '../../helpers/closeness.js';
import { expectDatasets } from '../../helpers/datasets.js';
import { describeEra5 } from '../../helpers/era5.js';
import { describeGolden } from '../../helpers/golden.js';
import { configOf, extractionOf, goldenDataset, weatherOf } from '../golden-data.js';

const HOUR = 3_600_000_000_000n;
const hours = (...h: number[]): Coordinate =>
  new Coordinate(
    ['time'],
    BigInt64Array.from(h, (x) => BigInt(x) * HOUR),
    'timedelta64[ns]',
  );
const leadHours = (dataset: Dataset): number[] => dataset.coords.time.numbers().map((ns) => ns / 3.6e12);

/** Five frames, six hours apart, numbered; a variable without a time. */
const frames = new Dataset(
  { x: [['time'], jnp.arange(5)], still: [['lat'], jnp.ones([3])] },
  { coords: { time: hours(0, 6, 12, 18, 24) } },
);

describe('the cut between inputs and targets', () => {
  const cut = (
    inputDuration: string,
    targetLeadTimes: Parameters<typeof extractInputTargetTimes>[1]['targetLeadTimes'],
  ) => {
    const [inputs, targets] = extractInputTargetTimes(frames, { inputDuration, targetLeadTimes });
    return { inputs, targets };
  };

  it('lets targets end where the data ends, and counts lead times from the last input', () => {
    const { inputs, targets } = cut('12h', '12h');
    expect(leadHours(inputs)).toEqual([-6, 0]);
    expect(inputs.get('x').data.jsSync()).toEqual([1, 2]);
    expect(leadHours(targets)).toEqual([12]);
    expect(targets.get('x').data.jsSync()).toEqual([4]);
  });

  it('takes all lead times of a slice, both ends included, from the first after 0 by default', () => {
    expect(leadHours(cut('6h', { start: '6h', stop: '18h' }).targets)).toEqual([6, 12, 18]);
    expect(leadHours(cut('6h', { stop: '18h' }).targets)).toEqual([6, 12, 18]);
  });

  it('puts several lead times in their order', () => {
    const { inputs, targets } = cut('6h', ['18h', '6 hours']);
    expect(leadHours(targets)).toEqual([6, 18]);
    expect(inputs.get('x').data.jsSync()).toEqual([1]);
  });

  it('leaves variables without a time in both parts', () => {
    const { inputs, targets } = cut('12h', '6h');
    expect([inputs.has('still'), targets.has('still')]).toEqual([true, true]);
  });

  it('refuses lead times that no frame has, and times that are dates', () => {
    expect(() => cut('6h', ['9h', '12h'])).toThrow(NotFound);
    expect(() => cut('6h', '9h')).toThrow(/lead time 0/);
    expect(() => cut('6h', '30h')).toThrow(/lead time 0/);
    expect(() => cut('6h', [])).toThrow(InvalidArgument);
    const dated = frames.assignCoords({
      time: new Coordinate(['time'], hours(0, 6, 12, 18, 24).values, 'datetime64[ns]'),
    });
    expect(() => extractInputTargetTimes(dated, { inputDuration: '6h', targetLeadTimes: '6h' })).toThrow(/durations/);
  });
});

describe('forcings', () => {
  const grid = (datetime: Coordinate): Dataset =>
    new Dataset(
      { x: [datetime.dims, jnp.zeros(datetime.shape)] },
      { coords: { datetime, lat: new Float32Array([-45, 0, 45]), lon: new Float32Array([0, 180]) } },
    );
  const noon = BigInt(Date.UTC(2020, 2, 20, 12)) * 1_000_000n;
  const day = 24n * HOUR;

  it('have the dimensions of the dates, with and without a batch', () => {
    const plain = grid(new Coordinate(['time'], BigInt64Array.of(noon, noon + day), 'datetime64[ns]'));
    const batched = grid(
      new Coordinate(['batch', 'time'], BigInt64Array.of(noon + day, noon), 'datetime64[ns]', [2, 1]),
    );
    const dimsOf = (dataset: Dataset) =>
      ['year_progress_sin', 'day_progress_cos', 'toa_incident_solar_radiation'].map(
        (name) => addTisrVar(addDerivedVars(dataset)).get(name).dims,
      );
    expect(dimsOf(plain)).toEqual([['time'], ['time', 'lon'], ['time', 'lat', 'lon']]);
    expect(dimsOf(batched)).toEqual([
      ['batch', 'time'],
      ['batch', 'time', 'lon'],
      ['batch', 'time', 'lat', 'lon'],
    ]);
    // Each member has the sun of its own dates: here the other way round.
    const [first, second] = [plain, batched].map(
      (d) => addTisrVar(d).get('toa_incident_solar_radiation').data.dataSync() as Float32Array,
    );
    expect(maxAbsDifference(first.slice(0, 6), second.slice(6))).toBe(0);
    expect(maxAbsDifference(first.slice(0, 6), second.slice(0, 6))).toBeGreaterThan(0);
  });

  it('say day at noon and night at midnight', () => {
    const sun = addTisrVar(grid(new Coordinate(['time'], BigInt64Array.of(noon), 'datetime64[ns]')));
    const [[, [greenwich, fiji]]] = sun.get('toa_incident_solar_radiation').data.jsSync() as number[][][];
    expect(greenwich / 3600).toBeGreaterThan(1300);
    expect(fiji).toBe(0);
  });

  it('stay as they are where the dataset has them', () => {
    const dataset = grid(new Coordinate(['time'], BigInt64Array.of(noon), 'datetime64[ns]')).assign({
      toa_incident_solar_radiation: [['time'], jnp.array([7])],
      year_progress: [['time'], jnp.array([8])],
    });
    const added = addDerivedVars(addTisrVar(dataset));
    expect(added.get('toa_incident_solar_radiation').item()).toBe(7);
    expect(added.has('year_progress_sin')).toBe(false);
    expect(added.has('day_progress_sin')).toBe(true);
  });

  it('need dates and a grid', () => {
    expect(() => addDerivedVars(frames)).toThrow(/datetime/);
    const ungridded = grid(new Coordinate(['time'], BigInt64Array.of(noon), 'datetime64[ns]')).dropVars('lon');
    expect(() => addDerivedVars(ungridded)).toThrow(NotFound);
    expect(() => addTisrVar(ungridded)).toThrow(NotFound);
  });

  it('cannot be targets too', () => {
    const options = {
      inputVariables: ['x'],
      targetVariables: ['x'],
      forcingVariables: ['x'],
      pressureLevels: [],
      inputDuration: '6h',
      targetLeadTimes: '6h',
    };
    expect(() => extractInputsTargetsForcings(frames, options)).toThrow(/sharing x/);
  });
});

describeGolden("DeepMind's extract_inputs_targets_forcings", () => {
  describeEra5('of the ERA5 sample', () => {
    it.each(['a', 'b'] as const)('cuts the inputs, targets and forcings of case %s', async (which) => {
      const weather = (await weatherOf(which)).isel({ batch: configOf(which).sample.members });
      const options = extractionOf(which);
      const [inputs, targets, forcings] = extractInputsTargetsForcings(weather, options);
      const expected = async (name: string, variables: readonly string[]): Promise<Dataset> =>
        (await goldenDataset(which, name)).select(variables);
      // The sun: float32 times in the original, see solar-radiation.test.ts. Sines: the last place of float32.
      const tolerance = (name: string): number =>
        name === 'toa_incident_solar_radiation' ? 1e-4 : name.includes('progress') ? 1.2e-7 : 0;
      expectDatasets(inputs, await expected('inputs', options.inputVariables), tolerance);
      expectDatasets(targets, await expected('targets', options.targetVariables), tolerance);
      expectDatasets(forcings, await expected('forcings', options.forcingVariables), tolerance);
    });
  });
});
