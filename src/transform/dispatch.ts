/**
 * Computing at once: the outermost interpreter, and the running of staged programs on the current engine.
 */

import { DeviceArray, type NdArray } from '../array/array.js';
import { describeValue } from '../array/convert.js';
import { checkSize } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { config } from '../config.js';
import type { CompileOptions, DeviceBuffer, Engine, Executable, PlacedExecutable } from '../engine/engine.js';
import { currentEngine } from '../engine/registry.js';
import { splitProgram } from '../engine/split.js';
import { InvalidArgument, LeakedTracer } from '../error/error.js';
import { locationText, maybeLocation, userLocation } from '../error/location.js';
import { NonFinite } from '../error/nonfinite.js';
import { Jaxpr, Var } from '../ir/jaxpr.js';
import type { Primitive } from '../ir/primitive.js';
import { prune, pruneEquations } from '../ir/simplify.js';
import { type CallParams, jitP } from '../primitive/call.js';
import { placementsExist } from '../sharding/mesh.js';
import { installBaseTrace, Trace, Tracer } from '../trace/context.js';
import { findNonFinite, hasNan } from './nonfinite.js';
import { blocksFor, placedExecutable, placementOf, placesOf, type WantedShardings } from './placement.js';

/** A program as it is compiled: without what nobody needs, and knowing which results are arguments passed through. */
export interface Program {
  /** For each output: the index of the input that it simply is, or null. */
  readonly forwarded: readonly (number | null)[];
  /** Inputs that are really used. */
  readonly usedIn: readonly boolean[];
  /** Computes the outputs that are not forwarded from the used inputs. */
  readonly jaxpr: Jaxpr;
  /** Where each input of the whole comes from, for error messages. */
  readonly inputNames?: readonly string[] | null;
}

const programs = new WeakMap<Jaxpr, Program>();

/** The program for a jaxpr; made once. `keepUnused`: all inputs stay, whether needed or not. */
export function programFor(jaxpr: Jaxpr, keepUnused = false): Program {
  let program = programs.get(jaxpr);
  if (program === undefined) {
    const position = new Map<unknown, number>(jaxpr.invars.map((v, i) => [v, i]));
    const forwarded = jaxpr.outvars.map((v) => position.get(v) ?? null);
    const computed = forwarded.map((f) => f === null);
    program = keepUnused
      ? { forwarded, usedIn: jaxpr.invars.map(() => true), jaxpr: pruneEquations(jaxpr, computed) }
      : { forwarded, ...prune(jaxpr, computed) };
    program = { ...program, inputNames: jaxpr.inputNames };
    programs.set(jaxpr, program);
  }
  return program;
}

const executables = new WeakMap<Jaxpr, Map<string, Executable>>();
const engineIds = new WeakMap<Engine, number>();
let engineCount = 0;

const keyOf = (engine: Engine, options: CompileOptions): string => {
  let id = engineIds.get(engine);
  if (id === undefined) {
    id = engineCount++;
    engineIds.set(engine, id);
  }
  return `${id}:${options.donate?.join(',') ?? ''}`;
};

/** Compiles a program on an engine; remembered. */
export function executableFor(program: Program, engine: Engine, options: CompileOptions): Executable {
  const found = executables.get(program.jaxpr)?.get(keyOf(engine, options));
  if (found) return found;
  const { jaxpr } = program;
  const split = jaxpr.needsHost && !engine.runsHost;
  return remember(
    program,
    engine,
    options,
    split ? splitProgram(jaxpr, engine, options) : engine.compile(jaxpr, options),
  );
}

/** The same without blocking, where the engine can. */
export async function executableForAsync(
  program: Program,
  engine: Engine,
  options: CompileOptions,
): Promise<Executable> {
  const found = executables.get(program.jaxpr)?.get(keyOf(engine, options));
  if (found || !engine.compileAsync || program.jaxpr.needsHost) return found ?? executableFor(program, engine, options);
  return remember(program, engine, options, await engine.compileAsync(program.jaxpr, options));
}

function remember(program: Program, engine: Engine, options: CompileOptions, executable: Executable): Executable {
  const byKey = executables.get(program.jaxpr) ?? new Map<string, Executable>();
  byKey.set(keyOf(engine, options), executable);
  executables.set(program.jaxpr, byKey);
  return executable;
}

/** Told of each run of a program: its name, when the engine was given it, when the engine gave control back. */
export type Watch = (name: string, begin: number, end: number) => void;

let watch: Watch | null = null;

/** Lets `watcher` be told of all runs from now on, for profiles; returns who was told before. */
export function watchRuns(watcher: Watch | null): Watch | null {
  const before = watch;
  watch = watcher;
  return before;
}

/** What is no concrete array, where one is needed. */
function foreign(op: string, arg: NdArray): Error {
  if (!(arg instanceof Tracer)) {
    return new InvalidArgument({ op, argument: 'an operand', expected: 'an array', actual: describeValue(arg) });
  }
  return new LeakedTracer({
    tracer: `A traced value of type ${arg.aval}`,
    transform: arg.trace.description,
    location: arg.location ? locationText(arg.location) : undefined,
  });
}

/** Runs a compiled program on arrays: all the inputs of the jaxpr, from which the used ones are taken. */
function execute(
  program: Program,
  executable: Executable,
  engine: Engine,
  args: readonly DeviceArray[],
  name: string,
): NdArray[] {
  const { usedIn } = program;
  const buffers = [];
  for (let i = 0; i < args.length; i++) {
    if (!usedIn[i]) continue;
    if (!(args[i] instanceof DeviceArray)) throw foreign(name, args[i]);
    buffers.push(args[i].bufferIn(engine));
  }
  const begin = watch === null ? 0 : performance.now();
  const computed = executable.execute(buffers);
  watch?.(name, begin, performance.now());
  return results(program, computed, engine, args, name);
}

/** The same on the devices of a placement. */
function executePlaced(
  program: Program,
  executable: PlacedExecutable,
  engine: Engine,
  args: readonly DeviceArray[],
  name: string,
): NdArray[] {
  const used = args.filter((_, i) => program.usedIn[i]);
  const blocks = used.map((x, i) => blocksFor(x, executable.inputShardings[i], engine));
  const begin = watch === null ? 0 : performance.now();
  const computed = executable.execute(blocks);
  watch?.(name, begin, performance.now());
  return results(program, computed, engine, args, name);
}

/** Runs a program where its arguments are, or where it was asked to. */
export function run(
  program: Program,
  engine: Engine,
  options: CompileOptions,
  args: readonly DeviceArray[],
  description: string,
  wanted: WantedShardings | null = null,
): NdArray[] {
  if (wanted !== null || placementsExist()) {
    const placement = placementOf(program, placesOf(args), wanted, description);
    if (placement !== null) {
      const executable = placedExecutable(program, engine, options, placement);
      return executePlaced(program, executable, engine, args, description);
    }
  }
  return execute(program, executableFor(program, engine, options), engine, args, description);
}

/** The outputs of a program from the buffers that it computed. */
function results(
  { forwarded, jaxpr, usedIn }: Program,
  computed: readonly DeviceBuffer[],
  engine: Engine,
  args: readonly DeviceArray[],
  name: string,
): NdArray[] {
  const outputs = new Array<NdArray>(forwarded.length);
  let next = 0;
  for (let i = 0; i < outputs.length; i++) {
    const from = forwarded[i];
    if (from !== null) outputs[i] = args[from];
    else {
      outputs[i] = DeviceArray.fromBuffer(jaxpr.outvars[next].aval, computed[next], engine);
      next++;
    }
  }
  if (config.debugNans) refuseNans({ forwarded, jaxpr, usedIn }, args, outputs as DeviceArray[], name);
  return outputs;
}

/** Reads every result; a NaN is traced back to the step that made it. @throws NonFinite */
function refuseNans(
  { jaxpr, usedIn, forwarded }: Program,
  args: readonly DeviceArray[],
  outputs: readonly DeviceArray[],
  name: string,
): void {
  const host = (x: DeviceArray): HostData => ({ dtype: x.dtype, shape: x.shape, data: x.readHost() });
  const bad = outputs.findIndex((y, i) => forwarded[i] === null && hasNan(host(y)));
  if (bad < 0) return;
  const location = userLocation();
  // An operation by itself carries no line in its program: it was asked for here.
  const found = findNonFinite(jaxpr, args.filter((_, i) => usedIn[i]).map(host), { nanOnly: true, location });
  throw new NonFinite({
    program: name,
    result: outputs.length === 1 ? 'The result' : `Result ${bad}`,
    origin: found?.origin ?? null,
    location: maybeLocation(location),
  });
}

/** Programs of one equation, by primitive, parameters and types; the oldest are forgotten. */
const SINGLE_PROGRAMS = 4096;
const single = new Map<string, Program>();

/** Text of parameters that is equal exactly when they are. */
function paramsKey(params: object): string {
  return JSON.stringify(params, (_, value) => {
    if (value instanceof Jaxpr) return `jaxpr ${value.id}`;
    if (typeof value === 'function') return functionKey(value);
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number' && !Number.isFinite(value)) return `${value}`;
    return value;
  });
}

const functionIds = new WeakMap<object, number>();
let functionCount = 0;
function functionKey(value: object): string {
  let id = functionIds.get(value);
  if (id === undefined) {
    id = functionCount++;
    functionIds.set(value, id);
  }
  return `function ${id}`;
}

function singleProgram<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): Program {
  let key = primitive.name;
  for (const arg of args) key += `:${arg.aval.id}`;
  key += paramsKey(params);
  let program = single.get(key);
  if (program === undefined) {
    const avals = args.map((x) => x.aval);
    const invars = avals.map((aval) => new Var(aval));
    const outvars = primitive.type(avals, params).map((aval) => {
      checkSize(primitive.name, aval.dtype, aval.size);
      return new Var(aval);
    });
    const equation = { primitive, inputs: invars, params: params as never, outputs: outvars, location: null };
    program = programFor(new Jaxpr(invars, [equation], outvars));
    if (single.size >= SINGLE_PROGRAMS) single.delete(single.keys().next().value as string);
    single.set(key, program);
  }
  return program;
}

/** The outermost interpreter: computes each operation now, on the current engine. */
class EvaluateTrace extends Trace {
  readonly description = 'no transformation';
  override readonly records = false;

  override bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[] {
    for (const arg of args) if (!(arg instanceof DeviceArray)) throw foreign(primitive.name, arg);
    if (primitive.expand) return primitive.expand(args, params);
    const engine = currentEngine();
    const isCall = (primitive as unknown) === jitP;
    const program = isCall
      ? programFor((params as unknown as CallParams).jaxpr)
      : singleProgram(primitive, args, params);
    const name = isCall ? (params as unknown as CallParams).name : primitive.name;
    const place = primitive.place?.(params);
    const wanted = place ? { inputs: args.map(() => null), outputs: [place] } : null;
    return run(program, engine, { name }, args as readonly DeviceArray[], name, wanted);
  }
}

/** The outermost interpreter. */
export const evaluateTrace: Trace = new EvaluateTrace();
installBaseTrace(evaluateTrace);
