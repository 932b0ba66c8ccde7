/**
 * Operations that take functions: loops, branches, calls, and functions with derivatives of their own. `peer.py` has the
 * same in JAX's words.
 */
import { checkpoint, customJvp, customVjp, grad, jit, jvp, type NdArray } from '../../src/index.js';
import * as lax from '../../src/lax/index.js';

/** A body: arrays to arrays. */
export type Function_ = (...args: NdArray[]) => NdArray[];
type Options = Readonly<Record<string, unknown>>;
type Form = (bodies: readonly Function_[], args: readonly unknown[], options: Options) => NdArray | NdArray[];

const combiners = { add: lax.add, mul: lax.mul, max: lax.max, min: lax.min } as const;
type Combiner = keyof typeof combiners;

const total = (ys: readonly NdArray[]): NdArray =>
  ys.map((y) => lax.reduceSum(y, [...y.shape.keys()])).reduce((x, y) => lax.add(x, y));

export const forms: Readonly<Record<string, Form>> = {
  scan: ([body], [init, xs], options) => {
    const step = (carry: NdArray, x: NdArray) => {
      const [next, ...ys] = body(carry, x);
      return [next, ys] as const;
    };
    const [carry, ys] = lax.scan(step as never, init as NdArray, { ...options, xs: xs as NdArray });
    return [carry as NdArray, ...(ys as unknown as NdArray[])];
  },
  foriLoop: ([body], [lower, upper, init], options) =>
    lax.foriLoop(
      lower as number,
      upper as number,
      ((i: NdArray, carry: NdArray) => body(i, carry)[0]) as never,
      init as NdArray,
      options,
    ) as NdArray,
  /** Counts up to `limit`, which may be a value. */
  whileLoop: ([body], [limit, init]) => {
    const [count, last] = lax.whileLoop(
      (([i]: [NdArray, NdArray]) => lax.lt(i, limit as NdArray)) as never,
      (([i, carry]: [NdArray, NdArray]) => [lax.add(i, lax.fullLike(i, 1)), body(carry)[0]]) as never,
      [lax.full([], 0, { dtype: 'int32' }), init as NdArray] as never,
    ) as unknown as [NdArray, NdArray];
    return [count, last];
  },
  cond: ([onTrue, onFalse], [pred, ...operands]) =>
    lax.cond(pred as NdArray, onTrue as never, onFalse as never, ...(operands as NdArray[])) as NdArray[],
  switch: (branches, [index, ...operands]) =>
    lax.switch(index as NdArray, branches as never, ...(operands as NdArray[])) as NdArray[],
  map: ([body], [xs], options) => lax.map(((x: NdArray) => body(x)[0]) as never, xs as NdArray, options) as NdArray,
  associativeScan: (_, [combiner, xs], options) =>
    lax.associativeScan(combiners[combiner as Combiner] as never, xs as NdArray, options) as NdArray,
  reduceWindow: (_, [x, init, combiner, window], options) =>
    lax.reduceWindow(x as NdArray, init as number, combiners[combiner as Combiner], window as number[], options),
  sortBy: (_, [operands], options) => lax.sort(operands as NdArray[], options),
  jit: ([body], args) => (jit(body) as unknown as Function_)(...(args as NdArray[])),
  checkpoint: ([body], args) => (checkpoint(body) as unknown as Function_)(...(args as NdArray[])),
  /** The tangent is twice the truth, so that it is seen where it is lost. */
  customJvp: ([body], args) => {
    const custom = customJvp(body).defjvp(((primals: NdArray[], tangents: NdArray[]) => {
      const [values, dots] = jvp(body, primals as never, tangents as never) as unknown as [NdArray[], NdArray[]];
      return [values, dots.map((t) => lax.add(t, t))];
    }) as never);
    return custom(...(args as NdArray[])) as NdArray[];
  },
  /** The way back says three times the truth. All arguments are inexact. */
  customVjp: ([body], args) => {
    const everything = args.map((_, i) => i);
    const custom = customVjp(body).defvjp(
      ((...xs: NdArray[]) => [body(...xs), xs]) as never,
      ((xs: NdArray[], cotangents: NdArray[]) => {
        const weighted = (...ys: NdArray[]): NdArray => total(body(...ys).map((y, i) => lax.mul(y, cotangents[i])));
        const slopes = grad(weighted, { argnums: everything as never })(...xs) as unknown as NdArray[];
        return slopes.map((g) => lax.mul(g, lax.fullLike(g, 3)));
      }) as never,
    );
    return custom(...(args as NdArray[])) as NdArray[];
  },
};
