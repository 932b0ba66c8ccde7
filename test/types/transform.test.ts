import { expectTypeOf } from 'expect-type';
import { describe, test } from 'vitest';
import {
  customDerivative,
  customJvp,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jvp,
  linearTranspose,
  type NdArray,
  valueAndGrad,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/control.js';
import { add, mul, sin } from '../../src/lax/elementwise.js';

declare const x: NdArray;
type Params = { readonly w: NdArray; readonly b: readonly [NdArray, NdArray] };
declare const params: Params;

/** Type-checked, never run. */
const types = (_: () => void): void => {};

describe('types', () => {
  test('gradients have the tree of their argument', () => {
    types(() => {
      const loss = (p: Params, y: NdArray): NdArray => mul(p.w, y);
      expectTypeOf(grad(loss)(params, x)).toEqualTypeOf<Params>();
      expectTypeOf(grad(loss, { argnums: [1, 0] })(params, x)).toEqualTypeOf<readonly [NdArray, Params]>();
      expectTypeOf(valueAndGrad(loss)(params, x)).toEqualTypeOf<readonly [value: NdArray, gradient: Params]>();
      // Functions that take anything array-like are functions of one leaf.
      expectTypeOf(grad(sin)(x)).toEqualTypeOf<NdArray>();
      expectTypeOf(jvp(sin, [x], [x])).toEqualTypeOf<[value: NdArray, tangent: NdArray]>();
      expectTypeOf(vmap(sin)(x)).toEqualTypeOf<NdArray>();
    });
  });
  test('Jacobians are trees of trees', () => {
    types(() => {
      const f = (p: Params) => ({ y: p.w });
      expectTypeOf(jacfwd(f)(params)).toEqualTypeOf<{ readonly y: Params }>();
      expectTypeOf(jacrev(f, { argnums: [0] })(params)).toEqualTypeOf<{ readonly y: readonly [Params] }>();
      expectTypeOf(hessian((p: Params) => p.w)(params).w.b[1]).toEqualTypeOf<NdArray>();
      expectTypeOf(linearTranspose(f, params)({ y: x })).toEqualTypeOf<[Params]>();
    });
  });
  test('the carry of a loop keeps its type', () => {
    types(() => {
      const [carry, ys] = lax.scan((c, s) => [{ sum: add(c.sum, s.v) }, s], { sum: 0 }, { xs: { v: x } });
      expectTypeOf(carry).toEqualTypeOf<{ readonly sum: NdArray }>();
      expectTypeOf(ys).toEqualTypeOf<{ readonly v: NdArray }>();
      // @ts-expect-error the carry loses a leaf
      lax.scan((c) => [{ sum: c.sum }, null], { sum: x, count: 0 }, { length: 2 });
      const wrong = (c: NdArray): NdArray[] => [c];
      // @ts-expect-error the carry changes its structure
      lax.whileLoop(() => true, wrong, x);
      expectTypeOf(lax.foriLoop(0, 3, (_, c) => [c[1], c[0]] as const, [x, 1])).toEqualTypeOf<
        readonly [NdArray, NdArray]
      >();
    });
  });
  test('branches return the same structure', () => {
    types(() => {
      expectTypeOf(
        lax.cond(
          true,
          (a) => ({ a }),
          (a) => ({ a: add(a, 1) }),
          x,
        ),
      ).toEqualTypeOf<{ readonly a: NdArray }>();
      const other = (a: NdArray) => ({ b: a });
      // @ts-expect-error the second branch returns another tree
      lax.cond(true, (a) => ({ a }), other, x);
    });
  });
  test('custom rules see the arguments of their function', () => {
    types(() => {
      const f = customJvp((p: Params, y: NdArray) => mul(p.w, y)).defjvp(([p, y], [dp]) => {
        expectTypeOf(p).toEqualTypeOf<Params>();
        expectTypeOf(dp.b[0]).toEqualTypeOf<NdArray>();
        return [mul(p.w, y), mul(dp.w, y)];
      });
      expectTypeOf(f(params, x)).toEqualTypeOf<NdArray>();
      const g = customVjp((y: NdArray) => sin(y)).defvjp(
        (y) => [sin(y), { y }],
        (residuals, ct) => {
          expectTypeOf(residuals).toEqualTypeOf<{ readonly y: NdArray }>();
          return [mul(ct, residuals.y)];
        },
      );
      expectTypeOf(g(x)).toEqualTypeOf<NdArray>();
      // @ts-expect-error a cotangent for each argument
      customDerivative({ value: (a: NdArray, b: NdArray) => mul(a, b), cotangent: ([a], ct) => [mul(a, ct)] });
    });
  });
});
