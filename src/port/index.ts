/**
 * From a JAX program to a draft in TypeScript: a translation by the porting rule, with what needs a hand said in place.
 *
 * A draft is a beginning. Types of values are guessed from what `jax.numpy` is given; where nobody can know whether an
 * operator stands between arrays or numbers, it stays and a remark tells what it is for arrays.
 */
import { type Call, Draft, type IsExported, type Remark } from './draft.js';
import { parametersOf } from './parameter.js';
import { block } from './statement.js';
import { childrenOf, parsePython, walk } from './syntax.js';

export type { Call, CallStatus, IsExported, Remark } from './draft.js';
export { pythonOf } from './source.js';

/** A draft, and how much of the program it covers. */
export interface Port {
  readonly typescript: string;
  /** Calls of libraries, in the order of their lines. */
  readonly calls: readonly Call[];
  readonly remarks: readonly Remark[];
  /** Numbers of calls by how sure they are. */
  readonly coverage: { readonly mapped: number; readonly rule: number; readonly unknown: number };
}

/** Translates a program. It never fails: what cannot be read is remarked upon. */
export function port(python: string, isExported: IsExported): Port {
  const program = parsePython(python);
  const draft = new Draft(isExported);
  for (const node of walk(program)) {
    const [name] = childrenOf(node, 'VariableName');
    if (name && node.type === 'ClassDefinition') draft.classes.add(name.text);
    const [list] = childrenOf(node, 'ParamList');
    if (name && list && node.type === 'FunctionDefinition' && !name.text.startsWith('__')) {
      draft.functions.set(
        name.text,
        parametersOf(list).map((p) => p.name),
      );
    }
    if (node.type === '⚠' && node.text.trim() !== '')
      draft.remark(node.line, `not understood: ${node.text.trim().split('\n')[0]}`);
  }
  const lines = block(
    draft,
    program.children.filter(({ type }) => type !== '⚠'),
    [],
  );
  const calls = [...draft.calls].sort((a, b) => a.line - b.line);
  const count = (status: Call['status']): number => calls.filter((call) => call.status === status).length;
  const imports = draft.imports();
  return {
    typescript: `${[...imports, ...(imports.length > 0 ? [''] : []), ...lines, ...draft.takeRemarks()].join('\n')}\n`,
    calls,
    remarks: draft.remarks,
    coverage: { mapped: count('mapped'), rule: count('rule'), unknown: count('unknown') },
  };
}
