/** Taking results of the file edge apart in tests. */
import type { Either } from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { FluxionError } from '../../src/error/error.js';

/** The right of a result; an error on the left is thrown. */
export function right<E, A>(result: Either<E, A>): A {
  if (result._tag === 'Left') throw result.left;
  return result.right;
}

/** The error on the left of a result; a right is a failed test. */
export function left<E extends FluxionError, A>(result: Either<E, A>): E {
  if (result._tag === 'Right') throw new Error(`expected an error, got ${JSON.stringify(result.right)?.slice(0, 200)}`);
  return result.left;
}

/** Runs a task and returns its right. */
export const run = async <E, A>(task: TaskEither<E, A>): Promise<A> => right(await task());

/** Runs a task and returns the error on its left. */
export const failure = async <E extends FluxionError, A>(task: TaskEither<E, A>): Promise<E> => left(await task());
