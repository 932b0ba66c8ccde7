/** Cases of the elementwise primitives: one shape, or a scalar that stands for all elements. */
import { allPrimitives, type NdArray } from 'fluxion/extend';
import type { Chance } from '../chance.js';
import { type CaseSource, type NumbersOptions, numbers, operandsOf, wholes } from './case.js';

type Domain = Pick<NumbersOptions, 'range' | 'kinks'>;

/** Of several operands, sometimes one is a scalar. */
const shapesOf = (shape: readonly number[], count: number, chance: Chance): (readonly number[])[] => {
  const scalar = chance.integer(0, 2 * count - 1);
  return Array.from({ length: count }, (_, i) => (count > 1 && i === scalar ? [] : shape));
};

const floats = (name: string, domains: readonly Domain[], exact?: CaseSource['exact']): CaseSource => ({
  cases: operandsOf(name, {}, (shape, chance) => {
    const each = shapesOf(shape, domains.length, chance);
    return { args: domains.map((domain, i) => numbers(each[i], chance, domain)) };
  }),
  exact,
});

const integers = (name: string, ...ranges: readonly (readonly [number, number])[]): CaseSource => ({
  cases: operandsOf(name, {}, (shape, chance) => ({ args: ranges.map((range) => wholes(shape, chance, range)) })),
});

/** The operands' domains of functions of one number, as the primitives declare them. */
const declared = (name: string): Domain => allPrimitives().get(name)?.domain ?? {};

const oneOperand = [
  ...['abs', 'exp', 'exp2', 'expm1', 'log', 'log1p', 'logistic', 'sqrt', 'rsqrt', 'cbrt', 'square', 'bessel_i0e'],
  ...['bessel_i1e', 'tanh', 'sinh', 'cosh', 'asinh', 'acosh', 'atanh', 'erf', 'erfc', 'erf_inv', 'lgamma', 'digamma'],
  ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan'],
];

/** Functions with jumps: differentiable between them, with derivative zero. */
const steps = ['floor', 'ceil', 'sign', 'is_finite'];

const positive: Domain = { range: [0.125, 4] };
const nonzero: Domain = { kinks: [0] };
const jointly = (...operands: number[]) => ({ operands, jointly: true });
const separately = (...operands: number[]) => ({ operands, jointly: false });

const complexPair = (name: string): CaseSource => ({
  cases: operandsOf(name, {}, (shape, chance) => ({ args: [numbers(shape, chance, { dtype: 'complex128' })] })),
});

const withParams = (name: string, domain: Domain, params: (chance: Chance) => object): CaseSource => ({
  cases: operandsOf(name, {}, (shape, chance) => ({ args: [numbers(shape, chance, domain)], params: params(chance) })),
});

/** Real operands apart from each other, so that none are tied. */
const apart = (shape: readonly number[], chance: Chance): [NdArray, NdArray] => [
  numbers(shape, chance, { range: [-2, 2] }),
  numbers(shape, chance, { range: [-2 + 1 / 128, 2 + 1 / 128] }),
];

export const pointwiseCases: Readonly<Record<string, CaseSource>> = {
  ...Object.fromEntries(oneOperand.map((name) => [name, floats(name, [declared(name)])])),
  ...Object.fromEntries(steps.map((name) => [name, floats(name, [{ kinks: [-2, -1, 0, 1, 2] }])])),
  neg: floats('neg', [{}], jointly(0)),
  copy: floats('copy', [{}], jointly(0)),
  optimization_barrier: floats('optimization_barrier', [{}, {}]),
  add: floats('add', [{}, {}], jointly(0, 1)),
  sub: floats('sub', [{}, {}], jointly(0, 1)),
  mul: floats('mul', [{}, {}], separately(0, 1)),
  div: floats('div', [{}, nonzero]),
  rem: {
    cases: operandsOf('rem', {}, (shape, chance) => ({
      args: [numbers(shape, chance, { range: [0.25, 0.75] }), numbers(shape, chance, { range: [0.8, 2] })],
    })),
  },
  pow: floats('pow', [positive, {}]),
  integer_pow: withParams('integer_pow', nonzero, (chance) => ({ y: chance.pick([-3, -2, -1, 2, 3, 4, 5]) })),
  max: { cases: operandsOf('max', {}, (shape, chance) => ({ args: apart(shape, chance) })) },
  min: { cases: operandsOf('min', {}, (shape, chance) => ({ args: apart(shape, chance) })) },
  atan2: floats('atan2', [nonzero, nonzero]),
  // Whose derivative is zero on purpose, or depends on how numbers are represented.
  stop_gradient: { ...floats('stop_gradient', [{}]), wrt: [] },
  nextafter: { ...floats('nextafter', [{}, {}]), wrt: [] },
  polygamma: {
    cases: operandsOf('polygamma', {}, (shape, chance) => ({
      args: [wholes(shape, chance, [1, 3], 'float64'), numbers(shape, chance, positive)],
    })),
    wrt: [1],
  },
  zeta: { ...floats('zeta', [{ range: [1.5, 4] }, positive]), wrt: [1] },
  clamp: {
    cases: operandsOf('clamp', {}, (shape, chance) => ({
      args: [
        numbers([], chance, { range: [-2, -1] }),
        numbers(shape, chance, { range: [-2.5, 2.5], kinks: [-2, -1.5, -1, 1, 1.5, 2] }),
        numbers([], chance, { range: [1, 2] }),
      ],
    })),
  },
  select_n: {
    cases: operandsOf('select_n', {}, (shape, chance) => {
      const which = wholes(chance.next() < 0.5 ? shape : [], chance, [0, 1], 'bool');
      return { args: [which, numbers(shape, chance), numbers(shape, chance)] };
    }),
    exact: jointly(1, 2),
  },
  round: withParams('round', { kinks: [-1.5, -0.5, 0.5, 1.5] }, (chance) => ({
    roundingMethod: chance.pick(['awayFromZero', 'toNearestEven']),
  })),
  reduce_precision: withParams('reduce_precision', {}, () => ({ exponentBits: 11, mantissaBits: 52 })),
  convert_element_type: withParams('convert_element_type', {}, (chance) => ({
    newDtype: chance.pick(['float64', 'complex128']),
    weakType: false,
  })),
  bitcast_convert_type: withParams('bitcast_convert_type', {}, () => ({ newDtype: 'int64' })),
  real: complexPair('real'),
  imag: complexPair('imag'),
  conj: withParams('conj', {}, () => ({ inputDtype: 'float64' })),
  complex: floats('complex', [{}, {}], jointly(0, 1)),
  ...Object.fromEntries(['eq', 'ne', 'lt', 'le', 'gt', 'ge'].map((name) => [name, floats(name, [{}, {}])])),
  ...Object.fromEntries(['and', 'or', 'xor'].map((name) => [name, integers(name, [-8, 8], [-8, 8])])),
  ...Object.fromEntries(
    ['shift_left', 'shift_right_logical', 'shift_right_arithmetic'].map((name) => [
      name,
      integers(name, [-8, 8], [0, 5]),
    ]),
  ),
  ...Object.fromEntries(['not', 'population_count', 'clz'].map((name) => [name, integers(name, [-8, 8])])),
  mulhi: {
    cases: operandsOf('mulhi', {}, (shape, chance) => ({
      args: [wholes(shape, chance, [0, 2 ** 31], 'uint32'), wholes(shape, chance, [0, 2 ** 31], 'uint32')],
    })),
  },
  threefry2x32: {
    cases: operandsOf('threefry2x32', {}, (shape, chance) => ({
      args: [0, 1, 2, 3].map(() => wholes(shape, chance, [0, 2 ** 31], 'uint32')),
    })),
  },
};
