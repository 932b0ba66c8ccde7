/**
 * Is the constructor of a module still running?
 *
 * Modules that another module makes in its constructor are named `parent/~/child`. The constructor of the base class knows
 * when construction begins, and nothing in the language tells when the constructor of the subclass returns. The stack
 * does: as long as it runs, it stands there, as many calls from the bottom as in the beginning.
 */

/** A running constructor: how deep it is, counted from the bottom of the stack, and what it is called. */
export interface Construction {
  readonly depth: number;
  readonly name: string | null;
  readonly file: string | null;
}

interface Call {
  readonly isConstructor: boolean;
  readonly name: string | null;
  readonly file: string | null;
}

/** The calls on the stack that led to `below`, outermost first. */
function stackOf(below: (...args: never[]) => unknown): Call[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    Error.prepareStackTrace = (_, sites) =>
      sites
        .map((site) => ({
          isConstructor: site.isConstructor(),
          name: site.getFunctionName(),
          file: site.getFileName() ?? null,
        }))
        .reverse();
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, below);
    return holder.stack as Call[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * The outermost constructor of the object that is being made: called from the constructor of the base class, whose
 * subclasses are called `names`, from the class of the object to the base.
 */
export function beginConstruction(names: readonly string[]): Construction {
  const calls = stackOf(beginConstruction);
  // The last call is that of the base class; below it stand the constructors of its subclasses, as far as they were written.
  let depth = calls.length - 1;
  let next = names.length - 2;
  while (depth > 0 && next >= 0) {
    const call = calls[depth - 1];
    if (!call.isConstructor) break;
    const found = names.lastIndexOf(call.name ?? '', next);
    if (found < 0) break;
    next = found - 1;
    depth--;
  }
  return { depth, name: calls[depth].name, file: calls[depth].file };
}

/** True while the constructor has not returned. */
export function isRunning({ depth, name, file }: Construction): boolean {
  const call = stackOf(isRunning)[depth];
  return call?.isConstructor === true && call.name === name && call.file === file;
}
