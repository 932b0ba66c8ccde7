import { beforeAll, describe, expect, test } from 'vitest';
import {
  ClosedOverValue,
  CustomRuleMismatch,
  CustomRuleMissing,
  checkpoint,
  closureConvert,
  config,
  customDerivative,
  customGradient,
  customJvp,
  customVjp,
  DeviceArray,
  grad,
  hessian,
  InvalidArgument,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearTranspose,
  type NdArray,
  NotDifferentiable,
  vjp,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/control.js';
import { add, clamp, cos, div, exp, mul, sin, sub } from '../../src/lax/elementwise.js';
import { dotGeneral } from '../../src/primitive/contract.js';
import { reduceSum } from '../../src/primitive/reduce.js';
import { transpose } from '../../src/primitive/structure.js';

const float32 = (shape: readonly number[], ...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape, data: Float32Array.from(values) });
const scalar = (value: number): NdArray => float32([], value);
const numbers = (x: unknown): number[] => Array.from((x as NdArray).dataSync(), Number);
const sum = (x: NdArray): NdArray =>
  reduceSum(
    x,
    x.shape.map((_, i) => i),
  );
const matmul = (a: NdArray, b: NdArray): NdArray =>
  dotGeneral(a, b, {
    dimensionNumbers: [
      [[a.ndim - 1], [0]],
      [[], []],
    ],
  });

beforeAll(() => config.update('engine', 'reference'));

describe('customJvp', () => {
  const tripled = customJvp((x: NdArray) => sin(x)).defjvp(([x], [dx]) => [sin(x), mul(mul(3, cos(x)), dx)]);

  test('uses its rule forwards and, transposed, backwards', () => {
    expect(jvp(tripled, [scalar(0)], [scalar(2)])[1].item()).toBe(6);
    expect(grad(tripled)(scalar(0)).item()).toBe(3);
  });
  test('uses its rule under jit, vmap, checkpoint and scan', () => {
    expect(grad(jit(tripled))(scalar(0)).item()).toBe(3);
    expect(numbers(grad((x: NdArray) => sum(vmap(tripled)(x)))(float32([2], 0, 0)))).toEqual([3, 3]);
    expect(grad(checkpoint(tripled))(scalar(0)).item()).toBe(3);
    const looped = (x: NdArray): NdArray =>
      lax.scan((c: NdArray) => [tripled(c), null], x, { length: 2 })[0] as NdArray;
    expect(grad(looped)(scalar(0)).item()).toBe(9);
  });
  test('sums the parts of defjvps', () => {
    const product = customJvp((x: NdArray, y: NdArray) => mul(x, y)).defjvps(
      (dx: NdArray, _value: NdArray, _x: NdArray, y: NdArray) => mul(dx, y),
      null,
    );
    expect(grad(product, { argnums: [0, 1] })(scalar(2), scalar(5)).map((g) => g.item())).toEqual([5, 0]);
  });
  test('hands arguments that are no arrays to the rule first', () => {
    const applied = customJvp((f: (x: NdArray) => NdArray, x: NdArray) => f(x), { nondiffArgnums: [0] }).defjvp(
      (f: (x: NdArray) => NdArray, [x]: readonly NdArray[], [dx]: readonly NdArray[]) => [f(x), mul(7, dx)],
    );
    expect(grad((x: NdArray) => applied(sin, x))(scalar(1)).item()).toBe(7);
  });
  test('must have a rule before it is used', () => {
    expect(() => customJvp((x: NdArray) => x)(scalar(1))).toThrow(CustomRuleMissing);
  });
  test('must return what the function returns', () => {
    const wrong = customJvp((x: NdArray) => sin(x)).defjvp(([x], [dx]) => [sin(x), sum(dx)]);
    const failed = (): unknown => jvp(wrong, [float32([2], 1, 2)], [float32([2], 1, 1)]);
    expect(failed).toThrow(CustomRuleMismatch);
    expect(failed).toThrow('the tangent is f32[] where f32[2] is expected');
  });
  test('cannot be differentiated with respect to what it captured', () => {
    const f = (y: NdArray): NdArray => {
      const scaled = customJvp((x: NdArray) => mul(x, y)).defjvp(([x], [dx]) => [mul(x, y), dx]);
      return scaled(scalar(2)) as NdArray;
    };
    expect(() => grad(f)(scalar(3))).toThrow(ClosedOverValue);
    // As a constant it may capture what it likes, a traced value too.
    expect(numbers(vmap(f)(float32([2], 3, 4)))).toEqual([6, 8]);
    expect(jit(f)(scalar(3)).item()).toBe(6);
  });
});

describe('customVjp', () => {
  const clipped = customVjp((x: NdArray) => x).defvjp(
    (x) => [x, null],
    (_, ct) => [clamp(-1, ct, 1)],
  );

  test('uses its backward pass, which need not be linear', () => {
    expect(grad((x: NdArray) => mul(clipped(x), 5))(scalar(2)).item()).toBe(1);
    expect(jit(grad((x: NdArray) => mul(clipped(x), 5)))(scalar(2)).item()).toBe(1);
    expect(numbers(vmap(grad((x: NdArray) => mul(clipped(x), x)))(float32([2], 0.5, 3)))).toEqual([1, 4]);
  });
  test('sums over the batch where an argument is shared by the examples', () => {
    const scale = customVjp((w: NdArray, x: NdArray) => mul(w, x)).defvjp(
      (w, x) => [mul(w, x), { w, x }],
      ({ w, x }, ct) => [mul(ct, x), mul(ct, w)],
    );
    const loss = (w: NdArray, xs: NdArray): NdArray => sum(vmap((x: NdArray) => scale(w, x))(xs));
    const [dw, dxs] = grad(loss, { argnums: [0, 1] })(scalar(2), float32([3], 1, 10, 100));
    expect(dw.item()).toBe(111);
    expect(numbers(dxs)).toEqual([2, 2, 2]);
  });
  test('refuses forward mode', () => {
    const failed = (): unknown => jvp(clipped, [scalar(1)], [scalar(1)]);
    expect(failed).toThrow(NotDifferentiable);
    expect(failed).toThrow('reverse rule only');
  });
  test('takes null for an argument without a cotangent, and checks the others', () => {
    const first = customVjp((x: NdArray, y: NdArray) => mul(x, y)).defvjp(
      (x, y) => [mul(x, y), y],
      (y, ct) => [mul(ct, y), null],
    );
    expect(grad(first, { argnums: [0, 1] })(scalar(2), scalar(3)).map((g) => g.item())).toEqual([3, 0]);
    const wrong = customVjp((x: NdArray) => sin(x)).defvjp(
      (x) => [sin(x), x],
      (_, ct) => [sum(ct)],
    );
    expect(() => vjp(wrong, float32([2], 1, 2))[1](float32([2], 1, 1))).toThrow(CustomRuleMismatch);
  });
});

describe('customGradient', () => {
  test('gives the value and the way back together', () => {
    const f = customGradient((x: NdArray) => {
      const y = exp(x);
      return [y, (ct: NdArray) => mul(mul(ct, y), 10)];
    });
    expect(grad(f)(scalar(0)).item()).toBe(10);
    expect(numbers(vmap(grad(f))(float32([2], 0, 0)))).toEqual([10, 10]);
  });
});

describe('customDerivative', () => {
  const value = (x: NdArray): NdArray => mul(x, x);
  const backOnly = customDerivative({ value, cotangent: ([x], ct) => [mul(mul(x, ct), 20)] });

  test('derives the way back from a tangent rule', () => {
    const f = customDerivative({ value, tangent: ([x], [dx]) => mul(mul(x, dx), 20) });
    expect(grad(f)(scalar(3)).item()).toBe(60);
    expect(jvp(f, [scalar(3)], [scalar(1)])[1].item()).toBe(60);
  });
  test('derives the way forwards from a cotangent rule', () => {
    expect(jvp(backOnly, [scalar(3)], [scalar(1)])[1].item()).toBe(60);
    expect(jit((x: NdArray) => jvp(backOnly, [x], [scalar(1)])[1])(scalar(3)).item()).toBe(60);
    expect(grad(backOnly)(scalar(3)).item()).toBe(60);
    expect(numbers(vmap((x: NdArray) => jvp(backOnly, [x], [scalar(1)])[1])(float32([2], 1, 2)))).toEqual([20, 40]);
  });
  test('differentiates the rules again', () => {
    expect(grad(grad(backOnly) as (x: NdArray) => NdArray)(scalar(3)).item()).toBe(20);
    expect(numbers(jacfwd(jacfwd(backOnly))(scalar(3)))).toEqual([20]);
    expect(numbers(hessian(backOnly)(scalar(3)))).toEqual([20]);
  });
  test('uses each rule in its own direction when both are given', () => {
    const f = customDerivative({
      value,
      tangent: ([x], [dx]) => mul(mul(x, dx), 2),
      cotangent: ([x], ct) => [mul(mul(x, ct), -2)],
    });
    expect(jvp(f, [scalar(3)], [scalar(1)])[1].item()).toBe(6);
    expect(grad(f)(scalar(3)).item()).toBe(-6);
  });
  test('refuses forward mode only when asked for it, where the way back is not linear', () => {
    const f = customDerivative({ value, cotangent: (_, ct) => [clamp(-1, ct, 1)] });
    expect(grad((x: NdArray) => mul(f(x), 5))(scalar(3)).item()).toBe(1);
    expect(() => jvp(f, [scalar(3)], [scalar(1)])).toThrow(NotDifferentiable);
  });
  test('needs a rule', () => {
    expect(() => customDerivative({ value })).toThrow(InvalidArgument);
  });
});

describe('Jacobians', () => {
  const f = (x: NdArray): NdArray => mul(x, sum(x));

  test('are the same forwards and backwards', () => {
    const x = float32([3], 1, 2, 3);
    // d(x_i sum x)/dx_j = x_i + delta_ij sum x
    const expected = [7, 1, 1, 2, 8, 2, 3, 3, 9];
    expect(numbers(jacfwd(f)(x))).toEqual(expected);
    expect(numbers(jacrev(f)(x))).toEqual(expected);
  });
  test('have the tree of the output over that of the input', () => {
    const g = (p: { a: NdArray; b: NdArray }) => ({ u: mul(p.a, p.b), v: sum(p.a) });
    const at = { a: float32([2], 1, 2), b: float32([2], 3, 4) };
    for (const jacobian of [jacfwd(g)(at), jacrev(g)(at)]) {
      expect(numbers(jacobian.u.a)).toEqual([3, 0, 0, 4]);
      expect(numbers(jacobian.u.b)).toEqual([1, 0, 0, 2]);
      expect(jacobian.v.a.shape).toEqual([2]);
      expect(numbers(jacobian.v.b)).toEqual([0, 0]);
    }
  });
  test('put the axes of the output first', () => {
    const tall = (x: NdArray): NdArray => transpose(x, [1, 0]);
    expect(jacfwd(tall)(float32([2, 3], 1, 2, 3, 4, 5, 6)).shape).toEqual([3, 2, 2, 3]);
    expect(jacrev(tall)(float32([2, 3], 1, 2, 3, 4, 5, 6)).shape).toEqual([3, 2, 2, 3]);
  });
  test('of a gradient are the Hessian', () => {
    const cubic = (x: NdArray): NdArray => sum(mul(mul(x, x), x));
    expect(numbers(hessian(cubic)(float32([2], 1, 2)))).toEqual([6, 0, 0, 12]);
  });
  test('give the auxiliary output along', () => {
    const [jacobian, aux] = jacrev((x: NdArray) => [mul(x, 2), sum(x)] as const, { hasAux: true })(float32([1], 5));
    expect(numbers(jacobian)).toEqual([2]);
    expect((aux as NdArray).item()).toBe(5);
  });
});

describe('linearTranspose', () => {
  test('is the adjoint', () => {
    const a = float32([2, 3], 1, 2, 3, 4, 5, 6);
    const [back] = linearTranspose((x: NdArray) => matmul(a, x), float32([3], 0, 0, 0))(float32([2], 1, 10));
    expect(numbers(back)).toEqual([41, 52, 63]);
  });
  test('refuses what is not linear', () => {
    expect(() => linearTranspose((x: NdArray) => sin(x), scalar(0))(scalar(1))).toThrow(NotDifferentiable);
  });
});

describe('closureConvert', () => {
  test('makes what can be differentiated an argument', () => {
    const outer = (y: NdArray): NdArray => {
      const [converted, captured] = closureConvert((x: NdArray) => mul(x, y), scalar(1));
      expect(captured).toHaveLength(1);
      return converted(scalar(5), ...captured) as NdArray;
    };
    expect(grad(outer)(scalar(2)).item()).toBe(5);
  });
});

describe('solutions of equations', () => {
  /** The square root of a by Newton's method, differentiated implicitly. */
  const root = (a: NdArray): NdArray =>
    lax.customRoot(
      (x) => sub(mul(x, x), a),
      scalar(1),
      (f, x0) => {
        const step = (x: NdArray): NdArray => sub(x, div(f(x), jvp(f, [x], [scalar(1)])[1] as NdArray));
        return lax.foriLoop(0, 20, (_, x) => step(x), x0);
      },
      (g, y) => div(y, g(scalar(1))),
    ) as NdArray;

  test('customRoot: the derivative of a square root', () => {
    expect(root(scalar(4)).item()).toBeCloseTo(2, 6);
    expect(grad(root)(scalar(4)).item()).toBeCloseTo(1 / 4, 6);
    expect(jit(grad(root))(scalar(4)).item()).toBeCloseTo(1 / 4, 6);
    expect(jvp(root, [scalar(4)], [scalar(2)])[1].item()).toBeCloseTo(1 / 2, 6);
    // -1/4 a^(-3/2)
    expect(grad(grad(root) as typeof root)(scalar(4)).item()).toBeCloseTo(-1 / 32, 6);
    expect(numbers(vmap(grad(root))(float32([2], 1, 16)))[1]).toBeCloseTo(1 / 8, 6);
  });

  /** Solves 2 x 2 systems by Cramer's rule on a detached matrix, so that derivatives can only come from the rules. */
  const solveWith =
    (rows: () => readonly [NdArray, NdArray, NdArray, NdArray]) =>
    (_: unknown, b: NdArray): NdArray => {
      const [p, q, r, s] = rows().map((x) => lax.stopGradient(x) as NdArray);
      const inverse = (x: NdArray, y: NdArray, z: NdArray, w: NdArray): NdArray =>
        div(add(mul(x, sum(mul(b, y))), mul(z, sum(mul(b, w)))), sub(mul(p, s), mul(q, r)));
      const [e0, e1] = [float32([2], 1, 0), float32([2], 0, 1)];
      const first = inverse(s, e0, mul(q, -1), e1);
      const second = inverse(mul(r, -1), e0, p, e1);
      return add(mul(first, e0), mul(second, e1));
    };
  const at = (a: NdArray, i: number, j: number): NdArray => {
    const pick = float32([2, 2], ...[0, 1, 2, 3].map((k) => (k === 2 * i + j ? 1 : 0)));
    return sum(mul(a, pick));
  };
  const solve = (a: NdArray, b: NdArray): NdArray =>
    lax.customLinearSolve(
      (x) => matmul(a, x),
      b,
      solveWith(() => [at(a, 0, 0), at(a, 0, 1), at(a, 1, 0), at(a, 1, 1)]),
      { transposeSolve: solveWith(() => [at(a, 0, 0), at(a, 1, 0), at(a, 0, 1), at(a, 1, 1)]) },
    ) as NdArray;
  const [a, b] = [float32([2, 2], 2, 1, 4, 3), float32([2], 1, 2)];

  test('customLinearSolve: derivatives in the matrix and the right-hand side, both ways', () => {
    expect(numbers(solve(a, b))).toEqual([0.5, 0]);
    const loss = (m: NdArray, v: NdArray): NdArray => sum(mul(solve(m, v), float32([2], 1, 2)));
    // x = A^-1 b, w = A^-T [1, 2]: d/db = w, d/dA = -w x^T
    const [dm, dv] = grad(loss, { argnums: [0, 1] })(a, b);
    expect(numbers(dv)).toEqual([-2.5, 1.5]);
    expect(numbers(dm)).toEqual([1.25, 0, -0.75, 0]);
    const [, dot] = jvp(loss, [a, b], [float32([2, 2], 1, 0, 0, 0), float32([2], 0, 1)]);
    expect(dot.item()).toBe(1.25 + 1.5);
    const [jitted] = jit(grad(loss, { argnums: [0, 1] }))(a, b);
    expect(numbers(jitted)).toEqual(numbers(dm));
  });
  test('customLinearSolve: reverse mode needs a way to solve the transpose', () => {
    const oneWay = (v: NdArray): NdArray =>
      sum(
        lax.customLinearSolve(
          (x) => mul(x, 2),
          v,
          (_, y) => div(y, 2),
        ) as NdArray,
      );
    expect(() => grad(oneWay)(b)).toThrow('transposeSolve');
    const both = (v: NdArray): NdArray =>
      sum(
        lax.customLinearSolve(
          (x) => mul(x, 2),
          v,
          (_, y) => div(y, 2),
          { symmetric: true },
        ) as NdArray,
      );
    expect(numbers(grad(both)(b))).toEqual([0.5, 0.5]);
  });
});
