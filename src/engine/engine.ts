/**
 * What an engine must do: take bytes, compile a jaxpr, run it, give bytes back, free.
 *
 * Nothing above this file knows a concrete engine; the front door wires them in.
 */
import type { BufferHome, DeviceBuffer } from '../array/buffer.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import type { Device } from '../sharding/device.js';
import type { Sharding } from '../sharding/sharding.js';

export type { DeviceBuffer } from '../array/buffer.js';
export type { Device } from '../sharding/device.js';

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

/** Where a program runs that does not simply run on the default device. */
export interface Placement {
  /** The devices it is split over, in the order in which its shardings count them. */
  readonly devices: readonly Device[];
  /** How each input is cut; null: as the compiler likes. */
  readonly inputs: readonly (Sharding | null)[];
  /** The same for each output. */
  readonly outputs: readonly (Sharding | null)[];
}

/** A program on the devices of a placement: its inputs and outputs are `ShardedBuffer`s. */
export interface PlacedExecutable extends Executable {
  /** How each input must be cut. */
  readonly inputShardings: readonly Sharding[];
  readonly outputShardings: readonly Sharding[];
}

/** A place where programs run. */
export interface Engine extends BufferHome {
  readonly name: string;
  /** The device's kind, as the user knows it: `cpu`, `cuda`, `js`. */
  readonly platform: string;
  /** Which of the processes that share the devices this is. @default 0 */
  readonly processIndex?: number;
  /** True when its programs can call host functions as they run; else they are split around such calls. */
  readonly runsHost?: boolean;
  /** The buffers that have not been freed, where the engine keeps a list. */
  liveBuffers?(): readonly DeviceBuffer[];
  compile(jaxpr: Jaxpr, options: CompileOptions): Executable;
  /** Compiles a program that is split over devices, where the engine has several. */
  compilePlaced?(jaxpr: Jaxpr, options: CompileOptions, placement: Placement): PlacedExecutable;
  /** `compile` without blocking the event loop, where the engine can. */
  compileAsync?(jaxpr: Jaxpr, options: CompileOptions): Promise<Executable>;
  /** The text that `compile` would give to the compiler, where there is one. */
  lowerText?(jaxpr: Jaxpr, options: CompileOptions, placement?: Placement): string;
}
