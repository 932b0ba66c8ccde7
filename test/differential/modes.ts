/** The eight ways in which a program is asked: by itself, and under one or two transformations. */
import { isFloat } from '../../src/array/dtype.js';
import { type DType, grad, jit, jvp, type NdArray, vjp, vmap } from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import { arrayOf, type JsonArray } from '../helpers/fixtures.js';
import type { Case } from './draw.js';
import { type Jitter, run } from './program.js';

type Function_ = (...xs: NdArray[]) => NdArray[];

/** A case with arrays in the places of JSON, split into what is differentiated and what is not. */
interface Question {
  readonly f: Function_;
  readonly inputs: readonly NdArray[];
  readonly rows: readonly NdArray[];
  readonly inAxes: readonly (number | null)[];
  readonly floats: readonly number[];
  readonly tangents: NdArray[];
  readonly weights: readonly (NdArray | null)[];
  readonly wide: DType;
}

const present = (x: JsonArray | null): x is JsonArray => x !== null;

function questionOf(c: Case, jitter?: Jitter): Question {
  const inputs = c.inputs.map(arrayOf);
  return {
    f: (...xs) => run(c.program, xs, jitter),
    inputs,
    rows: c.rows.map(arrayOf),
    inAxes: c.inAxes,
    floats: inputs.flatMap((x, i) => (isFloat(x.dtype) ? [i] : [])),
    tangents: c.tangents.filter(present).map(arrayOf),
    weights: c.cotangents.map((w) => w && arrayOf(w)),
    wide: c.dtype === 'float64' ? 'float64' : 'float32',
  };
}

/** The float outputs as a function of the float inputs. */
const floatsOnly =
  ({ f, inputs, floats, weights }: Question): Function_ =>
  (...xs) => {
    const all = inputs.map((x, i) => (floats.includes(i) ? xs[floats.indexOf(i)] : x));
    return f(...all).filter((_, i) => weights[i] !== null);
  };

const floatWeights = ({ weights }: Question): NdArray[] => weights.filter((w) => w !== null);

/** The sum of all elements, times weights of the same or a smaller shape. */
function weighted({ weights, wide }: Question, outputs: readonly NdArray[]): NdArray {
  let sum = lax.full([], 0, { dtype: wide });
  outputs.forEach((y, i) => {
    const weight = weights[i];
    if (weight === null) return;
    const [a, b] = [y, weight].map((x) => lax.convertElementType(x, wide));
    const extra = a.ndim - b.ndim;
    const factor = extra > 0 ? lax.broadcast(b, a.shape.slice(0, extra)) : b;
    sum = lax.add(sum, lax.reduceSum(lax.mul(a, factor), [...a.shape.keys()]));
  });
  return sum;
}

const gradient = (f: (...xs: NdArray[]) => NdArray, floats: readonly number[]) =>
  grad(f, { argnums: floats as never }) as unknown as Function_;

const back = (q: Question): Function_ => {
  const g = floatsOnly(q);
  return (...xs) => [...(vjp(g, ...xs)[1](floatWeights(q)) as NdArray[])];
};

const floatInputs = ({ floats, inputs }: Question): NdArray[] => floats.map((i) => inputs[i]);

export const MODES = ['eval', 'jvp', 'vjp', 'vmap', 'jit', 'vmap(grad)', 'grad(vmap)', 'jvp(vjp)'] as const;
export type Mode = (typeof MODES)[number];

const modes: { readonly [M in Mode]: (q: Question) => NdArray[] } = {
  eval: ({ f, inputs }) => f(...inputs),
  jvp: (q) => {
    const [values, dots] = jvp(floatsOnly(q), floatInputs(q) as never, q.tangents as never);
    return [...(values as NdArray[]), ...(dots as NdArray[])];
  },
  vjp: (q) => back(q)(...floatInputs(q)),
  vmap: ({ f, rows, inAxes }) => vmap(f, { inAxes: inAxes as never })(...rows) as NdArray[],
  jit: ({ f, inputs }) => jit(f)(...inputs) as NdArray[],
  'vmap(grad)': (q) => {
    const slope = gradient((...xs) => weighted(q, q.f(...xs)), q.floats);
    return vmap(slope, { inAxes: q.inAxes as never })(...q.rows) as NdArray[];
  },
  'grad(vmap)': (q) => {
    const batch = (...xs: NdArray[]) => vmap(q.f, { inAxes: q.inAxes as never })(...xs) as NdArray[];
    return gradient((...xs) => weighted(q, batch(...xs)), q.floats)(...q.rows);
  },
  'jvp(vjp)': (q) => [...(jvp(back(q), floatInputs(q) as never, q.tangents as never)[1] as NdArray[])],
};

/** Whether a mode has something to do: no derivative without a float input. */
export const applies = (mode: Mode, c: Case): boolean =>
  /^(eval|jit)$/.test(mode) || (c.inputs.length > 0 && (mode === 'vmap' || c.tangents.some(present)));

/** What fluxion answers in one mode. */
export const answer = (mode: Mode, c: Case, jitter?: Jitter): NdArray[] => modes[mode](questionOf(c, jitter));
