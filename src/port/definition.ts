/** Functions, their decorators, and classes. */
import type { Draft } from './draft.js';
import { expression, parameterList } from './expression.js';
import { inferKinds } from './infer.js';
import { camelCase } from './library.js';
import { parametersOf } from './parameter.js';
import { block, indented } from './statement.js';
import { childrenOf, type Node, separated } from './syntax.js';

interface Parts {
  readonly name: string;
  readonly parameters: string;
  readonly body: readonly string[];
}

function partsOf(draft: Draft, node: Node): Parts {
  const [name] = childrenOf(node, 'VariableName');
  const parameters = parametersOf(childrenOf(node, 'ParamList')[0]);
  const [body] = childrenOf(node, 'Body');
  const list = parameterList(draft, parameters);
  draft.scopes.push(new Map());
  inferKinds(draft, body, parameters);
  const typed = list
    .split(', ')
    .map((text, i) => {
      const parameter = parameters[i];
      if (parameters.length !== list.split(', ').length || !parameter || text.includes(':') || text.includes('='))
        return text;
      const isArray = draft.kindOf(parameter.name) === 'array' && !parameter.rest;
      return isArray ? `${text}: ${draft.name('fluxion', 'type NdArray')}` : text;
    })
    .join(', ');
  const code = block(
    draft,
    childrenOf(node, 'Body')[0].children.filter(({ type }) => type !== ':'),
    parameters.map((p) => p.name),
  );
  draft.scopes.pop();
  draft.returns.set(name.text, draft.returned);
  draft.returned = 'unknown';
  return { name: name.text, parameters: typed, body: code };
}

const PARTIAL = /(^|\.)partial$/;

/** `f` inside a decorator: `@jax.jit`, `@partial(jax.jit, donate_argnums=0)`, `@jax.jit(...)`. */
function decorated(draft: Draft, decorator: Node, inner: string): string {
  const list = childrenOf(decorator, 'ArgList')[0];
  const parts = decorator.children.filter(({ type }) => !['At', 'ArgList'].includes(type) && type !== '.');
  const name = parts.map(({ text }) => text).join('.');
  const wrap = (callee: string, options: readonly Node[][]): string => {
    const python = draft.libraryName(callee);
    const entries = options.map(
      (group) => `${camelCase(group[0].text)}: ${expression(draft, group[group.length - 1]).code}`,
    );
    const rest = entries.length === 0 ? '' : `, { ${entries.join(', ')} }`;
    const found = python === null ? null : draft.call(decorator.line, python);
    if (found?.place) return `${draft.reference(found.place)}(${inner}${rest})`;
    draft.remark(decorator.line, `the decorator ${python ?? callee} has no counterpart`);
    return inner;
  };
  if (!list) return wrap(name, []);
  const groups = separated(list.children);
  return PARTIAL.test(name) && groups.length > 0 ? wrap(groups[0][0].text, groups.slice(1)) : wrap(name, groups);
}

/** Translates a function; with decorators it becomes a constant. */
export function functionDefinition(draft: Draft, node: Node, decorators: readonly Node[] = []): string[] {
  const { name, parameters, body } = partsOf(draft, node);
  if (decorators.length === 0) return [`function ${camelCase(name)}(${parameters}) {`, ...indented(body), '}'];
  const plain = `(${parameters}) => {\n${indented(body).join('\n')}\n}`;
  const code = [...decorators].reverse().reduce((inner, decorator) => decorated(draft, decorator, inner), plain);
  return `const ${camelCase(name)} = ${code};`.split('\n');
}

const METHOD_NAMES: Readonly<Record<string, string>> = {
  __init__: 'constructor',
  __call__: 'call',
  __repr__: 'toString',
};

/** Translates a class: `__call__` is `call`, `self` is `this`. */
export function classDefinition(draft: Draft, node: Node, decorators: readonly Node[] = []): string[] {
  const [name] = childrenOf(node, 'VariableName');
  const [bases] = childrenOf(node, 'ArgList');
  const base = bases && separated(bases.children)[0]?.[0];
  const parent = base ? ` extends ${expression(draft, base).code}` : '';
  for (const decorator of decorators)
    draft.remark(decorator.line, `${decorator.text.trim()}: an interface and a plain object do`);
  const lines = [`class ${name.text}${parent} {`];
  for (const statement of childrenOf(node, 'Body')[0].children) {
    const definition =
      statement.type === 'DecoratedStatement' ? childrenOf(statement, 'FunctionDefinition')[0] : statement;
    if (definition?.type === 'FunctionDefinition') {
      const method = partsOf(draft, definition);
      const called = METHOD_NAMES[method.name] ?? camelCase(method.name);
      const before =
        statement.type === 'DecoratedStatement' ? [`// PORT: decorated in Python (line ${statement.line})`] : [];
      const body = method.body.map((line) => line.replace(/\bsuper\(\)\.__init__\(/, 'super('));
      lines.push(...indented([...before, `${called}(${method.parameters}) {`, ...indented(body), '}', '']));
    } else if (statement.type === 'AssignStatement') {
      const [field, ...rest] = statement.children.filter(({ type }) => type !== 'TypeDef' && type !== 'AssignOp');
      const value = rest.length > 0 ? ` = ${expression(draft, rest[rest.length - 1]).code}` : '';
      lines.push(...indented([`${camelCase(field.text)}${value};`]));
    }
  }
  if (lines[lines.length - 1] === '') lines.pop();
  return [...lines, '}'];
}

/** Translates what stands under decorators. */
export function decoratedStatement(draft: Draft, node: Node): string[] {
  const decorators = childrenOf(node, 'Decorator');
  const last = node.children[node.children.length - 1];
  if (last.type === 'ClassDefinition') return classDefinition(draft, last, decorators);
  return functionDefinition(draft, last, decorators);
}
