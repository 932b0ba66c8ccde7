import { config, grad, jit, type NdArray, vmap } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { beforeAll, describe, expect, it } from 'vitest';

const { slice } = jnp;
beforeAll(() => config.update('engine', 'reference'));

describe('methods of arrays', () => {
  it('are the functions of the same names, on concrete and traced arrays', () => {
    const x = jnp.array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const f = (a: NdArray): NdArray =>
      a
        .add(1)
        .mul(a)
        .sum({ axis: 0 })
        .sub(a.T.matmul([1, 1]));
    expect(f(x).jsSync()).toEqual([17, 29, 45]);
    expect(jit(f)(x).jsSync()).toEqual([17, 29, 45]);
    expect(x.reshape(3, -1).shape).toEqual([3, 2]);
    expect(x.reshape([6]).shape).toEqual([6]);
    expect(x.transpose(1, 0).shape).toEqual([3, 2]);
    expect([...x].map((row) => row.jsSync())).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('index as brackets do, and leave the array as it was', () => {
    const x = jnp.arange(6).reshape(2, 3);
    expect(x.get(1, -1).item()).toBe(5);
    expect(x.get('...', slice(null, null, -1)).jsSync()).toEqual([
      [2, 1, 0],
      [5, 4, 3],
    ]);
    expect(x.at(0, slice(1, 3)).set(9).jsSync()).toEqual([
      [0, 9, 9],
      [3, 4, 5],
    ]);
    expect(x.get(x.gt(2)).jsSync()).toEqual([3, 4, 5]);
    expect(x.jsSync()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it('differentiate and batch through indexing', () => {
    const x = jnp.array([1, 2, 3]);
    const f = (v: NdArray): NdArray => v.at([0, 0, 2]).add(1).get([2, 0]).square().sum();
    expect(grad(f)(x).jsSync()).toEqual([6, 0, 8]);
    expect(vmap((v: NdArray) => v.get(0))(jnp.ones([4, 3])).shape).toEqual([4]);
  });

  it('name a position that is outside, and a mask that is traced', () => {
    expect(() => jnp.zeros([2, 3]).get(0, 3)).toThrow(/position 3 is outside axis 1, which has size 3/);
    expect(() => jit((m: NdArray) => jnp.ones(3).get(m.gt(0)))(jnp.ones(3))).toThrow(/boolean array/);
    expect(() => jnp.ones(3).get(jnp.ones(2))).toThrow(/integers or booleans/);
    // @ts-expect-error [3] and [4] do not broadcast: 3 is not 4
    expect(() => jnp.ones(3).add(jnp.ones(4))).toThrow(/must broadcast with \[3\]/);
  });
});

describe('numbers beside arrays', () => {
  it('are weak: an integer takes the dtype, a fraction makes a float', () => {
    const i = jnp.arange(3);
    expect(i.add(1).dtype).toBe('int32');
    expect(i.add(0.5).dtype).toBe('float32');
    expect(jnp.ones(3, { dtype: 'bfloat16' }).mul(0.1).dtype).toBe('bfloat16');
    expect(jnp.array(3).dtype).toBe('float32');
    expect(jnp.multiply(i, 1e10).dtype).toBe('float32');
    expect(Object.is(jnp.add(jnp.zeros(1).neg(), -0).item(), -0)).toBe(true);
  });
});

describe('norm', () => {
  it('has derivative 0 at the origin, for vectors and matrices', () => {
    expect(grad((x: NdArray) => jnp.linalg.norm(x))(jnp.zeros(3)).jsSync()).toEqual([0, 0, 0]);
    expect(
      grad((x: NdArray) => jnp.linalg.norm(x, { axis: 1 }).sum())(
        jnp.array([
          [0, 0],
          [3, 4],
        ]),
      ).jsSync(),
    ).toEqual([
      [0, 0],
      [expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)],
    ]);
  });
});
