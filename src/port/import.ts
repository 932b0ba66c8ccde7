/** Imports: names are remembered, since each is imported from elsewhere when it is used. */
import type { Draft } from './draft.js';
import { isLibrary } from './library.js';
import type { Node } from './syntax.js';

/** Python's own modules that a draft does without. */
const NEEDLESS = /^(functools|typing|collections|dataclasses|math|itertools|abc|__future__)(\.|$)/;

/** Remembers what an import binds. Modules without a counterpart are marked. */
export function bindImports(draft: Draft, node: Node): string[] {
  const words = node.children.filter(({ type }) => type !== '(' && type !== ')').map(({ text }) => text);
  const importAt = words.indexOf('import');
  const module = words[0] === 'from' ? words.slice(1, importAt).join('') : null;
  const items: string[][] = [[]];
  for (const word of words.slice(importAt + 1)) {
    if (word === ',') items.push([]);
    else items[items.length - 1].push(word);
  }
  for (const item of items.filter((words) => words.length > 0)) {
    const asAt = item.indexOf('as');
    const name = (asAt < 0 ? item : item.slice(0, asAt)).join('');
    const full = module === null ? name : `${module}.${name}`;
    const bound = asAt >= 0 ? item[asAt + 1] : module === null ? name.split('.')[0] : name;
    draft.bound.set(bound, asAt < 0 && module === null ? name.split('.')[0] : full);
    if (!isLibrary(full) && !NEEDLESS.test(full))
      draft.remark(node.line, `${full} has no counterpart among fluxion's modules`);
  }
  return [];
}
