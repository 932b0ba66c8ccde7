import { beforeAll, describe, expect, test } from 'vitest';
import {
  ConcretizationError,
  checkpoint,
  checkpointPolicies,
  config,
  DeletedArray,
  DeviceArray,
  DTypeMismatch,
  evalShape,
  grad,
  InvalidArgument,
  jit,
  jvp,
  LeakedTracer,
  linearize,
  makeJaxpr,
  type NdArray,
  NonScalarOutput,
  ShapeDtypeStruct,
  ShapeMismatch,
  TreeMismatch,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/index.js';
import { add, cos, mul, sin } from '../../src/lax/elementwise.js';
import { dotGeneral } from '../../src/primitive/contract.js';
import { reduceSum } from '../../src/primitive/reduce.js';

const float32 = (shape: readonly number[], ...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape, data: Float32Array.from(values) });
const scalar = (value: number): NdArray => float32([], value);
const numbers = (x: unknown): number[] => Array.from((x as NdArray).dataSync(), Number);
const sum = (x: NdArray): NdArray =>
  reduceSum(
    x,
    x.shape.map((_, i) => i),
  );
const count = (text: string, word: string): number => text.split(` ${word} `).length - 1;

beforeAll(() => config.update('engine', 'reference'));

describe('jit', () => {
  test('traces once for each structure, shape and dtype', () => {
    let traces = 0;
    const f = jit((tree: { a: NdArray }) => {
      traces++;
      return sin(tree.a);
    });
    f({ a: scalar(1) });
    f({ a: scalar(2) });
    expect(traces).toBe(1);
    f({ a: float32([2], 1, 2) });
    expect(traces).toBe(2);
    expect(f.cacheSize()).toBe(2);
    f.clearCache();
    f({ a: scalar(1) });
    expect(traces).toBe(3);
  });
  test('traces again for another static argument, and not for the same', () => {
    let traces = 0;
    const f = jit(
      (x: NdArray, power: number) => {
        traces++;
        return Array.from({ length: power - 1 }).reduce<NdArray>((y) => mul(y, x), x);
      },
      { staticArgnums: 1 },
    );
    expect(f(scalar(3), 2).item()).toBe(9);
    expect(f(scalar(2), 3).item()).toBe(8);
    expect(f(scalar(2), 2).item()).toBe(4);
    expect(traces).toBe(2);
  });
  test('takes the memory of donated arguments', () => {
    const step = jit((state: NdArray, x: NdArray) => add(state, x), { donateArgnums: 0 });
    const [state, x] = [float32([2], 1, 2), float32([2], 3, 4)];
    expect(numbers(step(state, x))).toEqual([4, 6]);
    expect(() => state.dataSync()).toThrow(DeletedArray);
    expect(numbers(x)).toEqual([3, 4]);
  });
  test('refuses an array that is donated and used beside', () => {
    const step = jit((a: NdArray, b: NdArray) => add(a, b), { donateArgnums: 0 });
    const x = float32([1], 1);
    expect(() => step(x, x)).toThrow(InvalidArgument);
    expect(() => jit((x: NdArray) => x, { donateArgnums: 0, staticArgnums: 0 })).toThrow(InvalidArgument);
  });
  test('does not let a traced value escape', () => {
    let leaked: NdArray | null = null;
    jit((x: NdArray) => {
      leaked = sin(x);
      return x;
    })(scalar(1));
    expect(() => sin(leaked as unknown as NdArray)).toThrow(LeakedTracer);
    expect(() => jit((x: NdArray) => (x.item() > 0 ? x : mul(x, 2)))(scalar(1))).toThrow(ConcretizationError);
  });
  test('makes captured arrays inputs of the program', () => {
    const w = float32([2], 1, 2);
    expect(`${makeJaxpr((x: NdArray) => mul(x, w))(float32([2], 1, 1))}`).toBe(
      '{ lambda a:f32[2]; b:f32[2]. let c:f32[2] = mul b a in (c,) }',
    );
  });
});

describe('derivatives', () => {
  test('grad wants one real scalar, of floating-point arguments', () => {
    expect(() => grad((x: NdArray) => x as never)(float32([2], 1, 2))).toThrow(NonScalarOutput);
    const integer = DeviceArray.fromHost({ dtype: 'int32', shape: [], data: Int32Array.of(1) });
    expect(() => grad((x: NdArray) => sin(mul(x, 1)))(integer)).toThrow(DTypeMismatch);
  });
  test('grad gives a tree like its argument, and the value and auxiliary output with it', () => {
    const loss = (p: { w: NdArray; b: NdArray }) => [add(sum(mul(p.w, p.w)), p.b), { twice: mul(p.b, 2) }] as const;
    const at = { w: float32([2], 1, 2), b: scalar(3) };
    const [[value, aux], gradient] = valueAndGrad(loss, { hasAux: true })(at);
    expect(value.item()).toBe(8);
    expect(aux.twice.item()).toBe(6);
    expect([numbers(gradient.w), numbers(gradient.b)]).toEqual([[2, 4], [1]]);
  });
  test('tangents and cotangents must look like what they belong to', () => {
    expect(() => jvp(sin, [scalar(1)], [float32([2], 1, 2)])).toThrow(ShapeMismatch);
    expect(() => vjp((x: NdArray) => ({ y: x }), scalar(1))[1]([scalar(1)] as never)).toThrow(TreeMismatch);
  });
  test('nested derivatives do not see each other: d/dx (x d/dy (x + y)) is 1', () => {
    const f = (x: NdArray): NdArray => mul(x, grad((y: NdArray) => add(x, y))(scalar(1)));
    expect(grad(f)(scalar(2)).item()).toBe(1);
  });
  test('linearize computes the function once', () => {
    let calls = 0;
    const [value, slope] = linearize((x: NdArray) => {
      calls++;
      return mul(x, x);
    }, scalar(3));
    expect([value.item(), slope(scalar(1)).item(), slope(scalar(2)).item(), calls]).toEqual([9, 6, 12, 1]);
  });
});

describe('vmap', () => {
  test('wants mapped axes of one size', () => {
    expect(() => vmap(add as (x: NdArray, y: NdArray) => NdArray)(float32([2], 1, 2), float32([3], 1, 2, 3))).toThrow(
      ShapeMismatch,
    );
  });
  test('puts the mapped axis where it is told to', () => {
    const x = float32([2, 3], 1, 2, 3, 4, 5, 6);
    const double = (v: NdArray): NdArray => mul(v, 2);
    expect(vmap(double, { inAxes: 1 })(x).shape).toEqual([3, 2]);
    expect(numbers(vmap(double, { inAxes: 1, outAxes: 1 })(x))).toEqual([2, 4, 6, 8, 10, 12]);
    expect(vmap((a: { v: NdArray; w: NdArray }) => a, { inAxes: [{ v: 0, w: null }] })({ v: x, w: x }).w.shape).toEqual(
      [2, 2, 3],
    );
  });
});

describe('checkpoint', () => {
  const f = (x: NdArray): NdArray => sin(sin(x));
  const programOf = (g: (x: NdArray) => NdArray): string => `${makeJaxpr(grad(g))(scalar(0.5))}`;

  test('computes intermediate values again in the backward pass', () => {
    // Without: sin x, cos x, sin sin x, cos sin x. With: the backward part has a sin x of its own.
    expect(count(programOf(f), 'sin')).toBe(2);
    expect(count(programOf(checkpoint(f)), 'sin')).toBe(3);
    expect(programOf(checkpoint(f))).toContain('differentiated=True');
    expect(grad(checkpoint(f))(scalar(0.5)).item()).toBe(grad(f)(scalar(0.5)).item());
  });
  test('keeps what the policy saves', () => {
    const saved = checkpoint(f, { policy: checkpointPolicies.everythingSaveable });
    expect(count(programOf(saved), 'sin')).toBe(2);
    const product = (x: NdArray): NdArray => {
      const a = mul(float32([2, 2], 1, 2, 3, 4), x);
      return sum(
        sin(
          dotGeneral(a, cos(a), {
            dimensionNumbers: [
              [[1], [0]],
              [[], []],
            ],
          }),
        ),
      );
    };
    const dots = (g: (x: NdArray) => NdArray): number => programOf(g).split('dot_general').length - 1;
    // One forwards, two backwards; and one more where it is computed again.
    expect(dots(checkpoint(product, { policy: checkpointPolicies.dotsSaveable }))).toBe(3);
    expect(dots(checkpoint(product))).toBe(4);
  });
});

describe('evalShape', () => {
  test('tells shapes and dtypes without computing', () => {
    const shapes = evalShape(
      (x: NdArray) => ({ s: sum(x), x: mul(x, x) }),
      new ShapeDtypeStruct([1e6], 'float32') as never,
    );
    expect(shapes).toMatchObject({ s: { shape: [], dtype: 'float32' }, x: { shape: [1e6], dtype: 'float32' } });
  });
});
