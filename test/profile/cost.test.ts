import { describe, expect, it } from 'vitest';
import { grad, jit, makeJaxpr, type NdArray } from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import * as jnp from '../../src/numpy/index.js';
import { costByLine, equationCosts } from '../../src/profile/index.js';

const costs = (f: (...args: NdArray[]) => unknown, ...args: NdArray[]) => equationCosts(makeJaxpr(f)(...args).jaxpr);
const flops = (f: (...args: NdArray[]) => unknown, ...args: NdArray[]): number =>
  costs(f, ...args).reduce((sum, cost) => sum + cost.flops, 0);

describe('the cost of equations', () => {
  it('counts two operations for each product that a matrix product sums', () => {
    expect(flops((x, w) => jnp.matmul(x, w), jnp.ones([3, 4]), jnp.ones([4, 5]))).toBe(2 * 3 * 4 * 5);
  });

  it('counts a batched product once for each element of the batch', () => {
    expect(flops((x, w) => jnp.matmul(x, w), jnp.ones([7, 3, 4]), jnp.ones([7, 4, 5]))).toBe(7 * 2 * 3 * 4 * 5);
  });

  it('counts two operations for each weight under each position of a convolution, by groups', () => {
    const conv = (groups: number) => (x: NdArray, w: NdArray) =>
      lax.convGeneralDilated(x, w, [1, 1], 'SAME', { featureGroupCount: groups });
    expect(flops(conv(1), jnp.ones([2, 4, 8, 8]), jnp.ones([6, 4, 3, 3]))).toBe(2 * (2 * 6 * 8 * 8) * (4 * 3 * 3));
    expect(flops(conv(2), jnp.ones([2, 4, 8, 8]), jnp.ones([6, 2, 3, 3]))).toBe(2 * (2 * 6 * 8 * 8) * (2 * 3 * 3));
  });

  it('counts one operation for each element of elementwise work and of what is reduced, none for movement', () => {
    expect(flops((x) => x.mul(2), jnp.ones([3, 4]))).toBe(12);
    expect(flops((x) => x.sum(), jnp.ones([3, 4]))).toBe(12);
    expect(flops((x) => jnp.transpose(jnp.reshape(x, [4, 3])), jnp.ones([3, 4]))).toBe(0);
  });

  it('counts bytes of all operands and results', () => {
    const [cost] = costs((x, y) => x.add(y), jnp.ones([10]), jnp.ones([10]));
    expect(cost.bytes).toBe(3 * 10 * 4);
  });

  it('counts a scan as often as it turns, a call as what it calls', () => {
    const step = (carry: NdArray, x: NdArray): [NdArray, null] => [carry.add(x), null];
    expect(flops((xs) => lax.scan(step, jnp.zeros([3]), { xs })[0], jnp.ones([11, 3]))).toBe(11 * 3);
    expect(
      flops(
        jit((x: NdArray) => x.mul(2)),
        jnp.ones([6]),
      ),
    ).toBe(6);
  });

  it('counts the dearest branch of a conditional', () => {
    const f = (p: NdArray, x: NdArray) =>
      lax.cond(
        p,
        (y: NdArray) => y.mul(2),
        (y: NdArray) => jnp.matmul(y, y),
        x,
      );
    const branches =
      flops(f, jnp.array(true), jnp.ones([4, 4])) - flops((p) => lax.convertElementType(p, 'int32'), jnp.array(true));
    expect(branches).toBe(2 * 4 * 4 * 4);
  });

  it('gives the backward pass to the line of the forward one', () => {
    const loss = (w: NdArray, x: NdArray): NdArray => jnp.matmul(x, w).sum();
    const lines = costByLine(costs(grad(loss), jnp.ones([4, 5]), jnp.ones([3, 4])));
    const [product] = lines.filter(({ primitives }) => primitives.includes('dot_general'));
    // The value of the loss is asked for by nobody; the gradient is one product of the same size.
    expect(product.line).toMatch(/cost\.test\.ts:\d+$/);
    expect(product.backwardFlops).toBeGreaterThanOrEqual(2 * 3 * 4 * 5);
  });
});
