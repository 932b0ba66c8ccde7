/**
 * Several dimensions made one, and back.
 *
 * The labels of what was stacked stay as coordinates along the new dimension, in the order of the stack; by them
 * `unstack` finds each value's place again. Places that have no value are NaN. Source: xarray, "Stack and unstack"; where
 * xarray has a MultiIndex, its levels are coordinates here.
 */
import { range, sizeOf } from '../array/shape.js';
import { InvalidArgument } from '../error/error.js';
import { InvalidDataset } from '../error/xarray.js';
import * as jnp from '../numpy/index.js';
import { Coordinate, type Coordinates } from './coordinate.js';
import { type Dims, type Sizes, Variable } from './variable.js';

export interface Labelled {
  readonly variables: { readonly [name: string]: Variable };
  readonly coords: Coordinates;
}

/** Labels of a dimension; its positions where it has none. */
const labelsOf = (dim: string, coords: Coordinates, sizes: Sizes): Coordinate =>
  coords[dim] ?? new Coordinate([dim], Int32Array.from(range(sizes[dim])));

/** Stacks dimensions of every variable that has them all. @throws InvalidDataset for a dimension that is not there */
export function stacked(
  { variables, coords }: Labelled,
  sizes: Sizes,
  stacks: { readonly [name: string]: Dims },
): Labelled {
  let made = variables;
  const labels: Record<string, Coordinate> = { ...coords };
  for (const [name, dims] of Object.entries(stacks)) {
    const absent = dims.find((d) => !(d in sizes));
    if (absent !== undefined || name in sizes) {
      const why = absent === undefined ? `there is a dimension ${name} already` : `there is no dimension ${absent}`;
      throw new InvalidDataset({ what: `stack: ${why}; there are ${Object.keys(sizes).join(', ')}.` });
    }
    made = Object.fromEntries(
      Object.entries(made).map(([key, v]) => {
        if (!dims.some((d) => v.dims.includes(d))) return [key, v];
        const rest = v.dims.filter((d) => !dims.includes(d));
        const full = [...rest, ...dims].map((d) => [d, sizes[d]] as const);
        return [key, v.setDims(Object.fromEntries(full)).stack(name, dims)];
      }),
    );
    const shape = dims.map((d) => sizes[d]);
    const beside = Object.keys(labels).filter((key) => labels[key].dims.some((d) => dims.includes(d)));
    for (const key of [...dims, ...beside.filter((key) => !dims.includes(key))]) {
      const c = dims.includes(key) ? labelsOf(key, coords, sizes) : labels[key];
      delete labels[key];
      labels[key] = flattened(c, dims, shape, name);
    }
  }
  return { variables: made, coords: labels };
}

/** Labels repeated over all positions of the stacked dimensions. */
function flattened(c: Coordinate, dims: Dims, shape: readonly number[], name: string): Coordinate {
  const ordered = c.transpose([...c.dims.filter((d) => !dims.includes(d)), ...dims]);
  const positions = range(sizeOf(shape)).map((flat) => {
    let rest = flat;
    let offset = 0;
    let stride = 1;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
      if (!ordered.dims.includes(dims[axis])) continue;
      offset += index * stride;
      stride *= shape[axis];
    }
    return offset;
  });
  const rest = ordered.dims.filter((d) => !dims.includes(d));
  const outer = ordered.shape.slice(0, rest.length);
  const line = new Coordinate([...rest, name], ordered.values, ordered.kind, [
    ...outer,
    sizeOf(ordered.shape.slice(rest.length)),
  ]);
  return line.take(name, positions);
}

/**
 * The inverse of `stacked`.
 * @param levels the coordinates that become dimensions; by default all along `dim`, in their order
 * @throws InvalidArgument when there is none, or two values have the same place
 */
export function unstacked({ variables, coords }: Labelled, dim: string, levels?: Dims): Labelled {
  const along = Object.entries(coords).filter(([name, c]) => name !== dim && c.dims.length === 1 && c.dims[0] === dim);
  const names = levels ?? along.map(([name]) => name);
  const argument = 'dim';
  const missing = names.find((n) => !along.some(([name]) => name === n));
  if (names.length === 0 || missing !== undefined) {
    const expected = 'a dimension with labels to unstack by, as stack makes';
    throw new InvalidArgument({ op: 'unstack', argument, expected, actual: `${dim}, with ${missing ?? 'none'}` });
  }
  const axes = names.map((name) => distinct(coords[name]));
  const shape = axes.map(({ first }) => first.length);
  const places = range(coords[names[0]].size).map((i) =>
    axes.reduce((flat, { codes }, axis) => flat * shape[axis] + codes[i], 0),
  );
  const source = new Int32Array(sizeOf(shape)).fill(-1);
  places.forEach((place, i) => {
    if (source[place] >= 0) {
      const actual = `${dim}, whose positions ${source[place]} and ${i} have the same labels`;
      throw new InvalidArgument({ op: 'unstack', argument, expected: 'a dimension of distinct labels', actual });
    }
    source[place] = i;
  });
  const whole = source.every((i) => i >= 0);
  const sizes = Object.fromEntries(names.map((name, axis) => [name, shape[axis]]));
  const spread = (v: Variable): Variable => {
    if (!v.dims.includes(dim)) return v;
    const last = v.transpose('...', dim);
    const taken = jnp.take(last.data, source, { axis: last.dims.length - 1, mode: 'clip' });
    const mask = jnp.array(Uint8Array.from(source, (i) => Number(i >= 0)));
    const data = whole ? taken : jnp.where(jnp.astype(mask, 'bool'), taken, Number.NaN);
    return new Variable(last.dims, data, v.attrs).unstack(dim, sizes);
  };
  const kept = Object.entries(coords).filter(([, c]) => !c.dims.includes(dim));
  const made = names.map((name, axis) => {
    const { first } = axes[axis];
    const c = coords[name].take(dim, first);
    return [name, new Coordinate([name], c.values, c.kind)] as const;
  });
  return {
    variables: Object.fromEntries(Object.entries(variables).map(([name, v]) => [name, spread(v)])),
    coords: Object.fromEntries([...kept, ...made]),
  };
}

/** The distinct labels, by the positions where they first are, and which of them each position has. */
function distinct(c: Coordinate): { readonly first: number[]; readonly codes: number[] } {
  const codeOf = new Map<unknown, number>();
  const first: number[] = [];
  const codes = Array.from(c.values as Iterable<unknown>, (value, i) => {
    let code = codeOf.get(value);
    if (code === undefined) {
      code = first.length;
      codeOf.set(value, code);
      first.push(i);
    }
    return code;
  });
  return { first, codes };
}
