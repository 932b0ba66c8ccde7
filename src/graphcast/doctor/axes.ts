/** The axes of a file: their order, directions, units and grid; and the names of what lies on them. */
import { FluxionError } from '../../error/error.js';
import type { NetcdfFile } from '../../io/netcdf.js';
import type { LazyDataset } from '../../xarray/index.js';
import { normalizedLatitudeWeights } from '../latitude-weights.js';
import { AXES, WORDS } from '../sources/axes.js';
import type { Plan } from '../sources/netcdf-plan.js';
import { PRESSURE_LEVELS } from '../task.js';
import { type Finding, finding, listed } from './finding.js';

const ARRANGE = { kind: 'arrange' } as const;

/** What is said of the axes of a file whose plan is known. */
export function axisFindings(file: NetcdfFile, plan: Plan, lazy: LazyDataset): Finding[] {
  const { of, levelsInPascal, scalarLevel } = plan.axes;
  const found: Finding[] = [];
  const note = (code: string, variable: string | null, what: string): void =>
    void found.push(finding('note', code, variable, what, '', ARRANGE));
  const labels = (dim: string | undefined): number[] => (dim === undefined ? [] : (lazy.coords[dim]?.numbers() ?? []));
  const falls = (values: readonly number[]): boolean => values.some((v, i) => i > 0 && v < values[i - 1]);

  const lat = labels(of.lat);
  const lon = labels(of.lon);
  if (lat.length === 0) {
    found.push(
      finding('error', 'no-labels', of.lat ?? null, 'the latitudes have no labels', 'Add them, in degrees north.'),
    );
  } else {
    if (falls(lat))
      note(
        'latitude-direction',
        of.lat ?? null,
        "latitudes run from north to south; GraphCast's run from south to north",
      );
    found.push(...gridFindings(lat, of.lat as string));
  }
  if (lon.length === 0) {
    found.push(
      finding('error', 'no-labels', of.lon ?? null, 'the longitudes have no labels', 'Add them, in degrees east.'),
    );
  } else {
    if (lon.some((x) => x < 0))
      note('longitude-range', of.lon ?? null, "longitudes run from -180 to 180; GraphCast's run from 0 to 360");
    found.push(...circleFindings(lon, of.lon as string));
  }
  const level = labels(of.level ?? scalarLevel ?? undefined).map((p) => (levelsInPascal ? p / 100 : p));
  if (levelsInPascal) note('level-units', of.level ?? scalarLevel, "pressure levels are in Pa; GraphCast's are in hPa");
  if (falls(level)) note('level-direction', of.level ?? null, 'pressure levels do not ascend');
  if (level.length > 0) {
    const sorted = [...level].sort((a, b) => a - b);
    const known = Object.entries(PRESSURE_LEVELS).find(([, set]) => set.join() === sorted.join());
    const what = known
      ? `the pressure levels are the ${known[0]} that published models have`
      : `its ${level.length} pressure levels (${listed(sorted)} hPa) are no published model's set`;
    found.push(finding('note', 'levels', of.level ?? scalarLevel, what, ''));
  }

  const order = AXES.flatMap((axis) => of[axis] ?? []);
  for (const [inFile, name] of Object.entries(plan.names)) {
    const dims = file.variables.find((v) => v.name === inFile)?.dimensions.filter((d) => order.includes(d)) ?? [];
    const wanted = order.filter((d) => dims.includes(d));
    if (dims.join() !== wanted.join()) {
      note(
        'dimension-order',
        inFile,
        `its dimensions are (${dims.join(', ')}); GraphCast's order is (${wanted.join(', ')})`,
      );
    }
    if (inFile !== name) note('name', inFile, `GraphCast calls it ${name}`);
  }
  for (const [inFile, why] of Object.entries(plan.omitted)) {
    found.push(
      finding('warning', 'unusable', inFile, `it cannot be used, for ${why}`, 'Nothing, if it is not needed.'),
    );
  }
  return found;
}

/** Latitudes must be an equispaced grid of the globe: the loss weighs by the area of cells. */
function gridFindings(lat: readonly number[], dim: string): Finding[] {
  try {
    normalizedLatitudeWeights(Float64Array.from(lat));
    return [];
  } catch (error) {
    if (!(error instanceof FluxionError)) throw error;
    const repair = 'Regrid it to an equispaced grid of the globe (xarray.regridConservative does).';
    return [
      finding(
        'error',
        'grid',
        dim,
        error.message.split('. ')[0].replace(/^./, (c) => c.toLowerCase()),
        repair,
      ),
    ];
  }
}

/** Longitudes must go round, at equal distances, each once. */
function circleFindings(lon: readonly number[], dim: string): Finding[] {
  const turned = lon.map((x) => ((x % 360) + 360) % 360).sort((a, b) => a - b);
  const once = turned.filter((x, i) => i === 0 || x !== turned[i - 1]);
  const found: Finding[] = [];
  if (once.length < turned.length) {
    const what = 'a longitude is there twice (0 and 360 are the same)';
    found.push(finding('warning', 'longitude-twice', dim, what, 'One of the two will be used.', ARRANGE));
  }
  const step = 360 / once.length;
  const uneven = once.some((x, i) => Math.abs(x - once[0] - i * step) > 1e-3 * step);
  if (uneven) {
    const what = `the ${once.length} longitudes do not go round the globe in equal steps (${listed(once, 4)})`;
    const repair = `GraphCast needs all of the globe: ${WORDS.lon}s ${numberOf(step)} degrees apart, from 0 on.`;
    found.push(finding('error', 'grid', dim, what, repair));
  }
  return found;
}

const numberOf = (x: number): string => String(Math.round(1000 * x) / 1000);
