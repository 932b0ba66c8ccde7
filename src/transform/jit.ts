/**
 * Stage once, compile once, run many times.
 *
 * `jit` remembers the traces of a function by signature: the trees of its arguments, the types of their leaves, static
 * values, and the settings. The usual call finds the signature of the call before: its leaves are collected along the
 * known tree and compared by identity of their types, and go straight to the engine.
 * Source: jax.jit.
 */
import { DeviceArray, type NdArray } from '../array/array.js';
import { type ShapedArray, shaped } from '../array/aval.js';
import { config } from '../config.js';
import type { Engine, MemoryAnalysis } from '../engine/engine.js';
import { currentEngine } from '../engine/registry.js';
import { InvalidArgument } from '../error/error.js';
import { maybeLocation } from '../error/location.js';
import { Jaxpr } from '../ir/jaxpr.js';
import { jaxprText } from '../ir/print.js';
import { jitP } from '../primitive/call.js';
import { axisScope } from '../trace/axis.js';
import { bind, currentTrace, Tracer } from '../trace/context.js';
import { type Staged, stage } from '../trace/stage.js';
import { flatten, flattenLike, leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { evaluateTrace, executableFor, executableForAsync, execute, type Program, programFor } from './dispatch.js';
import { type Explanation, explainMiss, ImpureFunction, type Signature, TraceBudgetExceeded } from './explain.js';
import { FlatFunction, nameOf } from './grad.js';
import { arraysOf } from './leaves.js';

export interface JitOptions {
  /** Arguments that are part of the program: compared by value (primitives) or identity (objects, functions). */
  readonly staticArgnums?: number | readonly number[];
  /** Arguments whose memory the program may take over; they cannot be used after the call. */
  readonly donateArgnums?: number | readonly number[];
  /** How often the function may be traced; one call more is an error that says why. */
  readonly maxTraces?: number;
}

/** A function compiled on demand. */
export interface Jitted<A extends readonly unknown[], R> {
  (...args: A): Arrays<R>;
  /** Stages and lowers for arguments like these, without running. */
  lower(...args: A): Lowered;
  /** Whether a call with these arguments would be traced, and why: compared with the nearest earlier call. */
  explain(...args: A): Explanation;
  /** The number of traces that are remembered. */
  cacheSize(): number;
  /** Forgets all traces. */
  clearCache(): void;
}

/** A staged function on its way to the engine. */
export interface Lowered {
  /** The program as a jaxpr. */
  readonly jaxpr: Jaxpr;
  /** The program as the engine's text (StableHLO), once compiled. */
  compile(): Compiled;
  /** The same without blocking the event loop. The jitted function finds the result. */
  compileAsync(): Promise<Compiled>;
}

export interface Compiled {
  /** The program's text: as it was given to the compiler, or as the compiler left it. */
  asText(stage?: 'lowered' | 'optimized'): string | null;
  memoryAnalysis(): MemoryAnalysis | null;
  costAnalysis(): Readonly<Record<string, number>> | null;
}

interface Trace extends Staged, Signature {
  readonly outTree: TreeDef;
  readonly program: Program;
  /** Positions among the program's used inputs that are donated, and among all leaves. */
  readonly donateUsed: readonly number[];
  readonly donateLeaves: readonly number[];
  readonly constArrays: readonly DeviceArray[] | null;
}

const asList = (value: number | readonly number[] | undefined): readonly number[] =>
  value === undefined ? [] : typeof value === 'number' ? [value] : value;

class Cache {
  readonly traces: Trace[] = [];
  last: Trace | null = null;
}

/** Traces by function and options, so that two `jit`s of one function share them. */
const caches = new WeakMap<object, Map<string, Cache>>();
const allCaches = new Set<WeakRef<Cache>>();

function cacheFor(f: object, options: string): Cache {
  const byOptions = caches.get(f) ?? new Map<string, Cache>();
  caches.set(f, byOptions);
  let cache = byOptions.get(options);
  if (!cache) {
    cache = new Cache();
    byOptions.set(options, cache);
    allCaches.add(new WeakRef(cache));
  }
  return cache;
}

/** Forgets the traces of all jitted functions (`jax.clear_caches`). */
export function clearCaches(): void {
  for (const ref of allCaches) {
    const cache = ref.deref();
    if (cache) {
      cache.traces.length = 0;
      cache.last = null;
    } else allCaches.delete(ref);
  }
}

/**
 * The function, staged once per signature and compiled (`jax.jit`).
 *
 * @throws InvalidArgument when an argument is both static and donated, or a position is out of range
 * @throws NotALeaf when an argument holds something that is neither an array, a number nor a tree
 */
export function jit<A extends readonly unknown[], R>(f: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  const staticNums = asList(options.staticArgnums);
  const donateNums = asList(options.donateArgnums);
  const name = nameOf(f as (...args: never[]) => unknown);
  const description = `jit(${name})`;
  for (const n of donateNums) {
    if (staticNums.includes(n)) {
      throw new InvalidArgument({
        op: description,
        argument: 'donateArgnums',
        expected: 'positions of arguments that are not static',
        actual: `${n}, which is in staticArgnums`,
      });
    }
  }
  const cache = cacheFor(f, `${staticNums.join()};${donateNums.join()}`);

  const sameText = countText(f);

  const canonical = (nums: readonly number[], count: number, argument: string): Set<number> =>
    new Set(
      nums.map((n) => {
        const position = n < 0 ? n + count : n;
        if (!Number.isInteger(n) || position < 0 || position >= count) {
          throw new InvalidArgument({
            op: description,
            argument,
            expected: `positions among the ${count} arguments that were given`,
            actual: `${n}`,
          });
        }
        return position;
      }),
    );

  /** The leaves of a call if it has the signature of `trace`. */
  const match = (trace: Trace, args: A): NdArray[] | null => {
    if (trace.settings !== config.version || trace.axes !== axisScope() || args.length !== trace.argDefs.length)
      return null;
    const raw: unknown[] = [];
    for (let i = 0; i < args.length; i++) {
      const def = trace.argDefs[i];
      if (def === null) {
        if (!Object.is(trace.statics[i], args[i])) return null;
      } else if (!flattenLike(args[i], def, raw)) return null;
    }
    const leaves = arraysOf(raw, description, () =>
      trace.argDefs.flatMap((def, i) => (def ? leafPaths(def, `argument ${i}`) : [])),
    );
    for (let i = 0; i < leaves.length; i++) if (leaves[i].aval !== trace.avals[i]) return null;
    // A captured value of a transformation that has ended makes the trace worthless.
    if (trace.constArrays === null && trace.consts.some((c) => c instanceof Tracer && !c.trace.live)) return null;
    return leaves;
  };

  /** Says, counts and if need be refuses a trace. */
  const noteMiss = (signature: Signature): void => {
    const explanation = explainMiss(description, cache.traces, signature, cache.traces.length === 0 ? sameText : 0);
    if (options.maxTraces !== undefined && cache.traces.length >= options.maxTraces) {
      throw new TraceBudgetExceeded({ name: description, maxTraces: options.maxTraces, explanation: explanation.text });
    }
    if (config.read('explainCacheMisses')) console.warn(explanation.text);
  };

  const find = (args: A): { trace: Trace; leaves: NdArray[] } => {
    if (cache.last) {
      const leaves = match(cache.last, args);
      if (leaves) return { trace: cache.last, leaves };
    }
    for (const trace of cache.traces) {
      const leaves = match(trace, args);
      if (leaves) {
        cache.last = trace;
        return { trace, leaves };
      }
    }
    return makeTrace(args);
  };

  const signatureOf = (args: A): Signature => {
    const statics = canonical(staticNums, args.length, 'staticArgnums');
    const flat = args.map((arg, i) => (statics.has(i) ? null : flatten(arg)));
    const argDefs = flat.map((x) => x?.[1] ?? null);
    const paths = (): string[] => argDefs.flatMap((def, i) => (def ? leafPaths(def, `argument ${i}`) : []));
    const leaves = arraysOf(
      flat.flatMap((x) => x?.[0] ?? []),
      description,
      paths,
    );
    return {
      argDefs,
      avals: leaves.map((x) => x.aval),
      statics: args.map((arg, i) => (statics.has(i) ? arg : null)),
      settings: config.version,
      axes: axisScope(),
    };
  };

  const makeTrace = (args: A): { trace: Trace; leaves: NdArray[] } => {
    const statics = canonical(staticNums, args.length, 'staticArgnums');
    const donated = canonical(donateNums, args.length, 'donateArgnums');
    const flat = args.map((arg, i) => (statics.has(i) ? null : flatten(arg)));
    const argDefs = flat.map((x) => x?.[1] ?? null);
    const dynamicDefs = argDefs.filter((def): def is TreeDef => def !== null);
    const paths = argDefs.flatMap((def, i) => (def ? leafPaths(def, `argument ${i}`) : []));
    const leaves = arraysOf(
      flat.flatMap((x) => x?.[0] ?? []),
      description,
      () => paths,
    );
    const called = (...dynamic: unknown[]): unknown => {
      let next = 0;
      const all = args.map((arg, i) => (statics.has(i) ? arg : dynamic[next++]));
      return (f as unknown as (...all: unknown[]) => unknown)(...all);
    };
    const flatF = new FlatFunction(called as (...args: never[]) => unknown, dynamicDefs, description);
    const avals = leaves.map((x) => x.aval);
    const signature: Signature = {
      avals,
      argDefs,
      statics: args.map((arg, i) => (statics.has(i) ? arg : null)),
      settings: config.version,
      axes: axisScope(),
    };
    noteMiss(signature);
    const staging = (): Staged => stage(description, avals, (xs) => flatF.call(xs));
    const { jaxpr: plain, consts } = staging();
    if (config.read('checkPurity')) checkSame(description, plain, staging().jaxpr);
    const names = [...consts.map(() => 'a captured array'), ...paths];
    const jaxpr = new Jaxpr(plain.invars, plain.equations, plain.outvars, names);

    const donateLeaves: number[] = [];
    let leaf = 0;
    argDefs.forEach((def, i) => {
      for (let k = 0; k < (def?.numLeaves ?? 0); k++, leaf++) if (donated.has(i)) donateLeaves.push(leaf);
    });
    const program = programFor(jaxpr);
    const kept = new Set(program.forwarded);
    const donateUsed: number[] = [];
    let used = 0;
    program.usedIn.forEach((isUsed, i) => {
      if (isUsed && donateLeaves.includes(i - consts.length) && !kept.has(i)) donateUsed.push(used);
      if (isUsed) used++;
    });
    const trace: Trace = {
      jaxpr,
      consts,
      ...signature,
      outTree: flatF.outTree as TreeDef,
      program,
      donateUsed,
      donateLeaves: donateLeaves.filter((i) => !kept.has(i + consts.length)),
      constArrays: consts.every((c) => c instanceof DeviceArray) ? (consts as DeviceArray[]) : null,
    };
    cache.traces.push(trace);
    cache.last = trace;
    return { trace, leaves };
  };

  const run = (trace: Trace, leaves: NdArray[]): unknown => {
    const atBase = currentTrace() === evaluateTrace && trace.constArrays !== null;
    const args = trace.consts.length > 0 ? [...trace.consts, ...leaves] : leaves;
    if (!atBase) return unflatten(trace.outTree, bind(jitP, args, { jaxpr: trace.jaxpr, name }));
    const engine = currentEngine();
    if (trace.donateLeaves.length > 0) checkDonation(description, trace, leaves);
    // With debugNans the arguments are kept until the results are known to be good.
    const donate = config.debugNans ? [] : trace.donateUsed;
    const executable = executableFor(trace.program, engine, { name, donate });
    const outputs = execute(trace.program, executable, engine, args as DeviceArray[], description);
    for (const i of trace.donateLeaves) {
      (leaves[i] as DeviceArray).markDeleted(`its memory was donated to ${description}`);
    }
    return unflatten(trace.outTree, outputs);
  };

  const jitted = (...args: A): Arrays<R> => {
    const { trace, leaves } = find(args);
    return run(trace, leaves) as Arrays<R>;
  };
  Object.defineProperty(jitted, 'name', { value: description });
  return Object.assign(jitted, {
    lower: (...args: A): Lowered => lowered(find(args).trace, name),
    explain: (...args: A): Explanation => {
      if (cache.traces.some((trace) => match(trace, args) !== null)) {
        return { hit: true, differences: [], text: `${description} has a trace for this call.` };
      }
      return explainMiss(description, cache.traces, signatureOf(args), sameText);
    },
    cacheSize: () => cache.traces.length,
    clearCache: () => {
      cache.traces.length = 0;
      cache.last = null;
    },
  });
}

/** Texts of functions that were jitted, and how many function objects had each. */
const texts = new Map<string, number>();

/** How many other function objects with the same text were jitted before. */
function countText(f: object): number {
  const text = String(f);
  const before = texts.get(text) ?? 0;
  texts.set(text, before + 1);
  return before;
}

/** Two traces of one call must be one program. @throws ImpureFunction at the first equation that differs */
function checkSame(name: string, first: Jaxpr, second: Jaxpr): void {
  const a = first.toString();
  const b = second.toString();
  if (a === b) return;
  const left = a.split('\n');
  const right = b.split('\n');
  const line = left.findIndex((text, i) => text !== right[i]);
  const equation = first.equations[Math.max(0, line - 1)] ?? null;
  throw new ImpureFunction({
    name,
    first: (left[line] ?? 'nothing').trim(),
    second: (right[line] ?? 'nothing').trim(),
    location: maybeLocation(equation?.location ?? null),
  });
}

/** Donating one array twice, or donating what is also passed undonated, would read freed memory. */
function checkDonation(op: string, trace: Trace, leaves: readonly NdArray[]): void {
  const donated = new Set<NdArray>();
  const names = (i: number): string => trace.jaxpr.inputNames?.[i + trace.consts.length] ?? `input ${i}`;
  const refuse = (i: number, why: string): never => {
    throw new InvalidArgument({
      op,
      argument: names(i),
      expected: 'an array of its own, since it is donated',
      actual: why,
    });
  };
  for (const i of trace.donateLeaves) {
    if (donated.has(leaves[i])) refuse(i, 'an array that is donated twice in this call');
    donated.add(leaves[i]);
  }
  const isDonated = new Set(trace.donateLeaves);
  leaves.forEach((leaf, i) => {
    if (!isDonated.has(i) && donated.has(leaf)) refuse(i, 'an array that another argument donates');
  });
  for (const c of trace.consts)
    if (donated.has(c)) refuse(trace.donateLeaves[0], 'an array that the function has captured');
}

function lowered(trace: Trace, name: string): Lowered {
  const options = { name, donate: trace.donateUsed };
  const describe = (executable: ReturnType<Engine['compile']>): Compiled => ({
    asText: (stage = 'lowered') => executable.text?.(stage) ?? null,
    memoryAnalysis: () => executable.memoryAnalysis?.() ?? null,
    costAnalysis: () => executable.costAnalysis?.() ?? null,
  });
  return {
    jaxpr: trace.jaxpr,
    compile: () => describe(executableFor(trace.program, currentEngine(), options)),
    compileAsync: async () => describe(await executableForAsync(trace.program, currentEngine(), options)),
  };
}

/** A program with its captured arrays; prints as JAX's jaxprs do. */
export class ClosedProgram {
  constructor(
    readonly jaxpr: Jaxpr,
    readonly consts: readonly NdArray[],
    readonly outTree: TreeDef,
  ) {}

  get inAvals(): ShapedArray[] {
    return this.jaxpr.inAvals.slice(this.consts.length);
  }

  get outAvals(): ShapedArray[] {
    return this.jaxpr.outAvals;
  }

  toString(): string {
    return jaxprText(this.jaxpr, this.consts.length);
  }
}

/**
 * The function that returns the program of `f` for arguments like those it is given (`jax.make_jaxpr`).
 */
export function makeJaxpr<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  options: Pick<JitOptions, 'staticArgnums'> = {},
): (...args: A) => ClosedProgram {
  const statics = asList(options.staticArgnums);
  const description = `makeJaxpr(${nameOf(f as (...args: never[]) => unknown)})`;
  return (...args) => {
    const isStatic = (i: number): boolean => statics.includes(i) || statics.includes(i - args.length);
    const flat = args.map((arg, i) => (isStatic(i) ? null : flatten(arg)));
    const defs = flat.flatMap((x) => (x ? [x[1]] : []));
    const leaves = arraysOf(
      flat.flatMap((x) => x?.[0] ?? []),
      description,
      () => flat.flatMap((x, i) => (x ? leafPaths(x[1], `argument ${i}`) : [])),
    );
    const called = (...dynamic: unknown[]): unknown => {
      let next = 0;
      return (f as unknown as (...all: unknown[]) => unknown)(
        ...args.map((arg, i) => (isStatic(i) ? arg : dynamic[next++])),
      );
    };
    const flatF = new FlatFunction(called as (...args: never[]) => unknown, defs, description);
    const { jaxpr, consts } = stage(
      description,
      leaves.map((x) => x.aval),
      (xs) => flatF.call(xs),
    );
    return new ClosedProgram(jaxpr, consts, flatF.outTree as TreeDef);
  };
}

/** The shape and dtype of an array that is not there (`jax.ShapeDtypeStruct`). */
export class ShapeDtypeStruct {
  constructor(
    readonly shape: readonly number[],
    readonly dtype: ShapedArray['dtype'],
    readonly options: { readonly weakType?: boolean } = {},
  ) {}
}

/**
 * The tree of shapes and dtypes that `f` would return, without computing anything (`jax.eval_shape`). Arguments may
 * hold `ShapeDtypeStruct`s in place of arrays.
 */
export function evalShape<A extends readonly unknown[], R>(f: (...args: A) => R, ...args: A): unknown {
  const description = `evalShape(${nameOf(f as (...args: never[]) => unknown)})`;
  const flat = args.map((arg) => flatten(arg));
  const avals = flat.flatMap(([raw, def], i) =>
    raw.map((leaf, k) =>
      leaf instanceof ShapeDtypeStruct
        ? shaped(leaf.shape, leaf.dtype, leaf.options.weakType)
        : arraysOf([leaf], description, () => [leafPaths(def, `argument ${i}`)[k]])[0].aval,
    ),
  );
  const flatF = new FlatFunction(
    f as unknown as (...args: never[]) => unknown,
    flat.map((x) => x[1]),
    description,
  );
  const { jaxpr } = stage(description, avals, (xs) => flatF.call(xs));
  return unflatten(
    flatF.outTree as TreeDef,
    jaxpr.outAvals.map((a) => new ShapeDtypeStruct(a.shape, a.dtype, { weakType: a.weakType })),
  );
}
