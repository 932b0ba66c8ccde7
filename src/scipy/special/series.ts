/**
 * Sums of series for all elements at once: each element stops on its own, as it would alone.
 */
import type { NdArray } from '../../array/array.js';
import { whileLoop } from '../../lax/control.js';
import * as jnp from '../../numpy/index.js';

/** Arrays of one shape that a loop carries, by name. */
export type State = Readonly<Record<string, NdArray>>;

/**
 * Repeats `step` on each element as long as it is `open` there. All arrays must have the shape of the flags that `open`
 * returns.
 */
export function iterate<S extends State>(start: S, open: (s: S) => NdArray, step: (s: S) => S): S {
  const body = (s: S): S => {
    const isOpen = open(s);
    const next = step(s);
    return Object.fromEntries(Object.keys(s).map((k) => [k, jnp.where(isOpen, next[k], s[k])])) as S;
  };
  return whileLoop((s: S) => open(s).any(), body as never, start as never) as unknown as S;
}
