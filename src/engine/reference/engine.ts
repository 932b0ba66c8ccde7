/**
 * The judge: a plain interpreter of jaxprs by the primitives' own `evaluate` rules.
 *
 * Slow, obvious, always there. Laws run on it, the other engines are compared with it.
 */

import { encode } from '../../array/array.js';
import { allocate, type DType, type TypedArray } from '../../array/dtype.js';
import { type HostData, hostData } from '../../array/host.js';
import { sameShape } from '../../array/shape.js';
import { ShardedBuffer } from '../../array/sharded-buffer.js';
import { DeletedArray, InternalError } from '../../error/error.js';
import { type Atom, type Equation, type Jaxpr, Literal, type Var } from '../../ir/jaxpr.js';
import { NamedSharding, replicatedOn, SingleDeviceSharding } from '../../sharding/sharding.js';
import type {
  CompileOptions,
  Device,
  DeviceBuffer,
  Engine,
  Executable,
  PlacedExecutable,
  Placement,
} from '../engine.js';

class HostBuffer implements DeviceBuffer {
  #host: HostData | null;
  constructor(host: HostData) {
    this.#host = host;
    this.dtype = host.dtype;
    this.shape = host.shape;
  }
  readonly dtype: DType;
  readonly shape: readonly number[];

  get deleted(): boolean {
    return this.#host === null;
  }

  /** The elements themselves. */
  get host(): HostData {
    if (this.#host === null) {
      throw new DeletedArray({
        array: `An array ${this.dtype}[${this.shape.join(',')}]`,
        how: 'its memory was donated to a compiled function, or it was disposed',
      });
    }
    return this.#host;
  }

  async ready(): Promise<void> {}

  async read(): Promise<TypedArray> {
    return this.host.data.slice();
  }

  readSync(): TypedArray {
    return this.host.data.slice();
  }

  dispose(): void {
    this.#host = null;
  }
}

/** A literal as an array without axes. */
export function literalData(literal: Literal): HostData {
  const { value, aval } = literal;
  const data = allocate(aval.dtype, 1);
  if (typeof value === 'object') [data[0], data[1]] = value;
  else encode(aval.dtype, data, 0, value);
  return { dtype: aval.dtype, shape: [], data };
}

/** How one equation is computed. */
export type Apply = (equation: Equation, inputs: readonly HostData[]) => HostData[];

const evaluate: Apply = ({ primitive, params }, inputs) => primitive.evaluate(inputs, params, { run: interpret });

/**
 * Runs a jaxpr on host data, equation by equation; values are forgotten after their last use.
 *
 * @param apply computes one equation; by default, its primitive's own rule does
 */
export function interpret(jaxpr: Jaxpr, args: readonly HostData[], apply: Apply = evaluate): HostData[] {
  const values = new Map<Var, HostData>();
  const lastUse = new Map<Var, number>();
  jaxpr.equations.forEach((equation, k) => {
    for (const x of equation.inputs) if (!(x instanceof Literal)) lastUse.set(x, k);
  });
  for (const x of jaxpr.outvars) if (!(x instanceof Literal)) lastUse.set(x, Number.POSITIVE_INFINITY);
  const read = (x: Atom): HostData => (x instanceof Literal ? literalData(x) : (values.get(x) as HostData));

  jaxpr.invars.forEach((v, i) => {
    values.set(v, args[i]);
  });
  jaxpr.equations.forEach((equation, k) => {
    const { primitive, outputs } = equation;
    const results = apply(equation, equation.inputs.map(read));
    outputs.forEach((v, i) => {
      const result = results[i];
      if (result.dtype !== v.aval.dtype || !sameShape(result.shape, v.aval.shape)) {
        throw new InternalError({
          what: `${primitive.name} computed ${result.dtype}[${result.shape.join(',')}] where its type rule says ${v.aval}`,
        });
      }
      values.set(v, result);
    });
    for (const x of equation.inputs) if (!(x instanceof Literal) && lastUse.get(x) === k) values.delete(x);
  });
  return jaxpr.outvars.map(read);
}

class ReferenceExecutable implements Executable {
  constructor(
    readonly jaxpr: Jaxpr,
    readonly options: CompileOptions,
  ) {}

  execute(inputs: readonly DeviceBuffer[]): DeviceBuffer[] {
    const args = inputs.map((x) => (x as HostBuffer).host);
    const results = interpret(this.jaxpr, args).map((r) => new HostBuffer(r));
    for (const i of this.options.donate ?? []) inputs[i].dispose();
    return results;
  }
}

export class ReferenceEngine implements Engine {
  readonly name = 'reference';
  readonly platform = 'js';
  readonly runsHost: boolean = true;
  private readonly deviceList: readonly Device[];

  /** @param devices how many devices it poses as */
  constructor(devices = 1) {
    this.deviceList = Array.from({ length: devices }, (_, id) => {
      return Object.freeze({ id, platform: this.platform, kind: 'reference' });
    });
  }

  put(data: TypedArray, dtype: DType, shape: readonly number[]): DeviceBuffer {
    return new HostBuffer(hostData(dtype, shape, data));
  }

  devices(): readonly Device[] {
    return this.deviceList;
  }

  /** Runs the whole program at once, and cuts its results afterwards: where arrays are changes no value. */
  compilePlaced(jaxpr: Jaxpr, options: CompileOptions, { devices, inputs, outputs }: Placement): PlacedExecutable {
    const program = new ReferenceExecutable(jaxpr, { name: options.name });
    const [mesh] = [
      ...[...inputs, ...outputs].flatMap((s) => (s instanceof NamedSharding ? [s.mesh] : [])),
      ...jaxpr.meshes,
    ];
    const whole = mesh ? replicatedOn(mesh) : new SingleDeviceSharding(devices[0]);
    const outputShardings = outputs.map((sharding) => sharding ?? whole);
    const execute = (args: readonly DeviceBuffer[]): DeviceBuffer[] => {
      const results = program.execute(args.map((x) => this.put(x.readSync(), x.dtype, x.shape)));
      for (const i of options.donate ?? []) args[i].dispose();
      return results.map((y, k) => ShardedBuffer.put(this, y.readSync(), y.dtype, y.shape, outputShardings[k]));
    };
    return { execute, inputShardings: inputs.map((sharding) => sharding ?? whole), outputShardings };
  }

  compile(jaxpr: Jaxpr, options: CompileOptions): Executable {
    return new ReferenceExecutable(jaxpr, options);
  }
}
