import { config } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => config.update('engine', 'reference'));

/** The texts are those of `repr` in JAX 0.10.2 for the same arrays. */
describe('an array as text', () => {
  it('is what JAX prints', () => {
    expect(`${jnp.array([0.8164966, 1e-5, 3])}`).toBe(
      'Array([8.164966e-01, 1.000000e-05, 3.000000e+00], dtype=float32)',
    );
    expect(`${jnp.array([1e10, 1])}`).toBe('Array([1.e+10, 1.e+00], dtype=float32)');
    expect(`${jnp.zeros([0, 3])}`).toBe('Array([], shape=(0, 3), dtype=float32)');
    expect(`${jnp.array(3)}`).toBe('Array(3., dtype=float32, weak_type=True)');
    expect(`${jnp.arange(1200)}`).toBe('Array([   0,    1,    2, ..., 1197, 1198, 1199], dtype=int32)');
    expect(`${jnp.array([{ re: 1, im: 2 }])}`).toBe('Array([1.+2.j], dtype=complex64)');
    expect(`${jnp.array([true, false])}`).toBe('Array([ True, False], dtype=bool)');
    expect(`${jnp.array([[Number.NaN, Number.NEGATIVE_INFINITY, 1.5]])}`).toBe(
      'Array([[ nan, -inf,  1.5]], dtype=float32)',
    );
  });

  it('breaks lines and aligns points as NumPy does', () => {
    expect(
      `${jnp.array([
        [1, -2.25],
        [10, 0.5],
      ])}`,
    ).toBe('Array([[ 1.  , -2.25],\n       [10.  ,  0.5 ]], dtype=float32)');
    const text = `${jnp.linspace(0, 1, { num: 20 })}`;
    expect(text.split('\n')[1]).toBe('       0.2631579 , 0.31578946, 0.36842105, 0.42105263, 0.47368422,');
  });
});
