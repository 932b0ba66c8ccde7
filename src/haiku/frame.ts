/**
 * What a transformed function sees while it runs: the one hidden state of this library.
 *
 * `transform` makes a frame, runs the user's function and throws the frame away. In between, modules find there who is
 * asking (for the names), the parameters, the state and the random keys. Nothing of it is visible outside, and outside of a
 * transformed function there is none.
 *
 * The frame holds a stack of *levels*: one for each module method (or constructor) that is running. A level counts the
 * names of modules made in it, so that a second `linear` becomes `linear_1`.
 * Source: haiku/_src/base.py.
 */
import type { NdArray } from '../array/array.js';
import { OutsideTransform } from '../error/haiku.js';
import { type Construction, isRunning } from './construction.js';
import type { PRNGSequence } from './rng.js';

/** `{ 'mlp/~/linear_0': { w, b } }`. */
export type Bundles<Leaf> = { [moduleName: string]: { [name: string]: Leaf } };

/** Parameters by module and name. */
export type Params = { readonly [moduleName: string]: { readonly [name: string]: NdArray } };
/** State by module and name; the leaves are trees of arrays. */
export type State = { readonly [moduleName: string]: { readonly [name: string]: unknown } };

export interface StateValue {
  readonly initial: unknown;
  readonly current: unknown;
}

/** What a frame needs to know of a module. */
export interface Named {
  readonly moduleName: string;
}

/** A running method of a module. */
export class Level {
  readonly counters = new Map<string, number>();
  readonly usedNames = new Set<string>();

  constructor(
    /** Null for the transformed function itself. */
    readonly module: Named | null,
    /** `call`, `~` for the constructor, or the name of another method, in snake case. */
    readonly method: string,
    /** Where the constructor is, for levels that end when it returns. */
    readonly construction: Construction | null = null,
  ) {}
}

/** What changes the making, reading and writing of values (`customGetter` and its kin). */
export interface Hooks {
  readonly creators: readonly unknown[];
  readonly getters: readonly unknown[];
  readonly stateCreators: readonly unknown[];
  readonly stateGetters: readonly unknown[];
  readonly stateSetters: readonly unknown[];
}

export class Frame {
  hooks: Hooks = { creators: [], getters: [], stateCreators: [], stateGetters: [], stateSetters: [] };

  constructor(
    readonly params: Bundles<NdArray>,
    readonly state: Bundles<StateValue>,
    readonly rng: PRNGSequence | null,
    /** True in `apply`, where parameters are read but not made. */
    readonly paramsFrozen: boolean,
    readonly levels: Level[] = [new Level(null, 'call')],
  ) {}

  /** The innermost running method. */
  get level(): Level {
    this.dropReturned();
    return this.levels[this.levels.length - 1];
  }

  /** Drops the levels of constructors that have returned. */
  private dropReturned(): void {
    for (;;) {
      const { construction } = this.levels[this.levels.length - 1];
      if (construction === null || isRunning(construction)) return;
      this.levels.pop();
    }
  }

  /** The module that is asking, or `~` for the transformed function itself. */
  get moduleName(): string {
    return this.level.module?.moduleName ?? '~';
  }

  /** Runs a method of a module on a level of its own. */
  within<T>(module: Named | null, method: string, body: () => T): T {
    this.dropReturned();
    const depth = this.levels.length;
    this.levels.push(new Level(module, method));
    try {
      return body();
    } finally {
      this.levels.length = depth;
    }
  }
}

const frames: Frame[] = [];

/** @throws OutsideTransform */
export function currentFrame(op: string): Frame {
  const frame = frames[frames.length - 1];
  if (frame === undefined) throw new OutsideTransform({ op });
  return frame;
}

/** Runs `body` with a frame. */
export function withFrame<T>(frame: Frame, body: () => T): T {
  frames.push(frame);
  try {
    return body();
  } finally {
    frames.pop();
  }
}
