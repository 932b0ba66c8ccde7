/**
 * Python as a tree: Lezer's parser behind the few questions that a translation asks.
 */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';

/** A piece of a program. Punctuation and keywords are nodes too, named by themselves. */
export interface Node {
  readonly type: string;
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly children: readonly Node[];
}

const SKIPPED = new Set(['Comment']);

/** The tree of a program. What the parser could not read has the type `⚠`. */
export function parsePython(python: string): Node {
  // The parser does not know `1.e-5`.
  const source = python.replace(/(?<![\w.])(\d+)\.(?=[eE][+-]?\d)/g, '$1.0');
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (at: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const convert = (node: SyntaxNode): Node => {
    const children: Node[] = [];
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (!SKIPPED.has(child.name)) children.push(convert(child));
    }
    return { type: node.name, text: source.slice(node.from, node.to), line: lineOf(node.from), children };
  };
  return convert(parser.parse(source).topNode);
}

/** The children of these types. */
export const childrenOf = (node: Node, ...types: readonly string[]): Node[] =>
  node.children.filter(({ type }) => types.includes(type));

/** Children between separators: `a, b=1, *c` is three lists. Brackets at the ends are left out. */
export function separated(nodes: readonly Node[], separator = ','): Node[][] {
  const inner = nodes.filter(({ type }) => !['(', ')', '[', ']', '{', '}'].includes(type));
  const groups: Node[][] = [[]];
  for (const node of inner) {
    if (node.type === separator) groups.push([]);
    else groups[groups.length - 1].push(node);
  }
  return groups.filter((group) => group.length > 0);
}

/** Every node of a tree, parents first. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* walk(child);
}
