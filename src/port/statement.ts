/** Statements. */
import { assignment, update, type Variables, variablesOf } from './assignment.js';
import { boundNames, iterable, pattern } from './comprehension.js';
import { classDefinition, decoratedStatement, functionDefinition } from './definition.js';
import type { Draft } from './draft.js';
import { expression } from './expression.js';
import { bindImports } from './import.js';
import { camelCase } from './library.js';
import { stringLiteral } from './literal.js';
import { childrenOf, type Node, separated, walk } from './syntax.js';

export const indented = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => line.split('\n')).map((line) => (line === '' ? '' : `  ${line}`));

/** Translates the statements of one function, or of the program. */
export function block(draft: Draft, statements: readonly Node[], parameters: readonly string[]): string[] {
  const variables = variablesOf(statements, parameters);
  const hoisted = variables.hoisted.length === 0 ? [] : [`let ${variables.hoisted.map(camelCase).join(', ')};`];
  return [...hoisted, ...body(draft, statements, variables)];
}

/** What the parser could not read may lack any of its parts: then it is marked, and left out. */
function readable(draft: Draft, node: Node, translate: () => string[]): string[] {
  try {
    return translate();
  } catch (error) {
    if (![...walk(node)].some(({ type }) => type === '⚠')) throw error;
    draft.remark(node.line, `not understood: ${node.text.split('\n')[0]}`);
    return [];
  }
}

function body(draft: Draft, statements: readonly Node[], variables: Variables): string[] {
  return statements.flatMap((node, i) => {
    const lines = readable(draft, node, () => statement(draft, node, variables, i === 0));
    return [...draft.takeRemarks(), ...lines];
  });
}

const bodyOf = (draft: Draft, node: Node, variables: Variables): string[] =>
  indented(
    body(
      draft,
      node.children.filter(({ type }) => type !== ':'),
      variables,
    ),
  );

/** `if`, with all its branches. */
function conditional(draft: Draft, node: Node, variables: Variables): string[] {
  const lines: string[] = [];
  const marks: string[] = [];
  node.children.forEach((child, i) => {
    if (child.type !== 'Body') return;
    const before = node.children[i - 1];
    const keyword = before.type === 'else' ? 'else' : node.children[i - 2].type;
    const head =
      keyword === 'else'
        ? '} else {'
        : `${keyword === 'elif' ? '} else if' : 'if'} (${expression(draft, before).code}) {`;
    marks.push(...draft.takeRemarks());
    lines.push(head, ...bodyOf(draft, child, variables));
  });
  return [...marks, ...lines, '}'];
}

/** `for i in range(n)` counts; everything else goes through what is there. */
function loop(draft: Draft, node: Node, variables: Variables): string[] {
  const inAt = node.children.findIndex(({ type }) => type === 'in');
  const targets = node.children.slice(1, inAt);
  const source = node.children[inAt + 1];
  for (const name of boundNames(targets)) draft.setKind(name, 'unknown');
  if (source.text.startsWith('enumerate(')) draft.setKind(boundNames(targets)[0], 'number');
  const bodies = childrenOf(node, 'Body');
  const isRange = source.type === 'CallExpression' && source.children[0].text === 'range';
  let head: string;
  if (isRange) {
    for (const name of boundNames(targets)) draft.setKind(name, 'number');
    const args = separated(childrenOf(source, 'ArgList')[0].children).map(([arg]) => expression(draft, arg).code);
    const name = pattern(draft, targets);
    const [start, stop, step] = args.length === 1 ? ['0', args[0]] : args;
    const down = step?.startsWith('-');
    const by = step === undefined ? `${name}++` : `${name} += ${step}`;
    head = `for (let ${name} = ${start}; ${name} ${down ? '>' : '<'} ${stop}; ${by}) {`;
  } else head = `for (const ${pattern(draft, targets)} of ${iterable(draft, source)}) {`;
  return [...draft.takeRemarks(), head, ...bodyOf(draft, bodies[0], variables), '}'];
}

/** `with` has no counterpart: what stands in it is translated. */
function withStatement(draft: Draft, node: Node, variables: Variables): string[] {
  const head = node.children.filter(({ type }) => type !== 'Body');
  draft.remark(
    node.line,
    `\`${head.map(({ text }) => text).join(' ')}\` has no counterpart: files answer with an Either, hooks take a body`,
  );
  return [...draft.takeRemarks(), '{', ...bodyOf(draft, childrenOf(node, 'Body')[0], variables), '}'];
}

function tryStatement(draft: Draft, node: Node, variables: Variables): string[] {
  const lines: string[] = [];
  let keyword = 'try';
  for (const child of node.children) {
    if (['try', 'except', 'finally', 'else'].includes(child.type)) keyword = child.type;
    if (child.type !== 'Body') continue;
    const inner = bodyOf(draft, child, variables);
    if (keyword === 'try') lines.push('try {', ...inner);
    else if (keyword === 'finally') lines.push('} finally {', ...inner);
    else if (keyword === 'except') lines.push('} catch (error) {', ...inner);
    else lines.push(...inner);
  }
  return [...lines, '}'];
}

function statement(draft: Draft, node: Node, variables: Variables, isFirst: boolean): string[] {
  switch (node.type) {
    case 'ImportStatement':
      return bindImports(draft, node);
    case 'ExpressionStatement': {
      const [only] = node.children;
      if (isFirst && only.type === 'String') {
        const text = stringLiteral(only.text).slice(1, -1).trim();
        return ['/**', ...text.split('\n').map((line) => ` * ${line.trim()}`.trimEnd()), ' */'];
      }
      return [`${expression(draft, only).code};`];
    }
    case 'AssignStatement':
      return assignment(draft, node, variables);
    case 'UpdateStatement':
      return [update(draft, node)];
    case 'FunctionDefinition':
      return functionDefinition(draft, node);
    case 'DecoratedStatement':
      return decoratedStatement(draft, node);
    case 'ClassDefinition':
      return classDefinition(draft, node);
    case 'ReturnStatement': {
      const values = separated(node.children.slice(1));
      const results = values.map((group) => expression(draft, group[group.length - 1]));
      const codes = results.map(({ code }) => code);
      draft.returned = results.length === 1 ? results[0].kind : 'unknown';
      const isTuple = node.children.some(({ type }) => type === ',');
      if (codes.length === 0) return ['return;'];
      return [isTuple ? `return [${codes.join(', ')}] as const;` : `return ${codes[0]};`];
    }
    case 'IfStatement':
      return conditional(draft, node, variables);
    case 'ForStatement':
      return loop(draft, node, variables);
    case 'WhileStatement':
      return [
        `while (${expression(draft, node.children[1]).code}) {`,
        ...bodyOf(draft, childrenOf(node, 'Body')[0], variables),
        '}',
      ];
    case 'WithStatement':
      return withStatement(draft, node, variables);
    case 'TryStatement':
      return tryStatement(draft, node, variables);
    case 'RaiseStatement': {
      const error = node.children[1];
      const list = error?.type === 'CallExpression' ? childrenOf(error, 'ArgList')[0] : undefined;
      const message = list && separated(list.children)[0];
      return [`throw new Error(${message ? expression(draft, message[0]).code : ''});`];
    }
    case 'AssertStatement': {
      const [test, message] = separated(node.children.slice(1)).map(([value]) => expression(draft, value));
      return [
        `if (!(${test.code})) throw new Error(${message ? message.code : stringLiteral(`'${node.text.replace(/['\\]/g, '')}'`)});`,
      ];
    }
    case 'PassStatement':
      return [];
    case 'BreakStatement':
      return ['break;'];
    case 'ContinueStatement':
      return ['continue;'];
    case 'StatementGroup':
      return body(
        draft,
        node.children.filter(({ type }) => type !== ';'),
        variables,
      );
    default:
      draft.remark(node.line, `not translated: ${node.text.split('\n')[0]}`);
      return [];
  }
}
