/**
 * One mistake (now and then several) put into a right call, and whether it must be noticed.
 */
import { NdArray } from 'fluxion/numpy';
import type { Chance } from './random.js';
import { mistake } from './specimens.js';

export interface SpoiledCall {
  readonly args: readonly unknown[];
  /** Why the call cannot be answered; null when it might happen to be right. */
  readonly wrong: string | null;
}

const OPTION_NAMES = ['axis', 'axes', 'dtype', 'keepdims', 'shape', 'where', 'mode', 'k', 'n', 'precision', 'initial'];

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** `keepdims` becomes `keepdms`, `keep_dims` or `Keepdims`. */
function misspelled(name: string, chance: Chance): string {
  const at = 1 + chance.below(Math.max(1, name.length - 1));
  return chance.pick([
    `${name.slice(0, at)}_${name.slice(at)}`,
    `${name}s_`,
    `_${name}`,
    `${name[0].toUpperCase()}${name.slice(1)}0`,
  ]);
}

const isNonsense = (value: unknown): boolean =>
  typeof value === 'function' || typeof value === 'symbol' || typeof value === 'string' || value instanceof Map;

const replaced = <Value>(list: readonly Value[], i: number, value: Value): Value[] =>
  list.map((x, j) => (j === i ? value : x));

/** A list with one entry replaced, at any depth. */
function spoiledList(list: readonly unknown[], chance: Chance): unknown[] {
  if (list.length === 0) return [mistake(chance)];
  const i = chance.below(list.length);
  const entry = list[i];
  return replaced(list, i, Array.isArray(entry) && chance.real() < 0.7 ? spoiledList(entry, chance) : mistake(chance));
}

/**
 * @param args a right call
 * @param optionsAt the place of the options among the parameters; -1 where there are none
 * @param isStrict whether arrays must be arrays there (trees and functions may be anything elsewhere)
 */
export function spoil(args: readonly unknown[], optionsAt: number, isStrict: boolean, chance: Chance): SpoiledCall {
  const last = args.at(-1);
  const takesOptions = optionsAt >= 0;
  const options = isPlainObject(last) && takesOptions && args.length > optionsAt ? last : null;
  const positional = options === null ? args : args.slice(0, -1);
  const close = (given: readonly unknown[], changed: object | null = options): unknown[] =>
    changed === null ? [...given] : [...given, changed];
  const dice = chance.real();

  if (takesOptions && dice < 0.12) {
    const name = misspelled(chance.pick([...Object.keys(options ?? {}), ...OPTION_NAMES]), chance);
    return { args: close(positional, { ...options, [name]: 1 }), wrong: `there is no option ${name}` };
  }
  if (takesOptions && dice < 0.32) {
    const known = Object.keys(options ?? {});
    const name = known.length > 0 && chance.real() < 0.7 ? chance.pick(known) : chance.pick(OPTION_NAMES);
    const value = mistake(chance);
    const wrong =
      /^(axis|keepdims|dtype)$/.test(name) && (isNonsense(value) || Number.isNaN(value)) && value !== 'float32'
        ? `${name} is ${String(value)}`
        : null;
    return { args: close(positional, { ...options, [name]: value }), wrong };
  }
  if (positional.length === 0 || dice < 0.36)
    return { args: Array.from({ length: chance.below(4) }, () => mistake(chance)), wrong: null };
  if (dice < 0.4) return { args: positional.slice(0, -1), wrong: null };
  if (dice < 0.44) return { args: close([...positional].reverse()), wrong: null };
  const i = chance.below(positional.length);
  const original = positional[i];
  if (Array.isArray(original) && dice < 0.7)
    return { args: close(replaced(positional, i, spoiledList(original, chance))), wrong: null };
  const value = mistake(chance);
  const wrong =
    isStrict && isNonsense(value) && original instanceof NdArray
      ? `argument ${i} is ${typeof value}, not an array`
      : null;
  const spoiled = replaced(positional, i, value);
  if (dice < 0.9) return { args: close(spoiled), wrong };
  return { args: close(replaced(spoiled, chance.below(positional.length), mistake(chance))), wrong: null };
}
