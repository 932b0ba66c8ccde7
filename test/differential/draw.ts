/**
 * Random programs with all that the modes need: inputs, directions, weights of the outputs, a second row for `vmap`.
 *
 * A program is grown from genes on the reference engine; every list of genes is a program, and a shorter list a smaller
 * one. What no output depends on is left out. What was not taken is counted by reason.
 */
import * as fc from 'fast-check';
import { arraysOfShape } from '../../laws/arbitrary/index.js';
import { Chance } from '../../laws/chance.js';
import { isComplex, isFloat } from '../../src/array/dtype.js';
import { config, type DType, type NdArray } from '../../src/index.js';
import { arrayOf, type JsonArray } from '../helpers/fixtures.js';
import { indexOf, type Program, type Ref, run, type Step, substitute, usedBy } from './program.js';
import { type Gene, isModerate, Scope } from './scope.js';
import { vocabulary } from './vocabulary/index.js';
import { elementsOf, jsonOf } from './wire.js';

/** What one program is asked with. */
export interface Case {
  readonly dtype: DType;
  readonly program: Program;
  readonly inputs: readonly JsonArray[];
  /** A direction for each float input. */
  readonly tangents: readonly (JsonArray | null)[];
  /** A weight for each float output. */
  readonly cotangents: readonly (JsonArray | null)[];
  /** For each input its batch axis, and two rows (or itself, without axis). */
  readonly inAxes: readonly (number | null)[];
  readonly rows: readonly JsonArray[];
}

/** Counts by name. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  toString(): string {
    const sorted = [...this.counts].sort((a, b) => b[1] - a[1]);
    return sorted.map(([name, n]) => `${n} ${name}`).join(', ') || 'none';
  }
}

/** Runs `body` as the program's dtype needs it: 64 bits or not, on the judge or another engine. */
export function inWorld<T>(dtype: DType, engine: string, body: () => T): T {
  const before = [config.read('enableX64'), config.read('engine')] as const;
  config.update('enableX64', dtype === 'float64');
  config.update('engine', engine);
  try {
    return body();
  } finally {
    config.update('enableX64', before[0]);
    config.update('engine', before[1]);
  }
}

/** The program without what its outputs do not depend on. */
function pruned(inputs: number, steps: readonly Step[], outputs: readonly Ref[]) {
  const sizes = steps.map((step) => step.results ?? 1);
  const live = new Set<number>(outputs.map(indexOf));
  const starts: number[] = [];
  let next = inputs;
  for (const size of sizes) {
    starts.push(next);
    next += size;
  }
  const kept = new Set<number>();
  for (let k = steps.length - 1; k >= 0; k--) {
    const own = Array.from({ length: sizes[k] }, (_, i) => starts[k] + i);
    if (!own.some((i) => live.has(i))) continue;
    kept.add(k);
    for (const ref of usedBy(steps[k])) live.add(indexOf(ref));
  }
  const renamed = new Map<number, number>();
  const keptInputs = Array.from({ length: inputs }, (_, i) => i).filter((i) => live.has(i));
  for (const i of keptInputs) renamed.set(i, renamed.size);
  const name = (ref: Ref): Ref => `$${renamed.get(indexOf(ref)) as number}`;
  const rewritten: Step[] = [];
  steps.forEach((step, k) => {
    if (!kept.has(k)) return;
    rewritten.push({
      ...step,
      args: substitute(step.args, name) as unknown[],
      ...(step.captured ? { captured: step.captured.map(name) } : {}),
    });
    for (let i = 0; i < sizes[k]; i++) renamed.set(starts[k] + i, renamed.size);
  });
  return { keptInputs, program: { arity: keptInputs.length, steps: rewritten, outputs: outputs.map(name) } };
}

const MOST_OUTPUTS = 4;

/** The program that genes stand for, on these inputs. */
function grown(genes: readonly Gene[], inputs: readonly NdArray[], dtype: DType, discarded: Tally) {
  const scope = new Scope(inputs, dtype, vocabulary, (reason) => discarded.add(reason));
  for (const gene of genes) scope.grow(gene);
  const used = new Set<number>(scope.steps.flatMap((step) => usedBy(step).map(indexOf)));
  const free = scope.values.flatMap((x, i) => (i >= inputs.length && !used.has(i) && !isComplex(x.dtype) ? [i] : []));
  const outputs = free.slice(-MOST_OUTPUTS);
  // Something to differentiate comes first.
  const float = scope.values.findLastIndex((x) => isFloat(x.dtype));
  if (!outputs.some((i) => isFloat(scope.values[i].dtype))) outputs.push(float);
  return pruned(
    inputs.length,
    scope.steps,
    outputs.map((i): Ref => `$${i}`),
  );
}

const randomLike = (x: NdArray, chance: Chance): JsonArray | null =>
  isFloat(x.dtype)
    ? { dtype: x.dtype, shape: x.shape, data: Array.from({ length: x.size }, () => chance.integer(-12, 12) / 8) }
    : null;

/** A neighbour: floats moved by a little, the others in reverse order. */
function neighbour(x: NdArray, chance: Chance): JsonArray {
  const json = jsonOf(x);
  const numbers = elementsOf(x);
  if (!isFloat(x.dtype)) return { ...json, data: numbers.reverse() };
  return { ...json, data: numbers.map((v) => v + (Math.max(Math.abs(v), 1 / 4) * chance.integer(-8, 8)) / 64) };
}

/** Two arrays along a new axis. */
function stacked(x: JsonArray, y: JsonArray, axis: number): JsonArray {
  const inner = x.shape.slice(axis).reduce((a, b) => a * b, 1);
  const data: JsonArray['data'][number][] = [];
  for (let i = 0; i < x.data.length; i += inner)
    data.push(...x.data.slice(i, i + inner), ...y.data.slice(i, i + inner));
  return { dtype: x.dtype, shape: [...x.shape.slice(0, axis), 2, ...x.shape.slice(axis)], data };
}

/** Everything that the modes ask a program with. */
export function caseOf(
  genes: readonly Gene[],
  given: readonly NdArray[],
  dtype: DType,
  seed: number,
  discarded = new Tally(),
): Case {
  return inWorld(dtype, 'reference', () => {
    const { program, keptInputs } = grown(genes, given, dtype, discarded);
    const inputs = keptInputs.map((i) => given[i]);
    const chance = new Chance(seed);
    const outputs = run(program, inputs);
    let second = inputs.map((x) => neighbour(x, chance));
    if (!run(program, second.map(arrayOf)).every(isModerate)) {
      discarded.add('second row not finite or not moderate: the first twice');
      second = inputs.map(jsonOf);
    }
    const mapped = chance.integer(0, inputs.length - 1);
    const inAxes = inputs.map((x, i) => (i !== mapped && chance.next() < 0.2 ? null : chance.integer(0, x.ndim)));
    return {
      dtype,
      program,
      inputs: inputs.map(jsonOf),
      tangents: inputs.map((x) => randomLike(x, chance)),
      cotangents: outputs.map((y) => randomLike(y, chance)),
      inAxes,
      rows: inputs.map((x, i) => {
        const axis = inAxes[i];
        return axis === null ? jsonOf(x) : stacked(jsonOf(x), second[i], axis);
      }),
    };
  });
}

const numbers = fc.array(fc.nat({ max: 11 }), { minLength: 7, maxLength: 7 });
const word = fc.nat({ max: vocabulary.length - 1 });

/** Genes whose bodies have bodies, `depth` times. */
const gene = (depth: number): fc.Arbitrary<Gene> =>
  fc.record({
    word,
    choices: numbers,
    bodies:
      depth === 0
        ? fc.constant([])
        : fc.array(fc.array(gene(depth - 1), { maxLength: 4, size: 'max' }), { maxLength: 3, size: 'max' }),
  });

/** What programs start from. */
const inputsOf = (dtype: DType) =>
  fc.tuple(
    arraysOfShape([3], { dtype }),
    arraysOfShape([2, 3], { dtype }),
    arraysOfShape([], { dtype }),
    arraysOfShape([2, 1], { dtype: 'int32', range: [-1, 3] }),
    arraysOfShape([], { dtype: 'int32', range: [-1, 3] }),
    arraysOfShape([3], { dtype: 'bool' }),
  );

export interface CaseOptions {
  readonly maxSteps?: number;
  readonly dtypes?: readonly DType[];
  readonly discarded?: Tally;
}

/** Half of the programs are in float64, where mistakes stand out from rounding. */
const DTYPES = [
  'float64',
  'float64',
  'float64',
  'float64',
  'float32',
  'float32',
  'float32',
  'bfloat16',
  'float16',
] as const;

/** Random programs, to be asked in all modes. */
export const cases = ({ maxSteps = 18, dtypes = DTYPES, discarded }: CaseOptions = {}): fc.Arbitrary<Case> =>
  fc
    .constantFrom(...dtypes)
    .chain((dtype) =>
      fc
        .tuple(fc.array(gene(2), { minLength: 3, maxLength: maxSteps, size: 'max' }), inputsOf(dtype), fc.nat())
        .map(([genes, inputs, seed]) => caseOf(genes, inputs, dtype, seed, discarded)),
    );
