/** From `TaskEither` to a promise, inside a job whose own edge catches what is thrown. */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../error/error.js';

/** The right of a task; rejects with its left. */
export async function need<A>(task: TE.TaskEither<FluxionError, A>): Promise<A> {
  const result = await task();
  if (E.isLeft(result)) throw result.left;
  return result.right;
}
