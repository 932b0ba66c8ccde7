/**
 * The kit for elementwise primitives: one element of the result depends on one element of each operand.
 *
 * Operands have one shape, or are scalars, which stand for an array of that shape (as in JAX's own programs,
 * `mul a 2.0:f32[]`). Broadcasting between other shapes is done by the callers with `broadcastInDim`.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import type { Complex } from '../array/complex.js';
import type { DType } from '../array/dtype.js';
import { isBool, isComplex, isFloat, isInteger, layoutOf } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { fromComplex, fromNumbers, readBig, readComplex, readNumbers } from '../array/numeric.js';
import { range, sameShape, sizeOf } from '../array/shape.js';
import { DTypeMismatch, ShapeMismatch } from '../error/error.js';
import type { KernelEmitter, KernelValue } from '../ir/kernel.js';
import type { Emitter, Value } from '../ir/lowering.js';
import type { BatchRule, Cotangent, Derivative, Domain, KernelRule, Primitive, Tangent } from '../ir/primitive.js';
import { isZero, Zero } from '../ir/zero.js';
import { bind } from '../trace/context.js';
import { addTangents, smooth } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { reduceSum } from './reduce.js';
import { broadcastInDim, moveAxis } from './structure.js';

/** Which dtypes an operand may have. */
export type Accepts =
  | 'float'
  | 'complex'
  | 'inexact'
  | 'number'
  | 'signed'
  | 'real'
  | 'ordered'
  | 'integer'
  | 'bits'
  | 'any';

const accepted: { readonly [A in Accepts]: (dtype: DType) => boolean } = {
  float: isFloat,
  complex: isComplex,
  inexact: (d) => isFloat(d) || isComplex(d),
  number: (d) => !isBool(d),
  signed: (d) => layoutOf(d).kind !== 'uint' && !isBool(d),
  real: (d) => !isComplex(d) && !isBool(d),
  ordered: (d) => !isComplex(d),
  integer: isInteger,
  bits: (d) => isInteger(d) || isBool(d),
  any: () => true,
};

const acceptedText: { readonly [A in Accepts]: string } = {
  float: 'a real floating-point dtype is needed',
  complex: 'a complex dtype is needed',
  inexact: 'a floating-point or complex dtype is needed',
  number: 'a numeric dtype is needed',
  signed: 'a numeric dtype with a sign is needed',
  real: 'a real numeric dtype is needed',
  ordered: 'a real dtype or bool is needed',
  integer: 'an integer dtype is needed',
  bits: 'an integer dtype or bool is needed',
  any: 'any dtype will do',
};

/** Throws when the dtype is not among those accepted. */
export function checkAccepts(op: string, argument: string, dtype: DType, accepts: Accepts): void {
  if (!accepted[accepts](dtype)) {
    throw new DTypeMismatch({ op, argument, expected: acceptedText[accepts], actual: dtype });
  }
}

const operandNames = ['x', 'y', 'z'];

/** The common shape of elementwise operands: theirs, or a scalar's. */
export function commonShape(op: string, operands: readonly ShapedArray[], names = operandNames): readonly number[] {
  let shape: readonly number[] = [];
  for (const { shape: s } of operands) if (s.length > 0) shape = s;
  operands.forEach((x, i) => {
    if (x.shape.length > 0 && !sameShape(x.shape, shape)) {
      throw new ShapeMismatch({
        op,
        argument: names[i] ?? `operand ${i}`,
        expected: `the other operand has shape [${shape.join(', ')}]`,
        actual: x.shape,
        hint: 'Elementwise operations of lax need equal shapes; use the ones of fluxion/numpy to broadcast.',
      });
    }
  });
  return shape;
}

/** The result type of an elementwise operation on operands of one dtype. */
export function pointwiseType(op: string, accepts: Accepts, result: (dtype: DType) => DType = (d) => d) {
  return (operands: readonly ShapedArray[]): ShapedArray[] => {
    const [first, ...rest] = operands;
    checkAccepts(op, operandNames[0], first.dtype, accepts);
    rest.forEach((x, i) => {
      if (x.dtype !== first.dtype) {
        throw new DTypeMismatch({
          op,
          argument: operandNames[i + 1],
          expected: `the first operand has dtype ${first.dtype}`,
          actual: x.dtype,
          hint: 'Operations of lax need equal dtypes; use the ones of fluxion/numpy to promote.',
        });
      }
    });
    const weak = operands.every((x) => x.weakType);
    return [shaped(commonShape(op, operands), result(first.dtype), weak)];
  };
}

/** Index into an operand's elements: scalars are repeated. */
const at = (size: number): ((i: number) => number) => (size === 1 ? () => 0 : (i) => i);

/** How a real element, a 64-bit integer, and a complex element are computed. */
export interface ElementRules {
  readonly real?: (...x: number[]) => number;
  /** For integers of up to 32 bits, where `real` would not be exact or means something else. */
  readonly integer?: (...x: number[]) => number;
  readonly big?: (...x: bigint[]) => bigint | boolean;
  readonly complex?: (...x: Complex[]) => Complex | boolean;
}

export type { Complex };

/** The element rules, or how they follow from the dtype (for those that depend on its width). */
export type Elements = ElementRules | ((dtype: DType) => ElementRules);

/** Applies an element rule to whole arrays. */
export function evaluatePointwise(name: string, elements: Elements, result: (dtype: DType) => DType = (d) => d) {
  return (args: readonly HostData[]): HostData[] => {
    const dtype = args[0].dtype;
    const rules = typeof elements === 'function' ? elements(dtype) : elements;
    const outType = result(dtype);
    const shape = args.find((x) => x.shape.length > 0)?.shape ?? [];
    const size = sizeOf(shape);
    const pick = args.map((x) => at(sizeOf(x.shape)));
    if (isComplex(dtype)) {
      const parts = args.map(readComplex);
      const re = new Float64Array(size);
      const im = new Float64Array(size);
      for (let i = 0; i < size; i++) {
        const x = parts.map((p, k): Complex => [p.re[pick[k](i)], p.im[pick[k](i)]]);
        const y = required(name, dtype, rules.complex)(...x);
        if (typeof y === 'boolean') re[i] = y ? 1 : 0;
        else [re[i], im[i]] = y;
      }
      return [isComplex(outType) ? fromComplex(outType, shape, re, im) : fromNumbers(outType, shape, re)];
    }
    if ((dtype === 'int64' || dtype === 'uint64') && rules.big) {
      const values = args.map(readBig);
      const big = rules.big;
      const out = Array.from({ length: size }, (_, i) => big(...values.map((v, k) => v[pick[k](i)])));
      if (outType === 'int64') return [{ dtype: outType, shape, data: BigInt64Array.from(out as bigint[]) }];
      if (outType === 'uint64') return [{ dtype: outType, shape, data: BigUint64Array.from(out as bigint[]) }];
      return [fromNumbers(outType, shape, out.map(Number))];
    }
    const f = required(name, dtype, (isInteger(dtype) ? rules.integer : undefined) ?? rules.real);
    const values = args.map(readNumbers);
    const out = new Float64Array(size);
    if (values.length === 1) for (let i = 0; i < size; i++) out[i] = f(values[0][i]);
    else if (values.length === 2) {
      const [x, y] = values;
      for (let i = 0; i < size; i++) out[i] = f(x[pick[0](i)], y[pick[1](i)]);
    } else for (let i = 0; i < size; i++) out[i] = f(...values.map((v, k) => v[pick[k](i)]));
    return [fromNumbers(outType, shape, out)];
  };
}

function required<T>(name: string, dtype: DType, rule: T | undefined): T {
  if (rule === undefined) {
    throw new DTypeMismatch({ op: name, argument: 'x', expected: 'it has no rule for this dtype', actual: dtype });
  }
  return rule;
}

/** The cotangent of a scalar that stood for a whole array: the sum. */
export function unbroadcast(ct: Cotangent, aval: ShapedArray): Cotangent {
  if (ct instanceof Zero) return new Zero(aval);
  return aval.ndim === 0 && ct.ndim > 0 ? reduceSum(ct, range(ct.ndim)) : ct;
}

/** A scalar tangent repeated to the shape of the result. */
export const rebroadcast = (tangent: NdArray, shape: readonly number[]): NdArray =>
  tangent.ndim === shape.length ? tangent : broadcastInDim(tangent, shape, []);

/**
 * The derivative of an elementwise primitive from partial derivatives: `partials[i](dx, y, ...x)` is the tangent that
 * operand `i` contributes, given its own tangent, the result and the operands.
 */
export function partials<P extends object>(
  self: () => Primitive<P>,
  ...rules: ((tangent: NdArray, result: NdArray, operands: readonly NdArray[], params: P) => Tangent)[]
): Derivative<P> {
  return smooth((primals, tangents, params) => {
    const [y] = bind(self(), primals, params);
    let sum: Tangent = new Zero(y.aval);
    tangents.forEach((dx, i) => {
      if (isZero(dx)) return;
      const part = rules[i](dx, y, primals, params);
      sum = addTangents(sum, isZero(part) ? new Zero(y.aval) : rebroadcast(part, y.shape));
    });
    return { primals: [y], tangents: [sum] };
  });
}

/** Batching of elementwise primitives: all batch axes to the front, unlike ranks made alike. */
export function batchPointwise<P extends object>(self: () => Primitive<P>): BatchRule<P> {
  return (args, dims, params, axis) => {
    const first = dims.findIndex((d) => d !== null);
    const like = args[first];
    const aligned = args.every((x, i) =>
      dims[i] === null ? x.ndim === 0 : dims[i] === dims[first] && sameShape(x.shape, like.shape),
    );
    if (aligned) {
      const outputs = bind(self(), args, params);
      return { outputs, dims: outputs.map(() => dims[first]) };
    }
    const inner = args
      .map((x, i) => (dims[i] === null ? x.shape : x.shape.filter((_, k) => k !== dims[i])))
      .reduce((a, b) => (b.length > a.length ? b : a));
    const full = [axis.size, ...inner];
    const outputs = bind(
      self(),
      args.map((x, i) => {
        const dim = dims[i];
        if (dim === null)
          return x.ndim === 0
            ? x
            : broadcastInDim(
                x,
                full,
                inner.map((_, k) => k + 1),
              );
        const front = moveAxis(x, dim, 0);
        return front.ndim === full.length ? front : broadcastInDim(front, full, [0]);
      }),
      params,
    );
    return { outputs, dims: outputs.map(() => 0) };
  };
}

/** Lowers to one StableHLO operation; scalar operands are broadcast. */
function lowerPointwise(name: string) {
  return (e: Emitter, args: readonly Value[], _params: object, [out]: readonly ShapedArray[]): Value[] => [
    e.op(name, broadcastOperands(e, args, out.shape), out),
  ];
}

/** Operands of one shape, for operations that want that. */
export const broadcastOperands = (e: Emitter, args: readonly Value[], shape: readonly number[]): Value[] =>
  args.map((x) => (x.aval.ndim === shape.length ? x : e.broadcast(x, shape, [])));

const KERNEL_OPERANDS = [[], ['x'], ['a', 'b']] as const;

/** One kernel of TensorFlow.js for an elementwise operation, on the dtypes for which it computes the same. */
export const pointwiseKernel =
  (name: string, ...dtypes: readonly DType[]): KernelRule<object> =>
  (k, args, _, [out]) => {
    const { dtype } = args[0].aval;
    if (!dtypes.includes(dtype)) k.decline(`${name} is not the same on ${dtype}`);
    const keys = KERNEL_OPERANDS[args.length];
    return [k.elementwise(name, Object.fromEntries(keys.map((key, i) => [key, args[i]])), out)];
  };

/** `onTrue` where `which` holds, else `onFalse`, in kernels. */
export function chooseKernel(
  k: KernelEmitter,
  which: KernelValue,
  onTrue: KernelValue,
  onFalse: KernelValue,
): KernelValue {
  const { aval } = [which, onTrue, onFalse].reduce((a, b) => (b.aval.ndim > a.aval.ndim ? b : a));
  const full = (x: KernelValue): KernelValue => (x.aval.ndim === aval.ndim ? x : k.broadcast(x, aval.shape, []));
  const out = aval.withDType(onTrue.aval.dtype);
  if (out.dtype === 'bool') {
    const here = k.elementwise('LogicalAnd', { a: which, b: onTrue }, out);
    const there = k.elementwise(
      'LogicalAnd',
      { a: k.elementwise('LogicalNot', { x: which }, which.aval), b: onFalse },
      out,
    );
    return k.elementwise('LogicalOr', { a: here, b: there }, out);
  }
  return k.op('Select', { condition: full(which), t: full(onTrue), e: full(onFalse) }, out);
}

export interface PointwiseRules<P extends object> extends ElementRules {
  readonly name: string;
  /** In place of the element rules, where they depend on the dtype. */
  readonly elements?: (dtype: DType) => ElementRules;
  readonly accepts: Accepts;
  readonly derivative: (self: () => Primitive<P>) => Derivative<P>;
  /** A StableHLO operation, or a rule. */
  readonly lower: string | Primitive<P>['lower'];
  /** A kernel of TensorFlow.js that computes it on float32, or a rule. */
  readonly kernel?: string | KernelRule<P>;
  readonly result?: (dtype: DType) => DType;
  readonly domain?: Domain;
}

/** Defines an elementwise primitive without parameters of its own. */
export function pointwise<P extends object = Record<never, never>>(rules: PointwiseRules<P>): Primitive<P> {
  return definePrimitive<P>((self) => ({
    name: rules.name,
    type: pointwiseType(rules.name, rules.accepts, rules.result),
    evaluate: evaluatePointwise(rules.name, rules.elements ?? rules, rules.result),
    derivative: rules.derivative(self),
    batch: batchPointwise(self),
    lower: typeof rules.lower === 'string' ? lowerPointwise(rules.lower) : rules.lower,
    kernel: typeof rules.kernel === 'string' ? pointwiseKernel(rules.kernel, 'float32') : rules.kernel,
    domain: rules.domain,
  }));
}
