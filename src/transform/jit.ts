/**
 * Stage once, compile once, run many times.
 *
 * `jit` remembers the traces of a function by signature: the trees of its arguments, the types of their leaves, static
 * values, the named axes around the call, and the settings. The usual call finds the signature of the call before: its
 * leaves are collected along the known tree and compared by identity of their types, and go straight to the engine.
 * Source: jax.jit.
 */

import { DeviceArray, type NdArray } from '../array/array.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { config } from '../config.js';
import { currentEngine } from '../engine/registry.js';
import { InvalidArgument } from '../error/error.js';
import { Jaxpr } from '../ir/jaxpr.js';
import { jitP } from '../primitive/call.js';
import { axisScope } from '../trace/axis.js';
import { bind, currentTrace, Tracer } from '../trace/context.js';
import { markUsed, type Use, usedUp } from '../trace/reuse.js';
import { type Staged, stage } from '../trace/stage.js';
import { flatten, flattenLike, leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { asList, joinNamed, positionsAmong, type SplitArguments, splitNamed } from './call-arguments.js';
import { evaluateTrace, programFor, run as runProgram } from './dispatch.js';
import { type Explanation, explainMiss, type Signature, signatureDifferences, TraceBudgetExceeded } from './explain.js';
import { FlatFunction, nameOf } from './flat-function.js';
import { evaluateJaxpr } from './interpret.js';
import { type CacheStatistics, cacheFor, type JitTrace } from './jit-cache.js';
import { checkDonation, checkSame, countText } from './jit-checks.js';
import { arraysOf, flattenArrays } from './leaves.js';
import { avalsOf } from './make-jaxpr.js';
import { jitOptions } from './options.js';
import { placesOf } from './placement.js';
import type { ShardingTree } from './shardings.js';
import { CompiledForOther, type Lowered, type Traced, tracedStage } from './stages.js';
import { constrained, passedThrough, wantedShardings } from './wanted-shardings.js';

/** Options of `jit`. */
export interface JitOptions {
  /** Arguments that are part of the program: compared by value (primitives) or identity (objects, functions). */
  readonly staticArgnums?: number | readonly number[];
  /** The same for fields of the last argument, where that is a plain object of options. */
  readonly staticArgnames?: string | readonly string[];
  /** Arguments whose memory the program may take over; they cannot be used after the call. */
  readonly donateArgnums?: number | readonly number[];
  /** The same for fields of the last argument, where that is a plain object. */
  readonly donateArgnames?: string | readonly string[];
  /** Keeps inputs that the function does not use in the compiled program. @default false */
  readonly keepUnused?: boolean;
  /** Inside another traced function: write the operations down one by one instead of as one call. @default false */
  readonly inline?: boolean;
  /**
   * Where the arguments are wanted, as a list with an entry for each, or one sharding for all: a sharding, null for "as it
   * comes", or a tree of these that is a prefix of the argument's. Arrays that nobody put anywhere are put there.
   */
  readonly inShardings?: ShardingTree;
  /** The same for the result. Where nothing is said, the compiler decides. */
  readonly outShardings?: ShardingTree;
  /** How often the function may be traced; one call more is an error that says why. */
  readonly maxTraces?: number;
}

/** A function compiled on demand. */
export interface Jitted<A extends readonly unknown[], R> {
  (...args: A): Arrays<R>;
  /** Traces for arguments like these (`ShapeDtypeStruct`s may stand for arrays), without running. */
  trace(...args: A): Traced<A, R>;
  /** Traces and lowers for arguments like these, without running. */
  lower(...args: A): Lowered<A, R>;
  /** Whether a call with these arguments would be traced, and why: compared with the nearest earlier call. */
  explain(...args: A): Explanation;
  /** The number of traces that are remembered. */
  cacheSize(): number;
  /** How many calls found a trace, and how many did not. */
  cacheStatistics(): CacheStatistics;
  /** Forgets all traces. */
  clearCache(): void;
}

/**
 * The function, staged once per signature and compiled (`jax.jit`).
 *
 * @throws InvalidArgument when an argument is both static and donated, or a position is out of range
 * @throws NotALeaf when an argument holds something that is neither an array, a number nor a tree
 * @throws TraceBudgetExceeded when it would be traced more often than `maxTraces`
 */
export function jit<A extends readonly unknown[], R>(f: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  checkOptions('jit', options, jitOptions);
  checkArgument('jit', 'f', f, 'function');
  const { keepUnused = false, inline = false } = options;
  const staticNums = asList(options.staticArgnums);
  const staticNames = asList(options.staticArgnames);
  const donateNums = asList(options.donateArgnums);
  const donateNames = asList(options.donateArgnames);
  const name = nameOf(f as (...args: never[]) => unknown);
  const description = `jit(${name})`;
  refuseBoth(description, 'donateArgnums', donateNums, staticNums, 'staticArgnums');
  refuseBoth(description, 'donateArgnames', donateNames, staticNames, 'staticArgnames');
  const { inShardings = null, outShardings = null } = options;
  const cache = cacheFor(
    f,
    JSON.stringify([staticNums, staticNames, donateNums, donateNames, keepUnused, inShardings, outShardings]),
  );
  const sameText = countText(f);

  const pathsOf = (argDefs: Signature['argDefs']): string[] =>
    argDefs.flatMap((def, i) => (def ? leafPaths(def, `argument ${i}`) : []));

  /** The leaves of a call if it has the signature of `trace`. */
  const match = (trace: JitTrace, { args, named }: SplitArguments): NdArray[] | null => {
    if (trace.settings !== config.version || trace.axes !== axisScope() || args.length !== trace.argDefs.length) {
      return null;
    }
    for (let i = 0; i < named.length; i++) if (!Object.is(trace.named[i], named[i])) return null;
    const raw: unknown[] = [];
    for (let i = 0; i < args.length; i++) {
      const def = trace.argDefs[i];
      if (def === null) {
        if (!Object.is(trace.statics[i], args[i])) return null;
      } else if (!flattenLike(args[i], def, raw)) return null;
    }
    const leaves = arraysOf(raw, description, () => pathsOf(trace.argDefs));
    for (let i = 0; i < leaves.length; i++) if (leaves[i].aval !== trace.avals[i]) return null;
    return usable(trace) ? leaves : null;
  };

  const find = (split: SplitArguments): { trace: JitTrace; leaves: NdArray[] } => {
    const last = cache.last && match(cache.last, split);
    if (cache.last && last) {
      cache.hits++;
      return { trace: cache.last, leaves: last };
    }
    for (const trace of cache.traces) {
      const leaves = match(trace, split);
      if (leaves) {
        cache.hits++;
        cache.last = trace;
        return { trace, leaves };
      }
    }
    const trace = makeTrace(split, signatureOf(split));
    const raw = split.args.flatMap((arg, i) => (trace.argDefs[i] ? flatten(arg)[0] : []));
    return { trace, leaves: arraysOf(raw, description, () => pathsOf(trace.argDefs)) };
  };

  const signatureOf = ({ args, named }: SplitArguments): Signature => {
    const statics = positionsAmong(staticNums, args.length, description, 'staticArgnums');
    const flat = args.map((arg, i) => (statics.has(i) ? null : flatten(arg)));
    const argDefs = flat.map((x) => x?.[1] ?? null);
    const raw = flat.flatMap((x) => x?.[0] ?? []);
    return {
      argDefs,
      avals: avalsOf(raw, description, () => pathsOf(argDefs)),
      statics: args.map((arg, i) => (statics.has(i) ? arg : null)),
      names: staticNames,
      named,
      settings: config.version,
      axes: axisScope(),
    };
  };

  /** Which leaves are donated, by their position among all. */
  const donatedLeaves = (argDefs: Signature['argDefs']): number[] => {
    const positions = positionsAmong(donateNums, argDefs.length, description, 'donateArgnums');
    const donated: number[] = [];
    let leaf = 0;
    const take = (def: TreeDef, isDonated: boolean): void => {
      for (let k = 0; k < def.numLeaves; k++, leaf++) if (isDonated) donated.push(leaf);
    };
    argDefs.forEach((def, i) => {
      if (def === null) return;
      const byName = i === argDefs.length - 1 && def.kind === 'object' && donateNames.length > 0;
      if (!byName) take(def, positions.has(i));
      else {
        def.children.forEach((child, k) => {
          take(child, positions.has(i) || donateNames.includes(def.keys[k]));
        });
      }
    });
    return donated;
  };

  /** Says, counts and if need be refuses a trace. */
  const noteMiss = (signature: Signature): void => {
    cache.misses++;
    const explanation = explainMiss(description, cache.traces, signature, cache.traces.length === 0 ? sameText : 0);
    if (options.maxTraces !== undefined && cache.traces.length >= options.maxTraces) {
      throw new TraceBudgetExceeded({ name: description, maxTraces: options.maxTraces, explanation: explanation.text });
    }
    if (config.read('explainCacheMisses')) console.warn(explanation.text);
  };

  const makeTrace = ({ args, named }: SplitArguments, signature: Signature): JitTrace => {
    const { argDefs, avals } = signature;
    noteMiss(signature);
    const called = (...dynamic: unknown[]): unknown => {
      let next = 0;
      const all = args.map((arg, i) => (argDefs[i] === null ? arg : dynamic[next++]));
      return (f as unknown as (...all: unknown[]) => unknown)(...joinNamed({ args: all, named }, staticNames));
    };
    const dynamicDefs = argDefs.filter((def): def is TreeDef => def !== null);
    const flatF = new FlatFunction(called as (...args: never[]) => unknown, dynamicDefs, description);
    let uses: readonly Use[] = [];
    const staging = (): Staged =>
      stage(description, avals, (xs) => {
        const outputs = flatF.call(xs);
        uses = usedUp(xs);
        return outputs;
      });
    const { jaxpr: plain, consts } = staging();
    if (config.read('checkPurity')) checkSame(description, plain, staging().jaxpr);
    const names = [...consts.map(() => 'a captured array'), ...pathsOf(argDefs)];
    const jaxpr = new Jaxpr(plain.invars, plain.equations, plain.outvars, names);

    const program = programFor(jaxpr, keepUnused);
    const forwarded = new Set(program.forwarded);
    const donateLeaves = donatedLeaves(argDefs).filter((i) => !forwarded.has(i + consts.length));
    const donateUsed: number[] = [];
    let used = 0;
    program.usedIn.forEach((isUsed, i) => {
      if (isUsed && donateLeaves.includes(i - consts.length)) donateUsed.push(used);
      if (isUsed) used++;
    });
    const constArrays = consts.every((c) => c instanceof DeviceArray) ? (consts as DeviceArray[]) : null;
    const outTree = flatF.outTree as TreeDef;
    const wanted = wantedShardings(description, options, {
      args: args.filter((_, i) => argDefs[i] !== null),
      avals,
      paths: pathsOf(argDefs),
      captured: consts.length,
      outTree,
      outAvals: jaxpr.outAvals,
    });
    const compiled = { jaxpr, consts, outTree, program, donateUsed, donateLeaves, constArrays, wanted };
    const trace: JitTrace = { ...signature, ...compiled, uses };
    cache.traces.push(trace);
    cache.last = trace;
    return trace;
  };

  const run = (trace: JitTrace, leaves: NdArray[]): Arrays<R> => {
    for (const { leaf, op } of trace.uses) markUsed(leaves[leaf], `${op} in ${description}`);
    const args = trace.consts.length > 0 ? [...trace.consts, ...leaves] : leaves;
    const atBase = currentTrace() === evaluateTrace && trace.constArrays !== null;
    if (!atBase) {
      const given = constrained(args, trace.wanted?.inputs);
      const outputs = inline ? evaluateJaxpr(trace.jaxpr, given) : bind(jitP, given, { jaxpr: trace.jaxpr, name });
      return unflatten(trace.outTree, constrained(outputs, trace.wanted?.outputs)) as Arrays<R>;
    }
    const engine = currentEngine();
    if (trace.donateLeaves.length > 0) checkDonation(description, trace, leaves);
    // With debugNans the arguments are kept until the results are known to be good.
    const donate = config.debugNans ? [] : trace.donateUsed;
    const outputs = runProgram(
      trace.program,
      engine,
      { name, donate },
      args as DeviceArray[],
      description,
      trace.wanted,
    );
    for (const i of trace.donateLeaves) {
      (leaves[i] as DeviceArray).markDeleted(`its memory was donated to ${description}`);
    }
    return unflatten(trace.outTree, passedThrough(outputs, trace)) as Arrays<R>;
  };

  /** The function as it is, on arrays. */
  const plainly = ({ args, named }: SplitArguments): Arrays<R> => {
    const statics = positionsAmong(staticNums, args.length, description, 'staticArgnums');
    const given = args.map((arg, i) => {
      if (statics.has(i)) return arg;
      const { leaves, treedef } = flattenArrays(arg, description, `argument ${i}`);
      return unflatten(treedef, leaves);
    });
    const result = (f as unknown as (...all: unknown[]) => unknown)(...joinNamed({ args: given, named }, staticNames));
    const { leaves, treedef } = flattenArrays(result, description, 'result');
    return unflatten(treedef, leaves) as Arrays<R>;
  };

  const jitted = (...args: A): Arrays<R> => {
    const split = splitNamed(args, staticNames);
    if (config.disableJit) return plainly(split);
    const { trace, leaves } = find(split);
    return run(trace, leaves);
  };

  const traceFor = (args: A): Traced<A, R> => {
    const split = splitNamed(args, staticNames);
    const signature = signatureOf(split);
    const known = cache.traces.find((t) => usable(t) && signatureDifferences(t, signature).length === 0);
    const trace = known ?? makeTrace(split, signature);
    const raw = split.args.flatMap((arg, i) => (trace.argDefs[i] ? flatten(arg)[0] : []));
    const places = placesOf([...trace.consts, ...raw]);
    return tracedStage(trace, description, places, (...given: A) => {
      const again = splitNamed(given, staticNames);
      const leaves = match(trace, again);
      if (leaves) return run(trace, leaves);
      const differences = signatureDifferences(trace, signatureOf(again));
      const text = differences.map((d) => `${d.path} was ${d.before} and is ${d.now}`).join(', ');
      throw new CompiledForOther({ name: description, differences: text });
    });
  };

  Object.defineProperty(jitted, 'name', { value: description });
  return Object.assign(jitted, {
    trace: (...args: A): Traced<A, R> => traceFor(args),
    lower: (...args: A): Lowered<A, R> => traceFor(args).lower(),
    explain: (...args: A): Explanation => {
      const signature = signatureOf(splitNamed(args, staticNames));
      if (cache.traces.some((t) => usable(t) && signatureDifferences(t, signature).length === 0)) {
        return { hit: true, differences: [], text: `${description} has a trace for this call.` };
      }
      return explainMiss(description, cache.traces, signature, sameText);
    },
    cacheSize: () => cache.traces.length,
    cacheStatistics: () => cache.statistics(),
    clearCache: () => cache.clear(),
  });
}

/** A captured value of a transformation that has ended makes a trace worthless. */
const usable = (trace: JitTrace): boolean =>
  trace.constArrays !== null || !trace.consts.some((c) => c instanceof Tracer && !c.trace.live);

function refuseBoth<T extends number | string>(
  op: string,
  argument: string,
  donated: readonly T[],
  statics: readonly T[],
  option: string,
): void {
  const both = donated.find((n) => statics.includes(n));
  if (both === undefined) return;
  throw new InvalidArgument({
    op,
    argument,
    expected: `${typeof both === 'number' ? 'positions' : 'names'} of arguments that are not static`,
    actual: `${both}, which is in ${option}`,
  });
}
