/**
 * Mutants that are made for every primitive that has the rule: wrong signs, factors, dropped operands, turned axes.
 */
import { type AnyPrimitive, allPrimitives, bind, isZero, NdArray, Zero } from 'fluxion/extend';
import type { Mutation } from './substitute.js';

export interface Mutant {
  readonly name: string;
  /** The primitive whose rule is wrong: the one to blame. */
  readonly primitive: string;
  readonly mutation: Mutation;
  /** What keeps the mistake from being one, in words; such mutants are not counted. */
  readonly only?: 'derivative' | 'batching';
}

const apply = (name: string, args: readonly NdArray[], params: object = {}): NdArray =>
  bind(allPrimitives().get(name) as AnyPrimitive, args, params)[0];

const negated = (x: NdArray): NdArray => apply('neg', [x]);
const doubled = (x: NdArray): NdArray => apply('add', [x, x]);

/** Changes the tangents that the derivative rule gives. */
const tangents =
  (change: (t: NdArray, k: number) => NdArray): Mutation =>
  ({ derivative }) => {
    if (derivative.kind === 'none') return {};
    return {
      derivative: {
        ...derivative,
        jvp: (primals, given, params) => {
          const result = derivative.jvp(primals, given, params);
          return { ...result, tangents: result.tangents.map((t, k) => (isZero(t) ? t : change(t, k))) };
        },
      },
    };
  };

/** Forgets the tangent of one operand. */
const forgetful =
  (operand: number): Mutation =>
  ({ derivative }) => {
    if (derivative.kind === 'none') return {};
    return {
      derivative: {
        ...derivative,
        jvp: (primals, given, params) =>
          derivative.jvp(
            primals,
            given.map((t, i) => (i === operand && !isZero(t) ? apply('sub', [t, t]) : t)),
            params,
          ),
      },
    };
  };

/** Changes the cotangents that the transpose rule gives. */
const cotangents =
  (change: (ct: NdArray, operand: number) => NdArray | null): Mutation =>
  ({ derivative }) => {
    if (derivative.kind === 'none' || derivative.transpose === null) return {};
    const { transpose } = derivative;
    return {
      derivative: {
        ...derivative,
        transpose: (given, operands, params) =>
          transpose(given, operands, params).map((ct, i) => {
            if (!(ct instanceof NdArray)) return ct;
            return change(ct, i) ?? new Zero(ct.aval);
          }),
      },
    };
  };

/** Turns an array around along its last axis longer than one. */
const turned = (x: NdArray): NdArray => {
  const axis = x.shape.findLastIndex((n) => n > 1);
  return axis < 0 ? x : apply('rev', [x], { dimensions: [axis] });
};

/** The results of the batching rule, with neighbours in the batch exchanged. */
const exchangedBatches: Mutation = ({ batch }) => ({
  batch: (args, dims, params, axis) => {
    const result = batch(args, dims, params, axis);
    const outputs = result.outputs.map((y, k) => {
      const dim = result.dims[k];
      return dim === null || y.dtype === 'bool' ? y : apply('rev', [y], { dimensions: [dim] });
    });
    return { ...result, outputs };
  },
});

const smooth = (name: string): boolean => allPrimitives().get(name)?.derivative.kind === 'smooth';
const transposes = (name: string): boolean => {
  const derivative = allPrimitives().get(name)?.derivative;
  return derivative?.kind === 'smooth' && derivative.transpose !== null;
};

const unary = [
  ...['exp', 'log', 'log1p', 'expm1', 'logistic', 'sqrt', 'rsqrt', 'cbrt', 'square', 'tanh', 'sinh', 'cosh', 'asinh'],
  ...['atanh', 'erf', 'erf_inv', 'lgamma', 'sin', 'cos', 'tan', 'asin', 'atan', 'abs', 'integer_pow', 'exp2'],
];
const nary = [
  'mul',
  'div',
  'pow',
  'atan2',
  'max',
  'min',
  'dot_general',
  'conv_general_dilated',
  'select_n',
  'add',
  'sub',
];
const reducing = ['reduce_max', 'reduce_prod', 'cumsum', 'cumprod', 'cummax', 'cumlogsumexp', 'reduce_sum', 'sort'];
const linear = [
  ...['neg', 'reshape', 'transpose', 'broadcast_in_dim', 'reduce_sum', 'slice', 'pad', 'rev', 'concatenate', 'gather'],
  ...['scatter-add', 'dynamic_slice', 'dynamic_update_slice', 'dot_general', 'mul', 'select_n', 'cumsum', 'split'],
  ...['conv_general_dilated', 'triangular_solve', 'reduce_window_sum', 'scan', 'cond'],
];
const batched = [
  ...linear.filter((name) => name !== 'cond'),
  'reduce_max',
  'cumprod',
  'argmax',
  'sort',
  'atan2',
  'exp',
];

const each = (names: readonly string[], make: (name: string) => Mutant | null): Mutant[] =>
  names.flatMap((name) => make(name) ?? []);

export const generatedMutants: readonly Mutant[] = [
  ...each([...unary, ...reducing, ...nary], (primitive) =>
    smooth(primitive)
      ? { name: `${primitive}: tangent with the wrong sign`, primitive, mutation: tangents(negated) }
      : null,
  ),
  ...each([...unary, ...nary], (primitive) =>
    smooth(primitive) ? { name: `${primitive}: tangent twice as large`, primitive, mutation: tangents(doubled) } : null,
  ),
  ...each(nary, (primitive) => ({
    name: `${primitive}: the tangent of operand 1 forgotten`,
    primitive,
    mutation: forgetful(1),
  })),
  ...each(linear, (primitive) =>
    transposes(primitive)
      ? { name: `${primitive}: cotangent with the wrong sign`, primitive, mutation: cotangents(negated) }
      : null,
  ),
  ...each(linear, (primitive) =>
    transposes(primitive)
      ? { name: `${primitive}: cotangent turned around`, primitive, mutation: cotangents(turned) }
      : null,
  ),
  ...each(linear, (primitive) =>
    transposes(primitive)
      ? { name: `${primitive}: cotangent dropped`, primitive, mutation: cotangents(() => null) }
      : null,
  ),
  ...each(batched, (primitive) => ({
    name: `${primitive}: batches exchanged`,
    primitive,
    mutation: exchangedBatches,
    only: 'batching',
  })),
];
