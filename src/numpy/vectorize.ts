/**
 * Functions of vectors or numbers applied to each of many: over broadcast axes (`jnp.vectorize`), along an axis, piece by
 * piece.
 */
import { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { canonicalAxis, range } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { switch_ } from '../lax/control.js';
import { asArray, cast } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { vmap } from '../transform/vmap.js';
import { array } from './creation.js';
import { stack } from './joining.js';
import { broadcastShape } from './promote.js';
import { argmax } from './reduction.js';
import { expandDims } from './shape.js';

type Vectorizable = (...args: never[]) => NdArray | readonly NdArray[];

/** Options of `vectorize`. */
export interface VectorizeOptions {
  /** Positions of arguments, or names in a trailing options object, that are handed on as they are. */
  readonly excluded?: readonly (number | string)[];
  /** Core dimensions of arguments and results, such as `'(n,m),(m)->(n)'`. Default: numbers to numbers. */
  readonly signature?: string | null;
}

/** `'(n,m),(m)->(n)'` as lists of names. */
function parseSignature(signature: string): { inputs: string[][]; outputs: string[][] } {
  const list = '\\((?:\\w+(?:,\\w+)*)?\\)';
  const text = signature.replaceAll(' ', '');
  if (!new RegExp(`^${list}(?:,${list})*->${list}(?:,${list})*$`).test(text)) {
    const expected = "core dimensions, such as '(n,m),(m)->(n)'";
    throw new InvalidArgument({ op: 'vectorize', argument: 'signature', expected, actual: `'${signature}'` });
  }
  const [inputs, outputs] = text
    .split('->')
    .map((side) => [...side.matchAll(/\(([^)]*)\)/g)].map(([, names]) => (names === '' ? [] : names.split(','))));
  return { inputs, outputs };
}

/** Takes the sizes of core dimensions from a shape, or compares them. */
function measure(sizes: Map<string, number>, shape: readonly number[], names: readonly string[], what: string): void {
  names.forEach((name, k) => {
    const n = shape[shape.length - names.length + k];
    const known = sizes.get(name);
    if (known === undefined) sizes.set(name, n);
    else if (known !== n) {
      const expected = `core dimension '${name}' has size ${known} elsewhere`;
      throw new ShapeMismatch({ op: 'vectorize', argument: what, expected, actual: shape });
    }
  });
}

const isOptions = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * The function applied to every element (or to every core array, by `signature`) of arguments that broadcast.
 *
 * `vectorize(f, { signature: '(n),(n)->()' })` takes `[..., n]` twice and returns `[...]`. Null arguments and those that are
 * `excluded` are handed on.
 * @throws InvalidArgument for a signature or a number of arguments that do not fit
 * @throws ShapeMismatch for core dimensions of unlike sizes
 */
export function vectorize<R extends NdArray | readonly NdArray[] = NdArray>(
  pyfunc: (...args: never[]) => R,
  options: VectorizeOptions = {},
): (...args: readonly unknown[]) => R {
  const { excluded = [], signature = null } = options;
  const wrong = excluded.find((e) => (typeof e === 'number' ? !Number.isInteger(e) || e < 0 : typeof e !== 'string'));
  if (wrong !== undefined) {
    const expected = 'positions, not negative, or names';
    throw new InvalidArgument({ op: 'vectorize', argument: 'excluded', expected, actual: `${wrong}` });
  }
  const parsed = signature === null ? null : parseSignature(signature);
  return (...given) => {
    const isHandedOn = (arg: unknown, i: number): boolean =>
      excluded.includes(i) ||
      arg === null ||
      (i === given.length - 1 && isOptions(arg) && Object.keys(arg).every((key) => excluded.includes(key)));
    const moving = given.map((arg, i) => !isHandedOn(arg, i));
    const places = range(given.length).filter((i) => moving[i]);
    const listed = range(given.length).filter((i) => !excluded.includes(i) && !(isOptions(given[i]) && !moving[i]));
    if (parsed !== null && parsed.inputs.length !== listed.length) {
      const expected = `${parsed.inputs.length} arguments, as the signature has`;
      throw new InvalidArgument({ op: 'vectorize', argument: 'args', expected, actual: `${listed.length}` });
    }
    const cores = places.map((i) => (parsed === null ? [] : parsed.inputs[listed.indexOf(i)]));
    const arrays = places.map((i) => asArray(given[i] as ArrayLike, 'vectorize', `argument ${i}`));
    const call = (...xs: readonly NdArray[]): R =>
      (pyfunc as (...args: readonly unknown[]) => R)(
        ...given.map((arg, i) => (moving[i] ? xs[places.indexOf(i)] : arg)),
      );
    return applyOver(call, arrays, cores, parsed?.outputs ?? null);
  };
}

function applyOver<R extends NdArray | readonly NdArray[]>(
  call: (...xs: readonly NdArray[]) => R,
  arrays: readonly NdArray[],
  cores: readonly (readonly string[])[],
  outputs: readonly (readonly string[])[] | null,
): R {
  const sizes = new Map<string, number>();
  const outer = arrays.map((x, i) => {
    if (x.ndim < cores[i].length) {
      const expected = `axes for its core dimensions (${cores[i].join(',')}) are needed`;
      throw new ShapeMismatch({ op: 'vectorize', argument: `argument ${i}`, expected, actual: x.shape });
    }
    measure(sizes, x.shape, cores[i], `argument ${i}`);
    return x.shape.slice(0, x.ndim - cores[i].length);
  });
  const checked = (...xs: readonly NdArray[]): R => {
    const result = call(...xs);
    if (outputs === null) return result;
    const list = (result instanceof NdArray ? [result] : result) as readonly NdArray[];
    if (list.length !== outputs.length) {
      const expected = `${outputs.length}, as the signature has`;
      throw new InvalidArgument({ op: 'vectorize', argument: 'results', expected, actual: `${list.length}` });
    }
    const own = new Map(sizes);
    list.forEach((y, k) => {
      if (y.ndim !== outputs[k].length) {
        const expected = `its core dimensions are (${outputs[k].join(',')})`;
        throw new ShapeMismatch({ op: 'vectorize', argument: `result ${k}`, expected, actual: y.shape });
      }
      measure(own, y.shape, outputs[k], `result ${k}`);
    });
    return result;
  };
  const shape = broadcastShape('vectorize', outer);
  const rank = shape.length;
  // Axes of size 1 are taken out of the arrays and put back into the results.
  const squeezed = arrays.map((x, i) =>
    primitive.squeeze(
      x,
      outer[i].flatMap((n, k) => (n === 1 ? [k] : [])),
    ),
  );
  let mapped = checked as (...xs: readonly NdArray[]) => unknown;
  const ones: number[] = [];
  for (let k = rank - 1; k >= 0; k--) {
    const inAxes = outer.map((s) => {
      const at = k - (rank - s.length);
      return at >= 0 && s[at] !== 1 ? 0 : null;
    });
    if (inAxes.every((axis) => axis === null)) ones.push(k);
    else mapped = vmap(mapped as Vectorizable, { inAxes }) as typeof mapped;
  }
  const result = mapped(...squeezed) as R;
  if (ones.length === 0) return result;
  const back = (y: NdArray): NdArray => expandDims(y, ones);
  return (result instanceof NdArray ? back(result) : (result as readonly NdArray[]).map(back)) as R;
}

/** A function of vectors applied to each along an axis; what it returns stands in that axis' place. */
export function applyAlongAxis(
  func1d: (x: NdArray, ...args: never[]) => NdArray,
  axis: number,
  arr: ArrayLike,
  ...args: readonly unknown[]
): NdArray {
  const x = asArray(arr, 'applyAlongAxis', 'arr');
  const d = canonicalAxis(axis, x.ndim, 'applyAlongAxis');
  let f = (v: NdArray): NdArray => (func1d as (x: NdArray, ...rest: readonly unknown[]) => NdArray)(v, ...args);
  for (const k of range(x.ndim - d - 1)) f = vmap(f, { inAxes: k + 1, outAxes: -1 }) as typeof f;
  for (const _ of range(d)) f = vmap(f) as typeof f;
  return f(x);
}

/** A function of an array and an axis, such as a sum, applied over several axes, which stay with size 1. */
export function applyOverAxes(
  func: (a: NdArray, axis: number) => NdArray,
  a: ArrayLike,
  axes: readonly number[],
): NdArray {
  return axes.reduce(
    (x, axis) => {
      const y = func(x, axis);
      if (y.ndim === x.ndim) return y;
      if (y.ndim === x.ndim - 1) return expandDims(y, canonicalAxis(axis, x.ndim, 'applyOverAxes'));
      const expected = `func must keep the ${x.ndim} axes, or lose the one it is given`;
      throw new ShapeMismatch({ op: 'applyOverAxes', argument: 'the result of func', expected, actual: y.shape });
    },
    asArray(a, 'applyOverAxes', 'a'),
  );
}

/**
 * `funclist[i](x)` where `condlist[i]` is the first condition that holds; else the function that `funclist` has in addition, or
 * 0. Constants may stand for functions; each sees single elements, `args` after them.
 * @throws InvalidArgument for a number of functions that does not fit the conditions
 */
export function piecewise(
  x: ArrayLike,
  condlist: ArrayLike | readonly ArrayLike[],
  funclist: readonly (ArrayLike | ((x: NdArray, ...args: never[]) => ArrayLike))[],
  ...args: readonly unknown[]
): NdArray {
  const value = asArray(x, 'piecewise');
  const conditions = Array.isArray(condlist)
    ? stack(condlist.map((c: ArrayLike) => cast(asArray(c, 'piecewise', 'condlist'), 'bool')))
    : cast(asArray(condlist as ArrayLike, 'piecewise', 'condlist'), 'bool');
  const n = conditions.shape[0];
  if (funclist.length !== n && funclist.length !== n + 1) {
    const expected = `${n} or ${n + 1}, with ${n} conditions`;
    throw new InvalidArgument({ op: 'piecewise', argument: 'funclist', expected, actual: `${funclist.length}` });
  }
  const [otherwise] = funclist.length === n + 1 ? funclist.slice(-1) : [0];
  const branches = [otherwise, ...funclist.slice(0, n)].map((f) => (y: NdArray): NdArray => {
    const result =
      typeof f === 'function' ? (f as (x: NdArray, ...rest: readonly unknown[]) => ArrayLike)(y, ...args) : f;
    return cast(array(result), y.dtype);
  });
  const none = primitive.full(conditions.aval.withShape([1, ...conditions.shape.slice(1)]), 0);
  const reached = primitive.cumsum(cast(primitive.concatenate([none, conditions], 0), 'int32'), 0, false);
  const index = argmax(reached, { axis: 0 });
  const pick = (i: NdArray, y: NdArray): NdArray => switch_(i, branches as never, y) as NdArray;
  return vectorize(pick as Vectorizable)(index, value) as NdArray;
}
