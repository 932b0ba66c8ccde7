/**
 * The public callables: every function that a numeric module exports, by the name under which a user reaches it
 * (`numpy.linalg.norm`, `scipy.stats.beta.logpdf`). Whoever adds an export adds it here without knowing.
 */
import * as fluxion from 'fluxion';
import * as dtypes from 'fluxion/dtypes';
import { initializers } from 'fluxion/haiku';
import * as jraph from 'fluxion/jraph';
import * as lax from 'fluxion/lax';
import * as nn from 'fluxion/nn';
import * as numpy from 'fluxion/numpy';
import * as ops from 'fluxion/ops';
import * as optax from 'fluxion/optax';
import * as random from 'fluxion/random';
import * as linalg from 'fluxion/scipy/linalg';
import * as special from 'fluxion/scipy/special';
import * as stats from 'fluxion/scipy/stats';
import * as tree from 'fluxion/tree';
import * as xarray from 'fluxion/xarray';

export type AnyFunction = (...args: unknown[]) => unknown;

export interface PublicCallable {
  /** The module and the name in it: `numpy.linalg.norm`. */
  readonly name: string;
  readonly call: AnyFunction;
  /** Whether it is a class, called with `new`. */
  readonly isClass: boolean;
}

export const MODULES: Readonly<Record<string, object>> = {
  fluxion,
  dtypes,
  haiku: { initializers },
  jraph,
  lax,
  nn,
  numpy,
  ops,
  optax,
  random,
  scipy: { linalg, special, stats },
  tree,
  xarray,
};

/** What is not called with random arguments, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'fluxion.checkpointPolicies': 'asked by checkpoint, with primitives',
  'fluxion.clearCaches': 'would make every later call slow',
  'fluxion.config.update': 'changes what every later call means',
  'fluxion.config.onChange': 'keeps the listener',
  'fluxion.config.fix': 'changes what every later call means',
  'fluxion.debug.callback': 'runs the function of the user',
  'fluxion.defineError': 'makes classes',
  'fluxion.DeviceArray': 'its constructor is private',
  'fluxion.Array': 'abstract',
  'fluxion.NdArray': 'abstract',
  'fluxion.saveSharded': 'writes files',
  'fluxion.distributed.barrier': 'speaks with other processes',
  'fluxion.distributed.getValue': 'speaks with other processes',
  'fluxion.distributed.initialize': 'speaks with other processes',
  'fluxion.distributed.setValue': 'speaks with other processes',
  'fluxion.distributed.shutdown': 'speaks with other processes',
  'fluxion.ClosedProgram': 'made by makeJaxpr',
  'lax.ClosedProgram': 'made by makeJaxpr',
  'numpy.NdArray': 'abstract',
  'numpy.ndarray': 'abstract',
  'numpy.IndexedPlace': 'made by x.at',
  'random.PRNGKeyArray': 'made by key',
  'tree.TreeDef': 'made by flatten',
  'tree.registerPytreeWithKeysClass': 'changes what a tree is, for good',
  'tree.registerPytreeNode': 'changes what a tree is, for good',
  'tree.registerPytreeNodeClass': 'changes what a tree is, for good',
  'tree.registerPytreeWithKeys': 'changes what a tree is, for good',
  'tree.registerDataclass': 'changes what a tree is, for good',
  'tree.registerStatic': 'changes what a tree is, for good',
};

const isClass = (value: AnyFunction): boolean => /^class[\s{]/.test(Function.prototype.toString.call(value));

/** Errors are made by the package, and tell of mistakes instead of having them. */
const isError = (value: AnyFunction): boolean => value.prototype instanceof Error;

function* walk(name: string, space: object, depth: number): Generator<PublicCallable> {
  for (const [key, value] of Object.entries(space)) {
    const path = `${name}.${key}`;
    if (path in LEFT_OUT) continue;
    if (typeof value === 'function') {
      if (!isError(value)) yield { name: path, call: value, isClass: isClass(value) };
    } else if (typeof value === 'object' && value !== null && depth < 3 && isNamespace(value)) {
      yield* walk(path, value, depth + 1);
    }
  }
}

/** A module, or a plain object of functions such as a distribution. */
const isNamespace = (value: object): boolean =>
  Object.prototype.toString.call(value) === '[object Module]' ||
  (Object.getPrototypeOf(value) === Object.prototype && Object.values(value).some((v) => typeof v === 'function'));

/** All of them, each function once, in the order of their names. */
export function publicCallables(): PublicCallable[] {
  const found = new Map<AnyFunction, PublicCallable>();
  for (const [name, space] of Object.entries(MODULES)) {
    for (const callable of walk(name, space, 0)) if (!found.has(callable.call)) found.set(callable.call, callable);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
