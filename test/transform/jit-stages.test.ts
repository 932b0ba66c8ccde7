import { afterEach, describe, expect, test } from 'vitest';
import {
  blockUntilReady,
  CompiledForOther,
  cacheStatistics,
  clearCaches,
  config,
  DeletedArray,
  DeviceArray,
  defaultBackend,
  deviceCount,
  deviceGet,
  devicePut,
  devices,
  disableJit,
  InvalidArgument,
  jit,
  makeJaxpr,
  type NdArray,
  ShapeDtypeStruct,
} from '../../src/index.js';
import { psum } from '../../src/lax/collective.js';
import { describeXla } from '../helpers/xla.js';
import { add, mul, sin, sum } from './numpy.js';

config.update('engine', 'reference');
afterEach(() => config.update('engine', 'reference'));

const vector = (...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });

describe('static and donated arguments by name', () => {
  interface Options {
    readonly scale: NdArray;
    readonly mode?: 'double' | 'triple';
  }
  const scaled = (x: NdArray, { scale, mode = 'double' }: Options): NdArray =>
    mul(mul(x, scale), mode === 'double' ? 2 : 3);

  test('a field of the last argument is part of the program', () => {
    const f = jit(scaled, { staticArgnames: 'mode' });
    expect(f(vector(1, 2), { scale: vector(1, 10), mode: 'double' }).jsSync()).toEqual([2, 40]);
    expect(f(vector(1, 2), { scale: vector(1, 10), mode: 'triple' }).jsSync()).toEqual([3, 60]);
    expect(f(vector(5, 2), { scale: vector(1, 10), mode: 'triple' }).jsSync()).toEqual([15, 60]);
    expect(f(vector(1, 2), { scale: vector(1, 10) }).jsSync()).toEqual([2, 40]);
    expect(f.cacheStatistics()).toEqual({ size: 3, hits: 1, misses: 3 });
  });

  test('explain names the field that changed', () => {
    const f = jit((x: NdArray, o: { mode: string }) => (o.mode === 'double' ? add(x, x) : x), {
      staticArgnames: ['mode'],
    });
    f(vector(1), { mode: 'double' });
    expect(f.explain(vector(1), { mode: 'double' }).hit).toBe(true);
    expect(f.explain(vector(1), { mode: 'single' }).differences).toEqual([
      { path: 'argument 1.mode (static)', before: '"double"', now: '"single"' },
    ]);
  });

  test('a donated field is gone after the call, the others are not', () => {
    const f = jit((o: { state: NdArray; batch: NdArray }) => add(o.state, o.batch), { donateArgnames: 'state' });
    const [state, batch] = [vector(1, 2), vector(10, 20)];
    expect(f({ state, batch }).jsSync()).toEqual([11, 22]);
    expect(() => state.dataSync()).toThrow(DeletedArray);
    expect(batch.jsSync()).toEqual([10, 20]);
  });

  test('a name cannot be both', () => {
    expect(() => jit(scaled, { staticArgnames: 'mode', donateArgnames: ['mode'] })).toThrow(InvalidArgument);
  });
});

describe('ahead of time', () => {
  const f = (x: NdArray, y: NdArray): { total: NdArray } => ({ total: sum(mul(sin(x), y)) });

  test('trace, lower and compile give programs that run', () => {
    const traced = jit(f).trace(vector(1, 2), vector(3, 4));
    expect(`${traced.jaxpr}`).toBe(`${makeJaxpr(f)(vector(1, 2), vector(3, 4))}`);
    expect(traced.outInfo).toEqual({ total: new ShapeDtypeStruct([], 'float32', { weakType: false }) });
    const compiled = traced.lower().compile();
    const expected = Math.sin(1) * 3 + Math.sin(2) * 4;
    expect(compiled(vector(1, 2), vector(3, 4)).total.item()).toBeCloseTo(expected, 6);
  });

  test('shapes may stand for arrays, and the jitted function finds the result', () => {
    const g = jit((x: NdArray) => add(x, 1));
    const shape = new ShapeDtypeStruct([3], 'float32') as unknown as NdArray;
    g.lower(shape).compile();
    expect(g(vector(1, 2, 3)).jsSync()).toEqual([2, 3, 4]);
    expect(g.cacheStatistics()).toEqual({ size: 1, hits: 1, misses: 1 });
    g.trace(shape);
    expect(g.cacheSize()).toBe(1);
  });

  test('a compiled function refuses other arguments and says what differs', () => {
    const compiled = jit(f).lower(vector(1, 2), vector(3, 4)).compile();
    expect(() => compiled(vector(1, 2), vector(3, 4, 5))).toThrow(CompiledForOther);
    expect(() => compiled(vector(1, 2), vector(3, 4, 5))).toThrow('argument 1 was f32[2] and is f32[3]');
  });

  test('without a compiler the text is the jaxpr, and there is nothing to analyse', () => {
    const lowered = jit(f).lower(vector(1), vector(2));
    expect(lowered.asText()).toContain('{ lambda ;');
    const compiled = lowered.compile();
    expect([compiled.asText(), compiled.costAnalysis(), compiled.memoryAnalysis()]).toEqual([null, null, null]);
  });
});

describeXla('ahead of time on xla', () => {
  test('shows StableHLO, optimized HLO, cost and memory', async () => {
    config.update('engine', 'xla');
    const dot = jit((x: NdArray, y: NdArray) => sum(mul(x, y)));
    const lowered = dot.lower(vector(1, 2, 3, 4), vector(1, 1, 1, 1));
    expect(lowered.asText()).toContain('stablehlo.multiply');
    const compiled = await lowered.compileAsync();
    expect(compiled.asText()).toContain('HloModule');
    expect(compiled.costAnalysis()?.flops).toBeGreaterThanOrEqual(7);
    expect(compiled.memoryAnalysis()).toMatchObject({ argumentSizeInBytes: 32, outputSizeInBytes: 4 });
    expect(compiled(vector(1, 2, 3, 4), vector(1, 1, 1, 1)).item()).toBe(10);
  });

  test('keepUnused keeps an input that nobody reads', () => {
    config.update('engine', 'xla');
    const first = (x: NdArray, _: NdArray): NdArray => add(x, 1);
    const text = (keepUnused: boolean): string => jit(first, { keepUnused }).lower(vector(1), vector(2)).asText();
    expect(text(false)).not.toContain('%arg1');
    expect(text(true)).toContain('%arg1: tensor<1xf32>');
    expect(jit(first, { keepUnused: true })(vector(1), vector(2)).jsSync()).toEqual([2]);
  });

  test('names the device', () => {
    config.update('engine', 'xla');
    expect([defaultBackend(), deviceCount()]).toEqual(['cpu', devices().length]);
    expect(devices()[0]).toMatchObject({ id: 0, platform: 'cpu', kind: 'cpu' });
  });
});

describe('jit inside a traced function', () => {
  test('is one call, or its operations when inlined', () => {
    const text = (inline: boolean): string =>
      `${makeJaxpr((x: NdArray) => jit((y: NdArray) => sin(y), { inline })(x))(vector(1))}`;
    expect(text(false)).toContain('jit[');
    expect(text(true)).toBe('{ lambda ; a:f32[1]. let b:f32[1] = sin a in (b,) }');
  });
});

describe('disableJit', () => {
  test('runs the function as it is, so that values can be read in it, and only for that time', () => {
    let seen: unknown = null;
    const f = jit((x: NdArray, n: number) => {
      seen = x instanceof DeviceArray ? x.jsSync() : 'traced';
      return mul(x, n);
    });
    expect(disableJit(() => f(vector(2, 3), 2)).jsSync()).toEqual([4, 6]);
    expect(seen).toEqual([2, 3]);
    expect(f.cacheSize()).toBe(0);
    f(vector(2, 3), 2);
    expect(seen).toBe('traced');
    disableJit(() => null);
    f(vector(2, 3), 2);
    expect(f.cacheStatistics()).toEqual({ size: 1, hits: 1, misses: 1 });
  });

  test('is back to what it was after an exception', () => {
    expect(() =>
      disableJit(() => {
        throw new RangeError('no');
      }),
    ).toThrow(RangeError);
    expect(config.disableJit).toBe(false);
  });
});

describe('caches', () => {
  test('are counted together and cleared together', () => {
    clearCaches();
    const before = cacheStatistics();
    const f = jit((x: NdArray) => add(x, 2));
    f(vector(1));
    f(vector(1));
    f(vector(1, 2));
    const after = cacheStatistics();
    expect([before.size, after.size, after.hits - before.hits, after.misses - before.misses]).toEqual([0, 2, 1, 2]);
    clearCaches();
    expect(f.cacheSize()).toBe(0);
  });
});

describe('makeJaxpr', () => {
  test('shows collectives over axes that it is told of', () => {
    const f = (x: NdArray): NdArray => psum(x, 'i');
    expect(`${makeJaxpr(f, { axisEnv: [['i', 4]] })(vector(1, 2))}`).toContain("b:f32[2] = psum[axes=('i',)] a");
  });
});

describe('arrays and devices', () => {
  test('devicePut makes arrays of numbers, deviceGet copies trees back', async () => {
    const put = devicePut({ w: vector(1, 2), b: 3 });
    const got = await deviceGet(put);
    expect(got.w).toEqual({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
    expect(got.b).toEqual({ dtype: 'int32', shape: [], data: Int32Array.of(3) });
  });

  test('blockUntilReady resolves to its argument', async () => {
    const tree = { w: vector(1), n: 3 };
    expect(await blockUntilReady(tree)).toBe(tree);
  });
});
