/**
 * The engine `xla`: jaxprs become StableHLO, XLA compiles them, the devices of one PJRT client run them.
 */
import type { DType, TypedArray } from '../../array/dtype.js';
import type { Jaxpr } from '../../ir/jaxpr.js';
import type { CompileOptions, Device, DeviceBuffer, Engine, Executable } from '../engine.js';
import { putBuffer } from './buffer.js';
import type { PjrtClient } from './client.js';
import { type ProgramSpec, XlaExecutable } from './executable.js';
import { isStatus } from './ffi.js';
import { compileOptions, type XlaCompileOptions } from './options.js';

/** Where compiled programs are kept between processes; see `engine/cache.ts`. */
export interface CompiledPrograms {
  key(parts: readonly (string | Uint8Array)[]): string;
  get(key: string): Uint8Array | undefined;
  set(key: string, program: Uint8Array): void;
  remove(key: string): void;
}

/** From a jaxpr to the text of its StableHLO module. */
export type Lower = (jaxpr: Jaxpr, options: { readonly name: string; readonly donate: readonly number[] }) => string;

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
  private readonly options: Uint8Array;

  constructor(
    readonly client: PjrtClient,
    options: XlaEngineOptions,
  ) {
    this.platform = client.platform;
    this.lower = options.lower;
    this.cache = options.cache;
    this.options = compileOptions(options.compileOptions);
  }

  put(data: TypedArray, dtype: DType, shape: readonly number[]): DeviceBuffer {
    return putBuffer(this.client, data, dtype, shape);
  }

  devices(): readonly Device[] {
    return this.client.devices.map((device, id) => ({
      id,
      platform: this.platform,
      kind: this.client.describeDevice(device).kind,
    }));
  }

  /** Every owner of memory of this client is a buffer. */
  liveBuffers(): readonly DeviceBuffer[] {
    return this.client.memory.owners() as DeviceBuffer[];
  }

  lowerText(jaxpr: Jaxpr, { name, donate = [] }: CompileOptions): string {
    return this.lower(jaxpr, { name, donate });
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

  private prepare(jaxpr: Jaxpr, { name, donate = [] }: CompileOptions) {
    // Lowered again when asked for: the text of a large program is megabytes that hardly anyone reads.
    const lowered = (): string => this.lower(jaxpr, { name, donate });
    const spec: ProgramSpec = {
      name,
      inputs: jaxpr.invars.map(({ aval: { dtype, shape } }) => ({ dtype, shape })),
      outputs: jaxpr.outvars.map(({ aval: { dtype, shape } }) => ({ dtype, shape })),
      donate,
    };
    return { text: lowered(), spec, lowered };
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

  private keyOf(text: string): string | undefined {
    return this.cache?.key([text, this.options]);
  }

  private load(key: string | undefined): number | undefined {
    const bytes = key === undefined ? undefined : this.cache?.get(key);
    if (key === undefined || bytes === undefined) return undefined;
    const loaded = this.client.deserialize(bytes);
    if (!isStatus(loaded)) return loaded;
    this.cache?.remove(key);
    return undefined;
  }

  private keep(key: string | undefined, executable: XlaExecutable): XlaExecutable {
    const bytes = key === undefined ? undefined : executable.serialize();
    if (key !== undefined && bytes) this.cache?.set(key, bytes);
    return executable;
  }
}
