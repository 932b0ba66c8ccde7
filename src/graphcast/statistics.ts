/**
 * What is needed to normalize weather, computed from weather: means, standard deviations, and standard deviations of the
 * change from one frame to the next, which scale the residuals that GraphCast predicts.
 *
 *   mean_l = E[x_l]    stddev_l = sqrt(E[(x_l - mean_l)^2])    diffsStddev_l = the same of x(t + 1) - x(t)
 *
 * One number for each pressure level where a variable has levels, else one for the variable: unweighted over members,
 * times and grid points, without values that are missing. Computed on the host in float64 and rounded once.
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
import { Dataset, Variable } from '../xarray/index.js';
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

interface Moments {
  readonly mean: Float64Array;
  readonly stddev: Float64Array;
}

/** Mean and standard deviation of each level, in two passes. */
function momentsOf(data: ArrayLike<number>, { levels, inner }: Layout): Moments {
  const levelAt = (i: number): number => Math.floor(i / inner) % levels;
  const count = new Float64Array(levels);
  const mean = new Float64Array(levels);
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) continue;
    mean[levelAt(i)] += data[i];
    count[levelAt(i)]++;
  }
  for (let l = 0; l < levels; l++) mean[l] /= count[l];
  const square = new Float64Array(levels);
  for (let i = 0; i < data.length; i++) {
    if (!Number.isNaN(data[i])) square[levelAt(i)] += (data[i] - mean[levelAt(i)]) ** 2;
  }
  return { mean, stddev: square.map((s, l) => Math.sqrt(s / count[l])) };
}

/** Differences along the first axis of [outer, frames, inner] arrays, frame by frame. */
function differences(data: ArrayLike<number>, frames: number, inner: number): Float64Array {
  const outer = data.length / (frames * inner);
  const out = new Float64Array(outer * (frames - 1) * inner);
  let next = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = (o * frames + 1) * inner; i < (o + 1) * frames * inner; i++) out[next++] = data[i] - data[i - inner];
  }
  return out;
}

const sizeAfter = (variable: Variable, dim: string): number =>
  variable.data.shape.slice(variable.dims.indexOf(dim) + 1).reduce((a, b) => a * b, 1);

const isYearProgress = (name: string): boolean => name === `${YEAR_PROGRESS}_sin` || name === `${YEAR_PROGRESS}_cos`;

/**
 * Computes the statistics of all variables of a dataset, in their units.
 *
 * Variables: [..., time, ..., level, ...] in any order. Returned: float32 [level] or [], with the coordinate `level`.
 * Add the forcings first (`addDerivedVars`, `addTisrVar`): the model normalizes them too.
 */
export async function computeStatistics(dataset: Dataset): Promise<Statistics> {
  const mean: Record<string, Variable> = {};
  const stddev: Record<string, Variable> = {};
  const diffsStddev: Record<string, Variable> = {};
  for (const [name, variable] of Object.entries(dataset.variables)) {
    const { dims } = variable;
    const data = Float64Array.from((await variable.data.data()) as Float32Array);
    const hasLevels = dims.includes('level');
    const levels = hasLevels ? variable.sizes.level : 1;
    const layout: Layout = { levels, inner: hasLevels ? sizeAfter(variable, 'level') : data.length };
    const byLevel = (values: Float64Array): Variable => {
      const host = hostData('float32', hasLevels ? [levels] : [], Float32Array.from(values));
      return new Variable(hasLevels ? ['level'] : [], DeviceArray.fromHost(host));
    };
    const scale = (values: Float64Array): Variable => byLevel(values.map((s) => (s === 0 ? 1 : s)));
    const moments = momentsOf(data, layout);
    mean[name] = byLevel(isYearProgress(name) ? Float64Array.of(0) : moments.mean);
    stddev[name] = isYearProgress(name) ? byLevel(Float64Array.of(Math.SQRT1_2)) : scale(moments.stddev);
    const frames = variable.sizes.time ?? 1;
    if (frames > 1) {
      const change = differences(data, frames, sizeAfter(variable, 'time'));
      // Where time comes after level, a level's block has one frame less.
      const inner =
        dims.indexOf('time') > dims.indexOf('level') ? (layout.inner / frames) * (frames - 1) : layout.inner;
      diffsStddev[name] = scale(momentsOf(change, { levels, inner }).stddev);
    }
  }
  const level = dataset.coords.level;
  const made = (variables: Record<string, Variable>): Dataset => {
    const used = Object.values(variables).some((v) => v.dims.includes('level'));
    return new Dataset(variables, { coords: used && level ? { level } : {} });
  };
  return { meanByLevel: made(mean), stddevByLevel: made(stddev), diffsStddevByLevel: made(diffsStddev) };
}
