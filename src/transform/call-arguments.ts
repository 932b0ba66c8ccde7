/**
 * Arguments by name: fields of the options object that may stand last, as keyword arguments do in Python.
 *
 *     jit(step, { staticArgnames: 'train' })      step(params, batch, { train: true, rate: 0.1 })
 *
 * `train` becomes part of the program, `rate` stays an input.
 */
import { NdArray } from '../array/array.js';
import { InvalidArgument } from '../error/error.js';

/** One name or position, or several, as a list. */
export const asList = <T extends number | string>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

/** True for a plain object, whose fields can be arguments by name. */
const isOptions = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof NdArray) &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

/** A call's arguments without the fields taken out of the last one, and these; undefined where it has no such field. */
export interface SplitArguments {
  readonly args: readonly unknown[];
  readonly named: readonly unknown[];
}

const NONE: readonly unknown[] = [];

export function splitNamed(args: readonly unknown[], names: readonly string[]): SplitArguments {
  const last = args[args.length - 1];
  if (names.length === 0) return { args, named: NONE };
  if (!isOptions(last)) return { args, named: names.map(() => undefined) };
  const rest = Object.fromEntries(Object.entries(last).filter(([key]) => !names.includes(key)));
  return { args: [...args.slice(0, -1), rest], named: names.map((name) => last[name]) };
}

/** The arguments as they were before `splitNamed`. */
export function joinNamed({ args, named }: SplitArguments, names: readonly string[]): readonly unknown[] {
  const fields = names.flatMap((name, i) => (named[i] === undefined ? [] : [[name, named[i]] as const]));
  if (fields.length === 0) return args;
  return [...args.slice(0, -1), { ...(args[args.length - 1] as object), ...Object.fromEntries(fields) }];
}

/** Positions as numbers from 0. @throws InvalidArgument for one that there is no argument for */
export function positionsAmong(
  positions: readonly number[],
  count: number,
  op: string,
  argument: string,
): ReadonlySet<number> {
  return new Set(
    positions.map((n) => {
      const position = n < 0 ? n + count : n;
      if (!Number.isInteger(n) || position < 0 || position >= count) {
        const expected = `positions among the ${count} arguments that were given`;
        throw new InvalidArgument({ op, argument, expected, actual: `${n}` });
      }
      return position;
    }),
  );
}
