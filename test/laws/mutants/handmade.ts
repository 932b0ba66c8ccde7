/**
 * Mistakes that people make in rules: stale residuals, forgotten factors, wrong axes, wrong ties, loops one step off.
 */
import {
  type AnyPrimitive,
  allPrimitives,
  bind,
  isLinear,
  isZero,
  type NdArray,
  type Params,
  Zero,
} from 'fluxion/extend';
import type { Mutant } from './generated.js';
import type { Mutation } from './substitute.js';

const apply = (name: string, args: readonly NdArray[], params: object = {}): NdArray =>
  bind(allPrimitives().get(name) as AnyPrimitive, args, params)[0];
const mul = (x: NdArray, y: NdArray): NdArray => apply('mul', [x, y]);
const add = (x: NdArray, y: NdArray): NdArray => apply('add', [x, y]);
const sub = (x: NdArray, y: NdArray): NdArray => apply('sub', [x, y]);

/** A derivative rule of one operand by a wrong slope. */
const slope =
  (primitive: string, slopeOf: (x: NdArray, y: NdArray) => NdArray): Mutation =>
  () => ({
    derivative: {
      kind: 'smooth',
      transpose: null,
      jvp: ([x], [dx], params) => {
        const y = apply(primitive, [x], params);
        return { primals: [y], tangents: [isZero(dx) ? new Zero(y.aval) : mul(dx, slopeOf(x, y))] };
      },
    },
  });

/** A transpose rule with other parameters, or something done to the cotangent before. */
const transposing =
  (change: (ct: NdArray, params: Params) => { ct?: NdArray; params?: Params }): Mutation =>
  ({ derivative }) => {
    if (derivative.kind === 'none' || derivative.transpose === null) return {};
    const { transpose } = derivative;
    return {
      derivative: {
        ...derivative,
        transpose: ([ct, ...rest], operands, params) => {
          if (isZero(ct)) return transpose([ct, ...rest], operands, params);
          const changed = change(ct, params);
          return transpose([changed.ct ?? ct, ...rest], operands, changed.params ?? params);
        },
      },
    };
  };

/** A derivative rule with other parameters. */
const deriving =
  (change: (params: Params) => Params): Mutation =>
  ({ derivative }) =>
    derivative.kind === 'none'
      ? {}
      : {
          derivative: {
            ...derivative,
            jvp: (primals, tangents, params) => {
              const right = derivative.jvp(primals, tangents, params);
              const wrong = derivative.jvp(primals, tangents, change(params));
              return { primals: right.primals, tangents: wrong.tangents };
            },
          },
        };

const mutant = (primitive: string, what: string, mutation: Mutation): Mutant => ({
  name: `${primitive}: ${what}`,
  primitive,
  mutation,
});

const one = (x: NdArray): NdArray => apply('exp', [sub(x, x)]);
const scaledBy = (x: NdArray, c: number): NdArray => {
  const unit = one(x);
  let sum = unit;
  for (let k = 1; k < c; k++) sum = add(sum, unit);
  return mul(x, sum);
};

/** Counts of elements that a reduction or broadcast joins. */
const joined = (from: readonly number[], to: readonly number[]): number =>
  Math.max(
    1,
    from.reduce((a, b) => a * b, 1) /
      Math.max(
        1,
        to.reduce((a, b) => a * b, 1),
      ),
  );

export const handmadeMutants: readonly Mutant[] = [
  mutant(
    'tanh',
    'a stale residual, x in place of tanh x',
    slope('tanh', (x) => sub(one(x), mul(x, x))),
  ),
  mutant(
    'logistic',
    'a stale residual, s in place of s (1 - s)',
    slope('logistic', (_, y) => y),
  ),
  mutant(
    'exp',
    'the operand in place of the result',
    slope('exp', (x) => x),
  ),
  mutant(
    'square',
    'the factor 2 forgotten',
    slope('square', (x) => x),
  ),
  mutant(
    'sqrt',
    'the factor 1/2 forgotten',
    slope('sqrt', (x, y) => apply('div', [one(x), y])),
  ),
  mutant(
    'sin',
    'the derivative of the derivative',
    slope('sin', (x) => apply('neg', [apply('sin', [x])])),
  ),
  mutant(
    'cos',
    'the sign of the derivative',
    slope('cos', (x) => apply('sin', [x])),
  ),
  mutant(
    'log1p',
    'the 1 forgotten',
    slope('log1p', (x) => apply('div', [one(x), x])),
  ),
  mutant(
    'atan',
    'the square forgotten',
    slope('atan', (x) => apply('div', [one(x), add(one(x), x)])),
  ),
  mutant(
    'erf',
    'the constant in front forgotten',
    slope('erf', (x) => apply('exp', [apply('neg', [mul(x, x)])])),
  ),
  mutant(
    'cbrt',
    'a third taken for a half',
    slope('cbrt', (x, y) => apply('div', [y, scaledBy(x, 2)])),
  ),
  mutant(
    'abs',
    'the sign forgotten',
    slope('abs', (x) => one(x)),
  ),
  mutant(
    'integer_pow',
    'the exponent not lowered',
    slope('integer_pow', (_, y) => y),
  ),
  mutant(
    'transpose',
    'the cotangent of a square array left as it is',
    transposing((ct, params) => {
      const square = ct.shape.every((n) => n === ct.shape[0]);
      return square ? { params: { ...params, permutation: ct.shape.map((_, i) => i) } } : {};
    }),
  ),
  mutant(
    'rev',
    'transposed without turning back',
    transposing((_, params) => ({ params: { ...params, dimensions: [] } })),
  ),
  mutant('broadcast_in_dim', 'the mean in place of the sum over what was repeated', ({ derivative }) => {
    if (derivative.kind === 'none' || derivative.transpose === null) return {};
    const { transpose } = derivative;
    return {
      derivative: {
        ...derivative,
        transpose: ([ct], [x], params) => {
          const [back] = transpose([ct], [x], params);
          if (back === null || isZero(back) || isZero(ct)) return [back];
          const count = joined(ct.shape, x.aval.shape);
          return [apply('div', [back, scaledBy(one(back), count)])];
        },
      },
    };
  }),
  mutant(
    'scan',
    'the derivative runs through the steps in the other direction',
    deriving((params) => ({ ...params, reverse: !params.reverse })),
  ),
  mutant(
    'cumsum',
    'the derivative sums from the other end',
    deriving((params) => ({ ...params, reverse: !params.reverse })),
  ),
  mutant(
    'cumprod',
    'the derivative multiplies from the other end',
    deriving((params) => ({ ...params, reverse: !params.reverse })),
  ),
  mutant(
    'cumsum',
    'the transpose sums from the same end',
    transposing((_, params) => ({ params: { ...params, reverse: !params.reverse } })),
  ),
  mutant('mul', 'the second operand is transposed as the first', ({ derivative }) => {
    if (derivative.kind === 'none' || derivative.transpose === null) return {};
    const { transpose } = derivative;
    return {
      derivative: {
        ...derivative,
        transpose: (cts, [x, y], params) => {
          const back = transpose(cts, [x, y], params);
          return isLinear(y) && !isZero(cts[0]) && cts[0].ndim === y.aval.ndim ? [null, cts[0]] : back;
        },
      },
    };
  }),
];

/** A tie of two operands given to the first alone: another subgradient, but not the one that JAX takes. */
export const tieMutants: readonly Mutant[] = ['max', 'min'].map((primitive) =>
  mutant(primitive, 'a tie goes to both operands in full', () => ({
    derivative: {
      kind: 'smooth',
      transpose: null,
      jvp: ([x, y], [dx, dy]) => {
        const out = apply(primitive, [x, y]);
        const test = primitive === 'max' ? 'ge' : 'le';
        const chosen = (a: NdArray, b: NdArray): NdArray =>
          apply('convert_element_type', [apply(test, [a, b])], { newDtype: 'float64', weakType: false });
        const left = isZero(dx) ? null : mul(chosen(x, y), dx);
        const right = isZero(dy) ? null : mul(chosen(y, x), dy);
        const sum = left && right ? add(left, right) : (left ?? right);
        return { primals: [out], tangents: [sum ?? new Zero(out.aval)] };
      },
    },
  })),
);
