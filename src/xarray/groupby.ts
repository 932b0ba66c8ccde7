/**
 * Groups along a dimension, by a part of its dates (`'time.month'`, `'time.season'`) or by the values of a coordinate.
 *
 * Split, apply, combine: each group is selected, reduced over the dimension, and the results lie side by side along a new
 * dimension of the group's name, in ascending order. Source: xarray, "GroupBy: Group and Bin Data".
 */
import { range } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { NotFound } from '../error/xarray.js';
import { NOT_A_TIME } from '../io/cf-time.js';
import { concat } from './combine.js';
import { Coordinate, type Coordinates } from './coordinate.js';
import { DataArray } from './data-array.js';
import type { Dataset } from './dataset.js';
import type { Dims } from './variable.js';

const NANOSECONDS_OF_DAY = 86_400_000_000_000n;

/** Parts of a date that group, as pandas counts them: Monday is 0, the seasons are DJF, MAM, JJA, SON. */
const PARTS: { readonly [part: string]: (date: Date) => number | string } = {
  year: (d) => d.getUTCFullYear(),
  month: (d) => d.getUTCMonth() + 1,
  day: (d) => d.getUTCDate(),
  hour: (d) => d.getUTCHours(),
  minute: (d) => d.getUTCMinutes(),
  quarter: (d) => Math.floor(d.getUTCMonth() / 3) + 1,
  dayofweek: (d) => (d.getUTCDay() + 6) % 7,
  dayofyear: (d) =>
    Number(
      (BigInt(Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()) - Date.UTC(d.getUTCFullYear(), 0)) *
        1_000_000n) /
        NANOSECONDS_OF_DAY,
    ) + 1,
  season: (d) => ['DJF', 'MAM', 'JJA', 'SON'][Math.floor(((d.getUTCMonth() + 1) % 12) / 3)],
};

/** What groups: the name of the new dimension, the dimension that is split, and a key for each of its positions. */
interface Keys {
  readonly name: string;
  readonly dim: string;
  readonly keys: readonly (number | string | null)[];
}

function keysOf(group: string, coords: Coordinates): Keys {
  const [coordName, part] = group.split('.');
  const coordinate = coords[coordName];
  if (!coordinate) {
    throw new NotFound({ op: 'groupby', kind: 'coordinate', name: coordName, available: Object.keys(coords) });
  }
  const refuse = (expected: string, actual: string): never => {
    throw new InvalidArgument({ op: 'groupby', argument: 'group', expected, actual });
  };
  if (coordinate.dims.length !== 1)
    refuse('a coordinate of one dimension', `${coordName}, which has ${coordinate.dims.length}`);
  const [dim] = coordinate.dims;
  if (part === undefined) {
    const values = Array.from(coordinate.values as Iterable<number | bigint | string>);
    return { name: coordName, dim, keys: values.map((v) => (typeof v === 'string' ? v : Number(v))) };
  }
  const read = PARTS[part];
  if (!read || coordinate.kind !== 'datetime64[ns]') {
    refuse(`COORDINATE, or COORDINATE.PART of dates with a part of ${Object.keys(PARTS).join(', ')}`, `'${group}'`);
  }
  const times = Array.from(coordinate.values as BigInt64Array);
  return {
    name: part,
    dim,
    keys: times.map((t) => (t === NOT_A_TIME ? null : read(new Date(Number(t / 1_000_000n))))),
  };
}

/** Keys as labels along a dimension. */
const labels = (keys: readonly (number | string)[], dim: string): Coordinate =>
  typeof keys[0] === 'string'
    ? new Coordinate([dim], keys as readonly string[], 'str')
    : new Coordinate([dim], Int32Array.from(keys as readonly number[]));

/** The same with a dimension that has no labels called otherwise. */
function renamed<T extends DataArray | Dataset>(x: T, from: string, to: string): T {
  if (!(x instanceof DataArray)) return x.rename({ [from]: to }) as T;
  const dims = x.dims.map((d) => (d === from ? to : d));
  const coords = Object.fromEntries(Object.entries(x.coords).map(([name, c]) => [name, c.renamed({ [from]: to })]));
  return new DataArray(x.variable.with(x.data, dims), { coords, name: x.name }) as T;
}

const ascending = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The groups of an array or a dataset. Iterate over it, reduce it, or let it meet what was reduced. */
export class GroupBy<T extends DataArray | Dataset> {
  readonly #keys: Keys;
  readonly #whole: T;
  /** Positions by key, keys ascending. */
  readonly groups: ReadonlyMap<number | string, readonly number[]>;

  constructor(whole: T, group: string) {
    this.#whole = whole;
    this.#keys = keysOf(group, whole.coords);
    const groups = new Map<number | string, number[]>();
    this.#keys.keys.forEach((key, position) => {
      if (key === null) return;
      const positions = groups.get(key);
      if (positions) positions.push(position);
      else groups.set(key, [position]);
    });
    this.groups = new Map([...groups].sort(([a], [b]) => ascending(a, b)));
  }

  /** The groups with their keys. */
  *[Symbol.iterator](): Generator<[key: number | string, group: T]> {
    const { dim } = this.#keys;
    for (const [key, positions] of this.groups) yield [key, this.#whole.isel({ [dim]: positions }) as T];
  }

  /** Each group through `f`; results that keep the dimension take their old places, others lie along the group's. */
  map(f: (group: T, key: number | string) => T): T {
    const { name, dim } = this.#keys;
    const results = [...this].map(([key, group]) => f(group, key));
    const order = [...this.groups.values()].flat();
    if (results.every((r) => r.sizes[dim] !== undefined)) {
      const joined = concat(results, dim);
      if (joined.sizes[dim] !== order.length) return joined;
      const places = order.map((position, i) => [position, i] as const).sort((a, b) => a[0] - b[0]);
      return joined.isel({ [dim]: places.map(([, i]) => i) }) as T;
    }
    const keys = [...this.groups.keys()];
    const coord = labels(keys, name);
    const bare = results.map((r) => r.dropVars(dim) as T);
    const stacked = concat(bare, name, { coord }) as T;
    // The new dimension stands where the old one was.
    const place = this.#whole.dims.map((d) => (d === dim ? name : d)).filter((d) => stacked.dims.includes(d));
    return stacked.transpose(...place, '...') as T;
  }

  #reduce(op: 'mean' | 'sum' | 'std' | 'var' | 'min' | 'max', dims: string | Dims | undefined): T {
    return this.map((group) => group[op](dims ?? this.#keys.dim) as T);
  }

  /** Over the dimension that is split, or those named. NaN counts. */
  mean(dims?: string | Dims): T {
    return this.#reduce('mean', dims);
  }

  sum(dims?: string | Dims): T {
    return this.#reduce('sum', dims);
  }

  std(dims?: string | Dims): T {
    return this.#reduce('std', dims);
  }

  var(dims?: string | Dims): T {
    return this.#reduce('var', dims);
  }

  min(dims?: string | Dims): T {
    return this.#reduce('min', dims);
  }

  max(dims?: string | Dims): T {
    return this.#reduce('max', dims);
  }

  #meet(other: T, op: 'add' | 'sub' | 'mul' | 'div'): T {
    const { name, dim, keys } = this.#keys;
    const known = range(keys.length).filter((i) => keys[i] !== null);
    const own = known.map((i) => keys[i] as number | string);
    const whole = (known.length === keys.length ? this.#whole : this.#whole.isel({ [dim]: known })) as T;
    const beside = renamed(other.sel({ [name]: own }).dropVars(name) as T, name, dim);
    const met = (whole[op] as (x: T) => T).call(whole, beside);
    const labelled = met.assignCoords({ [name]: labels(own, dim) }) as T;
    if (labelled instanceof DataArray) return labelled;
    // What did not have the dimension has it first.
    return labelled.map((x, key) =>
      (whole as Dataset).get(key).dims.includes(dim) ? x : x.transpose(dim, '...'),
    ) as T;
  }

  /** Each group with the part of `other` that has its key: `x.groupby('time.month').sub(climatology)` are anomalies. */
  sub(other: T): T {
    return this.#meet(other, 'sub');
  }

  add(other: T): T {
    return this.#meet(other, 'add');
  }

  mul(other: T): T {
    return this.#meet(other, 'mul');
  }

  div(other: T): T {
    return this.#meet(other, 'div');
  }
}
