/** A test file for `node --test`: one line makes a test for each law. With BREAK in the environment, of a wrong rule. */
import type { NdArray } from 'fluxion/extend';
import { customRuleLaws, lawful } from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';

const cube = (x: NdArray): NdArray => jnp.power(x, 3);
const fast = (x: NdArray): NdArray => jnp.multiply(x, jnp.multiply(x, process.env.BREAK ? 1 : x));

await lawful('the cube', customRuleLaws(fast as never, cube as never, { x: jnp.array([0.5, -1.5]) }), {
  runs: 2,
  seed: 1,
});
