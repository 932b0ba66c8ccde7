/**
 * A program that is split over several devices, and how it is started on all of them at once.
 *
 * Everything about all arguments of all devices is checked before the start: when one device begins a program with
 * collectives and another refuses it, the first waits for the second until the plugin aborts the process.
 */

import { sameShape } from '../../array/shape.js';
import { ShardedBuffer } from '../../array/sharded-buffer.js';
import { ArgumentMismatch } from '../../error/engine.js';
import { DeletedArray } from '../../error/error.js';
import type { Device } from '../../sharding/device.js';
import { idsOf, sameDevices } from '../../sharding/device.js';
import type { Sharding } from '../../sharding/sharding.js';
import type { DeviceBuffer, PlacedExecutable } from '../engine.js';
import { bytesOf, wasConsumed, XlaBuffer } from './buffer.js';
import { engineError, type PjrtClient } from './client.js';
import { NativeBlock, Struct } from './layout.js';
import { LoadedProgram, type ProgramSpec } from './loaded-program.js';

/** Lists of handles for every device, in native memory; shared by all programs, and only ever growing. */
class Lists {
  readonly options = new Struct('ExecuteOptions');
  readonly call = new Struct('LoadedExecutable_Execute').set('options', this.options.address);
  private heads = new NativeBlock(0);
  private handles = new NativeBlock(0);

  /** Makes room for the lists of `devices` devices; `read` and `write` count handles from the first list. */
  reserve(devices: number, inputs: number, outputs: number): void {
    const each = inputs + outputs;
    if (this.heads.words.length < 4 * devices) this.heads = new NativeBlock(16 * devices);
    if (this.handles.words.length < 2 * devices * each) this.handles = new NativeBlock(8 * devices * each);
    for (let d = 0; d < devices; d++) {
      this.heads.write(2 * d, this.handles.address + 8 * d * inputs);
      this.heads.write(2 * (devices + d), this.handles.address + 8 * (devices * inputs + d * outputs));
    }
    this.call.set('numDevices', devices).set('numArgs', inputs);
    this.call.set('argumentLists', this.heads.address).set('outputLists', this.heads.address + 8 * devices);
  }

  write(index: number, handle: number): void {
    this.handles.write(2 * index, handle);
  }

  read(index: number): number {
    return this.handles.read(2 * index);
  }
}

let lists: Lists | undefined;

/** Shapes of the arguments and results of a sharded program as each device has them. */
export interface ShardedSpec {
  readonly program: ProgramSpec;
  readonly devices: readonly Device[];
  readonly inputShardings: readonly Sharding[];
  readonly outputShardings: readonly Sharding[];
}

export class ShardedExecutable extends LoadedProgram implements PlacedExecutable {
  readonly inputShardings: readonly Sharding[];
  readonly outputShardings: readonly Sharding[];
  private readonly blocks: readonly { readonly shape: readonly number[]; readonly bytes: number }[];
  private readonly outputBytes: number;
  private readonly origin: string;

  constructor(
    client: PjrtClient,
    loaded: number,
    private readonly sharded: ShardedSpec,
    lowered: () => string,
  ) {
    super(client, loaded, sharded.program, lowered);
    this.inputShardings = sharded.inputShardings;
    this.outputShardings = sharded.outputShardings;
    this.blocks = this.spec.outputs.map(({ dtype, shape }, k) => {
      const block = Object.freeze(this.outputShardings[k].shardShape(shape));
      return { shape: block, bytes: bytesOf(dtype, block) };
    });
    const perDevice = this.blocks.reduce((sum, { bytes }) => sum + bytes, 0);
    const taken = (this.spec.donate ?? []).reduce((sum, i) => {
      const { dtype, shape } = this.spec.inputs[i];
      return sum + bytesOf(dtype, this.inputShardings[i].shardShape(shape));
    }, 0);
    this.outputBytes = Math.max(0, perDevice - taken) * sharded.devices.length;
    this.origin = `The program ${this.spec.name}`;
    this.checkResults(this.spec.outputs.map(({ dtype }, k) => ({ dtype, shape: this.blocks[k].shape })));
  }

  /**
   * Starts the program on all of its devices and returns its results at once.
   * @throws ArgumentMismatch, DeletedArray, ExecutionError, ResourceExhausted
   */
  execute(inputs: readonly DeviceBuffer[]): DeviceBuffer[] {
    const { client, spec, sharded } = this;
    const [devices, count, results] = [sharded.devices.length, spec.inputs.length, spec.outputs.length];
    lists ??= new Lists();
    const native = lists;
    if (inputs.length !== count) this.refuse('the number of arguments', `${count}`, `${inputs.length}`);
    client.memory.reserve(this.outputBytes, this.origin);
    native.reserve(devices, count, results);
    inputs.forEach((buffer, i) => {
      const shards = this.checked(i, buffer);
      for (let d = 0; d < devices; d++) native.write(d * count + i, shards[d].handle);
    });
    native.call.set('executable', this.loaded);
    const error = client.api.get('LoadedExecutable_Execute')(native.call.address);
    if (error) this.fail(error, inputs);
    this.forEachDonated(inputs, ({ allocation }) => {
      client.memory.release(allocation, `it was donated to ${spec.name}`);
    });
    return spec.outputs.map(({ dtype, shape }, k) => {
      const { shape: block, bytes } = this.blocks[k];
      const shards = Array.from({ length: devices }, (_, d) => {
        const handle = native.read(devices * count + d * results + k);
        return new XlaBuffer(client, dtype, block, handle, bytes, this.origin);
      });
      return new ShardedBuffer(dtype, shape, this.outputShardings[k], shards);
    });
  }

  /** The shards of an argument, all of which are there and as the program wants them. */
  private checked(i: number, buffer: DeviceBuffer): readonly XlaBuffer[] {
    const { dtype, shape } = this.spec.inputs[i];
    const wanted = this.inputShardings[i];
    const fits =
      buffer instanceof ShardedBuffer &&
      buffer.dtype === dtype &&
      sameShape(buffer.shape, shape) &&
      sameDevices(buffer.sharding.devices, this.sharded.devices) &&
      buffer.sharding.isEquivalentTo(wanted, shape.length) &&
      buffer.shards.every((shard) => shard instanceof XlaBuffer && shard.client === this.client);
    if (!fits) this.refuse(`argument ${i}`, `${dtype}[${shape.join(',')}] ${wanted}`, `${buffer}`);
    const shards = (buffer as ShardedBuffer).shards as readonly XlaBuffer[];
    const gone = shards.find(({ deleted }) => deleted);
    if (gone) {
      const array = `argument ${i} of ${this.spec.name}, ${buffer}`;
      throw new DeletedArray({ array, how: gone.allocation.fate });
    }
    return shards;
  }

  private forEachDonated(inputs: readonly DeviceBuffer[], act: (shard: XlaBuffer) => void): void {
    for (const i of this.spec.donate ?? [])
      for (const shard of (inputs[i] as ShardedBuffer).shards) act(shard as XlaBuffer);
  }

  /** A failed start may have consumed its donated inputs or not: ask each. */
  private fail(error: number, inputs: readonly DeviceBuffer[]): never {
    const status = this.client.api.takeStatus(error);
    this.forEachDonated(inputs, ({ allocation }) => {
      if (allocation.handle !== 0 && wasConsumed(this.client, allocation.handle)) {
        this.client.memory.release(allocation, `it was donated to ${this.spec.name}, which failed`);
      }
    });
    throw engineError(`${this.origin} on the devices ${idsOf(this.sharded.devices).join(', ')}`, status);
  }

  private refuse(argument: string, expected: string, actual: string): never {
    throw new ArgumentMismatch({ program: this.spec.name, argument, expected, actual });
  }
}
