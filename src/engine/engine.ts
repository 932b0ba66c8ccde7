/**
 * What an engine must do: take bytes, compile a jaxpr, run it, give bytes back, free.
 *
 * Nothing above this file knows a concrete engine; the front door wires them in.
 */
import type { BufferHome, DeviceBuffer } from '../array/buffer.js';
import type { Jaxpr } from '../ir/jaxpr.js';

export type { DeviceBuffer } from '../array/buffer.js';

/** A compiled program. */
export interface Executable {
  /**
   * Runs the program. Arguments are checked by the caller: their number, dtypes and shapes are the program's.
   * Inputs at the positions that the program was compiled to donate are deleted.
   */
  execute(inputs: readonly DeviceBuffer[]): DeviceBuffer[];
  /** What the compiler says of its memory in bytes, where the engine knows. */
  memoryAnalysis?(): MemoryAnalysis;
  /** What the compiler says of its cost, where the engine knows: `flops`, `bytes accessed`, ... */
  costAnalysis?(): Readonly<Record<string, number>>;
  /** The program as text, before and after optimization, where the engine has one. */
  text?(stage: 'lowered' | 'optimized'): string;
}

export interface MemoryAnalysis {
  readonly argumentSizeInBytes: number;
  readonly outputSizeInBytes: number;
  readonly aliasSizeInBytes: number;
  readonly tempSizeInBytes: number;
  readonly generatedCodeSizeInBytes: number;
}

export interface CompileOptions {
  /** Name of the function, for profiles and dumps. */
  readonly name: string;
  /** Positions of inputs whose memory the program may take over. */
  readonly donate?: readonly number[];
}

/** One device of an engine. */
export interface Device {
  readonly id: number;
  /** `cpu`, `cuda`, `tpu`, `js`. */
  readonly platform: string;
  /** What the device calls itself. */
  readonly kind: string;
}

/** A place where programs run. */
export interface Engine extends BufferHome {
  readonly name: string;
  /** The device's kind, as the user knows it: `cpu`, `cuda`, `js`. */
  readonly platform: string;
  /** True when its programs can call host functions as they run; else they are split around such calls. */
  readonly runsHost?: boolean;
  /** Its devices; arrays are put on the first. */
  devices(): readonly Device[];
  /** The buffers that have not been freed, where the engine keeps a list. */
  liveBuffers?(): readonly DeviceBuffer[];
  compile(jaxpr: Jaxpr, options: CompileOptions): Executable;
  /** The same without blocking the event loop, where the engine can. */
  compileAsync?(jaxpr: Jaxpr, options: CompileOptions): Promise<Executable>;
  /** The text that `compile` would give to the compiler, where there is one. */
  lowerText?(jaxpr: Jaxpr, options: CompileOptions): string;
}
