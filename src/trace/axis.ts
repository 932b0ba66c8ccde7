/**
 * The names of the mapped axes around the code that is running: what a collective such as `psum(x, 'batch')` may name.
 *
 * Scopes nest, and the innermost axis of a name counts. `axisScope()` is part of a trace's signature: a function that
 * was staged inside `vmap(..., { axisName: 'batch' })` holds the size of that axis.
 */
import { UnboundAxisName } from '../error/axis.js';

export interface NamedAxis {
  readonly name: string;
  readonly size: number;
}

let axes: readonly NamedAxis[] = [];
let scope = '';

function withAxes<T>(next: readonly NamedAxis[], body: () => T): T {
  const before = axes;
  const beforeScope = scope;
  axes = next;
  scope = next.map(({ name, size }) => `${JSON.stringify(name)}:${size}`).join();
  try {
    return body();
  } finally {
    axes = before;
    scope = beforeScope;
  }
}

/** Runs `body` inside of mapped axes; nothing changes where they have no names. */
export function withNamedAxes<T>(
  added: readonly { readonly name: string | null; readonly size: number }[],
  body: () => T,
): T {
  const named = added.filter((axis): axis is NamedAxis => axis.name !== null);
  return named.length === 0 ? body() : withAxes([...axes, ...named], body);
}

/** The names and sizes in scope, as text that is equal exactly when they are. */
export const axisScope = (): string => scope;

/** The size of a mapped axis. @throws UnboundAxisName */
export function axisSizeOf(name: string, op: string): number {
  for (let i = axes.length - 1; i >= 0; i--) if (axes[i].name === name) return axes[i].size;
  throw new UnboundAxisName({ op, name, bound: axes.map((axis) => axis.name) });
}
