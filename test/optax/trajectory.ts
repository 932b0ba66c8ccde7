/**
 * Trajectories that optax made: ten steps of a transformation on a small tree, as fixtures and as what fluxion computes.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as jnp from '../../src/optax/arithmetic.js';
import * as optax from '../../src/optax/index.js';
import { arrayOf, type JsonArray } from '../helpers/fixtures.js';
import { grad, type NdArray, tree, valueAndGrad } from './fluxion.js';

/** One case of a fixture file: see test/oracle/optax_.py. */
export interface Trajectory {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly then?: readonly unknown[];
  readonly tree: string;
  readonly gradients: 'given' | 'bowl' | 'perExample';
  readonly extra?: readonly string[];
  readonly synced?: boolean;
  readonly updates: readonly (readonly (readonly (number | string)[])[])[];
  readonly params: readonly JsonArray[];
  readonly state: Readonly<Record<string, JsonArray>>;
  readonly stateAfterOne: Readonly<Record<string, JsonArray>>;
}

type Flat = Readonly<Record<string, JsonArray>>;

export interface TrajectoryFile {
  readonly trees: Readonly<Record<string, Flat>>;
  readonly gradients: Readonly<Record<string, readonly Flat[]>>;
  readonly values: readonly number[];
  readonly cases: readonly Trajectory[];
}

export const readJson = (name: string): unknown =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../fixtures/optax/${name}.json`, import.meta.url)), 'utf8'));

/** A tree of arrays. */
export type Tree = { readonly [key: string]: NdArray | Tree };

/** `{ 'a/b': array }` as `{ a: { b: array } }`, frozen in depth. */
export function nest(flat: Flat): Tree {
  const root: Record<string, unknown> = {};
  for (const [path, array] of Object.entries(flat)) {
    const keys = path.split('/');
    let node = root;
    for (const key of keys.slice(0, -1)) {
      node[key] ??= {};
      node = node[key] as Record<string, unknown>;
    }
    node[keys.at(-1) as string] = arrayOf(array);
  }
  const freeze = (node: unknown): void => {
    if (Object.getPrototypeOf(node) !== Object.prototype) return;
    Object.freeze(node);
    Object.values(node as object).forEach(freeze);
  };
  freeze(root);
  return root as Tree;
}

/** The leaves of a state by path, as `1/mu/dense/w`. */
export function leavesByPath(state: unknown): Record<string, NdArray> {
  const found: Record<string, NdArray> = {};
  const visit = (node: unknown, path: string): void => {
    if (Array.isArray(node)) node.forEach((child, i) => void visit(child, `${path}/${i}`));
    else if (node !== null && typeof node === 'object' && Object.getPrototypeOf(node) === Object.prototype) {
      for (const [key, child] of Object.entries(node)) visit(child, `${path}/${key}`);
    } else if (node !== null && node !== undefined && !('toJSON' in (node as object)))
      found[path.slice(1)] = node as NdArray;
  };
  visit(state, '');
  return found;
}

const float32 = (x: NdArray): NdArray => jnp.astype(x, 'float32');
const sumOf = (xs: readonly NdArray[]): NdArray => xs.reduce((a, b) => jnp.add(a, b));

/** The functions that the fixtures name; they are written in both languages. */
export const functions = {
  bowl: (params: Tree): NdArray =>
    sumOf(
      (tree.leaves(params) as NdArray[]).map((leaf, i) =>
        jnp.mul(0.5 * (i + 1), jnp.sum(jnp.square(jnp.sub(float32(leaf), 0.5)))),
      ),
    ),
  everyOther: (step: NdArray): NdArray => jnp.equal(jnp.remainder(step, 2), 0),
  onlyMatrices: (params: unknown): unknown => tree.map((x: unknown) => (x as NdArray).ndim > 1, params),
  labels: (params: unknown): unknown => tree.map((x: unknown) => ((x as NdArray).ndim > 1 ? 'big' : 'small'), params),
  addParams: (updates: unknown, params: unknown): unknown => optax.tree.addScale(updates, 0.5, params),
  halfLeaf: (update: NdArray): NdArray => jnp.mul(0.5, update),
  total: (updates: unknown): NdArray => sumOf((tree.leaves(updates) as NdArray[]).map((x) => jnp.sum(float32(x)))),
};

const isJsonArray = (value: object): value is JsonArray => 'dtype' in value && 'shape' in value && 'data' in value;

/** Looks up a public name, as `contrib.muon`. */
export function resolve(name: string): (...args: unknown[]) => unknown {
  let value: unknown = optax;
  for (const part of name.split('.')) value = (value as Record<string, unknown>)[part];
  if (typeof value !== 'function') throw new Error(`optax.${name} is not there`);
  return value as (...args: unknown[]) => unknown;
}

const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** A JSON argument of a fixture as the value that it stands for. */
export function argument(value: unknown, key = ''): unknown {
  if (key === 'staticArgs') return (value as string[]).map(camel);
  if (Array.isArray(value)) return value.map((v) => argument(v));
  if (typeof value !== 'object' || value === null) return value;
  if (isJsonArray(value)) return arrayOf(value);
  const spelled = value as { call?: string; args?: unknown[]; optax?: string; function?: keyof typeof functions };
  if (spelled.call !== undefined) return call(spelled.call, spelled.args as unknown[]);
  if (spelled.optax !== undefined) return resolve(spelled.optax);
  if (spelled.function !== undefined) return functions[spelled.function];
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, argument(v, k)]));
}

/** Calls a public function of optax with JSON arguments; classes are constructed. */
export function call(name: string, args: readonly unknown[]): unknown {
  const f = resolve(name);
  const values = args.map((a) => argument(a));
  return /^class\b/.test(String(f)) ? Reflect.construct(f, values) : f(...values);
}

/** The transformation of a case. */
export function transformationOf(fixture: Trajectory): optax.GradientTransformation {
  const made = call(fixture.name, fixture.args);
  if (fixture.then === undefined) return made as optax.GradientTransformation;
  return (made as (...args: unknown[]) => optax.GradientTransformation)(...fixture.then.map((a) => argument(a)));
}

export interface Step {
  readonly updates: unknown;
  readonly params: unknown;
  readonly state: unknown;
}

export type StepFunction = (
  gradient: unknown,
  state: unknown,
  params: unknown,
  extra: optax.ExtraArgs,
) => readonly [unknown, unknown];

/** The ten steps of a case; `stepOf` may wrap the update, in `jit` for example. */
export function walk(
  file: TrajectoryFile,
  fixture: Trajectory,
  stepOf: (tx: optax.GradientTransformation) => StepFunction = (tx) => tx.update as StepFunction,
): Step[] {
  const tx = transformationOf(fixture);
  let params: unknown = nest(file.trees[fixture.tree]);
  if (fixture.synced) params = optax.LookaheadParams.initSynced(params);
  let state: unknown = tx.init(params);
  const update = stepOf(tx);
  const steps: Step[] = [];
  for (let i = 0; i < fixture.updates.length; i++) {
    let gradient: unknown;
    let value: NdArray = jnp.asarray(file.values[i]);
    const stacked = fixture.gradients === 'perExample';
    if (fixture.gradients === 'bowl')
      [value, gradient] = valueAndGrad(functions.bowl)(params as Tree) as [NdArray, unknown];
    else gradient = nest(file.gradients[fixture.tree][i]);
    if (stacked)
      gradient = tree.map(
        (g: unknown) => jnp.stack([g as NdArray, jnp.mul(-0.5, g as NdArray), jnp.mul(2, g as NdArray)]),
        gradient,
      );
    const offered: Record<string, unknown> = {
      value,
      grad: gradient,
      valueFn: functions.bowl,
      objFn: functions.bowl,
      gradFn: (p: Tree) => grad(functions.bowl)(p),
    };
    const extra = Object.fromEntries((fixture.extra ?? []).map((name) => [name, offered[name]]));
    const [updates, next] = update(gradient, state, params, extra);
    params = optax.applyUpdates(params, updates);
    state = next;
    steps.push({ updates, params, state });
  }
  return steps;
}
