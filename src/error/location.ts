/**
 * The user's line: where, outside fluxion's own files, an operation was asked for.
 *
 * Reading a stack trace as text costs tens of microseconds; walking V8's call sites costs one or two, and more the more
 * of them are asked for. The file name is compared with the folder of this package, and the first frame outside of it is
 * the user's. An operation that becomes several equations on its way down looks once (`sharingLocation`).
 */
import { isOwnFile, originalPlace } from './files.js';

export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string | null;
  /** For an equation of a derivative: of which operation, and whether it runs in the backward pass. */
  readonly derivation?: Derivation;
  /** The names that enclose it (`namedScope`): `encoder/layer1`. */
  readonly scope?: string;
}

/** The operation of the user's program whose derivative is being written down. */
export interface Derivation {
  readonly operation: string;
  readonly backward: boolean;
}

const owned = new Map<string, boolean>();
function isOwn(file: string): boolean {
  let own = owned.get(file);
  if (own === undefined) {
    own = isOwnFile(file);
    owned.set(file, own);
  }
  return own;
}

/** The user's frame is nearly always among so many; where it is not, it is looked for among more. */
const NEAR = 20;
const FAR = 60;

function pick(_: Error, sites: NodeJS.CallSite[]): Location | null {
  for (const site of sites) {
    const file = site.getFileName();
    if (!file || isOwn(file)) continue;
    return {
      file,
      line: site.getLineNumber() ?? 0,
      column: site.getColumnNumber() ?? 0,
      functionName: site.getFunctionName(),
    };
  }
  return null;
}

let replayed: Location | null = null;
let shared: Location | null = null;
let derivation: Derivation | null = null;
let scope: string | null = null;

/** Runs `body` as if it stood at `location`: for equations that a transformation writes again. */
export function atLocation<T>(location: Location | null, body: () => T): T {
  const before = replayed;
  const outer = derivation;
  replayed = location;
  derivation = location?.derivation ?? null;
  try {
    return body();
  } finally {
    replayed = before;
    derivation = outer;
  }
}

/**
 * Runs `body`, one operation of the user's whose rules write down several: all of these stand at the line that is the
 * user's now.
 */
export function sharingLocation<T>(body: () => T): T {
  if (replayed !== null || shared !== null) return body();
  shared = capture();
  try {
    return body();
  } finally {
    shared = null;
  }
}

/** Runs `body`, a rule that the user wrote, whose operations stand at lines of their own. */
export function ownLocations<T>(body: () => T): T {
  const before = shared;
  shared = null;
  try {
    return body();
  } finally {
    shared = before;
  }
}

/** Runs `body` with one more name around what it writes down. */
export function withScope<T>(name: string, body: () => T): T {
  const outer = scope;
  scope = outer === null ? name : `${outer}/${name}`;
  try {
    return body();
  } finally {
    scope = outer;
  }
}

/**
 * Runs a derivative rule of an operation: what it writes down is known to come from there. Inside another rule the
 * operation that the user wrote keeps the credit.
 */
export function deriving<T>(operation: string, backward: boolean, body: () => T): T {
  const outer = derivation;
  if (outer === null || (backward && !outer.backward)) {
    derivation = { operation: outer?.operation ?? operation, backward };
  }
  try {
    return body();
  } finally {
    derivation = outer;
  }
}

/** The scopes of a program's equation that is written down once more: its own, inside of those that are here now. */
function joinScopes(own: string | undefined): string | undefined {
  if (scope === null || own === undefined) return own ?? scope ?? undefined;
  return own === scope || own.startsWith(`${scope}/`) ? own : `${scope}/${own}`;
}

/** The location with what is known of the circumstances. */
function circumstances(location: Location): Location {
  const joined = joinScopes(location.scope);
  if (derivation === (location.derivation ?? null) && joined === location.scope) return location;
  return { ...location, derivation: derivation ?? undefined, scope: joined };
}

/** The location of the user's call that is being executed; null when no frame is the user's. */
export function userLocation(): Location | null {
  const known = replayed ?? shared;
  if (known !== null) return circumstances(known);
  const location = capture();
  return location === null ? null : circumstances(location);
}

/** The first frame of the stack that is the user's. */
function capture(): Location | null {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = pick;
  const location = frameWithin(NEAR) ?? frameWithin(FAR);
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return location;
}

function frameWithin(limit: number): Location | null {
  Error.stackTraceLimit = limit;
  const holder: { stack?: unknown } = {};
  // Only V8 has it, and calls `pick`; elsewhere a stack is a text, if there is one.
  Error.captureStackTrace?.(holder as Error, capture);
  return typeof holder.stack === 'object' ? (holder.stack as Location | null) : null;
}

/** The user's line that an error of JavaScript's own was thrown at, from the text of its stack; null when none is found. */
export function errorLocation(error: Error): Location | null {
  for (const frame of error.stack?.split('\n').slice(1) ?? []) {
    const found = /at (?:(.+?) \()?(.+?):(\d+):(\d+)\)?$/.exec(frame.trim());
    if (found === null || isOwn(found[2])) continue;
    const [, name, file, line, column] = found;
    return { file, line: Number(line), column: Number(column), functionName: name ?? null };
  }
  return null;
}

/** `training.ts:12:8 (loss)`, through the source map where Node has one. */
export function locationText(location: Location): string {
  const { file, line, column } = originalPlace(location);
  const inScope = location.scope ? `, in ${location.scope}` : '';
  return `${file}:${line}:${column}${location.functionName ? ` (${location.functionName})` : ''}${inScope}`;
}

/** The text of a location, or null where none is known. */
export const maybeLocation = (location: Location | null): string | null => (location ? locationText(location) : null);
