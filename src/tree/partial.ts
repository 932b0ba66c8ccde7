/**
 * A function with its first arguments, as a tree: the function belongs to the structure, the arguments are subtrees
 * (`jax.tree_util.Partial`).
 */
import { registerPytreeNode } from './tree.js';

type Callable = (...args: never[]) => unknown;

const numbers = new WeakMap<Callable, number>();
let count = 0;

/** Functions are the same part of a structure when they are the same object. */
function numberOf(f: Callable): number {
  const known = numbers.get(f);
  if (known !== undefined) return known;
  numbers.set(f, ++count);
  return count;
}

/**
 * @example new Partial((x, y) => x.add(y), 1).call(y) // => y.add(1), differentiable with respect to the 1
 */
export class Partial<R = unknown> {
  readonly func: (...args: never[]) => R;
  readonly args: readonly unknown[];

  constructor(func: (...args: never[]) => R, ...args: readonly unknown[]) {
    this.func = func;
    this.args = args;
  }

  /** Calls the function with these arguments after those that it has. */
  call(...args: readonly unknown[]): R {
    return (this.func as (...all: readonly unknown[]) => R)(...this.args, ...args);
  }
}

registerPytreeNode<Partial, Callable>(
  Partial,
  ({ func, args }) => [args, func],
  (func, args) => new Partial(func, ...args),
  { auxKey: (func) => `${numberOf(func)}` },
);
