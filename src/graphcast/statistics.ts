/**
 * What is needed to normalize weather, computed from weather: means, standard deviations, and standard deviations of the
 * change from one frame to the next, which scale the residuals that GraphCast predicts.
 *
 *   mean_l = E[x_l]    stddev_l = sqrt(E[(x_l - mean_l)^2])    diffsStddev_l = the same of x(t + 1) - x(t)
 *
 * One number for each pressure level where a variable has levels, else one for the variable: unweighted over members,
 * times and grid points, without values that are missing. Computed on the host in float64 and rounded once.
 *
 * Weather larger than memory comes in stretches of frames. Each stretch has a count n, a mean and a sum of squared
 * deviations M; two of them make one (Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing
 * sample variances", 1979), of which Welford's formula is the case of one new value:
 *
 *   d = mean_b - mean_a      mean = mean_a + d n_b / n      M = M_a + M_b + d^2 n_a n_b / n
 *
 * The last frame of each stretch is kept, for the change to the first of the next.
 *
 * Two cases where a sample says nothing, or less than is known beforehand:
 * - the sine and cosine of the progress of the year have mean 0 and standard deviation sqrt(1/2) over whole years, whatever
 *   days the sample has (their differences are the sample's);
 * - a variable that never changes has standard deviation 0. It gets 1, so that it normalizes to 0 and not to NaN.
 *
 * DeepMind publishes such files (`mean_by_level.nc`, `stddev_by_level.nc`, `diffs_stddev_by_level.nc`) for ERA5.
 */
import { DeviceArray } from '../array/array.js';
import { hostData } from '../array/host.js';
import { type Coordinate, Dataset, Variable } from '../xarray/index.js';
import { YEAR_PROGRESS } from './data-utils/index.js';

/** Datasets with one value for each variable, or for each variable and level. */
export interface Statistics {
  readonly meanByLevel: Dataset;
  readonly stddevByLevel: Dataset;
  /** Without variables that have no time, or only one. */
  readonly diffsStddevByLevel: Dataset;
}

/** Of which values a dataset's dimension counts as one group, and how they are laid out. */
interface Layout {
  /** Row-major: [outer, levels, inner]. */
  readonly levels: number;
  readonly inner: number;
}

/** Counts, means and sums of squared deviations, by level. */
interface Moments {
  readonly count: Float64Array;
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

/** The moments of each level of an array, in two passes. */
function momentsOf(data: ArrayLike<number>, { levels, inner }: Layout): Moments {
  const levelAt = (i: number): number => Math.floor(i / inner) % levels;
  const count = new Float64Array(levels);
  const mean = new Float64Array(levels);
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) continue;
    mean[levelAt(i)] += data[i];
    count[levelAt(i)]++;
  }
  for (let l = 0; l < levels; l++) if (count[l] > 0) mean[l] /= count[l];
  const square = new Float64Array(levels);
  for (let i = 0; i < data.length; i++) {
    if (!Number.isNaN(data[i])) square[levelAt(i)] += (data[i] - mean[levelAt(i)]) ** 2;
  }
  return { count, mean, square };
}

/** The moments of two stretches together. */
function together(a: Moments | null, b: Moments): Moments {
  if (a === null) return b;
  const count = a.count.map((n, l) => n + b.count[l]);
  const shift = a.mean.map((m, l) => b.mean[l] - m);
  const share = (l: number): number => (count[l] === 0 ? 0 : b.count[l] / count[l]);
  return {
    count,
    mean: a.mean.map((m, l) => m + shift[l] * share(l)),
    square: a.square.map((s, l) => s + b.square[l] + shift[l] ** 2 * a.count[l] * share(l)),
  };
}

const meanOf = ({ count, mean }: Moments): Float64Array => mean.map((m, l) => (count[l] === 0 ? Number.NaN : m));
const stddevOf = ({ count, square }: Moments): Float64Array => square.map((s, l) => Math.sqrt(s / count[l]));

/**
 * Differences along the time of an [outer, frames, inner] array, frame by frame; from `before`, [outer, inner], to the
 * first where there is one.
 */
function differences(data: Float64Array, frames: number, inner: number, before: Float64Array | null): Float64Array {
  const outer = data.length / (frames * inner);
  const out = new Float64Array(outer * (before ? frames : frames - 1) * inner);
  let next = 0;
  for (let o = 0; o < outer; o++) {
    const start = o * frames * inner;
    for (let i = 0; before && i < inner; i++) out[next++] = data[start + i] - before[o * inner + i];
    for (let i = start + inner; i < start + frames * inner; i++) out[next++] = data[i] - data[i - inner];
  }
  return out;
}

/** The last frame of an [outer, frames, inner] array. */
function lastFrame(data: Float64Array, frames: number, inner: number): Float64Array {
  const out = new Float64Array(data.length / frames);
  for (let o = 0; o * inner < out.length; o++) {
    const end = (o + 1) * frames * inner;
    out.set(data.subarray(end - inner, end), o * inner);
  }
  return out;
}

const sizeAfter = (variable: Variable, dim: string): number =>
  variable.data.shape.slice(variable.dims.indexOf(dim) + 1).reduce((a, b) => a * b, 1);

const isYearProgress = (name: string): boolean => name === `${YEAR_PROGRESS}_sin` || name === `${YEAR_PROGRESS}_cos`;

/** What is known of a variable so far. */
interface Known {
  readonly hasLevels: boolean;
  readonly values: Moments;
  readonly changes: Moments | null;
  readonly last: Float64Array | null;
}

/** Statistics of weather that comes in stretches of frames, one after the other in time. */
export class StatisticsAccumulator {
  readonly #known = new Map<string, Known>();
  #level: Coordinate | null = null;

  /**
   * Counts a stretch in. Variables: [..., time, ..., level, ...], in the same order for every stretch. Add the forcings
   * first (`addDerivedVars`, `addTisrVar`): the model normalizes them too.
   */
  async add(frames: Dataset): Promise<void> {
    this.#level = frames.coords.level ?? this.#level;
    for (const [name, variable] of Object.entries(frames.variables)) {
      const before = this.#known.get(name) ?? null;
      // What does not change is counted once.
      if (before && !variable.dims.includes('time')) continue;
      this.#known.set(name, await this.#counted(variable, before));
    }
  }

  async #counted(variable: Variable, before: Known | null): Promise<Known> {
    const { dims, sizes } = variable;
    const data = Float64Array.from((await variable.data.data()) as Float32Array);
    const hasLevels = dims.includes('level');
    const levels = hasLevels ? sizes.level : 1;
    const layout: Layout = { levels, inner: hasLevels ? sizeAfter(variable, 'level') : data.length };
    const values = together(before?.values ?? null, momentsOf(data, layout));
    if (!dims.includes('time')) return { hasLevels, values, changes: null, last: null };
    const frames = sizes.time;
    const inner = sizeAfter(variable, 'time');
    const change = differences(data, frames, inner, before?.last ?? null);
    const count = before?.last ? frames : frames - 1;
    let changes = before?.changes ?? null;
    if (change.length > 0) {
      // Where time comes after level, a level's block has as many frames as there are changes.
      const within = dims.indexOf('time') > dims.indexOf('level') ? (layout.inner / frames) * count : layout.inner;
      changes = together(changes, momentsOf(change, { levels, inner: within }));
    }
    return { hasLevels, values, changes, last: lastFrame(data, frames, inner) };
  }

  /** The statistics of all that was counted, in the units of the variables: float32 [level] or []. */
  finish(): Statistics {
    const mean: Record<string, Variable> = {};
    const stddev: Record<string, Variable> = {};
    const diffsStddev: Record<string, Variable> = {};
    for (const [name, { hasLevels, values, changes }] of this.#known) {
      const byLevel = (numbers: Float64Array): Variable => {
        const host = hostData('float32', hasLevels ? [numbers.length] : [], Float32Array.from(numbers));
        return new Variable(hasLevels ? ['level'] : [], DeviceArray.fromHost(host));
      };
      const scale = (numbers: Float64Array): Variable => byLevel(numbers.map((s) => (s === 0 ? 1 : s)));
      mean[name] = byLevel(isYearProgress(name) ? Float64Array.of(0) : meanOf(values));
      stddev[name] = isYearProgress(name) ? byLevel(Float64Array.of(Math.SQRT1_2)) : scale(stddevOf(values));
      if (changes) diffsStddev[name] = scale(stddevOf(changes));
    }
    const made = (variables: Record<string, Variable>): Dataset => {
      const used = Object.values(variables).some((v) => v.dims.includes('level'));
      return new Dataset(variables, { coords: used && this.#level ? { level: this.#level } : {} });
    };
    return { meanByLevel: made(mean), stddevByLevel: made(stddev), diffsStddevByLevel: made(diffsStddev) };
  }
}

/**
 * Computes the statistics of all variables of a dataset, in their units.
 *
 * Variables: [..., time, ..., level, ...] in any order. Returned: float32 [level] or [], with the coordinate `level`.
 * Add the forcings first (`addDerivedVars`, `addTisrVar`): the model normalizes them too.
 */
export async function computeStatistics(dataset: Dataset): Promise<Statistics> {
  const accumulator = new StatisticsAccumulator();
  await accumulator.add(dataset);
  return accumulator.finish();
}
