/**
 * Where a NaN comes from: the program is replayed on the reference interpreter, and every value that is not finite
 * remembers the step that made the first such number on its way out of finite ones.
 *
 * Infinities that somebody wrote down (the -Infinity of a mask) are not blamed, nor what is selected away again: only
 * what reaches the results counts.
 */
import { isComplex, isFloat } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { readComplex } from '../array/numeric.js';
import { sameShape, sizeOf } from '../array/shape.js';
import { type Apply, interpret } from '../engine/reference/engine.js';
import { type Location, locationText } from '../error/location.js';
import type { NonFiniteInput, NonFiniteOrigin } from '../error/nonfinite.js';
import { type Equation, Jaxpr } from '../ir/jaxpr.js';
import { repairFor } from './nonfinite-repair.js';

/** Real and imaginary parts of an inexact array, and of each element the one that is worse. */
function worstParts(x: HostData): Float64Array {
  const { re, im } = readComplex(x);
  if (!isComplex(x.dtype)) return re;
  return re.map((r, i) => (Number.isNaN(r) || (!Number.isFinite(r) && !Number.isNaN(im[i])) ? r : im[i]));
}

const isInexact = (x: HostData): boolean => isFloat(x.dtype) || isComplex(x.dtype);

/** The first NaN of an array, or else its first infinity; -1 when all is finite. */
export function firstNonFinite(x: HostData): number {
  if (!isInexact(x)) return -1;
  const values = worstParts(x);
  const nan = values.findIndex(Number.isNaN);
  return nan >= 0 ? nan : values.findIndex((v) => !Number.isFinite(v));
}

/** True when an array holds a NaN. */
export const hasNan = (x: HostData): boolean => isInexact(x) && worstParts(x).some(Number.isNaN);

/** An origin, and when in the replay it happened. */
interface Blame {
  readonly order: number;
  readonly origin: NonFiniteOrigin;
}

const typeText = (x: HostData): string => `${x.dtype}[${x.shape.join(',')}]`;

function indexOf(shape: readonly number[], position: number): number[] {
  const index: number[] = [];
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}

function describeInput(x: HostData, output: HostData, position: number): NonFiniteInput {
  const values = worstParts(x);
  const single = sizeOf(x.shape) === 1;
  const value = single ? values[0] : sameShape(x.shape, output.shape) ? values[position] : null;
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of values) {
    least = Math.min(least, v);
    largest = Math.max(largest, v);
  }
  return { type: typeText(x), value, range: values.length === 0 ? null : [least, largest] };
}

/** Follows the values of one replay. */
class Replay {
  readonly #blames = new WeakMap<HostData, Blame>();
  readonly #inside: string[] = [];
  #order = 0;
  /** What a jaxpr inside the current equation let out. */
  #leaked: Blame | null = null;

  constructor(
    readonly selects: boolean,
    readonly fallback: Location | null,
  ) {}

  blameOf(values: readonly HostData[]): Blame | null {
    let first: Blame | null = null;
    for (const value of values) {
      const blame = this.#blames.get(value);
      if (blame && firstNonFinite(value) >= 0 && (first === null || blame.order < first.order)) first = blame;
    }
    return first;
  }

  readonly apply: Apply = (equation, inputs) => {
    const outerLeaked = this.#leaked;
    this.#leaked = null;
    const runs = new Map<Jaxpr, number>();
    const run = (jaxpr: Jaxpr, args: readonly HostData[]): HostData[] => {
      const earlier = runs.get(jaxpr) ?? 0;
      runs.set(jaxpr, earlier + 1);
      this.#inside.push(stepText(equation, earlier));
      const results = interpret(jaxpr, args, this.apply);
      this.#leaked ??= this.blameOf(results);
      this.#inside.pop();
      return results;
    };
    const outputs = equation.primitive.evaluate(inputs, equation.params, { run });
    const leaked = this.#leaked as Blame | null;
    this.#leaked = outerLeaked;
    this.#judge(equation, inputs, outputs, leaked);
    return outputs;
  };

  #judge(equation: Equation, inputs: readonly HostData[], outputs: readonly HostData[], leaked: Blame | null): void {
    for (const output of outputs) {
      const position = firstNonFinite(output);
      if (position < 0) continue;
      const bad = inputs.filter((x) => firstNonFinite(x) >= 0);
      // Where elements correspond, those that meet the bad one are the likelier culprits.
      const meeting = bad.filter((x) => sameShape(x.shape, output.shape) && !Number.isFinite(worstParts(x)[position]));
      const known = this.blameOf(meeting) ?? (meeting.length > 0 ? null : this.blameOf(bad)) ?? leaked;
      const isNew = bad.length === 0 || (hasNan(output) && !bad.some(hasNan));
      const blame = known ?? (isNew ? this.#blame(equation, inputs, output, position) : null);
      if (blame) this.#blames.set(output, blame);
    }
  }

  #blame(equation: Equation, inputs: readonly HostData[], output: HostData, position: number): Blame {
    const { primitive } = equation;
    const location = equation.location ?? this.fallback;
    const derivation = location?.derivation;
    const operation = derivation?.operation ?? primitive.name;
    const isValue = derivation === undefined || (!derivation.backward && operation === primitive.name);
    const pass = isValue ? 'value' : derivation.backward ? 'backward' : 'tangent';
    return {
      order: this.#order++,
      origin: {
        primitive: primitive.name,
        operation,
        pass,
        location: location ? locationText(location) : null,
        inside: [...this.#inside],
        output: {
          type: typeText(output),
          index: indexOf(output.shape, position),
          value: worstParts(output)[position],
        },
        inputs: inputs.map((x) => describeInput(x, output, position)),
        repair: repairFor(operation, pass, this.selects),
      },
    };
  }
}

/** `jit(step)` once, `scan, step 3` for what is run again and again. */
function stepText(equation: Equation, run: number): string {
  const { name } = equation.primitive;
  const called = equation.params.name;
  if (typeof called === 'string') return `${name}(${called})`;
  return run === 0 && equation.params.length === undefined ? name : `${name}, step ${run}`;
}

const selects = (jaxpr: Jaxpr): boolean =>
  jaxpr.equations.some(
    ({ primitive, params }) =>
      primitive.name === 'select_n' || Object.values(params).some((p) => p instanceof Jaxpr && selects(p)),
  );

/** Which result of a program is not finite, and why; `origin` is null when an argument was not finite already. */
export interface NonFiniteResult {
  readonly output: number;
  readonly value: number;
  readonly origin: NonFiniteOrigin | null;
}

export interface ReplayOptions {
  /** Only NaNs count, infinities are fine. */
  readonly nanOnly?: boolean;
  /** The user's line for equations that have none: of an operation that was computed by itself. */
  readonly location?: Location | null;
}

/** Replays a program; null when all its results are finite (or, with `nanOnly`, hold no NaN). */
export function findNonFinite(
  jaxpr: Jaxpr,
  args: readonly HostData[],
  options: ReplayOptions = {},
): NonFiniteResult | null {
  const { nanOnly = false, location = null } = options;
  const replay = new Replay(selects(jaxpr), location);
  const results = interpret(jaxpr, args, replay.apply);
  for (let output = 0; output < results.length; output++) {
    const position = firstNonFinite(results[output]);
    const value = position < 0 ? 0 : worstParts(results[output])[position];
    if (position < 0 || (nanOnly && !Number.isNaN(value))) continue;
    return { output, value, origin: replay.blameOf([results[output]])?.origin ?? null };
  }
  return null;
}
