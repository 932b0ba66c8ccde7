/** Which names of a function are arrays: those annotated so, and those that `jax.numpy` and its kin are given. */
import type { Draft } from './draft.js';
import type { Parameter } from './parameter.js';
import { childrenOf, type Node, separated, walk } from './syntax.js';

const ARRAY_TYPE = /^(jax\.Array|(jax\.)?numpy\.ndarray)$/;
const TAKES_ARRAYS =
  /^(jax\.)?(numpy|lax|nn|scipy\.\w+)\.(?!shape$|ndim$|stack$|concatenate$|array$|asarray$|scan$|cond$|while_loop$|fori_loop$|map$|arange$|zeros$|ones$|full$|linspace$|eye$)\w+$/;

/** Enters what is known of a function's parameters into the innermost scope. */
export function inferKinds(draft: Draft, body: Node, parameters: readonly Parameter[]): void {
  const names = new Set(parameters.map(({ name }) => name));
  for (const { name, annotation } of parameters) {
    const full = annotation === null ? null : (draft.libraryName(annotation) ?? annotation);
    if (full !== null && ARRAY_TYPE.test(full)) draft.setKind(name, 'array');
    else if (full === 'xarray.Dataset') draft.setKind(name, 'dataset');
    else if (full === 'int' || full === 'float') draft.setKind(name, 'number');
    else draft.setKind(name, 'unknown');
  }
  for (const node of walk(body)) {
    if (
      node.type === 'MemberExpression' &&
      node.children[0].type === 'VariableName' &&
      /^\w+\.(at|T)$/.test(node.text)
    ) {
      if (names.has(node.children[0].text)) draft.setKind(node.children[0].text, 'array');
    }
    if (node.type !== 'CallExpression') continue;
    const python = draft.libraryName(node.children[0].text);
    if (python === null || !TAKES_ARRAYS.test(python)) continue;
    for (const group of separated(childrenOf(node, 'ArgList')[0].children)) {
      const [only] = group;
      if (group.length === 1 && only.type === 'VariableName' && names.has(only.text)) draft.setKind(only.text, 'array');
    }
  }
}
