/**
 * Writes StableHLO: one line per operation, in MLIR's generic form, which is the same for every operation.
 *
 *     %3 = "stablehlo.add"(%1, %2) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
 *
 * Source: the StableHLO specification; https://openxla.org/stablehlo/spec
 */

import { type ShapedArray, shaped } from '../../array/aval.js';
import { bfloat16Bits, type DType, float16Bits, isComplex, isFloat, layoutOf } from '../../array/dtype.js';
import type { HostData } from '../../array/host.js';
import { sameShape } from '../../array/shape.js';
import { type Atom, type Jaxpr, Literal, type Scalar, type Var } from '../../ir/jaxpr.js';
import { type Attributes, attr, type Emitter, type Region, type Value } from '../../ir/lowering.js';

const typeTexts = new WeakMap<ShapedArray, string>();

/** `tensor<2x3xf32>` */
function tensorType(aval: ShapedArray): string {
  let text = typeTexts.get(aval);
  if (text === undefined) {
    text = `tensor<${aval.shape.map((d) => `${d}x`).join('')}${layoutOf(aval.dtype).mlir}>`;
    typeTexts.set(aval, text);
  }
  return text;
}

const f64 = new Float64Array(1);
const f64Bits = new BigUint64Array(f64.buffer);
const f32 = new Float32Array(1);
const f32Bits = new Uint32Array(f32.buffer);
const hex = (bits: number | bigint, digits: number): string =>
  `0x${bits.toString(16).toUpperCase().padStart(digits, '0')}`;

/** A float as text that reads back to the same bits. */
function floatText(value: number, dtype: DType): string {
  if (dtype === 'float64') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return exponential(value);
    f64[0] = value;
    return hex(f64Bits[0], 16);
  }
  if (dtype === 'bfloat16') return hex(bfloat16Bits(value), 4);
  if (dtype === 'float16') return hex(float16Bits(value), 4);
  f32[0] = value;
  if (Number.isFinite(f32[0]) && !Object.is(value, -0) && Number.isInteger(value) && Math.abs(value) < 1e6) {
    return `${value}.0`;
  }
  return hex(f32Bits[0], 8);
}

/** MLIR wants a decimal point: 1e-8 is written 1.0e-8. */
function exponential(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text.includes('.') ? text : `${text}.0`;
  const [mantissa, exponent] = text.split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}

/** One element as it stands in `dense<...>`. */
function elementText(value: Scalar, dtype: DType): string {
  if (isComplex(dtype)) {
    const part = dtype === 'complex64' ? 'float32' : 'float64';
    const [re, im] = typeof value === 'object' ? value : [Number(value), 0];
    return `(${floatText(re, part)}, ${floatText(im, part)})`;
  }
  const real = typeof value === 'object' ? value[0] : value;
  if (dtype === 'bool') return real ? 'true' : 'false';
  if (isFloat(dtype)) return floatText(Number(real), dtype);
  return typeof real === 'bigint' ? `${real}` : `${Math.trunc(Number(real))}`;
}

class EmittedValue implements Value {
  constructor(
    readonly id: string,
    readonly aval: ShapedArray,
  ) {}
}

/** What all functions of one module share. */
class Module {
  readonly functions: string[] = [];
  readonly #names = new Map<Jaxpr, string>();
  readonly #taken = new Set<string>(['main']);

  /** The name of the function for a jaxpr, emitting it on first use. */
  functionFor(jaxpr: Jaxpr, wanted: string): string {
    let name = this.#names.get(jaxpr);
    if (name === undefined) {
      const base = wanted.replace(/[^A-Za-z0-9_]/g, '_') || 'function';
      name = base;
      for (let n = 0; this.#taken.has(name); n++) name = `${base}_${n}`;
      this.#taken.add(name);
      this.#names.set(jaxpr, name);
      this.functions.push(functionText(this, jaxpr, name, 'private', []));
    }
    return name;
  }
}

/** Emits into one function; nested regions write lines of their own but share its numbering. */
class FunctionEmitter implements Emitter {
  #lines: string[] = [];
  #next = 0;
  #constants = new Map<string, Value>();

  constructor(readonly module: Module) {}

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
    const outerLines = this.#lines;
    const outerConstants = this.#constants;
    this.#lines = [];
    // Constants of the enclosing block may be used inside, those made inside are not seen outside.
    this.#constants = new Map(outerConstants);
    const values = args.map((aval) => new EmittedValue(this.#fresh(), aval));
    const results = body(...values);
    const types = results.map((x) => tensorType(x.aval)).join(', ');
    this.#lines.push(`"stablehlo.return"(${results.map((x) => x.id).join(', ')}) : (${types}) -> ()`);
    const head = values.length ? `^bb0(${values.map((v) => `${v.id}: ${tensorType(v.aval)}`).join(', ')}):\n` : '';
    const text = `{\n${head}${this.#lines.join('\n')}\n}`;
    this.#lines = outerLines;
    this.#constants = outerConstants;
    return { text };
  }

  call(jaxpr: Jaxpr, args: readonly Value[], name: string): Value[] {
    if (jaxpr.equations.length <= 1) return this.inline(jaxpr, args);
    const callee = this.module.functionFor(jaxpr, name);
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

function nestedText(shape: readonly number[], element: (i: number) => string): string {
  let next = 0;
  const build = (axis: number): string => {
    if (axis === shape.length) return element(next++);
    return `[${Array.from({ length: shape[axis] }, () => build(axis + 1)).join(', ')}]`;
  };
  return build(0);
}

function functionText(
  module: Module,
  jaxpr: Jaxpr,
  name: string,
  visibility: 'public' | 'private',
  argumentAttributes: readonly string[],
): string {
  const emitter = new FunctionEmitter(module);
  const args = jaxpr.inAvals.map((aval, i) => emitter.argument(i, aval));
  const results = emitter.inline(jaxpr, args);
  const types = results.map((x) => tensorType(x.aval)).join(', ');
  const head = args.map((x, i) => `${x.id}: ${tensorType(x.aval)}${argumentAttributes[i] ?? ''}`).join(', ');
  return [
    `func.func ${visibility} @${name}(${head}) -> (${types}) {`,
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
export function lowerToStablehlo(jaxpr: Jaxpr, options: { name: string; donate?: readonly number[] }): string {
  const module = new Module();
  const attributes: string[] = [];
  const taken = new Set<number>();
  const { outAvals } = jaxpr;
  for (const i of options.donate ?? []) {
    const type = tensorType(jaxpr.invars[i].aval);
    const k = outAvals.findIndex((aval, j) => !taken.has(j) && tensorType(aval) === type);
    if (k < 0) continue;
    taken.add(k);
    attributes[i] = ` {tf.aliasing_output = ${k} : i32}`;
  }
  const main = functionText(module, jaxpr, 'main', 'public', attributes);
  const name = options.name.replace(/[^A-Za-z0-9_]/g, '_') || 'program';
  return `module @${name} {\n${[main, ...module.functions].join('\n')}\n}\n`;
}
