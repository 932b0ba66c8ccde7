/**
 * Values of weather against what they can be: read once, a stretch of frames at a time; of each variable and level the
 * count, extremes, mean and what is missing is kept, and from these it is told whether numbers and units agree.
 */
import { range } from '../../array/shape.js';
import type { OnProgress } from '../../io/progress.js';
import { need } from '../need.js';
import { numberText } from '../report/number-text.js';
import type { OpenWeather } from '../sources/weather.js';
import { framesInMemory } from '../statistics-files.js';
import { type Finding, finding, listed } from './finding.js';
import { PHYSICAL, type Physical, type Unit } from './physical.js';

/** What is known of the values of a variable at one level. */
export interface Extremes {
  /** hPa; null without levels. */
  readonly level: number | null;
  readonly count: number;
  readonly missing: number;
  readonly infinite: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

export type ValueTable = { readonly [variable: string]: readonly Extremes[] };

interface Running {
  count: number;
  missing: number;
  infinite: number;
  min: number;
  max: number;
  sum: number;
}

/** Extremes of all variables by level. Rejects with the errors of reading. */
export async function extremesOf(weather: OpenWeather, onProgress?: OnProgress): Promise<ValueTable> {
  const levels = weather.coords.level?.numbers() ?? [];
  const running = new Map<string, Running[]>();
  const stretch = framesInMemory(weather);
  const still = new Set<string>();
  for (let start = 0; start < weather.frames; start += stretch) {
    const count = Math.min(stretch, weather.frames - start);
    const frames = await need(weather.read(range(count).map((i) => start + i)));
    for (const [name, { dims, data }] of Object.entries(frames.variables)) {
      if (still.has(name)) continue;
      if (!dims.includes('time')) still.add(name);
      const values = (await data.data()) as Float32Array;
      const axis = dims.indexOf('level');
      const rows = running.get(name) ?? range(axis < 0 ? 1 : levels.length).map(nothing);
      running.set(name, rows);
      const inner = axis < 0 ? values.length : data.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      for (let i = 0; i < values.length; i++) include(rows[Math.floor(i / inner) % rows.length], values[i]);
    }
    onProgress?.({ phase: 'read', message: 'reading', done: start + count, total: weather.frames, unit: 'frames' });
  }
  return Object.fromEntries(
    [...running].map(([name, rows]) => [
      name,
      rows.map(({ count, missing, infinite, min, max, sum }, l) => ({
        level: weather.variables[name].dims.includes('level') ? levels[l] : null,
        count,
        missing,
        infinite,
        min,
        max,
        mean: sum / (count - missing - infinite),
      })),
    ]),
  );
}

const nothing = (): Running => ({
  count: 0,
  missing: 0,
  infinite: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  sum: 0,
});

function include(row: Running, x: number): void {
  row.count++;
  if (Number.isNaN(x)) row.missing++;
  else if (!Number.isFinite(x)) row.infinite++;
  else {
    row.sum += x;
    if (x < row.min) row.min = x;
    if (x > row.max) row.max = x;
  }
}

const levelWord = ({ level }: Extremes): string => (level === null ? '' : ` at ${level} hPa`);

/** Whether values, taken to be in a unit, are possible. */
function possible(
  rows: readonly Extremes[],
  physical: Physical,
  { scale, offset }: Pick<Unit, 'scale' | 'offset'>,
): boolean {
  const convert = (x: number): number => x * scale + offset;
  const { reaches, mean } = physical;
  const within = (x: number, { low, high }: { low: number; high: number }): boolean => x >= low && x <= high;
  return rows.every((row) => {
    const limits = physical.range(row.level);
    if (!within(convert(row.min), limits) || !within(convert(row.max), limits)) return false;
    if (reaches && !within(convert(row.max), reaches)) return false;
    return !mean || within(convert(row.mean), mean);
  });
}

const AS_IS = { scale: 1, offset: 0 };

/** The values of a level that are no weather, in words. */
function beyond(rows: readonly Extremes[], physical: Physical): string {
  const bad = rows.filter((row) => !possible([row], physical, AS_IS));
  const worst = bad[0] ?? rows[0];
  const { low, high } = physical.range(worst.level);
  const span = `${numberText(worst.min, 4)} to ${numberText(worst.max, 4)} (mean ${numberText(worst.mean, 4)})`;
  return `its values${levelWord(worst)} are ${span}; in ${physical.units} they lie between ${numberText(low, 3)} and ${numberText(high, 3)}`;
}

/** Units of one variable against its values. `inFile` is its name there, `units` what the file says. */
export function unitFindings(name: string, inFile: string, units: string | null, all: readonly Extremes[]): Finding[] {
  const physical = PHYSICAL[name];
  const rows = all.filter((row) => row.count > row.missing + row.infinite);
  if (!physical || rows.length === 0) return [];
  const stated = units?.trim() ?? null;
  const isCanonical = stated === null || physical.spellings.test(stated);
  const other = stated === null || isCanonical ? undefined : physical.others.find((u) => u.spellings.test(stated));
  const convert = ({ scale, offset }: Unit): Finding['fix'] => ({
    kind: 'convert',
    variable: name,
    scale,
    offset,
    units: physical.units,
  });
  const formula = ({ scale, offset }: Unit): string =>
    `Multiply by ${numberText(scale, 6)}${offset === 0 ? '' : ` and add ${numberText(offset, 6)}`} for ${physical.units}.`;

  if (other) {
    if (possible(rows, physical, other)) {
      const what = `it is in ${other.name} (units '${stated}'); GraphCast's is in ${physical.units}`;
      return [finding('error', 'units', inFile, what, formula(other), convert(other))];
    }
    if (possible(rows, physical, AS_IS)) {
      const what = `the file says '${stated}', but its values are those of ${physical.units}`;
      return [finding('warning', 'units', inFile, what, `Set its attribute units to '${physical.units}'.`)];
    }
  } else if (!isCanonical && possible(rows, physical, AS_IS)) {
    const what = `its units '${stated}' are not known here; its values are those of ${physical.units}`;
    return [finding('note', 'units', inFile, what, '')];
  }
  if (possible(rows, physical, AS_IS)) return [];
  const candidates = physical.others.filter((u) => !u.whenStated && possible(rows, physical, u));
  if (candidates.length === 1) {
    const [likely] = candidates;
    const what = `${beyond(rows, physical)}: they look like ${likely.name}`;
    if (likely.repair) return [finding('error', 'accumulation', inFile, what, likely.repair)];
    const says = stated === null ? '' : ` The file says '${stated}', so see for yourself first.`;
    return [finding('error', 'units', inFile, what, formula(likely) + says, stated === null ? convert(likely) : null)];
  }
  return [finding('error', 'range', inFile, beyond(rows, physical), 'See where the file comes from.')];
}

/** Missing, infinite and constant values of one variable. */
export function gapFindings(inFile: string, rows: readonly Extremes[]): Finding[] {
  const found: Finding[] = [];
  const total = (part: 'missing' | 'infinite' | 'count'): number => rows.reduce((n, row) => n + row[part], 0);
  const [missing, infinite, count] = [total('missing'), total('infinite'), total('count')];
  if (missing > 0) {
    const where = rows.filter((row) => row.missing > 0 && row.level !== null).map((row) => `${row.level}`);
    const levels = where.length > 0 ? `, at ${listed(where)} hPa` : '';
    const what = `${missing} of its ${count} values are missing${levels}; a single one makes every forecast NaN`;
    const repair =
      'Fill them (xarray: interpolate_na, fillna), cut the frames off that have them, or leave the variable out.';
    found.push(finding('error', 'missing-values', inFile, what, repair));
  }
  if (infinite > 0) {
    const what = `${infinite} of its ${count} values are infinite`;
    found.push(finding('error', 'infinite-values', inFile, what, 'See where the file comes from.'));
  }
  const constant = rows.filter((row) => row.min === row.max && row.count > row.missing + row.infinite);
  if (constant.length === rows.length && count > 1) {
    const what = `all its values are ${numberText(rows[0].min, 6)}`;
    found.push(finding('warning', 'constant', inFile, what, 'It says nothing: leave it out.'));
  }
  return found;
}
