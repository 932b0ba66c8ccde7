/**
 * Householder's factorization in two steps: the packed form, and the orthogonal matrix that it stands for. Leading axes are
 * batches. `lax.linalg.qr` makes the usual factors of them, and has the derivative.
 */
import type { NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { ShapeMismatch } from '../error/error.js';
import { attr, type Emitter, type Value } from '../ir/lowering.js';
import { bind, bindOne } from '../trace/context.js';
import { nonDifferentiable } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { checkAccepts } from './pointwise.js';
import { evaluateGeqrf, evaluateHouseholderProduct } from './qr-values.js';
import { broadcastBatch, moveAxis } from './structure.js';

function checkMatrices(op: string, argument: string, x: ShapedArray): void {
  checkAccepts(op, argument, x.dtype, 'inexact');
  if (x.ndim < 2) throw new ShapeMismatch({ op, argument, expected: 'matrices are needed', actual: x.shape });
}

/** A factorization that XLA expands into its own operations. */
const customCall = (e: Emitter, target: string, args: readonly Value[], outputs: readonly ShapedArray[]): Value[] =>
  e.many('custom_call', args, outputs, { call_target_name: attr.string(target) });

/** `R` and the vectors of the reflections in one matrix, and the reflections' factors (LAPACK's `geqrf`). */
export const geqrfP = definePrimitive<Record<never, never>>((self) => ({
  name: 'geqrf',
  type: ([x]) => {
    checkMatrices('geqrf', 'a', x);
    const [m, n] = x.shape.slice(-2);
    return [x.strong, shaped([...x.shape.slice(0, -2), Math.min(m, n)], x.dtype)];
  },
  evaluate: ([x]) => evaluateGeqrf(x),
  derivative: nonDifferentiable('the packed form is a step of qr, which has a derivative'),
  batch: ([x], [dim]) => ({ outputs: bind(self(), [moveAxis(x, dim as number, 0)], {}), dims: [0, 0] }),
  lower: (e, [x], _, outputs) => customCall(e, 'Qr', [x], outputs),
}));
export const geqrf = (x: NdArray): [packed: NdArray, taus: NdArray] => {
  const [packed, taus] = bind(geqrfP, [x], {});
  return [packed, taus];
};

/** The first columns of the product of reflections, as many as the packed matrix has (`lax.linalg.householder_product`). */
export const householderProductP = definePrimitive<Record<never, never>>((self) => ({
  name: 'householder_product',
  type: ([a, taus]) => {
    checkMatrices('householderProduct', 'a', a);
    const [m, n] = a.shape.slice(-2);
    const k = taus.shape[taus.ndim - 1];
    if (m < n || taus.ndim !== a.ndim - 1 || k > Math.min(m, n)) {
      const expected = `at least as many rows as columns and reflections are needed; taus has [${taus.shape.join(', ')}]`;
      throw new ShapeMismatch({ op: 'householderProduct', argument: 'a', expected, actual: a.shape });
    }
    return [a.strong];
  },
  evaluate: ([a, taus]) => [evaluateHouseholderProduct(a, taus)],
  derivative: nonDifferentiable('the product of reflections is a step of qr, which has a derivative'),
  batch: ([a, taus], [da, dt], _, axis) => {
    const front = (x: NdArray, d: number | null): NdArray =>
      d === null ? broadcastBatch(x, axis.size) : moveAxis(x, d, 0);
    return { outputs: [bindOne(self(), [front(a, da), front(taus, dt)], {})], dims: [0] };
  },
  lower: (e, args, _, outputs) => customCall(e, 'ProductOfElementaryHouseholderReflectors', args, outputs),
}));
export const householderProduct = (a: NdArray, taus: NdArray): NdArray => bindOne(householderProductP, [a, taus], {});
