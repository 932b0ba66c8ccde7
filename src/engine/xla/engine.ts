/**
 * The engine `xla`: jaxprs become StableHLO, XLA compiles them, the devices of one PJRT client run them.
 */
import type { DType, TypedArray } from '../../array/dtype.js';
import type { Jaxpr } from '../../ir/jaxpr.js';
import type { Sharding } from '../../sharding/sharding.js';
import type {
  CompileOptions,
  Device,
  DeviceBuffer,
  Engine,
  Executable,
  PlacedExecutable,
  Placement,
} from '../engine.js';
import { putBuffer } from './buffer.js';
import type { PjrtClient } from './client.js';
import { type ProgramSpec, XlaExecutable } from './executable.js';
import { isStatus } from './ffi.js';
import type { LoadedProgram } from './loaded-program.js';
import { tilingsOf } from './op-sharding.js';
import { compileOptions, type XlaCompileOptions } from './options.js';
import { isOpen, meshesOf, settled, wholeOn } from './placed.js';
import { ShardedExecutable } from './sharded-executable.js';

/** Where compiled programs are kept between processes; see `engine/cache.ts`. */
export interface CompiledPrograms {
  key(parts: readonly (string | Uint8Array)[]): string;
  get(key: string): Uint8Array | undefined;
  set(key: string, program: Uint8Array): void;
  remove(key: string): void;
}

/** From a jaxpr to the text of its StableHLO module. */
export type Lower = (
  jaxpr: Jaxpr,
  options: { readonly name: string; readonly donate: readonly number[]; readonly placement?: Placement },
) => string;

export interface XlaEngineOptions {
  readonly lower: Lower;
  /** Where to keep compiled programs. @default nowhere */
  readonly cache?: CompiledPrograms;
  readonly compileOptions?: XlaCompileOptions;
}

export class XlaEngine implements Engine {
  readonly name = 'xla';
  readonly platform: string;
  private readonly lower: Lower;
  private readonly cache: CompiledPrograms | undefined;
  private readonly compileOptions: XlaCompileOptions;
  private readonly options: Uint8Array;
  private readonly deviceList: readonly Device[];

  constructor(
    readonly client: PjrtClient,
    options: XlaEngineOptions,
  ) {
    this.platform = client.platform;
    this.lower = options.lower;
    this.cache = options.cache;
    this.compileOptions = options.compileOptions ?? {};
    this.options = compileOptions(this.compileOptions);
    this.deviceList = client.devices.map((device, id) => {
      return Object.freeze({ id, platform: this.platform, kind: client.describeDevice(device).kind });
    });
  }

  put(data: TypedArray, dtype: DType, shape: readonly number[], device?: Device): DeviceBuffer {
    return putBuffer(this.client, data, dtype, shape, device && this.client.devices[device.id]);
  }

  devices(): readonly Device[] {
    return this.deviceList;
  }

  /** Every owner of memory of this client is a buffer. */
  liveBuffers(): readonly DeviceBuffer[] {
    return this.client.memory.owners() as DeviceBuffer[];
  }

  lowerText(jaxpr: Jaxpr, { name, donate = [] }: CompileOptions, placement?: Placement): string {
    return this.lower(jaxpr, { name, donate, placement });
  }

  compile(jaxpr: Jaxpr, options: CompileOptions): Executable {
    const { text, spec, lowered } = this.prepare(jaxpr, options);
    return this.compileText(text, spec, lowered);
  }

  /** `compile` on a worker thread. */
  async compileAsync(jaxpr: Jaxpr, options: CompileOptions): Promise<Executable> {
    const { text, spec, lowered } = this.prepare(jaxpr, options);
    return this.compileTextAsync(text, spec, lowered);
  }

  /** @throws CompileError, ResourceExhausted */
  compilePlaced(jaxpr: Jaxpr, options: CompileOptions, placement: Placement): PlacedExecutable {
    const { name, donate = [] } = options;
    const { spec } = this.describe(jaxpr, options);
    const meshes = meshesOf(jaxpr, placement);
    const lowered = (): string => this.lower(jaxpr, { name, donate, placement });
    const text = lowered();
    const bytes = compileOptions({
      ...this.compileOptions,
      partitions: placement.devices.length,
      deviceIds: placement.devices.map(({ id }) => id),
      open: { inputs: placement.inputs.map(isOpen), outputs: placement.outputs.map(isOpen) },
    });
    const key = this.keyOf(text, bytes);
    const cached = this.load(key);
    const loaded = cached ?? this.client.compile(name, text, bytes);
    const program = this.client.optimizedProgram(loaded);
    const chosen = tilingsOf(program.code, program.format, placement.devices.length);
    const inputs = settled(placement.inputs, chosen.inputs, placement, meshes);
    const outputs = settled(placement.outputs, chosen.outputs, placement, meshes);
    if (inputs.includes(null) || outputs.includes(null)) {
      this.client.api.call('LoadedExecutable_Destroy', { executable: loaded });
      const whole = (s: Sharding | null): Sharding => s ?? wholeOn(placement.devices, meshes);
      return this.compilePlaced(jaxpr, options, {
        ...placement,
        inputs: inputs.map(whole),
        outputs: outputs.map(whole),
      });
    }
    const shardings = { inputShardings: inputs as Sharding[], outputShardings: outputs as Sharding[] };
    const sharded = { program: spec, devices: placement.devices, ...shardings };
    const executable = new ShardedExecutable(this.client, loaded, sharded, lowered);
    return cached === undefined ? this.keep(key, executable) : executable;
  }

  private prepare(jaxpr: Jaxpr, options: CompileOptions) {
    const { spec, lowered } = this.describe(jaxpr, options);
    return { text: lowered(), spec, lowered };
  }

  private describe(jaxpr: Jaxpr, { name, donate = [] }: CompileOptions) {
    // Lowered again when asked for: the text of a large program is megabytes that hardly anyone reads.
    const lowered = (): string => this.lower(jaxpr, { name, donate });
    const spec: ProgramSpec = {
      name,
      inputs: jaxpr.invars.map(({ aval: { dtype, shape } }) => ({ dtype, shape })),
      outputs: jaxpr.outvars.map(({ aval: { dtype, shape } }) => ({ dtype, shape })),
      donate,
    };
    return { spec, lowered };
  }

  /**
   * Compiles a StableHLO module whose arguments and results are as `spec` says. Donated inputs carry
   * `tf.aliasing_output` or `jax.buffer_donor` in the text.
   * @throws CompileError, ResourceExhausted
   */
  compileText(text: string, spec: ProgramSpec, lowered = (): string => text): XlaExecutable {
    const key = this.keyOf(text);
    const cached = this.load(key);
    if (cached !== undefined) return new XlaExecutable(this.client, cached, spec, lowered);
    const executable = new XlaExecutable(
      this.client,
      this.client.compile(spec.name, text, this.options),
      spec,
      lowered,
    );
    return this.keep(key, executable);
  }

  /** `compileText` on a worker thread. */
  async compileTextAsync(text: string, spec: ProgramSpec, lowered = (): string => text): Promise<XlaExecutable> {
    const key = this.keyOf(text);
    const cached = this.load(key);
    if (cached !== undefined) return new XlaExecutable(this.client, cached, spec, lowered);
    const loaded = await this.client.compileAsync(spec.name, text, this.options);
    return this.keep(key, new XlaExecutable(this.client, loaded, spec, lowered));
  }

  private keyOf(text: string, options = this.options): string | undefined {
    return this.cache?.key([text, options]);
  }

  private load(key: string | undefined): number | undefined {
    const bytes = key === undefined ? undefined : this.cache?.get(key);
    if (key === undefined || bytes === undefined) return undefined;
    const loaded = this.client.deserialize(bytes);
    if (!isStatus(loaded)) return loaded;
    this.cache?.remove(key);
    return undefined;
  }

  private keep<Program extends LoadedProgram>(key: string | undefined, executable: Program): Program {
    const bytes = key === undefined ? undefined : executable.serialize();
    if (key !== undefined && bytes) this.cache?.set(key, bytes);
    return executable;
  }
}
