/**
 * A jitted function step by step: traced to a jaxpr, lowered to the engine's text, compiled to something that runs.
 *
 *     const compiled = jit(f).trace(x).lower().compile();      compiled(x)
 *
 * Source: jax.stages; "Ahead-of-time lowering and compilation".
 */
import type { MemoryAnalysis, PlacedExecutable } from '../engine/engine.js';
import { currentEngine } from '../engine/registry.js';
import { defineError } from '../error/error.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import type { Sharding } from '../sharding/sharding.js';
import type { Arrays } from '../tree/types.js';
import { executableFor, executableForAsync } from './dispatch.js';
import type { JitTrace } from './jit-cache.js';
import { ClosedProgram, outInfo } from './make-jaxpr.js';
import { placedExecutable, placementOf } from './placement.js';

/** A compiled function was called with arguments that it was not compiled for. */
export const CompiledForOther = defineError(
  'CompiledForOther',
  (d: { name: string; differences: string }) =>
    `${d.name} was compiled for other arguments: ${d.differences}. ` +
    'Compile it for these too, or call the jitted function, which compiles for whatever it is given.',
  TypeError,
);

/** A function as a program, whose arguments have the types of those it was traced with. */
export interface Traced<A extends readonly unknown[], R> {
  /** The program with the arrays that it captured. */
  readonly jaxpr: ClosedProgram;
  /** The result's tree of `ShapeDtypeStruct`s. */
  readonly outInfo: unknown;
  lower(): Lowered<A, R>;
}

/** A traced function on its way to the engine. */
export interface Lowered<A extends readonly unknown[], R> {
  /** The program as a jaxpr; captured arrays are its first inputs. */
  readonly jaxpr: Jaxpr;
  readonly outInfo: unknown;
  /** The program as the engine is given it: StableHLO on `xla`, the jaxpr on engines that run it as it is. */
  asText(): string;
  /** @throws CompileError, ResourceExhausted */
  compile(): Compiled<A, R>;
  /** The same without blocking the event loop. The jitted function finds the result. */
  compileAsync(): Promise<Compiled<A, R>>;
}

/** A compiled function. */
export interface Compiled<A extends readonly unknown[], R> {
  /** Runs it, donating what the jitted function donates. @throws CompiledForOther */
  (...args: A): Arrays<R>;
  /** The program as the compiler left it (optimized HLO on `xla`), or null where the engine has no text. */
  asText(): string | null;
  /** Bytes of arguments, results, temporaries and code; null where the engine does not know. */
  memoryAnalysis(): MemoryAnalysis | null;
  /** Operations and bytes by the compiler's own estimate; null where the engine does not know. */
  costAnalysis(): Readonly<Record<string, number>> | null;
  /** Where the results are that are not arguments passed through; null on the default device. */
  readonly outputShardings: readonly Sharding[] | null;
}

/** The stages of a trace. `call` runs it on arguments, which it checks. */
export function tracedStage<A extends readonly unknown[], R>(
  trace: JitTrace,
  name: string,
  places: readonly (Sharding | null)[],
  call: (...args: A) => Arrays<R>,
): Traced<A, R> {
  const info = outInfo(trace.outTree, trace.jaxpr.outAvals);
  return {
    jaxpr: new ClosedProgram(trace.jaxpr, trace.consts, trace.outTree),
    outInfo: info,
    lower: () => loweredStage(trace, name, places, call, info),
  };
}

function loweredStage<A extends readonly unknown[], R>(
  trace: JitTrace,
  name: string,
  places: readonly (Sharding | null)[],
  call: (...args: A) => Arrays<R>,
  info: unknown,
): Lowered<A, R> {
  const options = { name, donate: trace.donateUsed };
  const { program } = trace;
  const placement = placementOf(program, places, trace.wanted, name);
  const placed = (): PlacedExecutable | null =>
    placement && placedExecutable(program, currentEngine(), options, placement);
  const compiled = (executable: ReturnType<typeof executableFor>): Compiled<A, R> =>
    Object.assign((...args: A): Arrays<R> => call(...args), {
      asText: () => executable.text?.('optimized') ?? null,
      memoryAnalysis: () => executable.memoryAnalysis?.() ?? null,
      costAnalysis: () => executable.costAnalysis?.() ?? null,
      outputShardings: 'outputShardings' in executable ? (executable as PlacedExecutable).outputShardings : null,
    });
  return {
    jaxpr: trace.jaxpr,
    outInfo: info,
    asText: () =>
      currentEngine().lowerText?.(program.jaxpr, options, placement ?? undefined) ?? program.jaxpr.toString(),
    compile: () => compiled(placed() ?? executableFor(program, currentEngine(), options)),
    compileAsync: async () => compiled(placed() ?? (await executableForAsync(program, currentEngine(), options))),
  };
}
