/**
 * Laws of purity: a function of its arguments and of nothing else, which changes nothing.
 */
import { makeJaxpr } from 'fluxion';
import { arrayOf } from './arbitrary/array.js';
import { gradient, scalarOf } from './batch.js';
import { lawsAbout, named, type PointLaw, results } from './gradient/law.js';
import type { Law } from './law.js';
import { numbersOf, scalarQuantity } from './quantity.js';
import { type AnyFunction, type Arguments, type Draw, Subject, type SubjectOptions } from './subject.js';

export const pointPurityLaws: readonly PointLaw[] = [
  {
    name: 'same input, same output',
    forwardOnly: true,
    statement: 'g(x) = g(x), to the last bit; nothing outside changes it',
    reference: 'purity: a function of its arguments',
    sides: (point) => ({
      expected: results(point.g(point.xs)),
      got: results(point.g(point.xs)),
      closeness: { kind: 'exact' },
    }),
  },
  {
    name: 'arguments are left alone',
    statement: 'x before = x after computing g(x) and its gradient',
    reference: 'purity: values are immutable',
    sides: (point, chance) => {
      const before = point.xs.map((x) => arrayOf(x.dtype, x.shape, numbersOf(x)));
      gradient(scalarOf(point, chance))(point.xs);
      return { expected: named(point, before), got: named(point, point.xs), closeness: { kind: 'exact' } };
    },
  },
  {
    name: 'traced twice, the same program',
    forwardOnly: true,
    statement: 'makeJaxpr(g)(x) = makeJaxpr(g)(x): nothing that was captured changes what is computed',
    reference: 'jax.jit calls a function once and trusts what it saw',
    runs: 4,
    sides: (point) => {
      const lines = (): string[] => String(makeJaxpr(point.g)(point.xs)).split('\n');
      const [first, second] = [lines(), lines()];
      const length = Math.max(first.length, second.length);
      const unlike = Array.from({ length }, (_, i) => first[i] !== second[i]).filter(Boolean).length;
      return {
        expected: [scalarQuantity('lines of the program that differ', 0)],
        got: [scalarQuantity('lines of the program that differ', unlike)],
        closeness: { kind: 'exact' },
      };
    },
  },
];

/**
 * The laws of purity for a function; arguments as for `gradLaws`. `transformationLaws` has them, too.
 *
 * @example await checkLaws(purityLaws(loss, { params, batch }))
 */
export const purityLaws = (f: AnyFunction, args: Arguments, options: SubjectOptions = {}): Law<Draw>[] =>
  lawsAbout(new Subject(f, args, options), pointPurityLaws);
