/**
 * `fluxion/debug`: looking into programs while they run. Source: jax.debug.
 */
import { checkArgument } from '../array/kind.js';
import '../wiring.js';
import { NdArray } from '../array/array.js';
import { InvalidArgument } from '../error/error.js';
import { debugCallback } from '../transform/callback.js';
import { flatten, leafPaths } from '../tree/tree.js';
import { type Piece, parseFormat, valueText } from './format.js';

export { debugCallback as callback } from '../transform/callback.js';
export { visualizeArraySharding, visualizeSharding } from './sharding.js';

/** A tree of arrays as text. */
function treeText(tree: unknown, spec: string): string {
  const [leaves, def] = flatten(tree);
  const texts = leaves.map((leaf) => (leaf instanceof NdArray ? valueText(leaf.jsSync(), spec) : String(leaf)));
  if (def.kind === 'leaf') return texts[0];
  return `{${leafPaths(def, '')
    .map((path, i) => `${path.replace(/^\./, '')}: ${texts[i]}`)
    .join(', ')}}`;
}

const isNamed = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * Prints values when the program runs, with `console.log` (`jax.debug.print`).
 *
 * @param fmt text with fields, as Python's `str.format`: see `parseFormat`
 * @param args what `{}` and `{0}` stand for; a plain object last holds what `{name}` stands for
 * @throws InvalidArgument when a field has no value, which is known while tracing
 * @example debug.print('step {}: loss {loss:.4f}', step, { loss })
 */
export function print(fmt: string, ...args: readonly unknown[]): void {
  checkArgument('print', 'fmt', fmt, 'string');
  const pieces = parseFormat(fmt);
  const last = args[args.length - 1];
  const fields = pieces.filter((piece): piece is Exclude<Piece, string> => typeof piece !== 'string');
  const named = isNamed(last) && fields.some(({ field }) => !/^\d+$/.test(field)) ? last : {};
  const values: Readonly<Record<string, unknown>> = { ...Object.fromEntries(args.entries()), ...named };
  for (const { field } of fields) {
    if (Object.hasOwn(values, field)) continue;
    const actual = `'${fmt}', whose field {${field}} has no value`;
    throw new InvalidArgument({
      op: 'debug.print',
      argument: 'fmt',
      expected: 'a text whose fields have values',
      actual,
    });
  }
  const shown = Object.fromEntries(fields.map(({ field }) => [field, values[field]]));
  const write = (given: Readonly<Record<string, unknown>>): void => {
    console.log(pieces.map((p) => (typeof p === 'string' ? p : treeText(given[p.field], p.spec))).join(''));
  };
  debugCallback(write, shown);
}
