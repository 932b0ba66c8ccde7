/** The Python of a file: a program as it is, or the cells of a notebook one behind the other. */
import * as E from 'fp-ts/lib/Either.js';
import { UnreadableNotebook } from '../error/port.js';

interface Notebook {
  readonly cells: readonly { readonly cell_type: string; readonly source: string | readonly string[] }[];
}

const isNotebook = (value: unknown): value is Notebook =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as Partial<Notebook>).cells) &&
  (value as Notebook).cells.every(
    ({ cell_type, source }) =>
      typeof cell_type === 'string' &&
      (typeof source === 'string' || (Array.isArray(source) && source.every((line) => typeof line === 'string'))),
  );

/** Commands of notebooks and shells, as comments. */
const withoutMagics = (code: string): string => code.replace(/^(\s*)([%!])/gm, '$1# $2');

/**
 * The program in a file. Lines are counted through all code cells of a notebook, one empty line between two.
 *
 * Left: `UnreadableNotebook`.
 */
export function pythonOf(path: string, text: string): E.Either<UnreadableNotebook, string> {
  if (!path.endsWith('.ipynb')) return E.right(text);
  let notebook: unknown;
  try {
    notebook = JSON.parse(text);
  } catch (error) {
    return E.left(new UnreadableNotebook({ path, reason: `it is no JSON: ${(error as Error).message}` }));
  }
  if (!isNotebook(notebook)) {
    return E.left(new UnreadableNotebook({ path, reason: 'it has no list of cells with a type and a source' }));
  }
  const code = notebook.cells
    .filter(({ cell_type }) => cell_type === 'code')
    .map(({ source }) => withoutMagics(typeof source === 'string' ? source : source.join('')));
  return E.right(`${code.join('\n\n')}\n`);
}
