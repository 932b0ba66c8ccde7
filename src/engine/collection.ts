/**
 * Making V8 collect, and let go of what weak references keep, in the middle of a synchronous program. In a browser, where
 * that cannot be done, `collection.browser.ts` stands in for this file.
 */
import { setFlagsFromString } from 'node:v8';
import { createContext, runInNewContext, Script } from 'node:vm';

let collector: (() => void) | undefined;

/** A full collection of V8's heap, weak references included. */
export function collectGarbage(): void {
  if (!collector) {
    setFlagsFromString('--expose-gc');
    collector = (runInNewContext('globalThis.gc') as (() => void) | undefined) ?? (() => {});
  }
  collector();
}

let separateTurn: { readonly script: Script; readonly context: object } | undefined;

/**
 * Making or reading a weak reference keeps its object alive to the end of the current job, which in a synchronous loop
 * does not come. V8 ends a job whenever a queue of microtasks has run dry; a context with a queue of its own can do
 * that in the middle of one.
 */
export function forgetKeptReferences(): void {
  separateTurn ??= {
    script: new Script('Promise.resolve().then(() => {})'),
    context: createContext({}, { microtaskMode: 'afterEvaluate' }),
  };
  separateTurn.script.runInContext(separateTurn.context);
}
