/**
 * The complex step: for analytic `g`, `Im g(x + i h v) / h` is `J v` without any cancellation, so `h` may be 1e-100.
 *
 * The program is run with complex numbers, equation by equation, where all its operations are analytic and keep to
 * their formula for complex numbers; for other programs there is no answer.
 */
import { makeJaxpr } from 'fluxion';
import { type Atom, bind, type Jaxpr, Literal, literalArray, type NdArray, type Var } from 'fluxion/extend';
import { arrayOf } from './arbitrary/array.js';
import { numbersOf } from './quantity.js';
import type { Point } from './subject.js';

/** Primitives whose rule for complex numbers continues the one for real numbers analytically. */
const ANALYTIC = new Set([
  ...['add', 'sub', 'mul', 'div', 'neg', 'square', 'integer_pow', 'dot_general', 'reduce_sum', 'copy'],
  ...['exp', 'expm1', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'logistic'],
  ...['reshape', 'transpose', 'broadcast_in_dim', 'squeeze', 'slice', 'rev', 'concatenate', 'gather', 'dynamic_slice'],
]);

const STEP = 1e-100;

const complexOf = (x: NdArray, imaginary: Float64Array | null): NdArray => {
  const re = numbersOf(x);
  const parts = new Float64Array(2 * re.length);
  for (let i = 0; i < re.length; i++) {
    parts[2 * i] = re[i];
    parts[2 * i + 1] = imaginary ? STEP * imaginary[i] : 0;
  }
  return arrayOf('complex128', x.shape, parts);
};

/** `J v` by a complex step; null when the program is not analytic, or not in float64. */
export function complexStep(point: Point, v: readonly NdArray[]): NdArray[] | null {
  if (point.xs.some((x) => x.dtype !== 'float64')) return null;
  const { jaxpr, consts } = makeJaxpr(point.g)(point.xs);
  if (!isAnalytic(jaxpr)) return null;
  const values = new Map<Var, NdArray>();
  jaxpr.invars.forEach((variable, i) => {
    const k = i - consts.length;
    const x = k < 0 ? consts[i] : point.xs[k];
    if (x.dtype === 'float64') values.set(variable, complexOf(x, k < 0 ? null : numbersOf(v[k])));
    else values.set(variable, x);
  });
  const outputs = run(jaxpr, values);
  return outputs.map((y) => {
    const parts = numbersOf(y);
    const tangent = Float64Array.from({ length: y.size }, (_, i) => parts[2 * i + 1] / STEP);
    return arrayOf('float64', y.shape, tangent);
  });
}

const isCall = (params: Readonly<Record<string, unknown>>, name: string): boolean =>
  (name === 'jit' || name === 'remat2') && 'jaxpr' in params;

/** True when all equations, those of calls included, are analytic in float64. */
function isAnalytic(jaxpr: Jaxpr): boolean {
  return jaxpr.equations.every(({ primitive, params, outputs, inputs }) => {
    if (isCall(params, primitive.name)) return isAnalytic(params.jaxpr as Jaxpr);
    const inexact = [...inputs, ...outputs].filter((a) => a.aval.dtype.startsWith('float'));
    return ANALYTIC.has(primitive.name) && inexact.every((a) => a.aval.dtype === 'float64');
  });
}

function run(jaxpr: Jaxpr, values: Map<Var, NdArray>): NdArray[] {
  const read = (atom: Atom): NdArray => {
    if (!(atom instanceof Literal)) return values.get(atom) as NdArray;
    const x = literalArray(atom);
    return x.dtype === 'float64' ? complexOf(x, null) : x;
  };
  const write = (variables: readonly Var[], results: readonly NdArray[]): void => {
    variables.forEach((variable, i) => {
      values.set(variable, results[i]);
    });
  };
  for (const { primitive, inputs, params, outputs } of jaxpr.equations) {
    const args = inputs.map(read);
    if (isCall(params, primitive.name)) {
      const inner = params.jaxpr as Jaxpr;
      const results = run(inner, new Map(inner.invars.map((variable, i) => [variable, args[i]])));
      write(outputs, results);
    } else {
      const changed = 'preferredElementType' in params ? { ...params, preferredElementType: null } : params;
      const results = bind(primitive, args, changed);
      write(outputs, results);
    }
  }
  return jaxpr.outvars.map(read);
}
