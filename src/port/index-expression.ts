/** Subscripts: names of an object, positions of a list, and indices of an array. */
import type { Draft } from './draft.js';
import { atom, type Expression, expression, NUMBERS, operand } from './expression.js';
import { stringLiteral } from './literal.js';
import type { Node } from './syntax.js';
import { separated } from './syntax.js';

/** `x[1:3, None]` as `slice(1, 3), null`. */
function indices(draft: Draft, inside: readonly Node[]): string {
  return separated(inside)
    .map((group) => {
      if (!group.some(({ type }) => type === ':')) return expression(draft, group[0]).code;
      const bounds: string[] = ['null'];
      for (const node of group) {
        if (node.type === ':') bounds.push('null');
        else bounds[bounds.length - 1] = expression(draft, node).code;
      }
      while (bounds.length > 1 && bounds[bounds.length - 1] === 'null') bounds.pop();
      if (bounds.length === 1 && bounds[0] !== 'null') bounds.push('null');
      const jnp = draft.reference({ module: '', python: '', from: 'fluxion/numpy', alias: 'jnp', path: [] });
      return `${jnp}.slice(${bounds.length === 1 ? '' : bounds.join(', ')})`;
    })
    .join(', ');
}

/** Translates `object[...]`. */
export function subscript(draft: Draft, node: Node): Expression {
  const open = node.children.findIndex(({ type }) => type === '[');
  const inside = node.children.slice(open + 1, -1);
  const object = node.children[0];
  // x.at[i] is x.at(i): a place, whose methods make changed copies.
  if (object.type === 'MemberExpression' && object.text.endsWith('.at')) {
    const array = expression(draft, object.children[0]);
    return atom(`${operand(array)}.at(${indices(draft, inside)})`, 'array');
  }
  const value = expression(draft, object);
  const [only] = inside;
  if (inside.length === 1 && only.type === 'String') {
    const key = stringLiteral(only.text);
    if (value.kind === 'dataset') return atom(`${operand(value)}.get(${key})`, 'dataset');
    const plain = /^'([A-Za-z_$][\w$]*)'$/.exec(key)?.[1];
    const code = `${operand(value)}${plain === undefined ? `[${key}]` : `.${plain}`}`;
    return atom(code, NUMBERS.test(node.text) ? 'number' : 'unknown');
  }
  if (value.kind === 'array') return atom(`${operand(value)}.get(${indices(draft, inside)})`, 'array');
  const positions = separated(inside);
  const one = positions.length === 1 && !inside.some(({ type }) => type === ':');
  if (one && only.type === 'UnaryExpression' && /^-\s*\d+$/.test(only.text)) {
    draft.remark(node.line, 'if this is an array, .get takes the place of .at');
    return atom(`${operand(value)}.at(${only.text})`);
  }
  if (one)
    return atom(`${operand(value)}[${expression(draft, only).code}]`, NUMBERS.test(node.text) ? 'number' : 'unknown');
  if (positions.length === 1 && inside.filter(({ type }) => type === ':').length === 1) {
    const bounds = indices(draft, inside).replace(/^jnp\.slice\((.*)\)$/, '$1');
    draft.remark(node.line, `if this is an array: .get(jnp.slice(${bounds}))`);
    const list = bounds.replace(/^null, /, '0, ').replace(/, null$/, '');
    return atom(`${operand(value)}.slice(${list})`);
  }
  return atom(`${operand(value)}.get(${indices(draft, inside)})`, 'array');
}
