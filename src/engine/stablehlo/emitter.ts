/**
 * Writes StableHLO: one line per operation, in MLIR's generic form, which is the same for every operation.
 *
 *     %3 = "stablehlo.add"(%1, %2) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
 *
 * Source: the StableHLO specification; https://openxla.org/stablehlo/spec
 */

import { type ShapedArray, shaped } from '../../array/aval.js';
import type { DType } from '../../array/dtype.js';
import type { HostData } from '../../array/host.js';
import { sameShape } from '../../array/shape.js';
import { type Atom, type Jaxpr, Literal, type Scalar, type Var } from '../../ir/jaxpr.js';
import { type Attributes, attr, type Emitter, type Region, type Value } from '../../ir/lowering.js';
import { type Manual, sdy, shardingText } from '../../ir/shardy.js';
import type { Mesh } from '../../sharding/mesh.js';
import { NamedSharding, type Sharding } from '../../sharding/sharding.js';
import type { Placement } from '../engine.js';
import { elementText, nestedText, tensorType } from './text.js';

class EmittedValue implements Value {
  constructor(
    readonly id: string,
    readonly aval: ShapedArray,
  ) {}
}

/** What all functions of one module share. */
class Module {
  readonly declarations: string[] = [];
  readonly functions: string[] = [];
  readonly #names = new Map<Jaxpr, Map<string, string>>();
  readonly #taken = new Set<string>(['main']);
  readonly #meshes = new Map<string, string>();

  /** The name of the function for a jaxpr, emitting it on first use. Along manual axes it is another function. */
  functionFor(jaxpr: Jaxpr, wanted: string, manual: Manual | null): string {
    const context = manual === null ? '' : `${manual.axes.join()}@${manual.mesh.key}`;
    const names = this.#names.get(jaxpr) ?? new Map<string, string>();
    this.#names.set(jaxpr, names);
    let name = names.get(context);
    if (name === undefined) {
      const base = wanted.replace(/[^A-Za-z0-9_]/g, '_') || 'function';
      name = base;
      for (let n = 0; this.#taken.has(name); n++) name = `${base}_${n}`;
      this.#taken.add(name);
      names.set(context, name);
      this.functions.push(functionText(this, jaxpr, name, 'private', { manual }));
    }
    return name;
  }

  /** The symbol of a mesh, declaring it on first use. */
  meshSymbol(mesh: Mesh): string {
    let symbol = this.#meshes.get(mesh.shapeKey);
    if (symbol === undefined) {
      symbol = this.#meshes.size === 0 ? 'mesh' : `mesh_${this.#meshes.size - 1}`;
      this.#meshes.set(mesh.shapeKey, symbol);
      this.declarations.push(`"sdy.mesh"() {sym_name = "${symbol}", mesh = ${sdy.mesh(mesh)}} : () -> ()`);
    }
    return `@${symbol}`;
  }
}

/** Emits into one function; nested regions write lines of their own but share its numbering. */
class FunctionEmitter implements Emitter {
  #lines: string[] = [];
  #next = 0;
  #constants = new Map<string, Value>();

  constructor(
    readonly module: Module,
    public manual: Manual | null,
  ) {}

  get lines(): readonly string[] {
    return this.#lines;
  }

  #fresh(): string {
    return `%${this.#next++}`;
  }

  many(
    name: string,
    operands: readonly Value[],
    results: readonly ShapedArray[],
    attributes: Attributes = {},
    regions: readonly Region[] = [],
  ): Value[] {
    const base = this.#fresh();
    const single = results.length === 1;
    const entries = Object.entries(attributes);
    const attributeText = entries.length ? ` {${entries.map(([k, v]) => `${k} = ${v}`).join(', ')}}` : '';
    const regionText = regions.length ? ` (${regions.map((r) => r.text).join(', ')})` : '';
    const inputs = operands.map((x) => tensorType(x.aval)).join(', ');
    const outputs = results.map(tensorType).join(', ');
    const left = results.length === 0 ? '' : single ? `${base} = ` : `${base}:${results.length} = `;
    const op = name.includes('.') ? name : `stablehlo.${name}`;
    this.#lines.push(
      `${left}"${op}"(${operands.map((x) => x.id).join(', ')})${regionText}${attributeText} : ` +
        `(${inputs}) -> ${single ? outputs : `(${outputs})`}`,
    );
    return results.map((aval, i) => new EmittedValue(single ? base : `${base}#${i}`, aval));
  }

  op(
    name: string,
    operands: readonly Value[],
    result: ShapedArray,
    attributes?: Attributes,
    regions?: readonly Region[],
  ): Value {
    return this.many(name, operands, [result], attributes, regions)[0];
  }

  constant(value: Scalar, aval: ShapedArray): Value {
    const text = elementText(value, aval.dtype);
    const type = tensorType(aval);
    const key = `${text}:${type}`;
    let found = this.#constants.get(key);
    if (found === undefined) {
      const id = this.#fresh();
      this.#lines.push(`${id} = stablehlo.constant dense<${aval.size === 0 ? '' : text}> : ${type}`);
      found = new EmittedValue(id, aval.strong);
      this.#constants.set(key, found);
    }
    return found;
  }

  dense(data: HostData): Value {
    const aval = shaped(data.shape, data.dtype);
    const id = this.#fresh();
    let text: string;
    if (aval.size === 0) text = '';
    else if (data.dtype === 'bool') {
      text = nestedText(data.shape, (i) => (data.data[i] ? 'true' : 'false'));
    } else {
      const bytes = Buffer.from(data.data.buffer, data.data.byteOffset, data.data.byteLength);
      // A single element's bytes would be read as a splat of its own, which is the same thing.
      text = `"0x${bytes.toString('hex').toUpperCase()}"`;
    }
    this.#lines.push(`${id} = stablehlo.constant dense<${text}> : ${tensorType(aval)}`);
    return new EmittedValue(id, aval);
  }

  broadcast(value: Value, shape: readonly number[], axes?: readonly number[]): Value {
    const { aval } = value;
    if (sameShape(aval.shape, shape)) return value;
    const dims = axes ?? aval.shape.map((_, i) => shape.length - aval.ndim + i);
    return this.op('broadcast_in_dim', [value], shaped(shape, aval.dtype), { broadcast_dimensions: attr.i64s(dims) });
  }

  reshape(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.aval.shape, shape)) return value;
    return this.op('reshape', [value], shaped(shape, value.aval.dtype));
  }

  convert(value: Value, dtype: DType): Value {
    if (value.aval.dtype === dtype) return value;
    return this.op('convert', [value], value.aval.withDType(dtype));
  }

  region(args: readonly ShapedArray[], body: (...args: Value[]) => readonly Value[]): Region {
    // Constants of the enclosing block may be used inside, those made inside are not seen outside.
    return this.#block(args, body, new Map(this.#constants), 'stablehlo.return');
  }

  manualRegion(manual: Manual, args: readonly ShapedArray[], body: (...args: Value[]) => readonly Value[]): Region {
    const outer = this.manual;
    this.manual = manual;
    const region = this.#block(args, body, new Map(), 'sdy.return');
    this.manual = outer;
    return region;
  }

  meshSymbol(mesh: Mesh): string {
    return this.module.meshSymbol(mesh);
  }

  #block(
    args: readonly ShapedArray[],
    body: (...args: Value[]) => readonly Value[],
    constants: Map<string, Value>,
    ending: string,
  ): Region {
    const outerLines = this.#lines;
    const outerConstants = this.#constants;
    this.#lines = [];
    this.#constants = constants;
    const values = args.map((aval) => new EmittedValue(this.#fresh(), aval));
    const results = body(...values);
    const types = results.map((x) => tensorType(x.aval)).join(', ');
    this.#lines.push(`"${ending}"(${results.map((x) => x.id).join(', ')}) : (${types}) -> ()`);
    const head = values.length ? `^bb0(${values.map((v) => `${v.id}: ${tensorType(v.aval)}`).join(', ')}):\n` : '';
    const text = `{\n${head}${this.#lines.join('\n')}\n}`;
    this.#lines = outerLines;
    this.#constants = outerConstants;
    return { text };
  }

  call(jaxpr: Jaxpr, args: readonly Value[], name: string): Value[] {
    if (jaxpr.equations.length <= 1) return this.inline(jaxpr, args);
    const callee = this.module.functionFor(jaxpr, name, this.manual);
    const types = args.map((x) => tensorType(x.aval)).join(', ');
    const results = jaxpr.outAvals;
    const base = this.#fresh();
    const single = results.length === 1;
    const left = results.length === 0 ? '' : single ? `${base} = ` : `${base}:${results.length} = `;
    this.#lines.push(
      `${left}func.call @${callee}(${args.map((x) => x.id).join(', ')}) : (${types}) -> (${results.map(tensorType).join(', ')})`,
    );
    return results.map((aval, i) => new EmittedValue(single ? base : `${base}#${i}`, aval));
  }

  inline(jaxpr: Jaxpr, args: readonly Value[]): Value[] {
    const values = new Map<Var, Value>();
    jaxpr.invars.forEach((v, i) => {
      values.set(v, args[i]);
    });
    const read = (x: Atom): Value => (x instanceof Literal ? this.constant(x.value, x.aval) : (values.get(x) as Value));
    for (const equation of jaxpr.equations) {
      const { primitive, params, inputs, outputs, location } = equation;
      const start = this.#lines.length;
      const results = primitive.lower(
        this,
        inputs.map(read),
        params,
        outputs.map((v) => v.aval),
      );
      if (location?.scope) this.#name(start, `${location.scope}/${primitive.name}`);
      for (let i = 0; i < outputs.length; i++) values.set(outputs[i], results[i]);
    }
    return jaxpr.outvars.map(read);
  }

  /** Gives the operations from line `start` on a name, which compilers and profilers show. */
  #name(start: number, name: string): void {
    for (let k = start; k < this.#lines.length; k++) this.#lines[k] += ` loc(${JSON.stringify(name)})`;
  }

  /** Arguments of the function itself. */
  argument(i: number, aval: ShapedArray): Value {
    return new EmittedValue(`%arg${i}`, aval);
  }
}

/** What is written about a function besides what it computes. */
interface FunctionNotes {
  readonly manual?: Manual | null;
  /** Attributes of each argument and of each result. */
  readonly inputs?: readonly (readonly string[])[];
  readonly outputs?: readonly (readonly string[])[];
}

function functionText(
  module: Module,
  jaxpr: Jaxpr,
  name: string,
  visibility: 'public' | 'private',
  { manual = null, inputs = [], outputs = [] }: FunctionNotes,
): string {
  const emitter = new FunctionEmitter(module, manual);
  const args = jaxpr.inAvals.map((aval, i) => emitter.argument(i, aval));
  const results = emitter.inline(jaxpr, args);
  const types = results.map((x) => tensorType(x.aval)).join(', ');
  const notes = (list: readonly string[] = []): string => (list.length > 0 ? ` {${list.join(', ')}}` : '');
  const head = args.map((x, i) => `${x.id}: ${tensorType(x.aval)}${notes(inputs[i])}`).join(', ');
  const noted = results.map((x, i) => `${tensorType(x.aval)}${notes(outputs[i])}`).join(', ');
  return [
    `func.func ${visibility} @${name}(${head}) -> (${noted}) {`,
    ...emitter.lines,
    `func.return ${results.map((x) => x.id).join(', ')}${results.length ? ` : ${types}` : ''}`,
    '}',
  ].join('\n');
}

/**
 * A jaxpr as the text of a StableHLO module whose `main` computes it.
 *
 * @param donate positions of inputs whose memory an output may take: each goes to the first output of its type that is
 *   still free, the rest is left to the compiler
 */
export function lowerToStablehlo(
  jaxpr: Jaxpr,
  options: { name: string; donate?: readonly number[]; placement?: Placement },
): string {
  const module = new Module();
  const { placement, donate = [] } = options;
  const inputs = placement ? placedInputs(module, jaxpr, placement, donate) : aliasedInputs(jaxpr, donate);
  const outputs = placement?.outputs.map((sharding, k) => shardingNotes(module, sharding, jaxpr.outAvals[k].ndim));
  const main = functionText(module, jaxpr, 'main', 'public', { inputs, outputs });
  const name = options.name.replace(/[^A-Za-z0-9_]/g, '_') || 'program';
  return `module @${name} {\n${[...module.declarations, main, ...module.functions].join('\n')}\n}\n`;
}

/** Each donated input's memory goes to the first output of its type that is still free. */
function aliasedInputs(jaxpr: Jaxpr, donate: readonly number[]): string[][] {
  const attributes: string[][] = [];
  const taken = new Set<number>();
  const { outAvals } = jaxpr;
  for (const i of donate) {
    const type = tensorType(jaxpr.invars[i].aval);
    const k = outAvals.findIndex((aval, j) => !taken.has(j) && tensorType(aval) === type);
    if (k < 0) continue;
    taken.add(k);
    attributes[i] = [`tf.aliasing_output = ${k} : i32`];
  }
  return attributes;
}

/** On several devices the compiler finds the output, since it chooses the shardings of outputs that have none. */
const placedInputs = (
  module: Module,
  jaxpr: Jaxpr,
  placement: Placement,
  donate: readonly number[],
): (readonly string[])[] =>
  jaxpr.inAvals.map((aval, i) => [
    ...(donate.includes(i) ? ['jax.buffer_donor = true'] : []),
    ...shardingNotes(module, placement.inputs[i], aval.ndim),
  ]);

function shardingNotes(module: Module, sharding: Sharding | null, ndim: number): readonly string[] {
  if (!(sharding instanceof NamedSharding)) return [];
  const text = shardingText(module.meshSymbol(sharding.mesh), sharding.spec, ndim);
  return [`sdy.sharding = ${sdy.sharding(text)}`];
}
