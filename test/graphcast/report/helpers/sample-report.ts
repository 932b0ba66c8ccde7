/**
 * A report's data with every part present and all values known: a field is its own formula.
 */
import type { ForecastMap, Grid, ReportData } from '../../../../src/graphcast/report/index.js';

const latitudes = Array.from({ length: 13 }, (_, i) => 90 - 15 * i);
const longitudes = Array.from({ length: 24 }, (_, i) => 15 * i);

export const sampleGrid: Grid = { latitudes, longitudes };

/** Values from a function of latitude and longitude in degrees, in the grid's order. */
export const fieldOf = (value: (latitude: number, longitude: number) => number): Float32Array =>
  Float32Array.from(latitudes.flatMap((latitude) => longitudes.map((longitude) => value(latitude, longitude))));

const map = (variable: string, level: number | null, leadHours: number): ForecastMap => ({
  variable,
  level,
  leadHours,
  initialTime: '2017-01-01T12:00:00Z',
  target: fieldOf((latitude) => 300 - latitude / 2),
  forecast: fieldOf((latitude, longitude) => 300 - latitude / 2 + (latitude === 45 && longitude === 330 ? 8 : 1)),
  persistence: fieldOf((latitude) => 298 - latitude / 2),
});

export const sampleReport = (changes: Partial<ReportData> = {}): ReportData => ({
  title: 'A run of GraphCast',
  finishedAt: '2026-01-02T03:04:05Z',
  seconds: 125,
  outcome: 'finished',
  parameterCount: 57892,
  training: Array.from({ length: 200 }, (_, i) => ({
    step: i + 1,
    loss: 2 / (1 + i / 10),
    gradientNorm: 5 / (1 + i / 20),
    learningRate: 1e-3,
  })),
  heldOut: [
    { step: 0, loss: 2.5 },
    { step: 200, loss: 0.3 },
  ],
  rmse: [
    { variable: 'temperature', level: 850, leadHours: 12, model: 1.5, persistence: 2 },
    { variable: 'temperature', level: 850, leadHours: 24, model: 3, persistence: 2.5 },
    { variable: 'mean_sea_level_pressure', level: null, leadHours: 12, model: 210, persistence: 420 },
  ],
  grid: sampleGrid,
  maps: [map('temperature', 850, 12), map('temperature', 850, 24), map('mean_sea_level_pressure', null, 12)],
  dataset: {
    name: 'ERA5',
    origin: 'a sample',
    kind: 'observed',
    times: ['2017-01-01T00:00:00Z', '2017-01-01T12:00:00Z', '2017-01-02T00:00:00Z', '2017-01-02T12:00:00Z'],
    members: 10,
    heldOut: 'members 8 and 9',
  },
  configuration: [{ title: 'Model', entries: [{ name: 'Mesh size', value: 2, note: '162 nodes' }] }],
  provenance: [{ name: 'Engine', value: 'xla' }],
  ...changes,
});
