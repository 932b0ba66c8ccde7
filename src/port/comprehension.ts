/** Comprehensions as `filter` and `map`, and what can be looped over. */
import type { Draft } from './draft.js';
import { atom, type Expression, expression, operand } from './expression.js';
import type { Node } from './syntax.js';
import { childrenOf, separated } from './syntax.js';

/** The name or pattern of a loop: `i`, `[k, v]`. */
export function pattern(draft: Draft, nodes: readonly Node[]): string {
  const names = separated(nodes).map(([node]) =>
    node.text === '_' && nodes.length > 1
      ? ''
      : node.type === 'VariableName' || node.type === 'MemberExpression'
        ? expression(draft, node).code
        : pattern(draft, node.children),
  );
  return names.length === 1 && nodes.every(({ type }) => type === 'VariableName') ? names[0] : `[${names.join(', ')}]`;
}

/** Names that a pattern binds. */
export const boundNames = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) =>
    node.text === '_' && nodes.length > 1
      ? []
      : node.type === 'VariableName'
        ? [node.text]
        : /Tuple|Array|Paren/.test(node.type)
          ? boundNames(node.children)
          : [],
  );

/** An iterable as an array: `enumerate(xs)` gives pairs, `d.items()` entries. */
export function iterable(draft: Draft, node: Node): string {
  const call = node.type === 'CallExpression' ? node.children[0].text : '';
  const args = node.type === 'CallExpression' ? separated(childrenOf(node, 'ArgList')[0].children).map(([n]) => n) : [];
  if (call === 'range') {
    const [first, stop, step] = args.map((arg) => expression(draft, arg));
    if (stop === undefined) return `Array.from({ length: ${first.code} }, (_, i) => i)`;
    const by = step === undefined ? '' : ` * ${operand(step)}`;
    if (step === undefined && first.code === '0') return `Array.from({ length: ${stop.code} }, (_, i) => i)`;
    const length =
      step === undefined
        ? `${operand(stop)} - ${operand(first)}`
        : `Math.ceil((${operand(stop)} - ${operand(first)}) / ${operand(step)})`;
    return `Array.from({ length: ${length} }, (_, i) => ${operand(first)} + i${by})`;
  }
  if (call === 'enumerate') return `[...${operand(expression(draft, args[0]))}.entries()]`;
  if (call === 'zip') {
    const [first, ...others] = args.map((arg) => operand(expression(draft, arg)));
    return `${first}.map((item, i) => [item, ${others.map((other) => `${other}[i]`).join(', ')}] as const)`;
  }
  const method = node.type === 'CallExpression' && /\.(items|keys|values)$/.exec(call)?.[1];
  if (method) {
    const object = expression(draft, node.children[0].children[0]).code;
    return `Object.${method === 'items' ? 'entries' : method}(${object})`;
  }
  return operand(expression(draft, node));
}

/** Translates a comprehension of one loop; more loops nest by `flatMap`. */
export function comprehension(draft: Draft, node: Node): Expression {
  const children = node.children.slice(1, -1);
  const loop = children.findIndex(({ type }) => type === 'for');
  const inAt = children.findIndex(({ type }) => type === 'in');
  const targets = children.slice(loop + 1, inAt);
  const source = children[inAt + 1];
  const rest = children.slice(inAt + 2);
  if (rest.some(({ type }) => type === 'for'))
    draft.remark(node.line, 'only the first loop of the comprehension is translated');
  const over = iterable(draft, source);
  draft.scopes.push(new Map(boundNames(targets).map((name) => [name, 'unknown'])));
  const names = pattern(draft, targets);
  const test = rest[0]?.type === 'if' ? expression(draft, rest[1]).code : null;
  const head = children.slice(0, loop);
  const value = expression(draft, head[head.length - 1]);
  const isEntry = node.type === 'DictionaryComprehensionExpression';
  const body = isEntry ? `[${expression(draft, head[0]).code}, ${value.code}] as const` : value.code;
  draft.scopes.pop();
  const parameter = `(${names})`;
  const kept = test === null ? over : `${over}.filter(${parameter} => ${test})`;
  const mapped = body === names ? kept : `${kept}.map(${parameter} => ${body.startsWith('{') ? `(${body})` : body})`;
  if (isEntry) return atom(`Object.fromEntries(${mapped})`);
  return atom(node.type === 'SetComprehensionExpression' ? `new Set(${mapped})` : mapped);
}
