/**
 * A compiled program, and how it is started.
 *
 * Dispatch is the innermost loop of every training step, so it makes nothing but its results: argument and result
 * lists lie in one block of native memory that all programs share, handles are plain numbers written as two words, and
 * the call returns as soon as the work is queued. Arguments are checked against the program, because the plugin itself
 * only compares byte sizes: an int32 array given for a float32 one would be reinterpreted silently.
 */
import { sameShape } from '../../array/shape.js';
import { ArgumentMismatch } from '../../error/engine.js';
import { DeletedArray } from '../../error/error.js';
import type { DeviceBuffer, Executable } from '../engine.js';
import { bytesOf, wasConsumed, XlaBuffer } from './buffer.js';
import { engineError, type PjrtClient } from './client.js';
import { NativeBlock, Struct } from './layout.js';
import { type ArraySpec, LoadedProgram, type ProgramSpec } from './loaded-program.js';

export type { ArraySpec, ProgramSpec } from './loaded-program.js';

const TWO32 = 2 ** 32;

/** One call's lists, in native memory: two pointers to lists, then arguments, then results. */
class Arena {
  readonly options = new Struct('ExecuteOptions');
  readonly call = new Struct('LoadedExecutable_Execute').set('options', this.options.address).set('numDevices', 1);
  readonly executableWord = this.call.word('executable');
  readonly numArgsWord = this.call.word('numArgs');
  private readonly lists = new NativeBlock(16);
  arguments = new NativeBlock(0);
  results = new NativeBlock(0);

  constructor() {
    this.call.set('argumentLists', this.lists.address).set('outputLists', this.lists.address + 8);
    this.reserve(512, 512);
  }

  /** Makes room. Outgrown blocks stay allocated, as all native memory does; sizes double, so they sum to little. */
  reserve(inputs: number, outputs: number): void {
    if (this.arguments.words.length < 2 * inputs) this.arguments = new NativeBlock(16 * inputs);
    if (this.results.words.length < 2 * outputs) this.results = new NativeBlock(16 * outputs);
    this.lists.write(0, this.arguments.address);
    this.lists.write(2, this.results.address);
  }
}

let arena: Arena | undefined;

const specText = ({ dtype, shape }: ArraySpec): string => `${dtype}[${shape.join(',')}]`;

export class XlaExecutable extends LoadedProgram implements Executable {
  private readonly inputs: readonly ArraySpec[];
  private readonly outputs: readonly (ArraySpec & { readonly bytes: number })[];
  private readonly donate: readonly number[];
  private readonly outputBytes: number;
  private readonly origin: string;
  private readonly donated: string;
  private readonly run: (struct: number) => number;

  constructor(client: PjrtClient, loaded: number, spec: ProgramSpec, lowered: () => string) {
    super(client, loaded, spec, lowered);
    this.inputs = spec.inputs;
    this.outputs = spec.outputs.map(({ dtype, shape }) => {
      return { dtype, shape: Object.freeze([...shape]), bytes: bytesOf(dtype, shape) };
    });
    this.donate = spec.donate ?? [];
    const taken = this.donate.reduce((sum, i) => sum + bytesOf(spec.inputs[i].dtype, spec.inputs[i].shape), 0);
    this.outputBytes = Math.max(0, this.outputs.reduce((sum, { bytes }) => sum + bytes, 0) - taken);
    this.origin = `The program ${spec.name}`;
    this.donated = `it was donated to ${spec.name}`;
    this.run = client.api.get('LoadedExecutable_Execute');
    arena ??= new Arena();
    arena.reserve(spec.inputs.length, spec.outputs.length);
    this.checkResults(this.outputs);
  }

  /**
   * Starts the program and returns its results at once; they are computed in the background.
   * @throws ArgumentMismatch, DeletedArray, ExecutionError, ResourceExhausted
   */
  execute(inputs: readonly DeviceBuffer[]): DeviceBuffer[] {
    const { client, outputs } = this;
    const lists = arena!;
    const count = this.inputs.length;
    if (inputs.length !== count) this.refuse('the number of arguments', `${count}`, `${inputs.length}`);
    client.memory.reserve(this.outputBytes, this.origin);
    const words = lists.arguments.words;
    for (let i = 0; i < count; i++) {
      const buffer = inputs[i];
      const spec = this.inputs[i];
      if (
        !(buffer instanceof XlaBuffer) ||
        buffer.client !== client ||
        buffer.dtype !== spec.dtype ||
        !sameShape(buffer.shape, spec.shape)
      ) {
        this.refuseArgument(i, buffer);
      }
      const { handle } = buffer.allocation;
      if (handle === 0)
        throw new DeletedArray({ array: `${this.argument(i)}, ${buffer}`, how: buffer.allocation.fate });
      words[2 * i] = handle;
      words[2 * i + 1] = handle / TWO32;
    }
    lists.call.write(lists.executableWord, this.loaded);
    lists.call.words[lists.numArgsWord] = count;
    const error = this.run(lists.call.address);
    if (error) this.fail(error, inputs);

    if (this.donate.length > 0) {
      client.memory.destroyRetired();
      for (const i of this.donate) client.memory.retire((inputs[i] as XlaBuffer).allocation, this.donated);
    }
    const results: DeviceBuffer[] = new Array(outputs.length);
    const handles = lists.results;
    for (let k = 0; k < outputs.length; k++) {
      const { dtype, shape, bytes } = outputs[k];
      results[k] = new XlaBuffer(client, dtype, shape, handles.read(2 * k), bytes, this.origin);
    }
    return results;
  }

  /** A failed start may have consumed its donated inputs or not: ask each. */
  private fail(error: number, inputs: readonly DeviceBuffer[]): never {
    const status = this.client.api.takeStatus(error);
    for (const i of this.donate) {
      const { allocation } = inputs[i] as XlaBuffer;
      if (allocation.handle !== 0 && wasConsumed(this.client, allocation.handle)) {
        this.client.memory.release(allocation, `it was donated to ${this.spec.name}, which failed`);
      }
    }
    throw engineError(this.origin, status);
  }

  private argument(i: number): string {
    return `argument ${i} of ${this.spec.name}`;
  }

  private refuse(argument: string, expected: string, actual: string): never {
    throw new ArgumentMismatch({ program: this.spec.name, argument, expected, actual });
  }

  private refuseArgument(i: number, buffer: DeviceBuffer): never {
    const foreign = !(buffer instanceof XlaBuffer) || buffer.client !== this.client;
    this.refuse(`argument ${i}`, specText(this.inputs[i]), foreign ? 'an array of another engine' : specText(buffer));
  }
}
