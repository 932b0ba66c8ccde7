/**
 * The place where a program grows: the values so far, and words that add steps to them.
 *
 * A word is a function of the scope. It takes operands that fit (`float()`, `like(x)`), and emits steps, which are run at
 * once: what does not come out finite and of moderate size is a misfit, and so is a word that finds no operand. All choices
 * are numbers from a list, counted from the newest value, so that smaller numbers are simpler programs.
 */
import { isComplex, isFloat, isInteger } from '../../src/array/dtype.js';
import { sameShape } from '../../src/array/shape.js';
import { type DType, FluxionError, type NdArray } from '../../src/index.js';
import { indexOf, type Program, type Ref, runStep, type Step } from './program.js';
import { elementsOf, partsOf } from './wire.js';

/** Values beyond this size are not gone on with: rounding errors of large numbers say little. */
const LARGEST = 20;
const LARGEST_INTEGER = 10_000;
const MOST_ELEMENTS = 40;

/** Why a word does not fit here. */
export class Misfit extends Error {}

/** One choice after the other; 0 when the list is over. */
export class Choices {
  #next = 0;
  constructor(private readonly numbers: readonly number[]) {}

  below(n: number): number {
    return n <= 0 ? 0 : (this.numbers[this.#next++] ?? 0) % n;
  }
}

/** A gene: a word, its choices, and the genes of its bodies. */
export interface Gene {
  readonly word: number;
  readonly choices: readonly number[];
  readonly bodies: readonly (readonly Gene[])[];
}

export type Word = (scope: Scope) => void;

/** Whether numbers are finite and of moderate size. */
export function isModerate(x: NdArray): boolean {
  const bound = isInteger(x.dtype) ? LARGEST_INTEGER : LARGEST;
  return partsOf(x).every((v) => Math.abs(v) <= bound);
}

export class Scope {
  readonly values: NdArray[];
  readonly steps: Step[] = [];
  #choices = new Choices([]);
  #bodies: readonly (readonly Gene[])[] = [];
  #nextBody = 0;

  constructor(
    inputs: readonly NdArray[],
    /** The inexact dtype that the program is about. */
    readonly dtype: DType,
    readonly words: readonly Word[],
    /** Told about each gene that did not fit. */
    readonly onMisfit: (reason: string) => void = () => {},
  ) {
    this.values = [...inputs];
  }

  /** Lets a gene add its steps; takes them back if they do not fit. */
  grow(gene: Gene): void {
    const [values, steps] = [this.values.length, this.steps.length];
    this.#choices = new Choices(gene.choices);
    this.#bodies = gene.bodies;
    this.#nextBody = 0;
    try {
      this.words[gene.word % this.words.length](this);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      this.values.length = values;
      this.steps.length = steps;
      this.onMisfit(error.message);
    }
  }

  /** A choice among `n`. */
  choose(n: number): number {
    return this.#choices.below(n);
  }

  one<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Misfit('nothing to choose from');
    return list[this.choose(list.length)];
  }

  at(ref: Ref): NdArray {
    return this.values[indexOf(ref)];
  }

  /** A value that fits, counted from the newest. */
  value(fits: (x: NdArray) => boolean): Ref {
    const found: Ref[] = [];
    for (let i = this.values.length - 1; i >= 0; i--) if (fits(this.values[i])) found.push(`$${i}`);
    if (found.length === 0) throw new Misfit('no operand of the kind');
    return this.one(found);
  }

  float(minDims = 0): Ref {
    return this.value((x) => isFloat(x.dtype) && x.ndim >= minDims);
  }

  /** A float array whose elements all satisfy a condition. */
  floatWhere(holds: (v: number) => boolean): Ref {
    return this.value((x) => isFloat(x.dtype) && elementsOf(x).every(holds));
  }

  complex(): Ref {
    return this.value((x) => isComplex(x.dtype));
  }

  integer(minDims = 0): Ref {
    return this.value((x) => isInteger(x.dtype) && x.ndim >= minDims);
  }

  /** Signed integers of 32 bits. */
  index(): Ref {
    return this.value((x) => x.dtype === 'int32');
  }

  bool(): Ref {
    return this.value((x) => x.dtype === 'bool');
  }

  number(minDims = 0): Ref {
    return this.value((x) => (isFloat(x.dtype) || /^int/.test(x.dtype)) && x.ndim >= minDims);
  }

  any(minDims = 0): Ref {
    return this.value((x) => x.ndim >= minDims);
  }

  /** Another value of the same type, or the same. */
  like(ref: Ref): Ref {
    const { dtype, shape } = this.at(ref);
    return this.value((x) => x.dtype === dtype && sameShape(x.shape, shape));
  }

  axis(ref: Ref): number {
    const { ndim } = this.at(ref);
    if (ndim === 0) throw new Misfit('no axis');
    return this.choose(ndim);
  }

  /** Runs a step and keeps it. */
  emit(op: string, args: readonly unknown[], more: Omit<Step, 'op' | 'args'> = {}): Ref {
    const step: Step = { op, args, ...more };
    const results = this.#attempt(step);
    for (const y of results) {
      if (y.size === 0 || y.size > MOST_ELEMENTS) throw new Misfit('empty or large');
      if (!isModerate(y)) throw new Misfit('not finite or not moderate');
    }
    const first = this.values.length;
    this.values.push(...results);
    this.steps.push(results.length === 1 ? step : { ...step, results: results.length });
    return `$${first}`;
  }

  #attempt(step: Step): readonly NdArray[] {
    try {
      return runStep(step, this.values);
    } catch (error) {
      if (error instanceof FluxionError && error.tag !== 'InternalError') throw new Misfit(`refused: ${error.tag}`);
      throw error;
    }
  }

  /**
   * A body over arguments like `own` and what it captures, grown from the gene's own genes. `results` are types that it
   * must return first; more may follow if `extra`.
   */
  body(own: readonly NdArray[], captured: readonly Ref[], results: readonly NdArray[], extra = false): Program {
    const inputs = [...own, ...captured.map((ref) => this.at(ref))];
    const inner = new Scope(inputs, this.dtype, this.words, this.onMisfit);
    for (const gene of this.#bodies[this.#nextBody++] ?? []) inner.grow(gene);
    const taken: Ref[] = results.map(({ dtype, shape }) =>
      inner.#newest((x) => x.dtype === dtype && sameShape(x.shape, shape)),
    );
    const last = `$${inner.values.length - 1}` as const;
    return { arity: inputs.length, steps: inner.steps, outputs: extra ? [...taken, last] : taken };
  }

  #newest(fits: (x: NdArray) => boolean): Ref {
    for (let i = this.values.length - 1; i >= 0; i--) if (fits(this.values[i])) return `$${i}`;
    throw new Misfit('the body has no value of the type');
  }
}
