/**
 * A compiled program, and how it is started.
 *
 * Dispatch is the innermost loop of every training step, so it makes nothing but its results: argument and result
 * lists lie in one block of native memory that all programs share, handles are plain numbers written as two words, and
 * the call returns as soon as the work is queued. Arguments are checked against the program, because the plugin itself
 * only compares byte sizes: an int32 array given for a float32 one would be reinterpreted silently.
 */
import type { DType } from '../../array/dtype.js';
import { sameShape } from '../../array/shape.js';
import { ArgumentMismatch } from '../../error/engine.js';
import { DeletedArray, InternalError } from '../../error/error.js';
import type { DeviceBuffer, Executable, MemoryAnalysis } from '../engine.js';
import { BUFFER_TYPES, bytesOf, wasConsumed, XlaBuffer } from './buffer.js';
import { engineError, type PjrtClient } from './client.js';
import { addressOf, bytesAt, isStatus, pin, textAt } from './ffi.js';
import { hloText } from './hlo.js';
import { NativeBlock, Struct } from './layout.js';

/** What is known of an argument or result before the program runs. */
export interface ArraySpec {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export interface ProgramSpec {
  readonly name: string;
  readonly inputs: readonly ArraySpec[];
  readonly outputs: readonly ArraySpec[];
  /** Positions of inputs whose memory the program takes over. */
  readonly donate?: readonly number[];
}

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

const finalizers = new FinalizationRegistry<{ client: PjrtClient; loaded: number }>(({ client, loaded }) => {
  client.api.call('LoadedExecutable_Destroy', { executable: loaded });
});

const specText = ({ dtype, shape }: ArraySpec): string => `${dtype}[${shape.join(',')}]`;

export class XlaExecutable implements Executable {
  private readonly inputs: readonly ArraySpec[];
  private readonly outputs: readonly (ArraySpec & { readonly bytes: number })[];
  private readonly donate: readonly number[];
  private readonly outputBytes: number;
  private readonly origin: string;
  private readonly donated: string;
  private readonly run: (struct: number) => number;

  constructor(
    private readonly client: PjrtClient,
    private readonly loaded: number,
    private readonly spec: ProgramSpec,
    private readonly lowered: () => string,
  ) {
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
    finalizers.register(this, { client, loaded });
    this.checkResults();
  }

  /** The results as compiled are those that are expected: otherwise their lists and bytes would be misread. */
  private checkResults(): void {
    const compiled = this.inspect((executable) => {
      const { client } = this;
      const types = client.must(
        'PJRT_Executable_OutputElementTypes',
        client.api.call('Executable_OutputElementTypes', { executable }),
      );
      const dimensions = client.must(
        'PJRT_Executable_OutputDimensions',
        client.api.call('Executable_OutputDimensions', { executable }),
      );
      const count = types.get('numTypes');
      const numbers = new Int32Array(bytesAt(types.get('types'), 4 * count).buffer);
      const ranks = new BigUint64Array(bytesAt(dimensions.get('dimSizes'), 8 * count).buffer);
      const total = ranks.reduce((sum, rank) => sum + Number(rank), 0);
      const sizes = new BigInt64Array(bytesAt(dimensions.get('dims'), 8 * total).buffer);
      let end = 0;
      return Array.from(numbers, (type, k) => {
        const start = end;
        end += Number(ranks[k]);
        return `${type}[${sizes.subarray(start, end).join(',')}]`;
      });
    });
    const expected = this.outputs.map(({ dtype, shape }) => `${BUFFER_TYPES[dtype]}[${shape.join(',')}]`);
    const wrong = compiled.findIndex((result, k) => result !== expected[k]);
    if (compiled.length !== expected.length || wrong >= 0) {
      const what = `result ${Math.max(wrong, 0)} of ${compiled.length} of ${this.spec.name} was compiled as another type`;
      throw new InternalError({ what: `${what} than the ${expected.length} that are expected` });
    }
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

  /** The compiled program as bytes for the cache, or undefined where the plugin cannot. */
  serialize(): Uint8Array | undefined {
    const bytes = this.client.serialize(this.loaded);
    return isStatus(bytes) ? undefined : bytes;
  }

  memoryAnalysis(): MemoryAnalysis {
    return this.inspect((executable) => {
      const stats = this.client.must(
        'PJRT_Executable_GetCompiledMemoryStats',
        this.client.api.call('Executable_GetCompiledMemoryStats', { executable }),
      );
      return {
        argumentSizeInBytes: stats.get('argument'),
        outputSizeInBytes: stats.get('output'),
        aliasSizeInBytes: stats.get('alias'),
        tempSizeInBytes: stats.get('temp'),
        generatedCodeSizeInBytes: stats.get('generatedCode'),
      };
    });
  }

  costAnalysis(): Readonly<Record<string, number>> {
    return this.inspect((executable) => {
      const list = this.client.must(
        'PJRT_Executable_GetCostAnalysis',
        this.client.api.call('Executable_GetCostAnalysis', { executable }),
      );
      const values = this.client.api.namedValues(list.get('properties'), list.get('numProperties'));
      return Object.fromEntries(Object.entries(values).flatMap(([k, v]) => (typeof v === 'number' ? [[k, v]] : [])));
    });
  }

  text(stage: 'lowered' | 'optimized'): string {
    return stage === 'lowered' ? this.lowered() : this.inspect((executable) => this.optimized(executable));
  }

  /** The plugin writes the program into memory of ours; asked first without any, it says how much it needs. */
  private optimized(executable: number): string {
    const { client } = this;
    const program = new Struct('Program');
    const ask = (): void => {
      const call = client.api.call('Executable_OptimizedProgram', { executable, program: program.address });
      client.must('PJRT_Executable_OptimizedProgram', call);
    };
    ask();
    const code = new Uint8Array(program.get('codeSize'));
    const unpin = pin(code);
    program.set('code', addressOf(code));
    try {
      ask();
    } finally {
      unpin();
    }
    return hloText(code, textAt(program.get('format'), program.get('formatSize')));
  }

  private inspect<T>(look: (executable: number) => T): T {
    const executable = this.client.executableOf(this.loaded);
    try {
      return look(executable);
    } finally {
      this.client.api.call('Executable_Destroy', { executable });
    }
  }
}
