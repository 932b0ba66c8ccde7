/**
 * A draft in the making: what it imports, which library calls it has, and what it leaves to a hand.
 */
import { isLibrary, type Place, placeOf } from './library.js';
import { signatureOf } from './signature.js';

/**
 * How sure a call is: its function is exported here and its parameters are known (`mapped`); it is exported, and the porting
 * rule alone says what becomes of its arguments (`rule`); it is not here (`unknown`).
 */
export type CallStatus = 'mapped' | 'rule' | 'unknown';

/** A call of a library in the Python text, and what became of it. */
export interface Call {
  readonly line: number;
  readonly python: string;
  readonly typescript: string | null;
  readonly status: CallStatus;
}

/** Something that needs a hand: a line of the Python text, and what to do. */
export interface Remark {
  readonly line: number;
  readonly text: string;
}

/** Whether `fluxion/...` exports something under a path of names. */
export type IsExported = (from: string, path: readonly string[]) => boolean;

/** What is known of a value. */
export type Kind = 'array' | 'number' | 'string' | 'dataset' | 'module' | 'unknown';

/** A function that the program itself defines: its parameters, in order. */
export type OwnFunction = readonly string[];

export class Draft {
  readonly calls: Call[] = [];
  readonly remarks: Remark[] = [];
  /** Python names bound by imports: `jnp` is `jax.numpy`. */
  readonly bound = new Map<string, string>();
  readonly functions = new Map<string, OwnFunction>();
  readonly classes = new Set<string>();
  /** What the program's functions return, where that is known. */
  readonly returns = new Map<string, Kind>();
  /** What the function being written returns. */
  returned: Kind = 'unknown';
  /** Kinds of variables by name, the innermost scope last. */
  readonly scopes: Map<string, Kind>[] = [new Map()];
  readonly #names = new Map<string, Set<string>>();
  readonly #namespaces = new Map<string, string>();
  #pending: Remark[] = [];

  constructor(readonly isExported: IsExported) {}

  /** Leaves something to a hand; it is said above the statement that is being written. */
  remark(line: number, text: string): void {
    if (this.#pending.some((other) => other.text === text)) return;
    const remark = { line, text };
    this.remarks.push(remark);
    this.#pending.push(remark);
  }

  /** The remarks since the last time, as comments. */
  takeRemarks(): string[] {
    const lines = this.#pending.map(({ line, text }) => `// PORT: ${text} (line ${line})`);
    this.#pending = [];
    return lines;
  }

  kindOf(name: string): Kind {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const kind = this.scopes[i].get(name);
      if (kind !== undefined) return kind;
    }
    return 'unknown';
  }

  setKind(name: string, kind: Kind): void {
    this.scopes[this.scopes.length - 1].set(name, kind);
  }

  /** The full Python name behind a dotted one, if it begins at an import of a library. */
  libraryName(dotted: string): string | null {
    const [head, ...rest] = dotted.split('.');
    const module = this.bound.get(head);
    if (module === undefined || !isLibrary(module)) return null;
    return [module, ...rest].join('.');
  }

  /** A library's place as an expression, with its import. */
  reference({ from, alias, path }: Place): string {
    if (alias !== null) {
      this.#namespaces.set(from, alias);
      return [alias, ...path].join('.');
    }
    if (path.length === 0) return 'fluxion';
    const names = this.#names.get(from) ?? new Set();
    this.#names.set(from, names.add(path[0]));
    return path.join('.').replace(/^type /, '');
  }

  /** Imports one name, and gives it. */
  name(from: string, name: string): string {
    return this.reference({ module: '', python: name, from, alias: null, path: [name] });
  }

  /** Counts a call of a library, and says where its function is. */
  call(line: number, python: string, counted = true): { readonly place: Place | null; readonly status: CallStatus } {
    const found = placeOf(python);
    const place = found && this.isExported(found.from, found.path) ? found : null;
    const known =
      place !== null && signatureOf(place.module, place.python) !== undefined && !python.startsWith('numpy');
    const status: CallStatus = place === null ? 'unknown' : known ? 'mapped' : 'rule';
    if (counted) {
      const typescript = place && `${place.from}: ${place.path.join('.')}`;
      this.calls.push({ line, python, typescript, status });
    }
    return { place, status };
  }

  imports(): string[] {
    const single = [...this.#names].map(
      ([from, names]) => `import { ${[...names].sort().join(', ')} } from '${from}';`,
    );
    const whole = [...this.#namespaces].map(([from, alias]) => `import * as ${alias} from '${from}';`);
    const module = (line: string): string => line.slice(line.indexOf("'"));
    return [...single, ...whole].sort((a, b) => (module(a) < module(b) ? -1 : 1));
  }
}
