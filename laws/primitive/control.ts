/** Cases of the primitives that carry programs: loops and choices over small smooth bodies. */
import { makeJaxpr } from 'fluxion';
import type { Jaxpr, NdArray } from 'fluxion/extend';
import { add, like, mul, sin, sub } from '../calculus.js';

import { binding, type CaseSource, casesOf, numbers, wholes } from './case.js';

type Body = (...args: NdArray[]) => NdArray[];

const programOf = (body: Body, args: readonly NdArray[]): Jaxpr => makeJaxpr(body)(...args).jaxpr;

/** Bodies of a loop: `(constant, carry, x) -> [carry, y]`. */
const bodies: readonly Body[] = [
  (w, c, x) => [mul(sin(c), w), add(c, x)],
  (w, c, x) => [add(c, mul(w, x)), mul(c, c)],
  (w, c, x) => [mul(c, sin(mul(w, x))), x],
  (w, c, x) => [c, add(mul(c, w), x)],
];

const branches: readonly Body[] = [(x, y) => [mul(x, y)], (x, y) => [add(sin(x), y)], (x) => [x]];

const shapeOptions = { maxDims: 2, maxSize: 2 } as const;

export const controlCases: Readonly<Record<string, CaseSource>> = {
  scan: {
    cases: casesOf(shapeOptions, (shape, chance) => {
      const [w, carry, length] = [numbers(shape, chance), numbers(shape, chance), chance.integer(1, 4)];
      const xs = numbers([length, ...shape], chance);
      const jaxpr = programOf(chance.pick(bodies), [w, carry, numbers(shape, chance)]);
      const params = { jaxpr, length, numConsts: 1, numCarry: 1, reverse: chance.next() < 0.5, unroll: 1 };
      return { args: [w, carry, xs], f: binding('scan', params) };
    }),
  },
  cond: {
    cases: casesOf(shapeOptions, (shape, chance) => {
      const operands = [numbers(shape, chance), numbers(shape, chance)];
      const jaxprs = branches.map((body) => programOf(body, operands));
      return { args: [wholes([], chance, [0, 2]), ...operands], f: binding('cond', { branches: jaxprs }) };
    }),
  },
  while: {
    cases: casesOf(shapeOptions, (shape, chance) => {
      const [w, carry] = [numbers(shape, chance), numbers(shape, chance)];
      const count = wholes([], chance, [1, 4]);
      const params = {
        condJaxpr: programOf((n) => binding('gt')(n, like(n, 0)), [count, carry]),
        bodyJaxpr: programOf((a, n, c) => [sub(n, like(n, 1)), mul(sin(c), a)], [w, count, carry]),
        condNconsts: 0,
        bodyNconsts: 1,
      };
      return { args: [w, count, carry], f: binding('while', params) };
    }),
    forwardOnly: true,
  },
};
