/**
 * A donated argument's memory holds the next step's value at the same address: whatever the engine remembers by address
 * must not outlive a step.
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
});
