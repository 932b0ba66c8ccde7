/**
 * The laws of derivatives on random programs: what the rules of single primitives do not show, their interplay does.
 */
import * as fc from 'fast-check';
import type { NdArray } from 'fluxion/extend';
import { blamePoint } from '../blame.js';
import { Chance } from '../chance.js';
import { firstOrderLaws } from '../gradient/first.js';
import { calculusLaws } from '../gradient/rules.js';
import { secondOrderLaws } from '../gradient/second.js';
import { onJudge } from '../judge.js';
import type { Law } from '../law.js';
import { type Point, Subject } from '../subject.js';
import { pointTransformationLaws } from '../transformation.js';
import { type Program, type ProgramOptions, programs } from './program.js';

export { decode, Program, type ProgramOptions, programs } from './program.js';
export { vocabulary, type Word } from './vocabulary.js';

export interface ProgramDraw {
  readonly program: Program;
  readonly seed: number;
}

export interface ProgramLawsOptions extends ProgramOptions {
  /** How a program is run; for tests of the laws themselves. */
  readonly run?: (program: Program) => (...inputs: NdArray[]) => NdArray;
}

/** Laws of random programs over the whole vocabulary. */
export function programLaws(options: ProgramLawsOptions = {}): Law<ProgramDraw>[] {
  const run = options.run ?? ((program: Program) => program.run);
  const pointOf = ({ program, seed }: ProgramDraw): Point => {
    const names = Object.fromEntries(program.inputs.map((x, i) => [`x${i}`, x]));
    return new Subject(run(program) as never, names, { precision: 'own' }).at({ args: program.inputs, seed });
  };
  return [...firstOrderLaws, ...calculusLaws, ...secondOrderLaws, ...pointTransformationLaws]
    .filter((law) => law.draws === undefined)
    .map((law) => ({
      name: `random programs: ${law.name}`,
      statement: law.statement,
      reference: law.reference,
      runs: law.runs,
      property: {
        arbitrary: fc.record({ program: programs(options), seed: fc.nat() }),
        sides: (draw) => onJudge(() => law.sides(pointOf(draw), new Chance(draw.seed))),
        print: ({ program }) => String(program),
        blame: (draw) =>
          onJudge(() => law.blame?.(pointOf(draw), draw.seed) ?? blamePoint(pointOf(draw), draw.seed, law.order ?? 1)),
      },
    }));
}
