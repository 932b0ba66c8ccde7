/** Parameters of Python's functions, as they are declared. */
import { type Node, separated } from './syntax.js';

export interface Parameter {
  readonly name: string;
  /** `*args`. */
  readonly rest: boolean;
  readonly annotation: string | null;
  readonly value: Node | null;
}

/** The parameters of a list, without `self` and the marks `*` and `/`. `**kw` is a parameter as others are. */
export function parametersOf(list: Node): Parameter[] {
  return separated(list.children).flatMap((group): Parameter[] => {
    const name = group.find(({ type }) => type === 'VariableName');
    if (name === undefined || name.text === 'self') return [];
    const assigned = group.findIndex(({ type }) => type === 'AssignOp');
    const type = group.find((node) => node.type === 'TypeDef');
    const annotation = type ? type.text.replace(/^:\s*/, '').trim() : null;
    return [
      { name: name.text, rest: group[0].type === '*', annotation, value: assigned < 0 ? null : group[assigned + 1] },
    ];
  });
}
