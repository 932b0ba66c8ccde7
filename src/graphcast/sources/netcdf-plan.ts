/**
 * What of a file will be read, decided from its header alone: where the axes are, and for each variable its new name or
 * the reason why it stays behind.
 */
import { MissingAxis, NoUsableVariable, UnusableVariable } from '../../error/weather.js';
import type { NetcdfFile, NetcdfVariable } from '../../io/netcdf.js';
import { AXES, type AxisNames, findAxes, WORDS } from './axes.js';
import { canonicalName } from './variable-names.js';

export interface Plan {
  readonly path: string;
  readonly axes: AxisNames;
  /** New names of the variables to keep, by the file's. */
  readonly names: { readonly [inFile: string]: string };
  /** Reasons, by the file's names. */
  readonly omitted: { readonly [inFile: string]: string };
  /** Fields that need not be read: those omitted, and those that were not asked for. */
  readonly unread: readonly string[];
  /** True when a variable that fails is an error, because it was asked for. */
  readonly strict: boolean;
}

/** Everything in a file that is there to describe something else. */
function isDescription(variable: NetcdfVariable, file: NetcdfFile): boolean {
  const { name, dtype } = variable;
  if (dtype === 'str' || file.dimensions.some((d) => d.name === name)) return true;
  return file.variables.some(({ attributes }) =>
    ['coordinates', 'bounds', 'grid_mapping'].some((key) =>
      String(attributes[key] ?? '')
        .split(/\s+/)
        .includes(name),
    ),
  );
}

/** Why a variable is no field on the globe; null for one that is. */
function reasonAgainst(variable: NetcdfVariable, { of }: AxisNames): string | null {
  const known = new Set(AXES.map((axis) => of[axis]));
  for (const axis of ['lat', 'lon'] as const) {
    if (!variable.dimensions.includes(of[axis] as string)) return `it has no ${WORDS[axis]}`;
  }
  const foreign = variable.dimensions.filter((d, i) => !known.has(d) && variable.shape[i] !== 1);
  return foreign.length > 0 ? `its dimension ${foreign.join(', ')} is no axis of weather` : null;
}

/**
 * Decides what to read.
 *
 * @throws MissingAxis, AmbiguousAxis, NoUsableVariable
 * @throws UnusableVariable for one of `wanted` that cannot be used, or is not there
 */
export function planOf(file: NetcdfFile, wanted: readonly string[] | undefined): Plan {
  const { path } = file;
  const axes = findAxes(file);
  for (const axis of ['time', 'lat', 'lon'] as const) {
    if (axes.of[axis] !== undefined) continue;
    throw new MissingAxis({ path, axis: WORDS[axis], available: file.dimensions.map((d) => d.name) });
  }
  const names: Record<string, string> = {};
  const omitted: Record<string, string> = {};
  const unread: string[] = [];
  for (const variable of file.variables) {
    if (isDescription(variable, file)) continue;
    const onLevels = axes.scalarLevel !== null || variable.dimensions.includes(axes.of.level ?? '');
    const canonical = canonicalName(variable, onLevels);
    const name = Object.values(names).includes(canonical) ? variable.name : canonical;
    const reason = reasonAgainst(variable, axes);
    const isWanted = !wanted || wanted.includes(name) || wanted.includes(variable.name);
    if (isWanted && reason === null) names[variable.name] = name;
    else unread.push(variable.name);
    if (isWanted && reason !== null) omitted[variable.name] = reason;
  }
  for (const name of wanted ?? []) {
    if (name in names || Object.values(names).includes(name)) continue;
    const has = file.variables.map((v) => v.name).join(', ');
    throw new UnusableVariable({
      path,
      variable: name,
      reason: omitted[name] ?? `it is not in the file, which has ${has}`,
    });
  }
  if (Object.keys(names).length === 0) {
    throw new NoUsableVariable({ path, reasons: Object.entries(omitted).map(([name, why]) => `${name}: ${why}`) });
  }
  return { path, axes, names, omitted, unread, strict: wanted !== undefined };
}
