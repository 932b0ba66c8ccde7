/** Python's own functions. */
import type { Arguments } from './call.js';
import { iterable } from './comprehension.js';
import type { Draft } from './draft.js';
import { atom, type Expression, operand } from './expression.js';
import type { Node } from './syntax.js';

const MATH: Readonly<Record<string, string>> = {
  abs: 'Math.abs',
  max: 'Math.max',
  min: 'Math.min',
  round: 'Math.round',
};

/** The translation of a call of a function that Python has; null for others, and where the program defines its own. */
export function builtin(draft: Draft, node: Node, name: string, args: () => Arguments): Expression | null {
  if (draft.functions.has(name) || draft.classes.has(name)) return null;
  if (name === 'range' || name === 'enumerate' || name === 'zip') return atom(iterable(draft, node));
  switch (name) {
    case 'print': {
      const { positional } = args();
      const shown = positional.map(({ code, kind }) => (kind === 'array' ? `${'`'}\${${code}}${'`'}` : code));
      return atom(`console.log(${shown.join(', ')})`);
    }
    case 'len': {
      const [x] = args().positional;
      return atom(x.kind === 'array' ? `${operand(x)}.shape[0]` : `${operand(x)}.length`, 'number');
    }
    case 'float':
    case 'int': {
      const [x] = args().positional;
      if (x.kind === 'array') return atom(`${operand(x)}.item()`, 'number');
      if (x.kind === 'unknown') draft.remark(node.line, `if this is an array: ${operand(x)}.item()`);
      return atom(name === 'int' ? `Math.trunc(Number(${x.code}))` : `Number(${x.code})`, 'number');
    }
    case 'str':
      return atom(`String(${args().positional[0].code})`, 'string');
    case 'list':
    case 'tuple':
      return atom(
        `[${args()
          .positional.map((x) => `...${operand(x)}`)
          .join(', ')}]`,
      );
    case 'dict': {
      const { positional, keywords } = args();
      if (positional.length === 1 && keywords.length === 0 && node.text.includes(' for ')) {
        return atom(`Object.fromEntries(${positional[0].code})`);
      }
      const entries = [
        ...positional.map((x) => `...${operand(x)}`),
        ...keywords.map(([key, x]) => `${key}: ${x.code}`),
      ];
      return atom(entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`);
    }
    case 'sum': {
      const [xs] = args().positional;
      draft.remark(node.line, 'this sums numbers; arrays are summed by reduce((a, b) => a.add(b))');
      return atom(`${operand(xs)}.reduce((a, b) => a + b, 0)`);
    }
    case 'abs':
    case 'max':
    case 'min':
    case 'round': {
      const { positional } = args();
      if (positional.length === 1 && positional[0].kind === 'array') {
        return atom(`${operand(positional[0])}.${name}()`, 'array');
      }
      const spread = positional.length === 1 && (name === 'max' || name === 'min') ? '...' : '';
      return atom(`${MATH[name]}(${spread}${positional.map(({ code }) => code).join(', ')})`, 'number');
    }
    case 'slice': {
      // Labels from one to another, as xarray takes them; a slice of positions stands in brackets.
      const [start, stop] = args().positional;
      return atom(stop === undefined ? `{ stop: ${start.code} }` : `{ start: ${start.code}, stop: ${stop.code} }`);
    }
    default:
      return null;
  }
}
