/**
 * `'loss {loss:.3f} after {} steps'`: Python's way of putting values into text, for arrays.
 */
import type { Nested } from '../array/array.js';
import { InvalidArgument } from '../error/error.js';

/** A piece of a format: text, or the place of a value. */
export type Piece = string | { readonly field: string; readonly spec: string };

/**
 * The pieces of a format. `{}` takes the positional values in order, `{1}` one of them, `{name}` a named one;
 * `{x:.3f}`, `{x:.3e}` and `{x:.3g}` round. Doubled braces stand for themselves.
 * @throws InvalidArgument for a brace without its partner, or another specification
 */
export function parseFormat(format: string): Piece[] {
  const refuse = (actual: string): never => {
    const expected = 'text with fields such as {}, {0}, {name} and {name:.3f}';
    throw new InvalidArgument({ op: 'debug.print', argument: 'fmt', expected, actual });
  };
  const pieces: Piece[] = [];
  let position = 0;
  let automatic = 0;
  for (const match of format.matchAll(/\{\{|\}\}|\{([^{}:]*)(?::([^{}]*))?\}|[{}]/g)) {
    pieces.push(format.slice(position, match.index));
    position = match.index + match[0].length;
    if (match[0] === '{{' || match[0] === '}}') pieces.push(match[0][0]);
    else if (match[1] === undefined) refuse(`'${format}', whose '${match[0]}' at ${match.index} stands alone`);
    else {
      const spec = match[2] ?? '';
      if (!/^(\.\d+[feg])?$/.test(spec)) refuse(`'${format}', with the specification '${spec}'`);
      pieces.push({ field: match[1] === '' ? `${automatic++}` : match[1], spec });
    }
  }
  pieces.push(format.slice(position));
  return pieces.filter((piece) => piece !== '');
}

/** `1e-8` as Python writes it: `1e-08`. */
const pythonExponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

function numberText(x: number, spec: string): string {
  if (spec === '') return `${x}`;
  const digits = Number(spec.slice(1, -1));
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
  if (spec.endsWith('f')) return x.toFixed(digits);
  if (spec.endsWith('e')) return pythonExponent(x.toExponential(digits));
  return pythonExponent(`${Number(x.toPrecision(digits || 1))}`);
}

/** A value as text: nested arrays in brackets. */
export function valueText(value: Nested, spec: string): string {
  if (Array.isArray(value)) return `[${value.map((v) => valueText(v as Nested, spec)).join(', ')}]`;
  if (typeof value === 'number') return numberText(value, spec);
  if (typeof value === 'object') {
    const { re, im } = value as { re: number; im: number };
    return `${numberText(re, spec)}${im < 0 ? '-' : '+'}${numberText(Math.abs(im), spec)}j`;
  }
  return `${value}`;
}
