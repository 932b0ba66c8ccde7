/**
 * Parameters and state: found by the name of the module that asks, made when they are not there.
 *
 * Source: haiku/_src/base.py.
 */

import type { NdArray } from '../array/array.js';
import type { DType } from '../array/dtype.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { sameShape } from '../array/shape.js';
import { MissingInitializer, MissingParameter, ParameterShapeMismatch } from '../error/haiku.js';
import { currentFrame, type Frame, type Hooks } from './frame.js';
import type { Initializer } from './initializers.js';
import { hookOptions, parameterOptions, stateOptions } from './options.js';

/** What hooks are told about a value. */
export interface GetterContext {
  /** `mlp/~/linear_0/w`. */
  readonly fullName: string;
  readonly moduleName: string;
  readonly name: string;
  readonly originalShape: readonly number[] | null;
  readonly originalDtype: DType | null;
}

/** Changes how a value is made; `next` makes it. */
export type Creator = (
  next: (shape: readonly number[], dtype: DType, init: Initializer) => NdArray,
  shape: readonly number[],
  dtype: DType,
  init: Initializer,
  context: GetterContext,
) => NdArray;

/** Changes a value on its way from the parameters or the state; `next` hands it on. */
export type Getter = (next: (value: NdArray) => NdArray, value: NdArray, context: GetterContext) => NdArray;
/** Changes a value on its way into the state. */
export type Setter = (next: (value: unknown) => unknown, value: unknown, context: GetterContext) => unknown;

const contextOf = (
  moduleName: string,
  name: string,
  originalShape: readonly number[] | null,
  originalDtype: DType | null,
): GetterContext => ({ fullName: `${moduleName}/${name}`, moduleName, name, originalShape, originalDtype });

function create(
  creators: readonly Creator[],
  shape: readonly number[],
  dtype: DType,
  init: Initializer,
  context: GetterContext,
): NdArray {
  const [first, ...rest] = creators;
  if (first === undefined) return init(shape, dtype);
  return first((s, d, i) => create(rest, s, d, i, context), shape, dtype, init, context);
}

function through<T>(
  hooks: readonly ((next: (value: T) => T, value: T, context: GetterContext) => T)[],
  value: T,
  context: GetterContext,
): T {
  const [first, ...rest] = hooks;
  return first === undefined ? value : first((v) => through(rest, v, context), value, context);
}

/** Options of `getParameter`. */
export interface ParameterOptions {
  /** Default float32. */
  readonly dtype?: DType | null;
  /** Makes the value in `init`. */
  readonly init?: Initializer | null;
}

/**
 * The parameter of this name of the module that asks (`hk.get_parameter`): made by `init` when `init` runs, else taken
 * from the params given to `apply`.
 * @throws MissingParameter when `apply` was not given it
 * @throws MissingInitializer when it must be made and `init` is missing
 * @throws ParameterShapeMismatch when it has another shape
 */
export function getParameter(name: string, shape: readonly number[], options: ParameterOptions = {}): NdArray {
  checkArgument('getParameter', 'name', name, 'string');
  checkArgument('getParameter', 'shape', shape, 'integers');
  checkOptions('getParameter', options, parameterOptions);
  const frame = currentFrame('getParameter');
  const module = frame.moduleName;
  const dtype = options.dtype ?? 'float32';
  const context = contextOf(module, name, shape, dtype);
  const parameter = Object.hasOwn(frame.params, module) ? frame.params[module][name] : undefined;
  const value = parameter ?? make(frame, name, shape, dtype, options.init ?? null, context);
  const given = through(frame.hooks.getters as readonly Getter[], value, context);
  if (!sameShape(given.shape, shape)) {
    throw new ParameterShapeMismatch({ module, name, expected: shape, actual: given.shape });
  }
  return given;
}

function make(
  frame: Frame,
  name: string,
  shape: readonly number[],
  dtype: DType,
  init: Initializer | null,
  context: GetterContext,
): NdArray {
  const module = context.moduleName;
  if (frame.paramsFrozen) {
    const known = Object.entries(frame.params).flatMap(([m, bundle]) => Object.keys(bundle).map((n) => `${m}/${n}`));
    throw new MissingParameter({ module, name, known });
  }
  if (init === null) throw new MissingInitializer({ op: 'getParameter', module, name });
  const value = create(frame.hooks.creators as readonly Creator[], shape, dtype, init, context);
  frame.params[module] ??= {};
  frame.params[module][name] = value;
  return value;
}

/** Options of `getState`. */
export interface StateOptions {
  readonly shape?: readonly number[] | null;
  /** Default float32. */
  readonly dtype?: DType | null;
  /** Makes the value the first time. */
  readonly init?: Initializer | null;
}

/**
 * The state of this name of the module that asks (`hk.get_state`).
 * @throws MissingInitializer when it has no value, and `shape` or `init` is missing
 */
export function getState<T = NdArray>(name: string, options: StateOptions = {}): T {
  checkArgument('getState', 'name', name, 'string');
  checkOptions('getState', options, stateOptions);
  const frame = currentFrame('getState');
  const module = frame.moduleName;
  const { shape = null, dtype = 'float32', init = null } = options;
  const context = contextOf(module, name, shape, dtype);
  let value = frame.state[module]?.[name]?.current;
  if (value === undefined) {
    if (init === null || shape === null) throw new MissingInitializer({ op: 'getState', module, name });
    value = create(frame.hooks.stateCreators as readonly Creator[], shape, dtype ?? 'float32', init, context);
    frame.state[module] ??= {};
    frame.state[module][name] = { initial: value, current: value };
  }
  return through(frame.hooks.stateGetters as readonly Getter[], value as NdArray, context) as T;
}

/** Sets the state of this name of the module that asks: an array or a tree of arrays (`hk.set_state`). */
export function setState(name: string, value: unknown): void {
  checkArgument('setState', 'name', name, 'string');
  const frame = currentFrame('setState');
  const module = frame.moduleName;
  const context = contextOf(module, name, null, null);
  const current = through(frame.hooks.stateSetters as readonly Setter[], value, context);
  frame.state[module] ??= {};
  const before = frame.state[module][name];
  frame.state[module][name] = { initial: before === undefined ? current : before.initial, current };
}

/** Options of `customCreator` and `customGetter`. */
export interface HookOptions {
  /** Applies to parameters. Default true. */
  readonly params?: boolean;
  /** Applies to state. Default false. */
  readonly state?: boolean;
}

/** Runs `body` with further hooks; the last one added is the first to be asked. */
function withHooks<T>(op: string, added: Partial<Hooks>, body: () => T): T {
  const frame = currentFrame(op);
  const before = frame.hooks;
  const merged = Object.entries(before).map(([kind, hooks]) => [
    kind,
    [...(added[kind as keyof Hooks] ?? []), ...hooks],
  ]);
  frame.hooks = Object.fromEntries(merged) as unknown as Hooks;
  try {
    return body();
  } finally {
    frame.hooks = before;
  }
}

/** Runs `body` so that new values are made by `creator` (`hk.custom_creator`). */
export function customCreator<T>(creator: Creator, body: () => T, options: HookOptions = {}): T {
  checkArgument('customCreator', 'creator', creator, 'function');
  checkArgument('customCreator', 'body', body, 'function');
  checkOptions('customCreator', options, hookOptions);
  const { params = true, state = false } = options;
  const added = { creators: params ? [creator] : [], stateCreators: state ? [creator] : [] };
  return withHooks('customCreator', added, body);
}

/** Runs `body` so that values are read through `getter` (`hk.custom_getter`): in another dtype, for example. */
export function customGetter<T>(getter: Getter, body: () => T, options: HookOptions = {}): T {
  checkArgument('customGetter', 'getter', getter, 'function');
  checkArgument('customGetter', 'body', body, 'function');
  checkOptions('customGetter', options, hookOptions);
  const { params = true, state = false } = options;
  const added = { getters: params ? [getter] : [], stateGetters: state ? [getter] : [] };
  return withHooks('customGetter', added, body);
}

/** Runs `body` so that state is written through `setter` (`hk.custom_setter`). */
export const customSetter = <T>(setter: Setter, body: () => T): T => {
  checkArgument('customSetter', 'setter', setter, 'function');
  checkArgument('customSetter', 'body', body, 'function');
  return withHooks('customSetter', { stateSetters: [setter] }, body);
};
