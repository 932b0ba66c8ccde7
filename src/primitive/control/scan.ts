/**
 * A loop with a known number of steps over the leading axis of arrays, carrying state: `lax.scan`.
 *
 *     (carry, x) -> (carry, y),   applied to x[0], x[1], ...; the y's are stacked
 *
 * The equation's operands are, in order: constants (the same in every step), the initial carry, the scanned arrays.
 * All rules make another scan of a transformed body. The known part of a split scan runs the loop once forwards and
 * stacks what the deferred part needs; what does not depend on the step is computed once, outside the loop.
 * Source: jax.lax.scan; jax/_src/lax/control_flow/loops.py.
 */
import type { NdArray } from '../../array/array.js';
import type { ShapedArray } from '../../array/aval.js';
import { layoutOf } from '../../array/dtype.js';
import { type HostData, hostZeros } from '../../array/host.js';
import { sizeOf } from '../../array/shape.js';
import { Jaxpr } from '../../ir/jaxpr.js';
import type { BatchDim } from '../../ir/primitive.js';
import { pruneEquations } from '../../ir/simplify.js';
import { bind } from '../../trace/context.js';
import { smooth } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { transforms } from '../../trace/transforms.js';
import { broadcastBatch, moveAxis } from '../structure.js';
import { count, fixpoint, where } from './masks.js';
import { scanJvp, scanTranspose } from './scan-derivative.js';
import { scanKernel } from './scan-kernel.js';
import { lowerScan } from './scan-lowering.js';
import { type ScanParams, split } from './scan-params.js';
import { scanPartialEval } from './scan-partial.js';

export type { ScanParams } from './scan-params.js';

const stacked = (aval: ShapedArray, length: number): ShapedArray => aval.withShape([length, ...aval.shape]);
export const scanP = definePrimitive<ScanParams>((self) => ({
  name: 'scan',
  type: (_, { jaxpr, numCarry, length }) => [
    ...jaxpr.outAvals.slice(0, numCarry),
    ...jaxpr.outAvals.slice(numCarry).map((aval) => stacked(aval, length)),
  ],
  evaluate: (args, params, interpreter) => {
    const { jaxpr, length, numCarry, reverse } = params;
    const [consts, init, xs] = split(args, params);
    let carry: HostData[] = init;
    const ys = jaxpr.outAvals.slice(numCarry).map((aval) => hostZeros(aval.dtype, [length, ...aval.shape]));
    for (let k = 0; k < length; k++) {
      const step = reverse ? length - 1 - k : k;
      const results = interpreter.run(jaxpr, [...consts, ...carry, ...xs.map((x) => sliceHost(x, step))]);
      carry = results.slice(0, numCarry);
      results.slice(numCarry).forEach((y, i) => {
        (ys[i].data as Float32Array).set(y.data as Float32Array, step * y.data.length);
      });
    }
    return [...carry, ...ys];
  },
  derivative: smooth(scanJvp(self), scanTranspose(self)),
  batch: (args, dims, params, axis) => {
    const { jaxpr, numCarry } = params;
    const [constDims, initDims, xsDims] = split(dims, params);
    const inner = (d: BatchDim): BatchDim => (d === null ? null : 0);
    const bodyDims = (carry: readonly boolean[]): BatchDim[] => [
      ...constDims.map(inner),
      ...carry.map((b) => (b ? 0 : null)),
      ...xsDims.map(inner),
    ];
    const force = (carry: readonly boolean[]): boolean[] => jaxpr.outvars.map((_, i) => i < numCarry && carry[i]);
    const carry = fixpoint(
      initDims.map((d) => d !== null),
      (mask) =>
        transforms()
          .batch(jaxpr, bodyDims(mask), axis, force(mask))
          .dimsOut.slice(0, numCarry)
          .map((d) => d !== null),
    );
    const batched = transforms().batch(jaxpr, bodyDims(carry), axis, force(carry));
    const [consts, init, xs] = split(args, params);
    const outputs = bind(
      self(),
      [
        ...consts.map((x, i) => front(x, constDims[i])),
        ...init.map((x, i) =>
          carry[i] && initDims[i] === null ? broadcastBatch(x, axis.size) : front(x, initDims[i]),
        ),
        ...xs.map((x, i) => (xsDims[i] === null ? x : moveAxis(x, xsDims[i], 1))),
      ],
      { ...params, jaxpr: batched.jaxpr },
    );
    return { outputs, dims: batched.dimsOut.map((d, i) => (d === null ? null : i < numCarry ? 0 : 1)) };
  },
  lower: lowerScan,
  kernel: scanKernel,
  partialEval: scanPartialEval(self),
  simplify: (equation, used) => {
    const params = equation.params as unknown as ScanParams;
    const { jaxpr, numCarry } = params;
    const needs = (carry: readonly boolean[]): { body: Jaxpr; usedIn: boolean[] } => {
      const body = pruneEquations(jaxpr, [...carry, ...used.slice(numCarry)]);
      const live = new Set<unknown>(body.outvars);
      for (const e of body.equations) for (const x of e.inputs) live.add(x);
      return { body, usedIn: jaxpr.invars.map((v) => live.has(v)) };
    };
    const carry = fixpoint(used.slice(0, numCarry), (mask) => split(needs(mask).usedIn, params)[1]);
    const { body, usedIn } = needs(carry);
    const [constsIn, , xsIn] = split(usedIn, params);
    const keep = [...constsIn, ...carry, ...xsIn];
    return {
      ...equation,
      params: {
        ...params,
        jaxpr: new Jaxpr(where(jaxpr.invars, keep), body.equations, body.outvars),
        numConsts: count(constsIn),
        numCarry: count(carry),
      },
      inputs: where(equation.inputs, keep),
      outputs: where(equation.outputs, [...carry, ...used.slice(numCarry)]),
    };
  },
  effects: ({ jaxpr }) => jaxpr.effects,
}));

const front = (x: NdArray, dim: BatchDim): NdArray => (dim === null ? x : moveAxis(x, dim, 0));

function sliceHost(x: HostData, step: number): HostData {
  const shape = x.shape.slice(1);
  const n = sizeOf(shape) * layoutOf(x.dtype).entries;
  return { dtype: x.dtype, shape, data: x.data.subarray(step * n, (step + 1) * n) };
}
