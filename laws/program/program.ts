/**
 * Random differentiable programs: typed DAGs over the vocabulary, that shrink to the smallest failing program and print
 * as TypeScript that runs.
 *
 * A program is decoded from genes, triples of numbers: which word, which operands (counted back from the newest value).
 * A gene that does not fit the values at hand is skipped, so every list of genes is a program, and a shorter list a
 * smaller one. What the result does not depend on is left out.
 */
import * as fc from 'fast-check';
import type { NdArray } from 'fluxion/extend';
import { arraysOfShape } from '../arbitrary/array.js';
import { onJudge } from '../judge.js';
import { arrayText } from '../print.js';
import { numbersOf } from '../quantity.js';
import { vocabulary, type Word } from './vocabulary.js';

interface Step {
  readonly word: Word;
  /** Positions among the inputs and the steps before. */
  readonly operands: readonly number[];
}

type Gene = readonly [word: number, first: number, second: number];

/** Values beyond this size are not gone on with: differences of large numbers say little. */
const LARGEST = 20;
const MOST_ELEMENTS = 32;

/** A program with inputs for which it is smooth and well conditioned. */
export class Program {
  constructor(
    readonly inputs: readonly NdArray[],
    readonly steps: readonly Step[],
  ) {}

  /** The value of the last step. */
  readonly run = (...inputs: NdArray[]): NdArray => {
    const values: NdArray[] = [...inputs];
    for (const { word, operands } of this.steps) values.push(word.apply(...operands.map((i) => values[i])));
    return values[values.length - 1];
  };

  /** As TypeScript. */
  toString(): string {
    const count = this.inputs.length;
    const name = (i: number): string => (i < count ? `x${i}` : `v${i - count}`);
    const lines = this.steps.map(({ word, operands }, k) => {
      const text = word.text.replace(/\$(\d)/g, (_, d: string) => name(operands[Number(d)]));
      return `  const v${k} = ${text};`;
    });
    const parameters = this.inputs.map((_, i) => `x${i}: NdArray`).join(', ');
    const shapes = this.inputs.map((x, i) => `// x${i}: ${arrayText(x)}`);
    return [
      ...shapes,
      `const f = (${parameters}) => {`,
      ...lines,
      `  return ${name(count + this.steps.length - 1)};`,
      '};',
    ].join('\n');
  }
}

/** Applies a word to values if it fits them; null if not. */
function attempt(word: Word, operands: readonly NdArray[]): NdArray | null {
  if (word.smooth && !word.smooth(...operands.map((x) => [...numbersOf(x)]))) return null;
  try {
    const y = word.apply(...operands);
    if (y.size === 0 || y.size > MOST_ELEMENTS || y.dtype !== 'float64') return null;
    return numbersOf(y).every((v) => Math.abs(v) <= LARGEST) ? y : null;
  } catch {
    return null;
  }
}

/** What the last of the steps depends on. */
function pruned(inputs: readonly NdArray[], steps: readonly Step[]): Step[] {
  const count = inputs.length;
  const live = new Set<number>([count + steps.length - 1]);
  for (let k = steps.length - 1; k >= 0; k--) if (live.has(count + k)) for (const i of steps[k].operands) live.add(i);
  const renamed = new Map<number, number>(inputs.map((_, i) => [i, i]));
  const kept: Step[] = [];
  steps.forEach(({ word, operands }, k) => {
    if (!live.has(count + k)) return;
    kept.push({ word, operands: operands.map((i) => renamed.get(i) as number) });
    renamed.set(count + k, count + kept.length - 1);
  });
  return kept;
}

/** The program that genes stand for. */
export function decode(genes: readonly Gene[], inputs: readonly NdArray[]): Program {
  return onJudge(() => {
    const values: NdArray[] = [...inputs];
    const steps: Step[] = [];
    for (const [gene, ...picks] of genes) {
      const word = vocabulary[gene % vocabulary.length];
      const operands = picks.slice(0, word.arity).map((p) => values.length - 1 - (p % values.length));
      const value = attempt(
        word,
        operands.map((i) => values[i]),
      );
      if (value === null) continue;
      steps.push({ word, operands });
      values.push(value);
    }
    if (steps.length === 0) steps.push({ word: vocabulary[0], operands: [0] });
    return new Program(inputs, pruned(inputs, steps));
  });
}

export interface ProgramOptions {
  /** Most steps. Default 10. */
  readonly maxSteps?: number;
}

/** Random differentiable programs, with inputs. */
export const programs = ({ maxSteps = 10 }: ProgramOptions = {}): fc.Arbitrary<Program> =>
  fc
    .record({
      genes: fc.array(fc.tuple(fc.nat({ max: vocabulary.length - 1 }), fc.nat({ max: 7 }), fc.nat({ max: 7 })), {
        minLength: 1,
        maxLength: maxSteps,
      }),
      x: arraysOfShape([3], { dtype: 'float64', kinks: [0] }),
      y: arraysOfShape([2, 3], { dtype: 'float64', kinks: [0] }),
    })
    .map(({ genes, x, y }) => decode(genes, [x, y]));
