/**
 * Inputs as a person would write them, numbers as a person would read them.
 */
import { leafPaths, NdArray } from 'fluxion/extend';
import { flatten } from 'fluxion/tree';
import { numbersOf } from './quantity.js';
import type { Draw, Subject } from './subject.js';

const SHOWN = 12;

/** A number in as few digits as tell it apart to `digits` places. */
export const numberText = (x: number | string, digits = 9): string =>
  typeof x === 'string' ? x : Number.isInteger(x) && Math.abs(x) < 1e15 ? `${x}` : `${Number(x.toPrecision(digits))}`;

/** `float32[2, 3] = 0.5, -1, ...`. */
export function arrayText(x: NdArray): string {
  const values = numbersOf(x);
  const shown = Array.from(values.subarray(0, SHOWN), (v) => numberText(v, 6)).join(', ');
  const rest = values.length > SHOWN ? `, ... (${values.length} in all)` : '';
  return x.ndim === 0 ? shown : `${x.dtype}[${x.shape.join(', ')}] = ${shown}${rest}`;
}

/** Each leaf of a tree on a line of its own. */
export function treeText(tree: unknown, root: string): string[] {
  const [leaves, def] = flatten(tree);
  const paths = leafPaths(def, root);
  return leaves.map((leaf, i) => `${paths[i]}: ${leaf instanceof NdArray ? arrayText(leaf) : String(leaf)}`);
}

/** The arguments that were drawn. */
export const drawText = (subject: Subject, draw: Draw): string =>
  Object.keys(subject.args)
    .flatMap((name, i) => treeText(draw.args[i], name))
    .join('\n');
