/**
 * fluxion: composable transformations of pure functions over immutable parameter trees.
 *
 * The front door. What JAX has at its top level is here; `jax.numpy` is `fluxion/numpy`, and so on.
 */
import './wiring.js';

export { DeviceArray, type Dim, NdArray, NdArray as Array, type Nested, type Shard } from './array/array.js';
export type { DType, TypedArray } from './array/dtype.js';
export type { ShapeError, ShapeOf } from './array/shape-types.js';
export { config, SettingFixed, type Settings } from './config.js';
export * as debug from './debug/index.js';
export * as distributed from './distributed/index.js';
export { UnboundAxisName } from './error/axis.js';
export { CallbackMismatch, CallbackNotBatchable } from './error/callback.js';
export * from './error/control.js';
export * from './error/derivative.js';
export * from './error/error.js';
export { NonFinite, type NonFiniteInput, type NonFiniteOrigin } from './error/nonfinite.js';
export * from './error/sharding.js';
export { Zero as SymbolicZero } from './ir/zero.js';
export { ioCallback, pureCallback } from './transform/callback.js';
export {
  type CheckpointOptions,
  type CheckpointPolicy,
  checkpoint,
  checkpoint as remat,
  checkpointPolicies,
} from './transform/checkpoint.js';
export { closureConvert } from './transform/closure-convert.js';
export { debugNans, disableJit, enableX64 } from './transform/config-scopes.js';
export type { CustomDerivativeOptions } from './transform/custom-call.js';
export { customDerivative, type DerivativeRules } from './transform/custom-derivative.js';
export { type CustomJvp, customJvp, type SymbolicZeros } from './transform/custom-jvp.js';
export { type CustomVjp, type CustomVjpPrimal, customGradient, customVjp } from './transform/custom-vjp.js';
export {
  blockUntilReady,
  type Destination,
  type Device,
  defaultBackend,
  deviceCount,
  deviceGet,
  devicePut,
  devices,
  liveArrays,
  localDeviceCount,
  localDevices,
  makeArrayFromCallback,
  makeArrayFromSingleDeviceArrays,
  processCount,
  processIndex,
} from './transform/device.js';
export { explainNan, type NanExplanation } from './transform/explain-nan.js';
export { jvp, linearize } from './transform/forward.js';
export { type GradOptions, grad, valueAndGrad, vjp } from './transform/grad.js';
export { hessian, type JacobianOf, type JacobianOptions, jacfwd, jacobian, jacrev } from './transform/jacobian.js';
export { jet, type Terms } from './transform/jet.js';
export { type JitOptions, type Jitted, jit } from './transform/jit.js';
export { type CacheStatistics, cacheStatistics, clearCaches } from './transform/jit-cache.js';
export { linearTranspose } from './transform/linear-transpose.js';
export {
  ClosedProgram,
  evalShape,
  type MakeJaxprOptions,
  makeJaxpr,
  ShapeDtypeStruct,
} from './transform/make-jaxpr.js';
export { makeMesh } from './transform/mesh.js';
export { namedCall, namedScope } from './transform/named-scope.js';
export { type PmapOptions, pmap } from './transform/pmap.js';
export { type ShardMapOptions, type SpecTree, shardMap } from './transform/shard-map.js';
export { loadSharded, saveSharded } from './transform/sharded-checkpoint.js';
export type { ShardingTree } from './transform/shardings.js';
export { type Compiled, CompiledForOther, type Lowered, type Traced } from './transform/stages.js';
export { type AxisSpec, type VmapOptions, vmap } from './transform/vmap.js';
export type { Arrays, Gradient, Tree } from './tree/types.js';
