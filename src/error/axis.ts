/** Mistakes with the names of mapped axes. */
import { defineError } from './error.js';

/** A collective names an axis that no enclosing transformation maps over. */
export const UnboundAxisName = defineError(
  'UnboundAxisName',
  (d: { op: string; name: string; bound: readonly string[] }) =>
    `${d.op}: no enclosing vmap maps over an axis named '${d.name}'` +
    (d.bound.length > 0 ? `; the names in scope are ${d.bound.map((n) => `'${n}'`).join(', ')}.` : '.') +
    ` Name the axis where it is mapped: vmap(f, { axisName: '${d.name}' }).`,
);
