/**
 * `gradLaws(f, args)`: everything that must hold for the derivatives of a function.
 */
import type { Law } from '../law.js';
import { type AnyFunction, type Arguments, type Draw, Subject, type SubjectOptions } from '../subject.js';
import { firstOrderLaws } from './first.js';
import { lawsAbout } from './law.js';
import { calculusLaws } from './rules.js';
import { secondOrderLaws } from './second.js';

export interface GradLawsOptions extends SubjectOptions {
  /** 1 leaves out the laws of the second derivative. Default 2. */
  readonly order?: 1 | 2;
}

/**
 * The laws of the derivatives of `f`, in every floating-point leaf of its arguments.
 *
 * @param f a pure function of trees; it may return any tree, auxiliary values included
 * @param args the arguments by name, in order: examples, whose shapes and ranges are kept, or fast-check arbitraries
 * @example await checkLaws(gradLaws(loss, { params, batch }))
 */
export const gradLaws = (f: AnyFunction, args: Arguments, options: GradLawsOptions = {}): Law<Draw>[] =>
  lawsAbout(new Subject(f, args, options), [
    ...firstOrderLaws,
    ...calculusLaws,
    ...(options.order === 1 ? [] : secondOrderLaws),
  ]);
