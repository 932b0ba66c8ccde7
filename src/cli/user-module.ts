/**
 * Modules of the user's, which some commands are pointed at.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import type { FluxionError } from '../error/error.js';
import { CannotLoadModule } from '../error/laws.js';

/** What the module at a path exports; TypeScript is read where Node itself reads it. */
export async function loadModule(file: string): Promise<E.Either<FluxionError, Readonly<Record<string, unknown>>>> {
  try {
    return E.right(await import(pathToFileURL(resolve(file)).href));
  } catch (error) {
    const code = (error as { readonly code?: string }).code;
    const reason = error instanceof Error ? error.message : String(error);
    const typescript =
      code === 'ERR_UNKNOWN_FILE_EXTENSION' || (error instanceof SyntaxError && /\.[cm]?ts$/.test(file));
    return E.left(new CannotLoadModule({ file, reason, typescript, node: process.versions.node }, { cause: error }));
  }
}
