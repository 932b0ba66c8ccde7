/**
 * The types of the transformations: what the compiler infers, and what it refuses. Checked by `tsc`; the calls are not
 * run.
 */
import { expectTypeOf } from 'expect-type';
import { describe, test } from 'vitest';
import { ravelPytree } from '../../src/flattenUtil/index.js';
import {
  type Compiled,
  type CustomVjpPrimal,
  checkpoint,
  customGradient,
  customJvp,
  customVjp,
  type DeviceArray,
  debugNans,
  enableX64,
  grad,
  hessian,
  type Jitted,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  liveArrays,
  type NdArray,
  pureCallback,
  ShapeDtypeStruct,
  SymbolicZero,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/index.js';

interface Params {
  readonly dense: { readonly w: NdArray; readonly b: NdArray };
  readonly scales: readonly [NdArray, number];
  readonly unused: null;
}

interface Batch {
  readonly x: NdArray;
  readonly y: NdArray;
}

interface ParamsGradient {
  readonly dense: { readonly w: NdArray; readonly b: NdArray };
  readonly scales: readonly [NdArray, NdArray];
  readonly unused: null;
}

declare const params: Params;
declare const batch: Batch;
declare const x: NdArray;
declare const loss: (params: Params, batch: Batch) => NdArray;
declare const lossAndAux: (params: Params, batch: Batch) => readonly [NdArray, { readonly accuracy: NdArray }];
declare const predict: (params: Params, x: NdArray) => { readonly mean: NdArray; readonly spread: number };
declare const vector: (x: NdArray) => NdArray;

/** Keeps the calls from being run. */
const typed = (title: string, _: () => void): void => test(title, () => {});

describe('grad', () => {
  typed('has the tree of the first argument, each leaf an array', () => {
    expectTypeOf(grad(loss)).parameters.toEqualTypeOf<[params: Params, batch: Batch]>();
    expectTypeOf(grad(loss)(params, batch)).toExtend<ParamsGradient>();
    expectTypeOf(grad(loss)(params, batch).scales).toEqualTypeOf<readonly [NdArray, NdArray]>();
    expectTypeOf(grad(loss)(params, batch).unused).toEqualTypeOf<null>();
  });
  typed('has a tuple of trees for several arguments', () => {
    const both = grad(loss, { argnums: [1, 0] })(params, batch);
    expectTypeOf(both[0]).toExtend<Batch>();
    expectTypeOf(both[1].dense.w).toEqualTypeOf<NdArray>();
    expectTypeOf(both.length).toEqualTypeOf<2>();
    expectTypeOf(grad(loss, { argnums: 1 })(params, batch).y).toEqualTypeOf<NdArray>();
  });
  typed('gives the auxiliary output second', () => {
    const [gradient, aux] = grad(lossAndAux, { hasAux: true })(params, batch);
    expectTypeOf(gradient.dense.b).toEqualTypeOf<NdArray>();
    expectTypeOf(aux.accuracy).toEqualTypeOf<NdArray>();
  });
  typed('refuses functions that return no scalar, and arguments that the function does not take', () => {
    // @ts-expect-error a tree is not a loss
    grad(predict);
    // @ts-expect-error without hasAux a pair is not a loss
    grad(lossAndAux);
    // @ts-expect-error the batch is missing
    grad(loss)(params);
    // @ts-expect-error x is not a field of the parameters
    grad(loss)(params, batch).x;
  });
});

describe('valueAndGrad', () => {
  typed('is the value and the gradient', () => {
    const [value, gradient] = valueAndGrad(loss)(params, batch);
    expectTypeOf(value).toEqualTypeOf<NdArray>();
    expectTypeOf(gradient.dense.w).toEqualTypeOf<NdArray>();
  });
  typed('has the auxiliary output beside the value', () => {
    const [[value, aux], gradient] = valueAndGrad(lossAndAux, { hasAux: true, argnums: 1 })(params, batch);
    expectTypeOf(value).toEqualTypeOf<NdArray>();
    expectTypeOf(aux).toExtend<{ readonly accuracy: NdArray }>();
    expectTypeOf(gradient.x).toEqualTypeOf<NdArray>();
  });
});

describe('vmap', () => {
  typed('keeps arguments and results as trees; numbers become arrays', () => {
    expectTypeOf(vmap(predict)).parameters.toEqualTypeOf<[params: Params, x: NdArray]>();
    expectTypeOf(vmap(predict, { inAxes: [null, 0] })(params, x).spread).toEqualTypeOf<NdArray>();
  });
  typed('refuses axes that are neither numbers nor trees of them', () => {
    // @ts-expect-error an axis is a number
    vmap(predict, { inAxes: ['batch', 0] });
  });
});

describe('jit', () => {
  typed('keeps the signature, and its stages do', () => {
    const jitted = jit(predict);
    expectTypeOf(jitted).toExtend<Jitted<[params: Params, x: NdArray], { mean: NdArray; spread: number }>>();
    expectTypeOf(jitted(params, x).spread).toEqualTypeOf<NdArray>();
    const compiled = jitted.trace(params, x).lower().compile();
    expectTypeOf(compiled).toExtend<Compiled<[params: Params, x: NdArray], { mean: NdArray; spread: number }>>();
    expectTypeOf(compiled(params, x).mean).toEqualTypeOf<NdArray>();
  });
  typed('refuses other arguments', () => {
    // @ts-expect-error the parameters come first
    jit(predict)(x, params);
    // @ts-expect-error there is no such option
    jit(predict, { staticArgs: 0 });
  });
});

describe('jvp and linearize', () => {
  typed('take tangents that look like the primals', () => {
    const [value, tangent] = jvp(predict, [params, x], [grad(loss)(params, batch), x]);
    expectTypeOf(value.mean).toEqualTypeOf<NdArray>();
    expectTypeOf(tangent.spread).toEqualTypeOf<NdArray>();
    const [, push] = linearize(predict, params, x);
    expectTypeOf(push(params, x).mean).toEqualTypeOf<NdArray>();
  });
  typed('give the auxiliary output third', () => {
    const [, , aux] = jvp(lossAndAux, [params, batch], [params, batch], { hasAux: true });
    expectTypeOf(aux.accuracy).toEqualTypeOf<NdArray>();
  });
  typed('refuse a missing tangent', () => {
    // @ts-expect-error one tangent for two primals
    jvp(predict, [params, x], [params]);
  });
});

describe('vjp', () => {
  typed('pulls a cotangent of the result back to cotangents of all arguments', () => {
    const [value, pull] = vjp(predict, params, x);
    expectTypeOf(value.mean).toEqualTypeOf<NdArray>();
    const [toParams, toX] = pull(value);
    expectTypeOf(toParams.scales).toEqualTypeOf<readonly [NdArray, NdArray]>();
    expectTypeOf(toX).toEqualTypeOf<NdArray>();
  });
});

describe('jacobians, checkpoint, and host functions', () => {
  typed('keep trees', () => {
    expectTypeOf(jacfwd(vector)(x)).toEqualTypeOf<NdArray>();
    expectTypeOf(jacrev(vector)(x)).toEqualTypeOf<NdArray>();
    expectTypeOf(hessian(vector)(x)).toEqualTypeOf<NdArray>();
    expectTypeOf(checkpoint(predict)(params, x).mean).toEqualTypeOf<NdArray>();
    const announced = { total: new ShapeDtypeStruct([], 'float32') };
    expectTypeOf(pureCallback(vector, announced, x).total).toEqualTypeOf<NdArray>();
  });
  typed('compose', () => {
    const step = jit(valueAndGrad(lossAndAux, { hasAux: true }));
    const [[value], gradient] = step(params, batch);
    expectTypeOf(value).toEqualTypeOf<NdArray>();
    expectTypeOf(gradient.dense.w).toEqualTypeOf<NdArray>();
    expectTypeOf(vmap(grad(loss), { inAxes: [null, 0] })(params, batch).dense.w).toEqualTypeOf<NdArray>();
  });
});

describe('custom derivatives', () => {
  typed('keep the signature of their function', () => {
    const custom = customVjp(predict).defvjp(
      (p, at) => [{ mean: p.dense.w, spread: 1 }, at],
      (residuals, cotangent) => {
        expectTypeOf(residuals).toEqualTypeOf<NdArray>();
        expectTypeOf(cotangent.mean).toEqualTypeOf<NdArray>();
        return [null, residuals];
      },
    );
    expectTypeOf(custom(params, x).spread).toEqualTypeOf<NdArray>();
    expectTypeOf(customGradient((at: NdArray) => [at, (g: NdArray) => g] as const)(x)).toEqualTypeOf<NdArray>();
  });
  typed('show what is not differentiated as something that is no array', () => {
    customJvp(vector).defjvp(([at]: [NdArray], [dot]: [NdArray | SymbolicZero]) => [at, dot], { symbolicZeros: true });
    customVjp(vector).defvjp(
      (at: CustomVjpPrimal) => [at.value, at.perturbed ? at.value : null],
      (_: NdArray | null, cotangent: NdArray | SymbolicZero) => [cotangent],
      { symbolicZeros: true },
    );
    expectTypeOf<SymbolicZero>().not.toExtend<NdArray>();
    expectTypeOf(new SymbolicZero(x.aval).shape).toEqualTypeOf<readonly number[]>();
  });
  typed('refuse options that there are not', () => {
    // @ts-expect-error names are a list
    customVjp(vector, { nondiffArgnames: 'n' });
    // @ts-expect-error there is no such option
    customJvp(vector, { nondiff: [0] });
  });
});

describe('trees as vectors, settings, arrays that are there', () => {
  typed('the way back gives the tree', () => {
    const [flat, unravel] = ravelPytree(params);
    expectTypeOf(flat).toEqualTypeOf<NdArray>();
    expectTypeOf(unravel(flat).dense.w).toEqualTypeOf<NdArray>();
    expectTypeOf(unravel(flat).scales).toEqualTypeOf<readonly [NdArray, NdArray]>();
    // @ts-expect-error a vector, not the tree
    unravel(params);
  });
  typed('settings return what their body does', () => {
    expectTypeOf(enableX64(() => predict(params, x)).spread).toEqualTypeOf<number>();
    expectTypeOf(debugNans(() => 'text', { newVal: false })).toEqualTypeOf<string>();
    expectTypeOf(liveArrays()).toEqualTypeOf<DeviceArray[]>();
    // @ts-expect-error a body is needed
    enableX64(true);
  });
});
