/**
 * What donation must not cost: right numbers, since a donated argument's memory holds the next step's value at the same
 * address, and the host's time, since the memory is the device's to free.
 */
import { expect, it } from 'vitest';
import { jit, type NdArray } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { describeXla } from '../helpers/xla.js';

describeXla('a donated matrix on XLA', () => {
  it('is multiplied with the value it has now, not with one that lay there before', () => {
    const [rows, inner, columns] = [128, 784, 512];
    // The update depends on the product, as a gradient does, so that the matrix can be updated in place.
    const step = jit(
      (w: NdArray, x: NdArray) => {
        const product = jnp.matmul(x, w);
        return [w.add(jnp.matmul(x.T, product).mul(0)).add(1), product] as const;
      },
      { donateArgnums: 0 },
    );
    const x = jnp.ones([rows, inner]);
    let w: NdArray = jnp.zeros([inner, columns]);
    for (let k = 0; k < 4; k++) {
      const [next, product] = step(w, x);
      w = next;
      // Every element of x w is the sum of `inner` ones times k.
      expect([product.get(0, 0).item(), product.get(rows - 1, columns - 1).item()]).toEqual([inner * k, inner * k]);
    }
  });

  it('does not make the host wait for the step that it is donated to', async () => {
    const product = (w: NdArray): NdArray =>
      Array.from({ length: 12 }).reduce<NdArray>((x) => jnp.matmul(x, w).mul(1e-3), w);
    const step = jit(product, { donateArgnums: 0 });
    let w: NdArray = jnp.ones([512, 512]).mul(1e-3);
    await step(w.add(0)).blockUntilReady();
    const shares: number[] = [];
    // On a busy machine the host may be kept from its processor for longer than a step takes; not each time.
    for (let k = 0; k < 5; k++) {
      await w.blockUntilReady();
      const begin = performance.now();
      w = step(w);
      const returned = performance.now();
      await w.blockUntilReady();
      shares.push((returned - begin) / (performance.now() - begin));
    }
    expect(Math.min(...shares)).toBeLessThan(0.5);
  });

  it('frees the memory of donated arguments as the loop goes on', () => {
    const step = jit((w: NdArray) => w.add(1), { donateArgnums: 0 });
    let w: NdArray = jnp.zeros([1 << 20]);
    for (let k = 0; k < 3000; k++) w = step(w);
    expect(w.get(0).item()).toBe(3000);
    // 3,000 arrays of 4 MB are 12 GB.
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 31);
  });
});
