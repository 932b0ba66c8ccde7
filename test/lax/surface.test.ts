import { describe, expect, test } from 'vitest';
import { config, type NdArray, vmap } from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import { scaledMatmul } from '../../src/nn/index.js';
import * as jnp from '../../src/numpy/index.js';

config.update('engine', 'reference');

describe('mulhi gives the upper bits', () => {
  test('of 32-bit numbers', () => {
    const x = [2 ** 31 - 1, -(2 ** 31), -5, 123456789, -1];
    const y = [2 ** 31 - 1, -(2 ** 31), 7, 987654321, -1];
    const expected = x.map((a, i) => Number((BigInt(a) * BigInt(y[i])) >> 32n));
    const high = lax.mulhi(jnp.array(x, { dtype: 'int32' }), jnp.array(y, { dtype: 'int32' }));
    expect(high.jsSync()).toEqual(expected);
  });

  test('of bytes without a sign, all of them', () => {
    const bytes = jnp.arange(256, { dtype: 'uint8' });
    const high = lax.mulhi(jnp.broadcastTo(bytes.reshape([256, 1]), [256, 256]), jnp.broadcastTo(bytes, [256, 256]));
    const expected = jnp.outer(jnp.arange(256), jnp.arange(256)).floorDivide(256);
    expect(jnp.arrayEqual(high.astype('int32'), expected).item()).toBeTruthy();
  });

  test('and refuses fractions', () => {
    expect(() => lax.mulhi(jnp.array([0.5]), jnp.array([0.5]))).toThrow(/integers/);
  });
});

describe('a ragged product', () => {
  const [x, y] = [
    jnp.arange(20, { dtype: 'float32' }).reshape([5, 4]),
    jnp.arange(24, { dtype: 'float32' }).reshape([2, 4, 3]),
  ];
  const sizes = jnp.array([2, 3], { dtype: 'int32' });

  test('has its own matrix for each group of rows', () => {
    const numbers = new lax.RaggedDotDimensionNumbers(
      [
        [[1], [1]],
        [[], []],
      ],
      [0],
      [0],
    );
    expect(lax.raggedDotGeneral(x, y, sizes, numbers).jsSync()).toEqual(lax.raggedDot(x, y, sizes).jsSync());
  });

  test('has a result for each group that is summed', () => {
    const numbers = new lax.RaggedDotDimensionNumbers(
      [
        [[0], [0]],
        [[], []],
      ],
      [0],
      [],
    );
    const out = lax.raggedDotGeneral(x, x, sizes, numbers);
    const part = (from: number, to: number): NdArray => x.get(jnp.slice(from, to)).T.matmul(x.get(jnp.slice(from, to)));
    expect(out.jsSync()).toEqual([part(0, 2).jsSync(), part(2, 5).jsSync()]);
  });
});

test('scales of blocks are factors of their elements', () => {
  const [a, b] = [jnp.arange(8, { dtype: 'float32' }).reshape([1, 2, 4]), jnp.ones([1, 3, 4])];
  const [p, q] = [
    jnp.array([
      [
        [1, 10],
        [2, 20],
      ],
    ]),
    jnp.array([
      [
        [1, 1],
        [2, 2],
        [0, 1],
      ],
    ]),
  ];
  const wide = (s: NdArray): NdArray => jnp.repeat(s, 2, { axis: 2 });
  const expected = jnp.einsum('bmk,bnk->bmn', a.mul(wide(p)), b.mul(wide(q)));
  expect(scaledMatmul(a, b, p, q).jsSync()).toEqual(expected.jsSync());
  expect(() => scaledMatmul(a, b, p, jnp.ones([1, 3, 3]))).toThrow(/rhsScales/);
});

test('scatterApply changes windows by a function of themselves', () => {
  const numbers = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] };
  const index = jnp.array([[1], [3]], { dtype: 'int32' });
  const out = lax.scatterApply(jnp.array([1, 2, 3, 4]), index, (x) => x.mul(10), numbers, { updateShape: [2] });
  expect(out.jsSync()).toEqual([1, 20, 3, 40]);
});

test('platformDependent chooses by what programs run on', () => {
  const f = (x: NdArray): NdArray =>
    lax.platformDependent(x, {
      js: (y: NdArray) => y.add(1),
      cpu: (y: NdArray) => y.add(1),
      default: (y: NdArray) => y,
    });
  expect(f(jnp.array(1)).item()).toBe(2);
  expect(() => lax.platformDependent(1, { tpu: () => 1 })).toThrow(/or a default/);
});

test('pswapaxes exchanges the mapped axis with one of the array', () => {
  const x = jnp.arange(9).reshape([3, 3]);
  const swapped = vmap((row: NdArray) => lax.pswapaxes(row, 'i', 0), { axisName: 'i' })(x);
  expect(swapped.jsSync()).toEqual(x.T.jsSync());
});
