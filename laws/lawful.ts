/**
 * One line in a test file: a test for each law, in vitest, jest or node:test.
 *
 *     lawful('my loss', gradLaws(loss, { params, batch }));
 *
 * The three runners agree in what is needed: a global or importable `describe(name, body)` and `test(name, body)`.
 */
import { brokenError, type CheckOptions, checkLaw } from './check.js';
import type { AnyLaw } from './law.js';

/** What is used of a test runner. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => void | Promise<void>, timeout?: number) => unknown;
}

export interface LawfulOptions extends CheckOptions {
  /** `describe` and `test` of the runner, where they are not global: `lawful('f', laws, { runner: { describe, test } })`. */
  readonly runner?: Runner;
  /** Milliseconds a test may take, for runners that have a limit. Default 60000. */
  readonly timeout?: number;
}

const globals = (): Runner | null => {
  const { describe, test, it } = globalThis as unknown as Partial<Runner> & { readonly it?: Runner['test'] };
  const run = test ?? it;
  return describe && run ? { describe, test: run } : null;
};

/** The runner whose functions are global, or that of Node itself. */
async function findRunner(): Promise<Runner> {
  const found = globals();
  if (found) return found;
  const node = await import('node:test');
  return {
    describe: (name, body) => void node.describe(name, body),
    test: (name, body) => void node.test(name, body),
  };
}

function define(name: string, laws: readonly AnyLaw[], options: LawfulOptions, { describe, test }: Runner): void {
  describe(name, () => {
    for (const law of laws) {
      test(
        law.name,
        () => {
          const result = checkLaw(law, options);
          if (result.status === 'broken') throw brokenError([result]);
        },
        options.timeout ?? 60_000,
      );
    }
  });
}

/**
 * Makes a test for each law.
 *
 * Where `describe` and `test` are global (jest; vitest with `globals: true`) they are used; otherwise pass them as
 * `runner`, or await the promise at the top level of the file, and the tests are those of `node:test`.
 */
export function lawful(name: string, laws: readonly AnyLaw[], options: LawfulOptions = {}): Promise<void> {
  const runner = options.runner ?? globals();
  if (runner) {
    define(name, laws, options, runner);
    return Promise.resolve();
  }
  return findRunner().then((node) => define(name, laws, options, node));
}
