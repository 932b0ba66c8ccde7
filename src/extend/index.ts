/**
 * `fluxion/extend`: what those need who extend fluxion or look inside its programs, as `jax.extend` is for JAX.
 *
 * A jaxpr as data, every primitive with its rules, the way to define another, and the evaluation of a jaxpr equation by
 * equation. `fluxion/laws` is built on this page and the front door alone.
 */
import '../primitive/index.js';
import '../wiring.js';

export { DeviceArray, decode, encode, NdArray } from '../array/array.js';
export { ShapedArray, shaped } from '../array/aval.js';
export {
  allocate,
  complexDType,
  DTYPES,
  type DType,
  isBool,
  isComplex,
  isDType,
  isFloat,
  isInexact,
  isInteger,
  layoutOf,
  realDType,
  type TypedArray,
} from '../array/dtype.js';
export { type HostData, hostData } from '../array/host.js';
export { type Location, locationText } from '../error/location.js';
export {
  type AnyPrimitive,
  type Atom,
  type ClosedJaxpr,
  type Equation,
  Jaxpr,
  Literal,
  type Params,
  type Scalar,
  Var,
} from '../ir/jaxpr.js';
export { literalArray } from '../ir/literal.js';
export type {
  BatchAxis,
  BatchDim,
  BatchRule,
  Cotangent,
  Derivative,
  Domain,
  JvpRule,
  Operand,
  Primitive,
  Tangent,
  TransposeRule,
} from '../ir/primitive.js';
export { isLinear, isZero, Linear, Zero } from '../ir/zero.js';
export { bind, currentTrace, Trace, withTrace } from '../trace/context.js';
export { bilinear, instantiate, linear, nonDifferentiable, smooth, withTranspose } from '../trace/derivative.js';
export { allPrimitives, definePrimitive } from '../trace/primitive.js';
export { evaluateJaxpr } from '../transform/interpret.js';
export { leafPaths } from '../tree/tree.js';
export * from './rules.js';
