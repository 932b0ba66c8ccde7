import { describe, expect, it } from 'vitest';
import { jobOptions, outcome } from '../../src/cli/graphcast-train.js';
import { type MainJobResult, mainJobDefaults } from '../../src/graphcast/job.js';

const given = { ...mainJobDefaults, source: 'era5', steps: undefined, seconds: undefined, engine: undefined };

describe('the options of `fluxion graphcast`', () => {
  it('are the defaults where nothing is said', () => {
    expect(jobOptions(given)).toEqual(mainJobDefaults);
  });

  it('leave the number of steps open when only time is limited', () => {
    expect(jobOptions({ ...given, seconds: 60 })).toMatchObject({ steps: null, seconds: 60 });
    expect(jobOptions({ ...given, seconds: 60, steps: 10 })).toMatchObject({ steps: 10, seconds: 60 });
  });

  it('take --data FILE and --source FILE for the same', () => {
    const file = { kind: 'file', path: 'a.nc' };
    expect(jobOptions({ ...given, data: 'a.nc' }).source).toEqual(file);
    expect(jobOptions({ ...given, source: 'a.nc' }).source).toEqual(file);
    expect(jobOptions({ ...given, source: 'shallow-water' }).source).toEqual({ kind: 'shallow-water' });
  });
});

describe('the outcome of `fluxion graphcast`', () => {
  const result: MainJobResult = {
    outcome: 'finished',
    totalSteps: 20,
    metrics: {
      steps: 10,
      seconds: 4,
      loss: { first: 2, last: 0.5 },
      rmse: [{ variable: 'geopotential', level: 500, leadHours: 12, model: 150, persistence: 300 }],
    },
    files: { metrics: 'out/metrics.json', checkpoint: 'out/c.npz', report: 'out/report.html' },
  };

  it('says what was trained, how well it forecasts and where the files are', () => {
    const { text } = outcome(result, mainJobDefaults);
    expect(text).toContain('Trained 10 steps in 4 s, 2.5 steps/s.');
    const row = 'Geopotential 500 hPa 12 h 150 m² s⁻² 300 m² s⁻² +50 %';
    expect(text.replace(/\s+/g, ' ')).toContain(row);
    expect(text).toContain('out/report.html');
  });

  it('is, for programs, the metrics and the files', () => {
    expect(outcome(result, mainJobDefaults).data).toEqual({
      ...result.metrics,
      outcome: 'finished',
      totalSteps: 20,
      files: result.files,
    });
  });
});
