/**
 * Programs that call the host, on engines that cannot: split around the calls.
 *
 *     a = sin x;  b = callback a;  c = mul a b      becomes      [sin] -> callback -> [mul]
 *
 * Each part in brackets is compiled as a program of its own. A call without results, such as a print, splits nothing: its
 * operands become further results of the part that computes them, and it is made when that has run. A loop or a branch
 * that calls the host inside is interpreted on the host as a whole. The order of calls is that of the program.
 */
import type { DType } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { type Atom, type Equation, Jaxpr, Literal, needsHost, Var } from '../ir/jaxpr.js';
import type { CompileOptions, DeviceBuffer, Engine, Executable } from './engine.js';
import { interpret } from './reference/engine.js';

/** A part of a program, as a program: its inputs and outputs by the names they have in the whole. */
interface Part {
  readonly inputs: readonly Var[];
  readonly outputs: readonly Var[];
  run(inputs: readonly DeviceBuffer[]): DeviceBuffer[];
}

/** The equations, with those of called programs in place of the calls where these need the host. */
function flattenCalls(jaxpr: Jaxpr): { equations: Equation[]; outvars: Atom[] } {
  const renamed = new Map<Var, Atom>();
  const resolve = (atom: Atom): Atom => (atom instanceof Literal ? atom : (renamed.get(atom) ?? atom));
  const equations: Equation[] = [];
  for (const equation of jaxpr.equations) {
    const inputs = equation.inputs.map(resolve);
    const called = needsHost(equation) ? equation.primitive.called?.(equation.params) : undefined;
    if (called === undefined) equations.push({ ...equation, inputs });
    else {
      const inner = instantiate(called, inputs);
      equations.push(...inner.equations);
      equation.outputs.forEach((v, i) => {
        renamed.set(v, inner.outvars[i]);
      });
    }
  }
  return { equations, outvars: jaxpr.outvars.map(resolve) };
}

/** A jaxpr's equations on given inputs, with variables of their own. */
function instantiate(jaxpr: Jaxpr, inputs: readonly Atom[]): { equations: Equation[]; outvars: Atom[] } {
  const flat = flattenCalls(jaxpr);
  const own = new Map<Var, Atom>(jaxpr.invars.map((v, i) => [v, inputs[i]]));
  const resolve = (atom: Atom): Atom => (atom instanceof Literal ? atom : (own.get(atom) ?? atom));
  const equations = flat.equations.map((equation) => {
    const resolved = equation.inputs.map(resolve);
    const outputs = equation.outputs.map((v) => new Var(v.aval));
    equation.outputs.forEach((v, i) => {
      own.set(v, outputs[i]);
    });
    return { ...equation, inputs: resolved, outputs };
  });
  return { equations, outvars: flat.outvars.map(resolve) };
}

const variables = (atoms: readonly Atom[]): Var[] => atoms.filter((x): x is Var => x instanceof Var);

const fetch = (buffer: DeviceBuffer): HostData => ({
  dtype: buffer.dtype as DType,
  shape: buffer.shape,
  data: buffer.readSync(),
});

/** The equations as a part: what they need from before, what is needed of them after. */
function ends(equations: readonly Equation[], neededAfter: ReadonlySet<Var>): { inputs: Var[]; outputs: Var[] } {
  const made = new Set(equations.flatMap((e) => e.outputs));
  const inputs = new Set(equations.flatMap((e) => variables(e.inputs)).filter((v) => !made.has(v)));
  return { inputs: [...inputs], outputs: [...made].filter((v) => neededAfter.has(v)) };
}

/** The parts of a program, in order. */
function partsOf(jaxpr: Jaxpr, engine: Engine, name: string): { parts: Part[]; outvars: readonly Atom[] } {
  const { equations, outvars } = flattenCalls(jaxpr);
  const groups: { readonly onHost: boolean; readonly equations: readonly Equation[] }[] = [];
  let device: Equation[] = [];
  let calls: Equation[] = [];
  const flush = (): void => {
    if (device.length > 0) groups.push({ onHost: false, equations: device });
    for (const call of calls) groups.push({ onHost: true, equations: [call] });
    device = [];
    calls = [];
  };
  for (const equation of equations) {
    if (!needsHost(equation)) device.push(equation);
    else if (equation.outputs.length === 0) calls.push(equation);
    else {
      flush();
      groups.push({ onHost: true, equations: [equation] });
    }
  }
  flush();

  const needed = new Set(variables(outvars));
  const parts: Part[] = [];
  for (const group of groups.reverse()) {
    const { inputs, outputs } = ends(group.equations, needed);
    for (const v of inputs) needed.add(v);
    const part = new Jaxpr(inputs, group.equations, outputs);
    if (group.onHost) {
      const run = (buffers: readonly DeviceBuffer[]): DeviceBuffer[] =>
        interpret(part, buffers.map(fetch)).map((y) => engine.put(y.data, y.dtype, y.shape));
      parts.unshift({ inputs, outputs, run });
    } else {
      const executable = engine.compile(part, { name });
      parts.unshift({ inputs, outputs, run: (buffers) => executable.execute(buffers) });
    }
  }
  return { parts, outvars };
}

class SplitExecutable implements Executable {
  constructor(
    readonly jaxpr: Jaxpr,
    readonly parts: readonly Part[],
    readonly outvars: readonly Atom[],
    readonly engine: Engine,
    readonly options: CompileOptions,
  ) {}

  execute(inputs: readonly DeviceBuffer[]): DeviceBuffer[] {
    const values = new Map<Var, DeviceBuffer>(this.jaxpr.invars.map((v, i) => [v, inputs[i]]));
    for (const part of this.parts) {
      const results = part.run(part.inputs.map((v) => values.get(v) as DeviceBuffer));
      part.outputs.forEach((v, i) => {
        values.set(v, results[i]);
      });
    }
    const outputs = this.outvars.map((x) => (x instanceof Var ? (values.get(x) as DeviceBuffer) : this.#literal(x)));
    for (const i of this.options.donate ?? []) if (!outputs.includes(inputs[i])) inputs[i].dispose();
    return outputs;
  }

  #literal(literal: Literal): DeviceBuffer {
    const [host] = interpret(new Jaxpr([], [], [literal]), []);
    return this.engine.put(host.data, host.dtype, host.shape);
  }
}

/** Compiles a program that calls the host, in parts. */
export function splitProgram(jaxpr: Jaxpr, engine: Engine, options: CompileOptions): Executable {
  const { parts, outvars } = partsOf(jaxpr, engine, options.name);
  return new SplitExecutable(jaxpr, parts, outvars, engine, options);
}
