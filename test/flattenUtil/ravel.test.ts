import { expect, test } from 'vitest';
import { ravelPytree } from '../../src/flattenUtil/index.js';
import { config, DTypeMismatch, grad, jit, type NdArray, ShapeMismatch, vmap } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';

config.update('engine', 'reference');
const tree = {
  w: jnp.array([
    [1, 2],
    [3, 4],
  ]),
  b: jnp.array([5, 6]),
  none: null,
  deep: [jnp.array(7)],
};
const numbers = (x: NdArray): number[] => Array.from(x.dataSync(), Number);

test('a tree becomes one vector, leaves in the order of the keys, and the vector the tree', async () => {
  const [flat, unravel] = ravelPytree(tree);
  expect(numbers(flat)).toEqual([5, 6, 7, 1, 2, 3, 4]);
  const back = unravel(flat.mul(2));
  expect(back.w.shape).toEqual([2, 2]);
  expect(numbers(back.w)).toEqual([2, 4, 6, 8]);
  expect(numbers(back.deep[0])).toEqual([14]);
  expect(back.none).toBeNull();
});

test('leaves of several dtypes are promoted, and get their own dtypes back', () => {
  const [flat, unravel] = ravelPytree([jnp.array([1, 2], { dtype: 'int32' }), jnp.array([0.5], { dtype: 'float16' })]);
  expect(flat.dtype).toBe('float16');
  expect(unravel(flat).map((x) => x.dtype)).toEqual(['int32', 'float16']);
  expect(() => unravel(flat.astype('float32'))).toThrow(DTypeMismatch);
});

test('leaves of one dtype follow the vector to another', () => {
  const [flat, unravel] = ravelPytree(tree);
  expect(unravel(flat.astype('bfloat16')).w.dtype).toBe('bfloat16');
});

test('a vector of another length is refused', () => {
  const [, unravel] = ravelPytree(tree);
  expect(() => unravel(jnp.zeros([6]))).toThrow(ShapeMismatch);
  expect(() => unravel(jnp.zeros([6]))).toThrow('the tree has 7 elements, so it must be [7]');
});

test('a tree without leaves is an empty float32 vector', () => {
  const [flat, unravel] = ravelPytree({ a: null, b: [] });
  expect([flat.dtype, flat.shape]).toEqual(['float32', [0]]);
  expect(unravel(flat)).toEqual({ a: null, b: [] });
});

test('gradients, batches and programs go through it', () => {
  const [flat, unravel] = ravelPytree(tree);
  const loss = (v: NdArray): NdArray => {
    const { w, b } = unravel(v);
    return jnp.sum(jnp.dot(w, b));
  };
  expect(numbers(grad(loss)(flat))).toEqual([4, 6, 0, 5, 6, 5, 6]);
  expect(numbers(jit(grad(loss))(flat))).toEqual([4, 6, 0, 5, 6, 5, 6]);
  expect(numbers(vmap(loss)(jnp.stack([flat, flat.mul(2)])))).toEqual([56, 224]);
});
