/**
 * Source files as Node knows them: which are fluxion's own, where the original of a compiled line is. In a browser
 * `files.browser.ts` stands in for this file.
 */
import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A place in a source file. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The folder that holds fluxion's own sources (`src/`, or `dist/src/` when built). */
const ownFolder = fileURLToPath(new URL('../', import.meta.url));
const ownUrl = new URL('../', import.meta.url).href;

/** True for fluxion's own files, and Node's. */
export const isOwnFile = (file: string): boolean =>
  file.startsWith(ownFolder) || file.startsWith(ownUrl) || file.startsWith('node:');

/** The place in what was written, by the source map where Node has one; files as paths. */
export function originalPlace({ file, line, column }: Place): Place {
  const mapped = findSourceMap(file)?.findEntry(line - 1, column - 1);
  const original =
    mapped && 'originalSource' in mapped
      ? { file: mapped.originalSource, line: mapped.originalLine + 1, column: mapped.originalColumn + 1 }
      : { file, line, column };
  return { ...original, file: original.file.startsWith('file:') ? fileURLToPath(original.file) : original.file };
}
