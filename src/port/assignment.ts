/** Assignments, and where the variables they make are declared. */
import { boundNames } from './comprehension.js';
import type { Draft } from './draft.js';
import { binary, type Expression, expression } from './expression.js';
import { camelCase } from './library.js';
import { type Node, separated } from './syntax.js';

/** The variables of one function, or of the program. */
export interface Variables {
  /** Assigned once, at the top: `const`. */
  readonly constants: ReadonlySet<string>;
  /** Assigned first within a block: declared above it all. */
  readonly hoisted: readonly string[];
  readonly declared: Set<string>;
}

const NESTED = new Set(['FunctionDefinition', 'ClassDefinition', 'LambdaExpression']);

const targetsOf = (node: Node): Node[][] => {
  const groups: Node[][] = [[]];
  for (const child of node.children) {
    if (child.type === 'AssignOp') groups.push([]);
    else groups[groups.length - 1].push(child);
  }
  return groups;
};

/** Looks for what a body assigns. `parameters` are declared already. */
export function variablesOf(statements: readonly Node[], parameters: readonly string[]): Variables {
  const count = new Map<string, number>();
  const firstDeep = new Map<string, boolean>();
  const note = (name: string, deep: boolean, times = 1): void => {
    count.set(name, (count.get(name) ?? 0) + times);
    if (!firstDeep.has(name)) firstDeep.set(name, deep);
  };
  const visit = (node: Node, deep: boolean): void => {
    if (NESTED.has(node.type)) return;
    if (node.type === 'AssignStatement') {
      for (const group of targetsOf(node).slice(0, -1)) for (const name of boundNames(group)) note(name, deep);
    }
    if (node.type === 'UpdateStatement') for (const name of boundNames(node.children.slice(0, 1))) note(name, deep, 2);
    const inner = deep || /^(If|For|While|With|Try)Statement$/.test(node.type);
    for (const child of node.children) visit(child, inner);
  };
  for (const statement of statements) visit(statement, false);
  const own = [...count.keys()].filter((name) => !parameters.includes(name));
  return {
    constants: new Set(own.filter((name) => count.get(name) === 1 && !firstDeep.get(name))),
    hoisted: own.filter((name) => firstDeep.get(name)),
    declared: new Set([...parameters, ...own.filter((name) => firstDeep.get(name))]),
  };
}

const targetCode = (draft: Draft, nodes: readonly Node[]): string => {
  const groups = separated(nodes);
  const one = (group: readonly Node[]): string => {
    const node = group[group.length - 1];
    const rest = group[0].type === '*' ? '...' : '';
    if (node.text === '_' && groups.length > 1) return '';
    if (/^(Tuple|Array)Expression$/.test(node.type)) return `[${separated(node.children).map(one).join(', ')}]`;
    if (node.type === 'ParenthesizedExpression') return one([node.children[1]]);
    if (node.type === 'VariableName' && node.text !== 'self') return `${rest}${camelCase(node.text)}`;
    return `${rest}${expression(draft, node).code}`;
  };
  return groups.length === 1 && !nodes.some(({ type }) => type === ',')
    ? one(groups[0])
    : `[${groups.map(one).join(', ')}]`;
};

/** Translates `a = b = value`, `a: T = value`. */
export function assignment(draft: Draft, node: Node, variables: Variables): string[] {
  const groups = targetsOf({ ...node, children: node.children.filter(({ type }) => type !== 'TypeDef') });
  if (groups.length === 1) return [];
  const right = groups[groups.length - 1];
  const isTuple = right.some(({ type }) => type === ',');
  const value: Expression = isTuple
    ? {
        code: `[${separated(right)
          .map((g) => expression(draft, g[g.length - 1]).code)
          .join(', ')}]`,
        kind: 'unknown',
        atom: true,
      }
    : expression(draft, right[right.length - 1]);
  return groups.slice(0, -1).map((target, i) => {
    const names = boundNames(target);
    const simple = target.length === 1 && target[0].type === 'VariableName';
    if (!simple && target.length === 1 && target[0].type === 'MemberExpression' && target[0].text.endsWith(']')) {
      draft.remark(
        node.line,
        'arrays, datasets and trees are not assigned to: x.at(i).set(v), dataset.assign, tree.produce',
      );
    }
    const undeclared = names.filter((name) => !variables.declared.has(name));
    const fresh = names.length > 0 && undeclared.length === names.length;
    const declaration = fresh || undeclared.length === 0 ? '' : `let ${undeclared.map(camelCase).join(', ')};\n`;
    const from = i === 0 ? value.code : targetCode(draft, groups[0]);
    const code = targetCode(draft, target);
    for (const name of names) {
      variables.declared.add(name);
      draft.setKind(name, simple || value.kind === 'dataset' ? value.kind : 'unknown');
    }
    if (fresh) return `${names.every((name) => variables.constants.has(name)) ? 'const' : 'let'} ${code} = ${from};`;
    return code.startsWith('[') ? `${declaration}(${code} = ${from});` : `${code} = ${from};`;
  });
}

/** Translates `a += value`: arrays do not change, so the name gets another. */
export function update(draft: Draft, node: Node): string {
  const [target, op, value] = node.children;
  const left = expression(draft, target);
  const right = expression(draft, value);
  if (left.kind === 'number' && right.kind === 'number') return `${left.code} ${op.text} ${right.code};`;
  return `${left.code} = ${binary(draft, node.line, left, op.text.slice(0, -1), right).code};`;
}
