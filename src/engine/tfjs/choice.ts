/**
 * Which backend of TensorFlow.js an engine's name means: `tfjs` the best that opens, `tfjs:wasm` that one alone.
 */
import * as E from 'fp-ts/lib/Either.js';
import { TfjsUnavailable } from '../../error/tfjs.js';
import { TfjsEngine } from './engine.js';
import type { OpenedBackend } from './tensorflow.js';

/** The backends in Node, best first. */
export const BACKENDS = ['node-gpu', 'node', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What a failure said, on one line. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0].replace(/\.?$/, '.');

/** What came of trying the backends that are better than the one in use. */
export interface Attempt {
  readonly backend: string;
  /** Null for the one that opened. */
  readonly problem: string | null;
}

const engines = new Map<string, TfjsEngine>();

/** Opens one backend; left with the reason where that is not possible. */
export type OpenBackend<Name extends string = string> = (name: Name) => E.Either<string, OpenedBackend>;

/** Tries backends in order until one opens. */
export function firstOf<Name extends string>(
  names: readonly Name[],
  open: OpenBackend<Name>,
): { readonly engine: TfjsEngine | null; readonly attempts: readonly Attempt[] } {
  const attempts: Attempt[] = [];
  for (const name of names) {
    const known = engines.get(name);
    const opened = known ? E.right(known.opened) : open(name);
    attempts.push({ backend: name, problem: E.isLeft(opened) ? opened.left : null });
    if (E.isLeft(opened)) continue;
    const engine = known ?? new TfjsEngine(opened.right);
    engines.set(name, engine);
    return { engine, attempts };
  }
  return { engine: null, attempts };
}

/** The engine on the best of the backends that are named. */
export function chooseEngine<Name extends string>(
  wanted: string,
  names: readonly Name[],
  open: OpenBackend<Name>,
): E.Either<InstanceType<typeof TfjsUnavailable>, TfjsEngine> {
  const { engine, attempts } = firstOf(names, open);
  if (engine) return E.right(engine);
  const reasons = Object.fromEntries(attempts.map(({ backend, problem }) => [backend, problem ?? '']));
  return E.left(new TfjsUnavailable({ wanted: `The engine '${wanted}'`, reasons }));
}
