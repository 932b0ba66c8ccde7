/**
 * The data doctor: everything about a file of weather that GraphCast's users stumble over, found before a model is trained.
 *
 *     header -> axes, names -> times -> values, a stretch of frames at a time -> a checkpoint's needs
 *
 * A file that cannot be read at all is an error; whatever is wrong with one that can is a finding.
 */
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../../error/error.js';
import { fileError } from '../../error/io.js';
import { AmbiguousAxis, MissingAxis, NoUsableVariable, UnusableTimes } from '../../error/weather.js';
import { openData } from '../../io/open-data.js';
import type { OnProgress } from '../../io/progress.js';
import { LazyDataset } from '../../xarray/index.js';
import { load } from '../checkpoint.js';
import { need } from '../need.js';
import { planOf } from '../sources/netcdf-plan.js';
import { openWeather } from '../sources/weather.js';
import { axisFindings } from './axes.js';
import { type Finding, type Fix, finding } from './finding.js';
import { fitFindings } from './fit.js';
import { timeReport } from './times.js';
import { extremesOf, gapFindings, unitFindings, type ValueTable } from './values.js';

/** Options of `examine`. */
export interface ExamineOptions {
  /** A model that the data is for. */
  readonly checkpoint?: string;
  readonly onProgress?: OnProgress;
}

/** What was found. */
export interface Examination {
  readonly path: string;
  readonly findings: readonly Finding[];
  /** Extremes by GraphCast's names; empty where the values could not be read. */
  readonly values: ValueTable;
  /** Whether GraphCast can use the file as it is. */
  readonly healthy: boolean;
}

/** Findings with errors first. */
const ordered = (findings: readonly Finding[]): Finding[] => {
  const rank = { error: 0, warning: 1, note: 2 } as const;
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
};

const examination = (path: string, findings: readonly Finding[], values: ValueTable = {}): Examination => ({
  path,
  findings: ordered(findings),
  values,
  healthy: findings.every((f) => f.severity !== 'error'),
});

/**
 * Examines a NetCDF file or Zarr store.
 * Left: `FileNotFound`, `CorruptFile`, `UnsupportedFormat`, `InvalidTime`; those of `checkpoint.load`.
 */
export const examine = (path: string, options: ExamineOptions = {}): TE.TaskEither<FluxionError, Examination> =>
  TE.tryCatch(
    async () => {
      const checkpoint = options.checkpoint === undefined ? null : await need(load(options.checkpoint));
      const file = await need(openData(path));
      const found: Finding[] = [];
      const plan = attempt(found, 'Name or add its axes and variables as the CF conventions do.', () =>
        planOf(file, undefined),
      );
      if (plan === null) return examination(path, found);
      const lazy = await LazyDataset.of(file, plan.unread);
      found.push(...axisFindings(file, plan, lazy));
      const dim = plan.axes.of.time as string;
      const axis = lazy.coords[dim];
      if (!axis || axis.kind === 'number' || axis.kind === 'str') {
        const what = `the frames along ${dim} have no times`;
        found.push(finding('error', 'no-times', dim, what, "Give it units such as 'hours since 2020-01-01'."));
        return examination(path, found);
      }
      const times = timeReport(axis, dim);
      found.push(...times.findings);
      const opened = await openWeather(path, { frames: times.usable })();
      if (opened._tag === 'Left') {
        const repair = 'Add the dates of its frames: durations need a date that they count from.';
        attempt(found, repair, () => {
          throw opened.left;
        });
        return examination(path, found);
      }
      const weather = opened.right;
      const values = await extremesOf(weather, options.onProgress);
      for (const [name, rows] of Object.entries(values)) {
        const { inFile, attrs } = weather.variables[name];
        const units = typeof attrs.units === 'string' ? attrs.units : null;
        found.push(...gapFindings(inFile, rows), ...unitFindings(name, inFile, units, rows));
      }
      if (checkpoint) found.push(...fitFindings(weather, checkpoint));
      return examination(path, found, values);
    },
    (error) => fileError(path, error),
  );

/** What cannot be opened for a reason that lies in the weather is a finding; other errors are thrown. */
function attempt<A>(found: Finding[], repair: string, work: () => A): A | null {
  try {
    return work();
  } catch (error) {
    const kinds = [MissingAxis, AmbiguousAxis, NoUsableVariable, UnusableTimes];
    if (!kinds.some((kind) => error instanceof kind)) throw error;
    const { tag, message } = error as FluxionError;
    found.push(finding('error', tag, null, message.replace(/\.$/, ''), repair));
    return null;
  }
}

/** What would be changed: each fix once. */
export const fixesOf = ({ findings }: Examination): Fix[] => {
  const seen = new Set<string>();
  return findings.flatMap(({ fix }) => {
    const key = JSON.stringify(fix);
    if (fix === null || seen.has(key)) return [];
    seen.add(key);
    return [fix];
  });
};
