/**
 * Expressions: operators become methods where an operand is known to be an array, and are marked where nobody knows.
 */
import { callExpression } from './call.js';
import { comprehension } from './comprehension.js';
import type { Draft, Kind } from './draft.js';
import { subscript } from './index-expression.js';
import { camelCase, placeOf } from './library.js';
import { formatString, stringLiteral } from './literal.js';
import { type Parameter, parametersOf } from './parameter.js';
import { childrenOf, type Node, separated } from './syntax.js';

/** A translated expression. `atom`: may stand before a dot or beside an operator without brackets. */
export interface Expression {
  readonly code: string;
  readonly kind: Kind;
  readonly atom: boolean;
}

export const atom = (code: string, kind: Kind = 'unknown'): Expression => ({ code, kind, atom: true });
export const compound = (code: string, kind: Kind = 'unknown'): Expression => ({ code, kind, atom: false });

/** An expression in brackets where it needs them. */
export const operand = (e: Expression): string => (e.atom ? e.code : `(${e.code})`);

const METHODS: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '//': 'floorDivide',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
};
const SAME: Readonly<Record<string, string>> = { '==': '===', '!=': '!==' };
const DATASET_METHODS = new Set(['+', '-', '*', '/', '**']);

/** `a op b`, of operands whose kinds may be known. */
export function binary(draft: Draft, line: number, left: Expression, op: string, right: Expression): Expression {
  const kinds: readonly Kind[] = [left.kind, right.kind];
  const kind = (['array', 'dataset'] as const).find((k) => kinds.includes(k));
  if (kind !== undefined && op in METHODS && (kind === 'array' || DATASET_METHODS.has(op))) {
    // A number on the left has no methods; jnp takes it.
    if (left.kind !== 'number') return atom(`${operand(left)}.${METHODS[op]}(${right.code})`, kind);
    const jnp = draft.reference({ module: '', python: '', from: 'fluxion/numpy', alias: 'jnp', path: [] });
    return ['+', '*'].includes(op)
      ? atom(`${operand(right)}.${METHODS[op]}(${left.code})`, kind)
      : atom(`${jnp}.${FUNCTIONS[op] ?? METHODS[op]}(${left.code}, ${right.code})`, kind);
  }
  const isText = kinds.includes('string');
  const sure = isText || kinds.every((k) => k === 'number');
  const [l, r] = [operand(left), operand(right)];
  if (op === '//') {
    if (!sure) draft.remark(line, `\`${l} // ${r}\` is of numbers here; of arrays it is ${l}.floorDivide(${r})`);
    return atom(`Math.floor(${l} / ${r})`, 'number');
  }
  if (op === '@') {
    draft.remark(line, `\`@\` is taken as a product of arrays`);
    return atom(`${l}.matmul(${right.code})`, 'array');
  }
  if (!sure && op in METHODS && !['==', '!='].includes(op)) {
    draft.remark(line, `if these are arrays: ${l}.${METHODS[op]}(${right.code})`);
  }
  return compound(`${l} ${SAME[op] ?? op} ${r}`, isText ? 'string' : sure ? 'number' : 'unknown');
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  '-': 'subtract',
  '/': 'divide',
  '**': 'power',
  '%': 'mod',
  '<': 'less',
  '>': 'greater',
  '<=': 'lessEqual',
  '>=': 'greaterEqual',
  '==': 'equal',
  '!=': 'notEqual',
};

/** Python's `not a or b` is read as `not (a or b)` by the parser; written in a row it is right again. */
function negated(draft: Draft, node: Node): string {
  const logical = node.type === 'BinaryExpression' && childrenOf(node, 'and', 'or')[0];
  if (!logical) return `!${operand(expression(draft, node))}`;
  const [left, right] = [node.children[0], node.children[node.children.length - 1]];
  return `${negated(draft, left)} ${logical.type === 'and' ? '&&' : '||'} ${expression(draft, right).code}`;
}

function binaryExpression(draft: Draft, node: Node): Expression {
  const { children, line } = node;
  const [first, last] = [children[0], children[children.length - 1]];
  const words = children.slice(1, -1).map(({ text }) => text);
  const op = words.join(' ');
  const left = expression(draft, first);
  if (op === 'and' || op === 'or') {
    return compound(`${left.code} ${op === 'and' ? '&&' : '||'} ${expression(draft, last).code}`);
  }
  const right = expression(draft, last);
  if (op === 'is' || op === 'is not')
    return compound(`${operand(left)} ${op === 'is' ? '===' : '!=='} ${operand(right)}`);
  if (op === 'in' || op === 'not in') {
    draft.remark(line, `\`in\` is taken as that of a list; of an object it is Object.hasOwn, of a dataset .has`);
    return compound(`${op === 'in' ? '' : '!'}${operand(right)}.includes(${left.code})`);
  }
  const chained = first.type === 'BinaryExpression' && childrenOf(first, 'CompareOp')[0];
  if (chained && childrenOf(node, 'CompareOp')[0]) {
    const middle = expression(draft, first.children[first.children.length - 1]);
    return compound(`${left.code} && ${binary(draft, line, middle, op, right).code}`);
  }
  return binary(draft, line, left, op, right);
}

const lambda = (draft: Draft, node: Node): Expression => {
  const list = childrenOf(node, 'ParamList')[0];
  const parameters = list ? parametersOf(list) : [];
  draft.scopes.push(new Map(parameters.map(({ name }) => [name, 'unknown'])));
  const body = expression(draft, node.children[node.children.length - 1]);
  draft.scopes.pop();
  return compound(
    `(${parameterList(draft, parameters)}) => ${body.code.startsWith('{') ? `(${body.code})` : body.code}`,
  );
};

/** Parameters with their types and defaults. */
export const parameterList = (draft: Draft, parameters: readonly Parameter[]): string =>
  parameters
    .map(({ name, rest, annotation, value }) => {
      const type = annotation === null ? '' : typeOf(draft, annotation);
      const fallback = value ? ` = ${expression(draft, value).code}` : '';
      return `${rest ? '...' : ''}${camelCase(name)}${type === '' ? '' : `: ${type}`}${fallback}`;
    })
    .join(', ');

/** A Python annotation as a type; empty where it says nothing here. */
function typeOf(draft: Draft, annotation: string): string {
  const simple: Readonly<Record<string, string>> = { int: 'number', float: 'number', str: 'string', bool: 'boolean' };
  if (Object.hasOwn(simple, annotation)) return simple[annotation];
  const full = draft.libraryName(annotation);
  if (full === null) return '';
  if (/^(jax\.Array|jax\.numpy\.ndarray|numpy\.ndarray)$/.test(full)) return draft.name('fluxion', 'type NdArray');
  if (full === 'xarray.Dataset') return draft.name('fluxion/xarray', 'type Dataset');
  const place = placeOf(full);
  return place && place.path.length > 0 ? draft.reference(place) : '';
}

/** Sizes are numbers, of whatever they are. */
export const NUMBERS = /\.(ndim|size)$|\.(shape|sizes)\s*\[[^\]:]+\]$/;

const DTYPE = /^(bool_?|u?int(8|16|32|64)|b?float(16|32|64)|complex(64|128))$/;

function member(draft: Draft, node: Node): Expression {
  // The parser takes the dot of `360.` for that of a member.
  if (/^\d+\.\s*$/.test(node.text)) return atom(`${node.text.trim()}0`, 'number');
  if (node.children.some(({ type }) => type === '[')) return subscript(draft, node);
  const python = draft.libraryName(node.text.replace(/\s+/g, ''));
  if (python !== null && /^[\w.]+$/.test(python)) {
    const name = python.split('.').pop() as string;
    if (/^(jax\.)?numpy\./.test(python)) {
      if (DTYPE.test(name)) return atom(`'${name.replace(/_$/, '')}'`, 'string');
      if (name === 'nan') return atom('Number.NaN', 'number');
      if (name === 'inf') return atom('Number.POSITIVE_INFINITY', 'number');
      if (name === 'pi') return atom('Math.PI', 'number');
      if (name === 'newaxis') return atom('null');
    }
    const place = placeOf(python);
    if (place && draft.isExported(place.from, place.path.slice(0, 1))) return atom(draft.reference(place));
    draft.remark(node.line, `${python} has no counterpart`);
    return atom(camelCase(node.text));
  }
  const object = expression(draft, node.children[0]);
  const name = node.children[node.children.length - 1].text;
  const kind: Kind = object.kind === 'array' && /^(T|mT|real|imag)$/.test(name) ? 'array' : 'unknown';
  return atom(`${operand(object)}.${camelCase(name)}`, NUMBERS.test(node.text) ? 'number' : kind);
}

const sequence = (draft: Draft, node: Node): string =>
  separated(node.children)
    .map((group) => `${group[0].type === '*' ? '...' : ''}${expression(draft, group[group.length - 1]).code}`)
    .join(', ');

function dictionary(draft: Draft, node: Node): string {
  const entries = separated(node.children).map((group) => {
    const value = expression(draft, group[group.length - 1]).code;
    if (group[0].type === '**') return `...${value}`;
    if (group[0].type !== 'String') return `[${expression(draft, group[0]).code}]: ${value}`;
    const key = stringLiteral(group[0].text);
    const plain = /^'([A-Za-z_$][\w$]*)'$/.exec(key)?.[1];
    return `${plain ?? key}: ${value}`;
  });
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Translates an expression. What is not understood stays as it is, and is marked. */
export function expression(draft: Draft, node: Node): Expression {
  switch (node.type) {
    case 'VariableName': {
      if (node.text === 'self') return atom('this');
      const python = draft.libraryName(node.text);
      const place = python === null ? null : placeOf(python);
      if (place && draft.isExported(place.from, place.path.slice(0, 1))) return atom(draft.reference(place));
      return atom(camelCase(node.text), draft.kindOf(node.text));
    }
    case 'Number':
      return atom(node.text, 'number');
    case 'String':
      return atom(stringLiteral(node.text), 'string');
    case 'ContinuedString':
      return compound(node.children.map((part) => expression(draft, part).code).join(' + '), 'string');
    case 'FormatString':
      return atom(formatString(draft, node), 'string');
    case 'Boolean':
      return atom(node.text.toLowerCase());
    case 'None':
      return atom('null');
    case 'Ellipsis':
      return atom("'...'");
    case 'MemberExpression':
      return member(draft, node);
    case 'CallExpression':
      return callExpression(draft, node);
    case 'BinaryExpression':
      return binaryExpression(draft, node);
    case 'UnaryExpression': {
      const [op, value] = node.children;
      if (op.text === 'not') return compound(negated(draft, value));
      const inner = expression(draft, value);
      if (inner.kind === 'number') return compound(`${op.text}${operand(inner)}`, 'number');
      if (op.text === '-' && inner.kind !== 'unknown') return atom(`${operand(inner)}.neg()`, inner.kind);
      if (op.text === '~' && inner.kind !== 'unknown') return atom(`${operand(inner)}.not()`, inner.kind);
      draft.remark(node.line, `if this is an array: ${operand(inner)}.${op.text === '~' ? 'not' : 'neg'}()`);
      return compound(`${op.text}${operand(inner)}`);
    }
    case 'ParenthesizedExpression': {
      const inner = expression(draft, node.children[1]);
      return inner.atom ? inner : atom(`(${inner.code})`, inner.kind);
    }
    case 'ConditionalExpression': {
      const [then, , test, , otherwise] = node.children;
      const yes = expression(draft, then);
      const code = `${operand(expression(draft, test))} ? ${operand(yes)} : ${operand(expression(draft, otherwise))}`;
      return compound(code, yes.kind);
    }
    case 'TupleExpression':
    case 'ArrayExpression':
      return atom(`[${sequence(draft, node)}]`);
    case 'SetExpression':
      return atom(`new Set([${sequence(draft, node)}])`);
    case 'DictionaryExpression':
      return atom(dictionary(draft, node));
    case 'LambdaExpression':
      return lambda(draft, node);
    case 'ArrayComprehensionExpression':
    case 'ComprehensionExpression':
    case 'SetComprehensionExpression':
    case 'DictionaryComprehensionExpression':
      return comprehension(draft, node);
    default:
      draft.remark(node.line, `not translated: ${node.text.replace(/\s+/g, ' ')}`);
      return atom(`undefined /* ${node.text.replace(/\s+/g, ' ').replaceAll('*/', '')} */`);
  }
}
