/**
 * One call of every differentiable callable, with what JAX says of its value, derivatives and batches
 * (`test/oracle/conformance.py`), and the same asked of fluxion.
 */
import { DeviceArray, jvp, type NdArray, vjp, vmap } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { allocate, isComplex, isInexact } from '../../src/array/dtype.js';
import { arrayOf, expectArray, type JsonArray, readFixtures } from '../helpers/fixtures.js';
import { argumentsOf } from '../helpers/oracle.js';
import { type AnyFunction, MODULES as PUBLIC_MODULES } from './fuzz/surface.js';

type Leaves = readonly JsonArray[] | null;

export interface ConformanceCase {
  /** The module and the name in it: `numpy.linalg.det`. */
  readonly op: string;
  readonly args: readonly unknown[];
  readonly inputs: readonly JsonArray[];
  readonly outputs: readonly JsonArray[];
  /** By the jvp along `direction`; null where JAX has none. */
  readonly tangents: Leaves;
  /** By the vjp along `direction`. */
  readonly cotangents: Leaves;
  /** By vmap over the inexact inputs, each stacked with 1.25 times itself. */
  readonly batched: Leaves;
  /** By vmap of the vjp. */
  readonly batchedCotangents: Leaves;
  readonly ulps?: number;
}

/** What is compared, by the name of the transformation. */
export type Answers = { readonly [K in (typeof QUESTIONS)[number]]?: readonly NdArray[] };

export const QUESTIONS = ['outputs', 'tangents', 'cotangents', 'batched', 'batchedCotangents'] as const;

export const MODULES = ['numpy', 'lax', 'nn', 'scipy', 'random', 'ops'] as const;

/** The cases of what is exported; what is missing is the business of `npm run coverage:jax`. */
export const casesOf = (module: string): readonly ConformanceCase[] =>
  (readFixtures(`conformance/${module}`) as unknown as readonly ConformanceCase[]).filter(
    ({ op }) => callableNamed(op) !== null,
  );

/** What Python gives a default but the porting rule leaves positional. */
const ADAPTED: Readonly<Record<string, AnyFunction>> = {
  'numpy.clip': (call) => {
    const { arr, ...options } = call as { arr: NdArray };
    return jnp.clip(arr, options);
  },
  'numpy.where': (condition, branches) => {
    const { x, y } = branches as { x: NdArray; y: NdArray };
    return jnp.where(condition as NdArray, x, y);
  },
};

/** The callable that a dotted name means; null when it is not exported. */
export function callableNamed(op: string): AnyFunction | null {
  const found = op.split('.').reduce<unknown>((space, name) => Object(space)[name], PUBLIC_MODULES);
  return ADAPTED[op] ?? (typeof found === 'function' ? (found as AnyFunction) : null);
}

/** ((7 i + 3) mod 11 - 5) / 4 for element i; for imaginary parts that of element i + 4. */
function direction(x: NdArray): NdArray {
  const part = (i: number): number => (((7 * i + 3) % 11) - 5) / 4;
  const data = allocate('float32', isComplex(x.dtype) ? 2 * x.size : x.size);
  for (let i = 0; i < x.size; i++) {
    if (isComplex(x.dtype)) [data[2 * i], data[2 * i + 1]] = [part(i), part(i + 4)];
    else data[i] = part(i);
  }
  if (isComplex(x.dtype)) return DeviceArray.fromHost({ dtype: 'complex64', shape: x.shape, data });
  return jnp.astype(DeviceArray.fromHost({ dtype: 'float32', shape: x.shape, data }), x.dtype);
}

const leavesOf = (result: unknown): NdArray[] => {
  if (Array.isArray(result)) return result.flatMap(leavesOf);
  if (typeof result === 'number' || typeof result === 'boolean') return [jnp.asarray(result)];
  return [result as NdArray];
};

/** The arrays of a case, and how all its questions are answered, given them. */
export interface Prepared {
  readonly inputs: readonly NdArray[];
  readonly answer: (inputs: readonly NdArray[]) => Answers;
}

export function prepare(c: ConformanceCase): Prepared {
  const call = callableNamed(c.op) as AnyFunction;
  const inputs = c.inputs.map(arrayOf);
  const moving = inputs.flatMap((x, i) => (isInexact(x.dtype) ? [i] : []));
  const answer = (all: readonly NdArray[]): Answers => {
    const whole = (...xs: NdArray[]): NdArray[] =>
      leavesOf(
        call(
          ...argumentsOf(
            c.args,
            all.map((x, i) => (moving.includes(i) ? xs[moving.indexOf(i)] : x)),
          ),
        ),
      );
    const smooth = (...xs: NdArray[]): NdArray[] => whole(...xs).filter((y) => isInexact(y.dtype));
    const xs = moving.map((i) => all[i]);
    const pulled = (...points: NdArray[]): NdArray[] => {
      const [ys, pull] = vjp(smooth, ...points);
      return pull((ys as unknown as NdArray[]).map(direction)) as unknown as NdArray[];
    };
    const stacked = xs.map((x) => jnp.stack([x, jnp.multiply(x, jnp.astype(1.25, x.dtype))]));
    const pushed = (): NdArray[] => jvp(smooth, xs, xs.map(direction))[1] as unknown as NdArray[];
    return {
      outputs: whole(...xs),
      ...(c.tangents && { tangents: pushed() }),
      ...(c.cotangents && { cotangents: pulled(...xs) }),
      ...(c.batched && { batched: vmap(whole)(...stacked) as unknown as NdArray[] }),
      ...(c.batchedCotangents && { batchedCotangents: vmap(pulled)(...stacked) as unknown as NdArray[] }),
    };
  };
  return { inputs, answer };
}

/** Sums and products of a few numbers of about 1, in another order than JAX's. */
const ULPS = 32;

/** What is not as JAX has it, in words. */
export function differences(c: ConformanceCase, answers: Answers): string[] {
  return QUESTIONS.flatMap((question) => {
    const expected = c[question];
    if (expected === null) return [];
    const actual = answers[question] ?? [];
    if (actual.length !== expected.length)
      return [`${c.op}, ${question}: ${actual.length} instead of ${expected.length}`];
    return expected.flatMap((json, i) => {
      try {
        expectArray(actual[i], json, { ulps: c.ulps ?? ULPS, at: 'array', atLeast: 1 }, `${c.op}, ${question} ${i}`);
        return [];
      } catch (error) {
        return [(error as Error).message.split('\n')[0]];
      }
    });
  });
}
